import type { Buckets, OpenDays } from './calendar.ts'
import { requireArgument } from './errors.ts'

/**
 * Many series on one clock, ragged: series i holds values[offsets[i] … offsets[i+1]) for the
 * buckets from firstBucket[i] on, without gaps. A missing observation is NaN.
 */
export interface Panel {
  readonly ids: readonly string[]
  readonly buckets: Buckets
  /** Bucket of the first observation of each series. */
  readonly firstBucket: Int32Array
  /** Length ids.length + 1, rising. */
  readonly offsets: Int32Array
  readonly values: Float64Array
  /** For 'D': when the store is open. Closed days carry zeros and are forecast as zero. */
  readonly openDays?: OpenDays
  /** What is known ahead beside the values: price, promotion. */
  readonly known?: KnownCovariates
  /** What does not change over a series' life, by name: category, brand, title. */
  readonly statics?: Readonly<Record<string, StaticColumn>>
  /** Occasions that move demand, past and planned. */
  readonly events?: readonly PanelEvent[]
  /**
   * Aligned with `values`: what sold in a bucket whose value is missing because the product was out
   * of stock, a lower bound of demand; NaN elsewhere.
   */
  readonly censored?: Float64Array
}

/** Numbers known for buckets past and ahead, by name. */
export interface KnownCovariates {
  /**
   * Length ids.length + 1, rising. Series i holds offsets[i+1] − offsets[i] buckets from
   * firstBucket[i] on, at least as many as it has values.
   */
  readonly offsets: Int32Array
  /** NaN = unknown. */
  readonly columns: Readonly<Record<string, Float64Array>>
}

/** An attribute of every series, aligned with the panel's ids. */
export type StaticColumn =
  /** Codes into the dictionary; −1 = missing. */
  | {
      readonly kind: 'category'
      readonly codes: Int32Array
      readonly dictionary: readonly string[]
    }
  /** NaN = missing. */
  | { readonly kind: 'number'; readonly values: Float64Array }
  /** Words to be read, such as a title; '' = missing. */
  | { readonly kind: 'text'; readonly texts: readonly string[] }

/** One occurrence of an occasion that moves demand. */
export interface PanelEvent {
  /** The same for each occurrence: "Easter". */
  readonly name: string
  /** Holiday, promotion, campaign, outage … */
  readonly kind: string
  /** Day numbers, both included. */
  readonly firstDay: number
  readonly lastDay: number
  /** Expected effect relative to that of its past occurrences; absent = 1. */
  readonly strength?: number
  /** Indices of the series it touches; absent = all. */
  readonly series?: Int32Array
}

/** Quantiles and means of `horizon` buckets from `origin` on, for every series of a panel. */
export interface QuantileForecast {
  readonly ids: readonly string[]
  readonly buckets: Buckets
  /** First bucket forecast. */
  readonly origin: number
  readonly horizon: number
  /** Rising, in (0, 1). */
  readonly levels: Float64Array
  /** series × horizon. */
  readonly mean: Float64Array
  /** series × horizon × levels; rises with the level. */
  readonly quantiles: Float64Array
}

/** Builds a panel from one array a series. */
export function panelOf(
  series: readonly {
    readonly id: string
    readonly firstBucket: number
    readonly values: ArrayLike<number>
  }[],
  buckets: Buckets,
  openDays?: OpenDays,
): Panel {
  const offsets = new Int32Array(series.length + 1)
  series.forEach((s, i) => {
    offsets[i + 1] = offsets[i]! + s.values.length
  })
  const values = new Float64Array(offsets[series.length]!)
  series.forEach((s, i) => {
    values.set(s.values, offsets[i]!)
  })
  return {
    ids: series.map((s) => s.id),
    buckets,
    firstBucket: Int32Array.from(series, (s) => s.firstBucket),
    offsets,
    values,
    ...(openDays === undefined ? {} : { openDays }),
  }
}

/** Values of series `i` before bucket `origin` (a view, not a copy). */
export function historyBefore(panel: Panel, i: number, origin: number): Float64Array {
  const from = panel.offsets[i]!
  const length = panel.offsets[i + 1]! - from
  const kept = Math.max(0, Math.min(length, origin - panel.firstBucket[i]!))
  return panel.values.subarray(from, from + kept)
}

/** One past the last bucket that any series of the panel holds. */
export function panelEnd(panel: Panel): number {
  let end = -Infinity
  for (let i = 0; i < panel.ids.length; i++) {
    end = Math.max(end, panel.firstBucket[i]! + panel.offsets[i + 1]! - panel.offsets[i]!)
  }
  requireArgument(Number.isFinite(end), 'panel: it has no series')
  return end
}
