import type { DailyUnits, ReplayPolicy } from './policy.ts'

const WINDOW_DAYS = 28

/**
 * "Order what sold in the last weeks", as a buyer with a spreadsheet does it: at every review, order
 * up to (lead time + review period) × the average daily sales of the last four weeks, less what is
 * on hand and on order. No safety stock, no season, no spread. Four weeks is the window such sheets
 * have; it averages weekdays out. This is the policy that gaps are measured from.
 */
export const naivePolicy: ReplayPolicy = {
  name: 'naive',
  order({ sold, products, onHand, onOrder, reviewPeriodDays }) {
    const window = Math.max(1, Math.min(WINDOW_DAYS, sold.days))
    return onHand.map((stock, p) => {
      const daily = soldInLast(sold, p, window) / window
      const cover = products.quotedLeadTimeDays[p]! + reviewPeriodDays
      return Math.max(0, daily * cover - stock - onOrder[p]!)
    })
  },
}

/** Orders exactly what sold since the last review: stock and orders together stay as they were. */
export const naiveReplacePolicy: ReplayPolicy = {
  name: 'naive-replace',
  order({ sold, onHand, reviewPeriodDays }) {
    return onHand.map((_, p) => soldInLast(sold, p, reviewPeriodDays))
  },
}

/** Units of product p sold on the last `days` days known. */
function soldInLast(sold: DailyUnits, p: number, days: number): number {
  let sum = 0
  for (let d = Math.max(0, sold.days - days); d < sold.days; d++) {
    sum += sold.units[p * sold.stride + d]!
  }
  return sum
}
