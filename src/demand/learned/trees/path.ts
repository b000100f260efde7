import type { Part } from '../../explain/parts.ts'
import type { Wanted } from '../../wanted.ts'
import type { PlainGrid } from './plain-grid.ts'

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

/**
 * Adds what occasions do to means of plain values: Σ parts · (multiplier − 1) is `event`, of `count` slots
 * from `origin` on of the series at `indices`.
 */
export function addEventPart(
  parts: SlotParts,
  { grid, table }: PlainGrid,
  { origin, count, indices }: { origin: number; count: number; indices: Int32Array },
): void {
  if (!table?.touches) return
  const size = indices.length * count
  const sum = new Float64Array(size)
  for (const units of Object.values(parts)) for (let at = 0; at < size; at++) sum[at]! += units[at]!
  for (let at = 0; at < size; at++) {
    const slot = grid.base + origin + (at % count)
    const units = sum[at]! * (table.at(indices[Math.floor(at / count)]!, slot) - 1)
    if (units !== 0) addPart(parts, 'event', size, at, units)
  }
}
