import type { Part } from '../../explain/parts.ts'
import type { Wanted } from '../../wanted.ts'

/** Forecasts of the slots from an origin on: series × slots (× levels); NaN where nothing can be said. */
export interface SlotForecast {
  readonly mean: Float64Array
  readonly quantiles: Float64Array
}

/** Units by part, series × slots; they sum to the mean of the same series and slots. */
export type SlotParts = Partial<Record<Part, Float64Array>>

/** A way to forecast all series of a grid by trees; parameters are fixed. */
export interface TreePath {
  /** `slots` slots from grid slot `origin` on, where `wanted`. Reads no value from there on. */
  predict(origin: number, slots: number, levels: Float64Array, wanted?: Wanted): SlotForecast
  /** What the means of the series at `indices` are made of, in that order. */
  explain(origin: number, slots: number, indices: Int32Array): SlotParts
}

/** Adds `value` at place `at` of a part, making the part where there is none. */
export function addPart(
  parts: SlotParts,
  part: Part,
  size: number,
  at: number,
  value: number,
): void {
  let units = parts[part]
  if (units === undefined) {
    units = new Float64Array(size)
    parts[part] = units
  }
  units[at]! += value
}
