import { requireArgument } from '../../../core/errors.ts'
import type { QuantileForecast } from '../../../core/panel.ts'
import { repairCrossing, requireLevels } from '../../../core/quantiles.ts'
import { hasSlot, isOpenBucket, slotOf } from '../../axis.ts'
import type { Part } from '../../explain/parts.ts'
import { MEANS, type Wanted, wantedSeries } from '../../wanted.ts'
import type { PanelGrid } from './grid.ts'
import type { SlotForecast, SlotParts } from './path.ts'

/** Spreads forecasts of slots over the buckets of a horizon; closed buckets stay zero. */
export class SlotWriter {
  readonly forecast: QuantileForecast
  /** Slots of the horizon. */
  readonly slots: number
  /** Slot of each bucket of the horizon, −1 where the store is closed. */
  readonly #slotOfBucket: Int32Array

  /** Throws ERR_ARGUMENT on bad levels, a horizon below 1, or an origin that is no bucket. */
  constructor(grid: PanelGrid, origin: number, horizon: number, levels: Float64Array) {
    requireLevels(levels)
    const isWhole = Number.isInteger(horizon) && horizon > 0
    requireArgument(isWhole, `horizon: ${horizon} is not 1 or more`)
    requireArgument(Number.isInteger(origin), `origin: ${origin} is not a bucket`)
    const { axis, panel, series } = grid
    const first = slotOf(axis, origin)
    this.slots = slotOf(axis, origin + horizon) - first
    this.#slotOfBucket = Int32Array.from({ length: horizon }, (_, h) => {
      const open = hasSlot(axis, origin + h) && isOpenBucket(panel, origin + h)
      return open ? slotOf(axis, origin + h) - first : -1
    })
    this.forecast = {
      ids: panel.ids,
      buckets: panel.buckets,
      origin,
      horizon,
      levels,
      mean: new Float64Array(series * horizon),
      quantiles: new Float64Array(series * horizon * levels.length),
    }
  }

  /**
   * Copies what was said, quantiles rising and, where `nonNegative`, at least zero; returns the series
   * of which something wanted is missing (all of them, where nothing was said).
   */
  fill(said: SlotForecast | undefined, nonNegative: boolean, wanted?: Wanted): number[] {
    const asked = Array.from(wantedSeries(this.forecast.ids.length, wanted, MEANS))
    if (said === undefined) return asked
    const silent = asked.filter((i) => !this.write(i, said, i * this.slots))
    const { mean, quantiles, levels } = this.forecast
    if (nonNegative) {
      for (let k = 0; k < mean.length; k++) mean[k] = Math.max(0, mean[k]!)
      for (let k = 0; k < quantiles.length; k++) quantiles[k] = Math.max(0, quantiles[k]!)
    }
    repairCrossing(quantiles, levels.length)
    return silent
  }

  /** Copies slots from place `first` of `said` on into series `i`; false where some are not finite. */
  write(i: number, said: SlotForecast, first: number): boolean {
    const { horizon, levels, mean, quantiles } = this.forecast
    const size = levels.length
    let isWhole = true
    for (let h = 0; h < horizon; h++) {
      const slot = this.#slotOfBucket[h]!
      if (slot < 0) continue
      const from = first + slot
      const at = i * horizon + h
      mean[at] = said.mean[from]!
      for (let l = 0; l < size; l++) quantiles[at * size + l] = said.quantiles[from * size + l]!
      for (let l = 0; l < size; l++)
        if (!Number.isFinite(quantiles[at * size + l]!)) isWhole = false
      if (!Number.isFinite(mean[at]!)) isWhole = false
    }
    return isWhole
  }

  /** Parts of slots as parts of buckets, `count` series of them. */
  spreadParts(parts: SlotParts, count: number): Partial<Record<Part, Float64Array>> {
    const { horizon } = this.forecast
    const spread = Object.entries(parts).map(([part, units]) => {
      const wide = new Float64Array(count * horizon)
      for (let k = 0; k < count; k++) {
        for (let h = 0; h < horizon; h++) {
          const slot = this.#slotOfBucket[h]!
          const value = slot < 0 ? 0 : units[k * this.slots + slot]!
          if (Number.isFinite(value)) wide[k * horizon + h] = value
        }
      }
      return [part, wide] as const
    })
    return Object.fromEntries(spread)
  }
}
