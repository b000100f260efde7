import { type Cover, cheapestCover, heldBy, heldByOne, serversFor } from './cover.ts'
import type { Pattern, Periods } from './fleet-prices.ts'
import { type NeedItem, type NeedWork, standingHeld } from './need-items.ts'
import { fewRises } from './rises.ts'

/** Prices of server-weeks that hold over periods. */
export interface PricedPeriods {
  readonly periods: Periods
  /** [periods × items] cents a server-week. */
  readonly prices: Float64Array
}

/** The cheapest levels to hold at given prices, with whole servers. */
export interface PricedLevels {
  /** [weeks] week whose need is held. */
  readonly level: Int32Array
  /** Cents; no plan costs less if the prices are such that no offer undercuts them. */
  readonly bound: number
  /** [weeks] the cover of the level. */
  readonly covers: readonly Cover[]
}

/** Times that levels are looked for again with exact prices where they went; then the bound stands as it is. */
const ROUNDS = 40

/**
 * The least Σ_t price of the cheapest cover of level_t + rises. Most pairs of period and level are
 * never looked at: they begin with a lower bound, and only those that the best path uses are solved
 * exactly, until it uses no others (lazy evaluation of shortest paths; Dellin and Srinivasa 2016).
 */
export function cheapestLevels(
  work: NeedWork,
  priced: PricedPeriods,
  riseCents: number,
): PricedLevels {
  const { need, items } = work
  const table = levelPrices(work, priced)
  const price = (t: number, s: number) => table.least(priced.periods.of[t]!, s)
  for (let round = 1; ; round++) {
    const path = fewRises(need, price, riseCents, standingHeld(items, 0))
    let isExact = true
    path.level.forEach((s, t) => {
      if (table.settle(priced.periods.of[t]!, s)) isExact = false
    })
    if (!isExact && round < ROUNDS) continue
    const covers = Array.from(path.level, (s, t) => table.cover(priced.periods.of[t]!, s))
    return { level: path.level, bound: path.cost, covers }
  }
}

interface LevelPrices {
  /** At least what a cover of the level of week s costs in period p. */
  least(p: number, s: number): number
  /** Finds the cover where it is not known yet, and says whether it had to. */
  settle(p: number, s: number): boolean
  cover(p: number, s: number): Cover
}

/** Prices by period and distinct level; what a lower level costs, a higher one costs at the least. */
function levelPrices({ items, need }: NeedWork, priced: PricedPeriods): LevelPrices {
  const levels = [...new Set(need)].sort((a, b) => a - b)
  const count = levels.length
  const rankOf = new Map(levels.map((level, r) => [level, r]))
  const rank = Int32Array.from(need, (level) => rankOf.get(level)!)
  const known: (Cover | undefined)[] = new Array(priced.periods.count * count)
  const least = new Float64Array(known.length)
  for (let p = 0; p < priced.periods.count; p++) {
    const rate = leastRate(items, priced, p)
    const lent = standingLends(items, priced.periods.starts[p]!)
    for (let r = 0; r < count; r++) {
      const beyond = levels[r]! - lent
      least[p * count + r] = beyond > 0 ? rate * beyond : 0
    }
  }
  return {
    least: (p, s) => least[p * count + rank[s]!]!,
    settle(p, s) {
      const at = p * count + rank[s]!
      if (known[at] !== undefined) return false
      const cover = coverAt(items, priced, priced.periods.starts[p]!, need[s]!)
      known[at] = cover
      least[at] = Math.max(least[at]!, cover.bound)
      for (let k = at + 1; k < (p + 1) * count && least[k]! < least[at]!; k++) least[k] = least[at]!
      return true
    },
    cover: (p, s) => known[p * count + rank[s]!]!,
  }
}

