/** What sells of one product from today on. */
export interface DailyDemand {
  /** Units expected a day, those of this product from `at` on, for `days` days from today. */
  readonly rates: Float32Array
  readonly at: number
  readonly days: number
  /** Units a day after these. */
  readonly beyond: number
}

/** Units that come in `day` days from now. */
export interface Arrival {
  readonly day: number
  readonly units: number
}

export interface CoverQuestion {
  /** Units that can be sold now. */
  readonly available: number
  readonly demand: DailyDemand
  /** Of the demand: a site's part, or stronger sales than expected. */
  readonly factor: number
  /** By rising day. */
  readonly arrivals: readonly Arrival[]
  /** Days until what is ordered today arrives: sales missed until then cannot be helped. */
  readonly leadDays: number
}

export interface Cover {
  /** Days until the first sale is missed; Infinity where none is within MOST_DAYS. */
  readonly zeroAt: number
  /** Units expected to be missed until `leadDays`. */
  readonly lost: number
}

/** Farther ahead nobody asks. */
export const MOST_DAYS = 365

/** Units expected on a day from today. */
export function demandOn({ rates, at, days, beyond }: DailyDemand, day: number): number {
  return day < days ? rates[at + day]! : beyond
}

/**
 * Lets stock be sold day by day: what comes in on a day is there in its morning, a day's sales are
 * spread evenly over it. O(days until it runs out or the lead time has passed).
 */
export function coverOf(question: CoverQuestion): Cover {
  const { demand, factor, arrivals, leadDays } = question
  let left = Math.max(0, question.available)
  let zeroAt = Number.POSITIVE_INFINITY
  let lost = 0
  let next = 0
  for (let day = 0; day < MOST_DAYS; day++) {
    for (; next < arrivals.length && arrivals[next]!.day <= day; next++)
      left += arrivals[next]!.units
    const share = Math.min(1, leadDays - day)
    if (zeroAt < MOST_DAYS && share <= 0) break
    const wanted = factor * demandOn(demand, day)
    if (wanted <= left) {
      left -= wanted
      continue
    }
    const until = left / wanted
    if (day + until < zeroAt) zeroAt = day + until
    if (share > until) lost += wanted * (share - until)
    left = 0
  }
  return { zeroAt, lost }
}

/** Units left at the end of each of `days` days; never below 0. */
export function stockLeft(
  { available, demand, factor, arrivals }: Omit<CoverQuestion, 'leadDays'>,
  days: number,
): number[] {
  let left = Math.max(0, available)
  let next = 0
  return Array.from({ length: days }, (_, day) => {
    for (; next < arrivals.length && arrivals[next]!.day <= day; next++)
      left += arrivals[next]!.units
    left = Math.max(0, left - factor * demandOn(demand, day))
    return left
  })
}
