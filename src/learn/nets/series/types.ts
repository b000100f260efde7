/**
 * Many series on one axis of equal steps, ragged: series i holds values[offsets[i] … offsets[i+1])
 * for the steps from firstStep[i] on; NaN = missing. What stands beside the values is optional.
 */
export interface SeriesSet {
  readonly firstStep: Int32Array
  readonly offsets: Int32Array
  readonly values: Float64Array
  /** Aligned with values: what sold while more was wanted (value NaN); NaN elsewhere. */
  readonly censored?: Float64Array
  /** Numbers of a step that all series share, such as the weekday, past and ahead. */
  readonly calendar?: StepColumns
  /** Numbers of a step of one series, known ahead, such as the price; about ±1; NaN = unknown. */
  readonly known?: KnownColumns
  /** Codes from 0 to rows − 1, one a series. */
  readonly categories?: readonly CategoryColumn[]
  /** series × width, about ±1. */
  readonly numbers?: { readonly width: number; readonly values: Float64Array }
  /** Buckets of hashed n-grams of each series' text: series × length, −1 = none. */
  readonly words?: WordColumns
  /** Occasions that move the series, past and planned. */
  readonly occasions?: readonly Occasion[]
}

/** Row k belongs to step firstStep + k; steps outside have zeros. */
export interface StepColumns {
  readonly firstStep: number
  readonly width: number
  readonly values: Float64Array
}

/** Series i holds rows offsets[i] … offsets[i+1] from its firstStep on. */
export interface KnownColumns {
  readonly offsets: Int32Array
  readonly width: number
  readonly values: Float64Array
}

export interface CategoryColumn {
  readonly rows: number
  readonly codes: Int32Array
}

export interface WordColumns {
  readonly buckets: number
  readonly length: number
  readonly indices: Int32Array
}

/** One occurrence of an occasion. */
export interface Occasion {
  /** Which occasion, from 0. */
  readonly kind: number
  /** Its own steps, both included. */
  readonly first: number
  readonly last: number
  /** Steps before the first and after the last that it moves as well. */
  readonly lead: number
  readonly tail: number
  /** Expected effect relative to that of its past occurrences. */
  readonly strength: number
  /** Series that it touches; absent = all. */
  readonly series?: ReadonlySet<number>
}

/** How a set is read: lengths in steps. */
export interface Seasons {
  /** The short season, such as a week of days; 1 = none. */
  readonly short: number
  /** The long season, such as a year. */
  readonly long: number
}
