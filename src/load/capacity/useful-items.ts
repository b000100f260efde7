import type { Market } from './market.ts'
import type { NeedItem, NeedWork } from './need-items.ts'
import type { PricedPeriods } from './need-levels.ts'

/** How much dearer than the best an item may be for a need of one of its servers; less for larger needs. */
const DEARER_FOR_ONE = 5
/** And for the largest needs. */
const DEARER_AT_LEAST = 0.1

/** Least price of a server-week by any term, over the weeks that it covers; Infinity: none. */
export function weeklyByTerm({ prices }: NeedItem, { termWeeks }: Market): number {
  let least = Infinity
  prices.starts.forEach((list, o) => {
    list.forEach((price, t) => {
      least = Math.min(least, price / Math.min(termWeeks[o]!, list.length - t))
    })
  })
  return least
}

/**
 * The items that may matter: those that stand already, and those whose capacity is, in some week, hardly
 * dearer than the cheapest to be had then. Dear items only help to round, which matters the less the
 * more servers are needed. The bound is proven over all of them afterwards (`pricesOfAll`).
 */
export function usefulWork(work: NeedWork, market: Market): NeedWork {
  const { items, need } = work
  const weekly = items.map((item) => weeklyByTerm(item, market))
  const rateAt = (j: number, t: number) => {
    const { serves, held, prices } = items[j]!
    return serves[t] === 1 ? Math.min(prices.hourly[t]!, weekly[j]!) / held : Infinity
  }
  const useful = items.map(({ standing }) => standing.some((count) => count > 0))
  const top = need.reduce((a, b) => Math.max(a, b), 0)
  let before = -1
  for (let t = 0; t < need.length; t++) {
    if (work.era[t] === before) continue
    before = work.era[t]!
    const rates = items.map((_, j) => rateAt(j, t))
    const least = Math.min(...rates)
    const best = items[rates.indexOf(least)]
    if (best === undefined) continue
    const dearer = Math.max(DEARER_AT_LEAST, (DEARER_FOR_ONE * best.held) / Math.max(top, 1e-9))
    rates.forEach((rate, j) => {
      if (rate <= least * (1 + dearer)) useful[j] = true
    })
  }
  return { ...work, items: items.filter((_, j) => useful[j]) }
}

/**
 * Prices of server-weeks for all items from those of the useful ones. An item that was left out has its
 * capacity priced as that of one useful item, times the largest factor at which none of its own offers is
 * cheaper than the weeks it covers: whichever useful item gives it the highest prices where it serves.
 */
export function pricesOfAll(
  work: NeedWork,
  useful: NeedWork,
  { periods, prices }: PricedPeriods,
  termWeeks: readonly number[],
): Float64Array {
  const rates = useful.items.map(({ held }, j) =>
    Float64Array.from(
      { length: periods.count },
      (_, p) => prices[p * useful.items.length + j]! / held,
    ),
  )
  const all = new Float64Array(periods.count * work.items.length)
  work.items.forEach((item, j) => {
    const known = useful.items.indexOf(item)
    const own = known < 0 ? bestRates(item, rates, periods.of, termWeeks) : rates[known]!
    own.forEach((rate, p) => {
      all[p * work.items.length + j] = item.held * rate
    })
  })
  return all
}

/** The rates of one useful item, scaled as far as the offers of `item` allow. */
function bestRates(
  item: NeedItem,
  rates: readonly Float64Array[],
  periodOf: Int32Array,
  termWeeks: readonly number[],
): Float64Array {
  let best = rates[0]!
  let bestSum = -1
  for (const list of rates) {
    const scale = largestScale(item, periodOf, list, termWeeks)
    let sum = 0
    for (let t = 0; t < periodOf.length; t++)
      if (item.serves[t] === 1) sum += scale * list[periodOf[t]!]!
    if (sum <= bestSum) continue
    bestSum = sum
    best = list.map((rate) => rate * scale)
  }
  return best
}

/** Lowers the prices of each item, in place, until none of its offers is cheaper than what it supplies. */
export function lowerToOffers(
  { items }: NeedWork,
  { periods, prices }: PricedPeriods,
  termWeeks: readonly number[],
): void {
  items.forEach((item, j) => {
    const rates = Float64Array.from(
      { length: periods.count },
      (_, p) => prices[p * items.length + j]! / item.held,
    )
    const scale = largestScale(item, periods.of, rates, termWeeks)
    if (scale >= 1) return
    for (let p = 0; p < periods.count; p++) prices[p * items.length + j]! *= scale
  })
}

function largestScale(
  { prices, held }: NeedItem,
  periodOf: Int32Array,
  rates: Float64Array,
  termWeeks: readonly number[],
): number {
  const weeks = periodOf.length
  const before = new Float64Array(weeks + 1)
  for (let t = 0; t < weeks; t++) before[t + 1] = before[t]! + held * rates[periodOf[t]!]!
  let least = Infinity
  ;[prices.hourly, ...prices.starts].forEach((list, k) => {
    const length = k === 0 ? 1 : termWeeks[k - 1]!
    for (let t = 0; t < weeks; t++) {
      const covered = before[Math.min(weeks, t + length)]! - before[t]!
      if (covered > 0) least = Math.min(least, list[t]! / covered)
    }
  })
  return Number.isFinite(least) ? least : 1
}
