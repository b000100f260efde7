import { type CapacityOffer, type CapacityProblem, WEEK_HOURS } from './problem.ts'

/** Prices of one server by the hour and by term; Infinity where it cannot be had. */
export interface SupplyPrices {
  /** [weeks] a week by the hour. */
  readonly hourly: Float64Array
  /** [terms] of [weeks]: a term that starts in the week, as charged within the horizon. */
  readonly starts: readonly Float64Array[]
}

/** What servers cost, by type and location; the same for every service. */
export interface Market {
  readonly weeks: number
  /** Lengths of the terms on offer, rising. */
  readonly termWeeks: readonly number[]
  /** [location × types + type]; undefined: nothing on offer. */
  readonly prices: readonly (SupplyPrices | undefined)[]
  /** [location × types + type] of [terms]: the offer behind a start; of several the cheapest. */
  readonly offers: readonly (MarketOffers | undefined)[]
}

export interface MarketOffers {
  readonly hourly: CapacityOffer | undefined
  /** By term, as `termWeeks`. */
  readonly reserved: readonly (CapacityOffer | undefined)[]
}

/** Extra price of a server-week by [location × types + type] of [weeks]: what a shared limit is worth. */
export type Surcharges = ReadonlyMap<number, Float64Array>

/**
 * Prices of all offers in cents: a week by the hour is 168 hours; a term that starts in week s is
 * charged for its weeks within the horizon and for `beyondShare` of those after it.
 */
export function openMarket(problem: CapacityProblem, surcharges: Surcharges = new Map()): Market {
  const { weeks, offers, types, locations } = problem
  const termWeeks = [
    ...new Set(offers.filter(({ term }) => term === 'reserved').map((offer) => offer.termWeeks)),
  ].sort((a, b) => a - b)
  const count = types.length * locations.length
  const behind = Array.from({ length: count }, (_, k) => {
    const own = offers.filter((one) => one.location * types.length + one.type === k)
    if (own.length === 0) return undefined
    const cheapest = (term: string, length: number) =>
      own
        .filter((one) => one.term === term && (term === 'hourly' || one.termWeeks === length))
        .sort((a, b) => a.centsPerHour - b.centsPerHour)[0]
    return {
      hourly: cheapest('hourly', 1),
      reserved: termWeeks.map((length) => cheapest('reserved', length)),
    }
  })
  const prices = behind.map((one, k) =>
    one === undefined ? undefined : pricesOf(problem, one, termWeeks, surcharges.get(k)),
  )
  return { weeks, termWeeks, prices, offers: behind }
}

function pricesOf(
  problem: CapacityProblem,
  { hourly, reserved }: MarketOffers,
  termWeeks: readonly number[],
  surcharge: Float64Array | undefined,
): SupplyPrices {
  const { weeks, beyondShare } = problem
  const before = new Float64Array(weeks + 1)
  for (let t = 0; t < weeks; t++) before[t + 1] = before[t]! + (surcharge?.[t] ?? 0)
  const priced = (offer: CapacityOffer | undefined, length: number) =>
    Float64Array.from({ length: weeks }, (_, t) => {
      if (offer === undefined || t < offer.firstWeek || t >= offer.endWeek) return Infinity
      const end = Math.min(weeks, t + length)
      const charged = end - t + beyondShare * (length - (end - t))
      return WEEK_HOURS * offer.centsPerHour * charged + before[end]! - before[t]!
    })
  return {
    hourly: priced(hourly, 1),
    starts: termWeeks.map((length, o) => priced(reserved[o], length)),
  }
}

/** [weeks] 1 where a server can serve by some offer. */
export function servesWhen(prices: SupplyPrices, termWeeks: readonly number[]): Uint8Array {
  const { hourly, starts } = prices
  const serves = Uint8Array.from(hourly, (price) => (Number.isFinite(price) ? 1 : 0))
  starts.forEach((list, o) => {
    let until = -1
    for (let t = 0; t < serves.length; t++) {
      if (Number.isFinite(list[t]!)) until = t + termWeeks[o]!
      if (t < until) serves[t] = 1
    }
  })
  return serves
}
