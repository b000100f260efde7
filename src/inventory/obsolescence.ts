import { type KnobSettings, readKnob } from '../core/knobs.ts'
import { historyBefore, type Panel } from '../core/panel.ts'
import { OBSOLESCENCE_PRIOR, OBSOLESCENCE_RATE } from './knobs.ts'

/** A stock that would last this long at the recent rate … */
const COVER_DAYS = 60
/** … is looked at again on the day of the decision, this long after at least. */
const PATIENCE_DAYS = 90
/** Days over which the recent rate is taken. */
const RATE_DAYS = 56
const STEP_DAYS = 14

/** How fast stock dies in a store. */
export interface Obsolescence {
  /** Share of a stock's cost lost a year. */
  readonly ratePerYear: number
  /** Share of the stocks looked at that was dead in the end. */
  readonly deadShare: number
  /** Stocks looked at: products × past days. 0 = the knob alone speaks. */
  readonly stocks: number
}

/**
 * Learns from sales before `day` how fast stock dies: every two weeks a stock of 60 days at the rate
 * of the last eight weeks is imagined for each product that was selling; the share d of its cost
 * (`unitCost`, one number a product, any money) that had not sold by `day`, 90 days later at least,
 * is dead. A stock of c days
 * waits c/2 days in the mean, so a constant hazard δ kills d ≈ δ c / 2 of it and δ = 2 d / c. The
 * knob inventory.obsolescence-rate speaks as inventory.obsolescence-prior stocks do. `panel` is daily.
 */
export function estimateObsolescence(
  panel: Panel,
  unitCost: ArrayLike<number>,
  day: number,
  settings: KnobSettings = {},
): Obsolescence {
  const prior = readKnob(OBSOLESCENCE_RATE, settings)
  const weight = readKnob(OBSOLESCENCE_PRIOR, settings)
  let stocks = 0
  let cost = 0
  let deadCost = 0
  for (let i = 0; i < panel.ids.length; i++) {
    const history = historyBefore(panel, i, day)
    const money = unitCost[i]! > 0 ? unitCost[i]! : 1
    for (let at = history.length - PATIENCE_DAYS; at >= RATE_DAYS; at -= STEP_DAYS) {
      const stock = (unitsIn(history, at - RATE_DAYS, at) / RATE_DAYS) * COVER_DAYS
      if (stock <= 0) continue
      const sold = unitsIn(history, at, history.length)
      stocks++
      cost += stock * money
      deadCost += Math.max(0, stock - sold) * money
    }
  }
  const deadShare = cost > 0 ? deadCost / cost : 0
  const learned = (deadShare * 2 * 365) / COVER_DAYS
  const ratePerYear = (weight * prior + stocks * learned) / (weight + stocks)
  return { ratePerYear, deadShare, stocks }
}

/** Units sold on days [from, to); missing days and returns count nothing. */
function unitsIn(history: Float64Array, from: number, to: number): number {
  let sum = 0
  for (let d = from; d < to; d++) if (history[d]! > 0) sum += history[d]!
  return sum
}
