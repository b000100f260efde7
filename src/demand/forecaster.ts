import type { KnobSettings } from '../core/knobs.ts'
import type { Panel, QuantileForecast } from '../core/panel.ts'
import type { OnProgress } from '../core/progress.ts'
import type { WorkerPool } from '../core/workers.ts'
import type { NetShelf } from './learned/net/kept.ts'
import type { Wanted } from './wanted.ts'

/** What may be said to `fit`; everything has a default. */
export interface FitParameters {
  /** Parameters are estimated from buckets before this one alone. Default: the panel's end. */
  readonly trainEnd?: number
  /** Season length in buckets of the open time axis. Default: by frequency (D 7, W 52, M 12, H 24). */
  readonly season?: number
  /** Knobs set by a person or by tuning. */
  readonly settings?: KnobSettings
  /** Buckets ahead that matter; a learned model learns these. Default: a season, at least 28. */
  readonly horizon?: number
  /** Same seed, same result, on any number of threads. Default 1. */
  readonly seed?: string | number
  /** Threads to share the work with; the result does not depend on them. */
  readonly pool?: WorkerPool
  /** Nets of earlier runs to start from, and where those of this run go. Default: none. */
  readonly nets?: NetShelf
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/** A method of forecasting. Every implementation runs the contract test in forecaster.contract.ts. */
export interface Forecaster {
  readonly name: string
  /** It has something of its own to say on series that are new or young alone; default false. */
  readonly forYoung?: boolean
  /**
   * Estimates parameters for each series of `panel` (ragged, NaN = missing) from what lies before
   * `parameters.trainEnd`; one model of all of them, or one a series. Throws ERR_PANEL when no
   * weekday is open, ERR_CANCELLED when stopped.
   */
  fit(panel: Panel, parameters?: FitParameters): FittedForecaster | Promise<FittedForecaster>
}

/** A forecaster that is fitted at once: the models of one series. */
export interface DirectForecaster extends Forecaster {
  fit(panel: Panel, parameters?: FitParameters): FittedForecaster
}

/** Parameters fixed; the state runs through all data before each origin asked for. */
export interface FittedForecaster {
  /**
   * Means and quantiles of `horizon` buckets from bucket `origin` on, of every series, at `levels`
   * (rising, in (0, 1)). Reads nothing at or after `origin`. Quantiles rise with the level and are
   * at least zero where the history before `trainEnd` is. Throws ERR_ARGUMENT on bad levels.
   * `wanted` says which of these numbers will be read; those are the same as without it, the others
   * are finite and mean nothing.
   */
  predict(origin: number, horizon: number, levels: Float64Array, wanted?: Wanted): QuantileForecast
}