function coverAt(
  items: readonly NeedItem[],
  priced: PricedPeriods,
  t: number,
  need: number,
): Cover {
  const p = priced.periods.of[t]!
  const choice = items.map(({ perServer, zones, serves, standing }, j) => ({
    perServer,
    zones,
    price: serves[t] === 1 ? priced.prices[p * items.length + j]! : Infinity,
    standing: standing[t]!,
  }))
  return cheapestCover(choice, need)
}

/** Least price of a request/s in a period. */
function leastRate(
  items: readonly NeedItem[],
  { periods, prices }: PricedPeriods,
  p: number,
): number {
  const t = periods.starts[p]!
  return items.reduce(
    (least, { held, serves }, j) =>
      serves[t] === 1 ? Math.min(least, prices[p * items.length + j]! / held) : least,
    Infinity,
  )
}

/** Requests/s that standing servers hold or, through a zone that they fill unevenly, may add to new ones. */
function standingLends(items: readonly NeedItem[], t: number): number {
  return items.reduce((sum, { standing, perServer, zones }) => {
    const uneven = standing[t]! > 0 && zones > 1 ? heldByOne(perServer, zones) : 0
    return sum + heldBy(standing[t]!, perServer, zones) + uneven
  }, 0)
}

/** Fewest servers of item j alone, beyond those standing, that hold `need` in week t; Infinity where none can be had. */
export function aloneFor(items: readonly NeedItem[], j: number, t: number, need: number): number {
  const item = items[j]!
  if (item.serves[t] !== 1) return Infinity
  const own = heldBy(item.standing[t]!, item.perServer, item.zones)
  const others = standingHeld(items, t) - own
  if (others + own >= need * (1 - 1e-12)) return 0
  return Math.max(0, serversFor(need - others, item.perServer, item.zones) - item.standing[t]!)
}

/** Weeks in a row alike but for what makes no difference to any type alone. */
export interface HeldPeriods {
  readonly periods: Periods
  /** [periods] requests/s held: the highest level of its weeks. */
  readonly held: Float64Array
  /** For each period a pattern of each item alone. */
  readonly patterns: Pattern[]
}

/** Weeks in a row whose level takes the same numbers of every item alone. */
export function periodsOf({ items, need, era }: NeedWork, level: Int32Array): HeldPeriods {
  const weeks = need.length
  const starts: number[] = []
  const held: number[] = []
  const of = new Int32Array(weeks)
  const patterns: Pattern[] = []
  let before = ''
  for (let t = 0; t < weeks; t++) {
    const alone = items.map((_, j) => aloneFor(items, j, t, need[level[t]!]!))
    const key = `${era[t]} ${alone.join()}`
    if (key !== before) {
      patterns.push(...alonePatterns(starts.length, alone))
      starts.push(t)
      held.push(0)
      before = key
    }
    of[t] = starts.length - 1
    held[of[t]!] = Math.max(held[of[t]!]!, need[level[t]!]!)
  }
  const periods = { starts: Int32Array.from([...starts, weeks]), count: starts.length, of }
  return { periods, held: Float64Array.from(held), patterns }
}

function alonePatterns(period: number, alone: readonly number[]): Pattern[] {
  const patterns = alone.flatMap((count, j) => {
    if (!Number.isFinite(count)) return []
    const servers = new Int32Array(alone.length)
    servers[j] = count
    return [{ period, servers }]
  })
  // Where nothing can be had, what stands is all there is.
  return patterns.length > 0 ? patterns : [{ period, servers: new Int32Array(alone.length) }]
}

/** The cheapest cover of what each period holds, and what all together cost at the least. */
export function coversOf({ items }: NeedWork, priced: PricedPeriods, held: Float64Array) {
  let cost = 0
  const { starts } = priced.periods
  const patterns = Array.from(held, (need, period) => {
    const cover = coverAt(items, priced, starts[period]!, need)
    cost += cover.bound * (starts[period + 1]! - starts[period]!)
    return { period, servers: cover.servers }
  })
  return { cost, patterns }
}
