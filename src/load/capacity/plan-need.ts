import type { LinearSolver } from '../../core/optimize/linear/solver.ts'
import { gapOf } from '../../core/optimize/stop.ts'
import { createFleetProgram, type FleetPrices, type Pattern, type Periods } from './fleet-prices.ts'
import type { Market } from './market.ts'
import { type NeedWork, openNeed } from './need-items.ts'
import { cheapestLevels, coversOf, type PricedPeriods, periodsOf } from './need-levels.ts'
import type { CapacityNeed, CapacityProblem } from './problem.ts'
import { improveReservations, openReservations, roundStarts, worthwhileStarts } from './reserve.ts'
import { lowerToOffers, pricesOfAll, usefulWork, weeklyByTerm } from './useful-items.ts'

/** Servers of one type at one location in the plan of a need. */
export interface PlannedItem {
  readonly type: number
  readonly location: number
  /** [weeks] by the hour, beyond those standing. */
  readonly hourly: Int32Array
  /** [terms] of [weeks] terms that begin. */
  readonly starts: readonly Int32Array[]
}

/** The plan of one service in one region. */
export interface NeedPlan {
  readonly items: readonly PlannedItem[]
  /** Cents: servers at the market's prices. */
  readonly cost: number
  /** No servers that hold the same levels cost less. */
  readonly bound: number
  /** [weeks] requests/s that the plan holds, at least. */
  readonly held: Float64Array
  /** [weeks] requests/s that no server can be had for in time. */
  readonly short: Float64Array
  /** Weeks in which what is held rises. */
  readonly rises: number
}

/** What planning a need works with. */
export interface PlanTools {
  readonly problem: CapacityProblem
  readonly market: Market
  readonly solver: LinearSolver
}

/** A gap at which the prices of a need are good enough. */
const CLOSE = 1e-3
/** Rounds of new patterns. */
const ROUNDS = 12
/** Terms that begin are tried where the weeks they cover pay for them but for this share. */
const NEAR = 0.03

/**
 * Plans one need at the market's prices. First the levels to hold are settled, so that they rise
 * seldom (`cheapestLevels`); then column generation prices server-weeks (`createFleetProgram`) and
 * finds the cheapest whole servers for each period at these prices, until none is missing: the
 * bound, for these levels. The terms that it begins are rounded and bettered (`improveReservations`), the
 * rest of each week is covered by the hour, exactly.
 */
export function planNeed(tools: PlanTools, need: CapacityNeed): NeedPlan {
  const { problem, market } = tools
  const work = openNeed(problem, market, need)
  const { short } = work
  if (work.items.length === 0 || work.need.every((one) => one === 0))
    return { items: [], cost: 0, bound: 0, held: work.need, short, rises: 0 }
  const useful = usefulWork(work, market)
  const { items, era } = useful
  const levels = cheapestLevels(useful, firstPrices(useful, market), problem.riseCents)
  const { periods, held, patterns } = periodsOf(useful, levels.level)
  const fleet = generate(tools, useful, periods, held, patterns)
  const heldWeekly = Float64Array.from(periods.of, (p) => held[p]!)
  const { termWeeks } = market
  const book = openReservations(
    { items, held: heldWeekly, era, termWeeks },
    fleet.starts.map(roundStarts),
  )
  const weekPrice = (j: number, t: number) => fleet.prices[periods.of[t]! * items.length + j]!
  const supplies = items.map((item) => item.prices)
  improveReservations(
    book,
    items.length,
    problem.weeks,
    worthwhileStarts(supplies, termWeeks, weekPrice, NEAR),
  )
  const { cost, starts, hourly } = book.result()
  const planned = items.map(({ type, location }, j) => ({
    type,
    location,
    hourly: hourly[j]!,
    starts: starts[j]!,
  }))
  // What was left out may not lower the bound.
  const all = pricesOfAll(work, useful, { periods, prices: fleet.prices }, termWeeks)
  const bound =
    useful.items.length === work.items.length
      ? fleet.bound
      : Math.min(fleet.bound, coversOf(work, { periods, prices: all }, held).cost)
  return { items: planned, cost, bound, held: heldWeekly, short, rises: risesOf(heldWeekly) }
}

function risesOf(held: Float64Array): number {
  let rises = 0
  held.forEach((level, t) => {
    if (t > 0 && level > held[t - 1]!) rises++
  })
  return rises
}

/** Column generation; adds to `patterns`. */
function generate(
  { solver, market }: PlanTools,
  work: NeedWork,
  periods: Periods,
  held: Float64Array,
  patterns: Pattern[],
): FleetPrices & { readonly bound: number } {
  const supplies = work.items.map((item) => item.prices)
  using program = createFleetProgram(solver, supplies, market.termWeeks, periods, patterns)
  let bound = 0
  for (let round = 1; ; round++) {
    const fleet = program.solve()
    lowerToOffers(work, { periods, prices: fleet.prices }, market.termWeeks)
    const found = coversOf(work, { periods, prices: fleet.prices }, held)
    bound = Math.max(bound, found.cost)
    if (gapOf({ value: fleet.cost, bound }) <= CLOSE || round === ROUNDS) return { ...fleet, bound }
    program.add(found.patterns)
    patterns.push(...found.patterns)
  }
}

/** Before anything is known: by the hour, or the cheapest term by the week. */
function firstPrices({ items, era, need }: NeedWork, market: Market): PricedPeriods {
  const starts = [0]
  const of = new Int32Array(need.length)
  for (let t = 1; t < need.length; t++) {
    if (era[t] !== era[t - 1]) starts.push(t)
    of[t] = starts.length - 1
  }
  const byTerm = items.map((item) => weeklyByTerm(item, market))
  const prices = Float64Array.from({ length: starts.length * items.length }, (_, k) => {
    const j = k % items.length
    const byHour = items[j]!.prices.hourly[starts[Math.floor(k / items.length)]!]!
    return Math.min(byHour, byTerm[j]!)
  })
  return {
    periods: { starts: Int32Array.from([...starts, need.length]), count: starts.length, of },
    prices,
  }
}
