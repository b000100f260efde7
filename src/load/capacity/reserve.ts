import { type Cover, cheapestCover } from './cover.ts'
import type { SupplyPrices } from './market.ts'
import type { NeedItem } from './need-items.ts'

/** What is held week by week, and by which servers it may be. */
export interface HeldNeed {
  readonly items: readonly NeedItem[]
  /** [weeks] requests/s to hold. */
  readonly held: Float64Array
  /** [weeks] weeks alike in offers, prices and standing servers share a number. */
  readonly era: Int32Array
  readonly termWeeks: readonly number[]
}

/** A term that begins in a week: index of the item, of the term, the week. */
export interface Start {
  readonly item: number
  readonly term: number
  readonly week: number
}

/** Servers by term, and the cheapest by the hour beside them. */
export interface Reserved {
  readonly cost: number
  /** [items] of [terms] of [weeks] terms that begin. */
  readonly starts: readonly (readonly Int32Array[])[]
  /** [items] of [weeks] servers by the hour. */
  readonly hourly: readonly Int32Array[]
}

/** Terms under way and what every week costs beside them; terms are tried and taken one at a time. */
export interface Reservations {
  readonly cost: number
  /** What the cost would change by with `count` more of a start. */
  change(start: Start, count: number): number
  take(start: Start, count: number): void
  counts(start: Start): number
  result(): Reserved
}

/**
 * Given the terms that begin, each week's servers by the hour are a cover of their own, found exactly
 * (`cheapestCover`) and remembered. Starts as given: [items] of [terms] of [weeks].
 */
export function openReservations(
  need: HeldNeed,
  begun: readonly (readonly Int32Array[])[],
): Reservations {
  const { items, held, termWeeks } = need
  const weeks = held.length
  const starts = begun.map((terms) => terms.map((list) => list.slice()))
  const active = items.map((_, j) => activeOf(starts[j]!, termWeeks, weeks))
  const coverAt = rememberCovers(need, active)
  const weekCost = Float64Array.from({ length: weeks }, (_, t) => coverAt(t, -1, 0).price)
  let cost = weekCost.reduce((sum, one) => sum + one, 0) + startsCost(items, starts)
  const change = ({ item, term, week }: Start, count: number) => {
    const price = items[item]!.prices.starts[term]![week]!
    if (!Number.isFinite(price)) return Infinity
    let sum = count * price
    const end = Math.min(weeks, week + termWeeks[term]!)
    for (let t = week; t < end; t++) sum += coverAt(t, item, count).price - weekCost[t]!
    return sum
  }
  return {
    get cost() {
      return cost
    },
    change,
    take(start, count) {
      const { item, term, week } = start
      cost += change(start, count)
      starts[item]![term]![week]! += count
      const end = Math.min(weeks, week + termWeeks[term]!)
      for (let t = week; t < end; t++) {
        active[item]![t]! += count
        weekCost[t] = coverAt(t, -1, 0).price
      }
    },
    counts: ({ item, term, week }) => starts[item]![term]![week]!,
    result: () => ({
      cost,
      starts,
      hourly: items.map((_, j) =>
        Int32Array.from({ length: weeks }, (_w, t) => coverAt(t, -1, 0).servers[j]!),
      ),
    }),
  }
}

function activeOf(
  starts: readonly Int32Array[],
  termWeeks: readonly number[],
  weeks: number,
): Int32Array {
  const active = new Int32Array(weeks)
  starts.forEach((list, o) => {
    list.forEach((count, s) => {
      if (count > 0)
        for (let t = s; t < Math.min(weeks, s + termWeeks[o]!); t++) active[t]! += count
    })
  })
  return active
}

function startsCost(
  items: readonly NeedItem[],
  starts: readonly (readonly Int32Array[])[],
): number {
  let sum = 0
  starts.forEach((terms, j) => {
    terms.forEach((list, o) => {
      list.forEach((count, s) => {
        if (count > 0) sum += count * items[j]!.prices.starts[o]![s]!
      })
    })
  })
  return sum
}

