import type { Panel } from '../../core/panel.ts'
import { type BuyerProducts, type DailyUnits, roundOrder } from './policy.ts'

const WINDOW_DAYS = 56

/**
 * Days `from` … `from + days − 1` of a daily panel as a dense product × day array; what a series
 * does not cover, missing values and net returns count as zero.
 */
export function denseDays(panel: Panel, from: number, days: number): Float64Array {
  const dense = new Float64Array(panel.ids.length * days)
  for (let p = 0; p < panel.ids.length; p++) {
    const first = panel.firstBucket[p]!
    const offset = panel.offsets[p]!
    const length = panel.offsets[p + 1]! - offset
    for (let d = Math.max(0, first - from); d < days && from + d - first < length; d++) {
      const units = panel.values[offset + from + d - first]!
      if (units > 0) dense[p * days + d] = units
    }
  }
  return dense
}

/** The last `days` days of a panel before `firstDay`, as a replay's history. */
export function historyOf(panel: Panel, firstDay: number, days: number): DailyUnits {
  const from = firstDay - days
  return { firstDay: from, days, stride: days, units: denseDays(panel, from, days) }
}

/**
 * Stock to start from, the same for every policy: `coverDays` of average sales of the last eight
 * weeks of the history (or what there is of it), in whole case packs of at least the minimum
 * quantity. Default cover: quoted lead time + review period, by product.
 */
export function initialStock(
  history: DailyUnits,
  products: BuyerProducts,
  reviewPeriodDays: number,
  coverDays?: number,
): Float64Array {
  const window = Math.max(1, Math.min(WINDOW_DAYS, history.days))
  return products.quotedLeadTimeDays.map((leadTime, p) => {
    let sold = 0
    for (let d = Math.max(0, history.days - window); d < history.days; d++) {
      sold += history.units[p * history.stride + d]!
    }
    const units = (sold / window) * (coverDays ?? leadTime + reviewPeriodDays)
    return roundOrder(units, products.minimumQuantity[p]!, products.casePack[p]!)
  })
}
