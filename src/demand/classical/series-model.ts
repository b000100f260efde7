import type { PanelContext } from './context.ts'

/** One series on the open axis, as a model sees it. `y` may be longer than `length`. */
export interface SeriesView {
  readonly y: Float64Array
  /** Slots of history; y[0 … length). NaN = missing. */
  readonly length: number
  /** Absolute slot of y[0]; its phase in the season is slot mod season. */
  readonly firstSlot: number
  /** Observations that are not missing. */
  readonly observed: number
  /** No observation is below zero. */
  readonly nonNegative: boolean
}

/** Where a model writes: `horizon` slots that follow the history, at `levels`. */
export interface SeriesForecast {
  readonly horizon: number
  readonly levels: Float64Array
  readonly mean: Float64Array
  /** horizon × levels. */
  readonly quantiles: Float64Array
}

/**
 * A model of one series. It may assume three observations or more (shorter histories are handled
 * for all models alike); crossing and negative quantiles are repaired after it.
 */
export interface SeriesModel {
  readonly name: string
  readonly parameterCount: number
  /** Writes parameterCount numbers. */
  fit(series: SeriesView, context: PanelContext, into: Float64Array): void
  forecast(
    series: SeriesView,
    context: PanelContext,
    parameters: Float64Array,
    into: SeriesForecast,
  ): void
  /** False where the model cannot say anything on such a series; the choice then skips it. */
  suits?(series: SeriesView, season: number): boolean
}

/** Phase of an absolute slot in a season, also for slots before 1970. */
export function phaseOf(slot: number, season: number): number {
  const phase = slot % season
  return phase < 0 ? phase + season : phase
}