/** The cover of a week with the terms under way, item `changed` having `by` more; each found once. */
function rememberCovers({ items, held, era }: HeldNeed, active: readonly Int32Array[]) {
  const known = new Map<string, Cover>()
  return (t: number, changed: number, by: number): Cover => {
    let key = `${era[t]} ${held[t]}`
    for (let j = 0; j < items.length; j++) key += ` ${active[j]![t]! + (j === changed ? by : 0)}`
    let cover = known.get(key)
    if (cover === undefined) {
      const choice = items.map(({ perServer, zones, prices, standing }, j) => ({
        perServer,
        zones,
        price: prices.hourly[t]!,
        standing: standing[t]! + active[j]![t]! + (j === changed ? by : 0),
      }))
      cover = cheapestCover(choice, held[t]!)
      known.set(key, cover)
    }
    return cover
  }
}

/** Whole starts from shares of starts: each time the running sum passes a half. */
export function roundStarts(shares: readonly Float64Array[]): Int32Array[] {
  return shares.map((list) => {
    let sum = 0
    let taken = 0
    return Int32Array.from(list, (share) => {
      sum += share
      const whole = Math.floor(sum + 0.5 + 1e-9)
      const now = whole - taken
      taken = whole
      return now
    })
  })
}

/** Evaluations after which the search ends. */
const MOST_TRIALS = 600

/**
 * Betters reservations by small changes until none helps: drop one of a start, move it by some weeks,
 * give it to another item, add one of `candidates`. The first change that helps is taken.
 */
export function improveReservations(
  book: Reservations,
  items: number,
  weeks: number,
  candidates: readonly Start[],
): void {
  let trials = 0
  for (let improved = true; improved && trials < MOST_TRIALS; ) {
    improved = false
    for (const start of candidates) {
      while (trials++ < MOST_TRIALS && book.change(start, 1) < -1e-6) {
        book.take(start, 1)
        improved = true
      }
    }
    for (const start of candidates.filter((one) => book.counts(one) > 0)) {
      while (book.counts(start) > 0 && trials++ < MOST_TRIALS && book.change(start, -1) < -1e-6) {
        book.take(start, -1)
        improved = true
      }
      if (book.counts(start) === 0 || trials >= MOST_TRIALS) continue
      const before = book.cost
      book.take(start, -1)
      let best = start
      let bestChange = book.change(start, 1)
      for (const other of around(start, items, weeks)) {
        trials++
        const change = book.change(other, 1)
        if (change < bestChange - 1e-6) {
          best = other
          bestChange = change
        }
      }
      book.take(best, 1)
      if (book.cost < before - 1e-6) improved = true
    }
  }
}

function around({ item, term, week }: Start, items: number, weeks: number): Start[] {
  const shifted = [-8, -4, -2, -1, 1, 2, 4, 8]
    .map((by) => ({ item, term, week: week + by }))
    .filter((one) => one.week >= 0 && one.week < weeks)
  const others = Array.from({ length: items }, (_, j) => ({ item: j, term, week })).filter(
    (one) => one.item !== item,
  )
  return [...shifted, ...others]
}

/** Starts whose price the weeks they cover pay, within a share: [periods × items] prices of server-weeks. */
export function worthwhileStarts(
  supplies: readonly SupplyPrices[],
  termWeeks: readonly number[],
  weekPrice: (item: number, week: number) => number,
  within: number,
): Start[] {
  return supplies.flatMap(({ starts }, item) => {
    const weeks = starts[0]?.length ?? 0
    const before = new Float64Array(weeks + 1)
    for (let t = 0; t < weeks; t++) before[t + 1] = before[t]! + weekPrice(item, t)
    return starts.flatMap((list, term) =>
      Array.from(list, (price, week) => {
        const end = Math.min(weeks, week + termWeeks[term]!)
        return { item, term, week, lack: price - (before[end]! - before[week]!), price }
      }).filter(({ lack, price }) => Number.isFinite(price) && lack <= within * price),
    )
  })
}
