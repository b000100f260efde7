import { heldBy } from './cover.ts'
import { chanceAbove, WEEK_MS, type WeekPeaks } from './headroom.ts'
import type { Market } from './market.ts'
import type { NeedPlan, PlannedItem } from './plan-need.ts'
import {
  type CapacityNeed,
  type CapacityOffer,
  type CapacityProblem,
  WEEK_HOURS,
} from './problem.ts'

/** One row of `capacity_orders`, without its version. */
export interface CapacityOrder {
  readonly orderId: string
  readonly serviceId: string
  /** Location at which the servers stand. */
  readonly region: string
  readonly serverTypeId: string
  readonly term: 'hourly' | 'reserved'
  readonly servers: number
  /** Epoch ms. */
  readonly orderByMs: number
  readonly readyMs: number
  readonly untilMs: number
  readonly costCents: number
  /** Chance that some week of the order sees too few servers, without it and with it. */
  readonly riskWithout: number
  readonly riskWith: number
  readonly reason: string
}

/** Consecutive weeks in which so many servers run by one offer. */
interface Stretch {
  readonly item: number
  readonly offer: CapacityOffer
  readonly from: number
  readonly to: number
  readonly servers: number
}

/** A need with its plan and what it was planned against. */
export interface PlannedNeed {
  readonly need: CapacityNeed
  readonly plan: NeedPlan
  readonly peaks: WeekPeaks
  readonly risk: number
}

/**
 * The orders of one need: a row for each term that begins, and one for each stretch of weeks that some
 * more servers run by the hour, the first to come the last to go. Risks are over the weeks of the order.
 */
export function ordersOf(
  problem: CapacityProblem,
  market: Market,
  planned: PlannedNeed,
): CapacityOrder[] {
  const { plan } = planned
  const stretches = plan.items.flatMap((item, j) => stretchesOf(market, item, j, problem))
  const running = plan.items.map((_, j) => runningOf(stretches, j, problem.weeks))
  const counts = new Map<string, number>()
  return stretches
    .sort((a, b) => a.from - b.from || a.item - b.item || b.to - a.to)
    .map((stretch) => orderOf(problem, planned, stretch, running, counts))
}

function stretchesOf(
  market: Market,
  { type, location, hourly, starts }: PlannedItem,
  item: number,
  problem: CapacityProblem,
): Stretch[] {
  const offers = market.offers[location * problem.types.length + type]!
  const reserved = starts.flatMap((list, o) =>
    Array.from(list, (servers, from) => ({ servers, from }))
      .filter(({ servers }) => servers > 0)
      .map(({ servers, from }) => ({
        item,
        offer: offers.reserved[o]!,
        from,
        to: from + market.termWeeks[o]!,
        servers,
      })),
  )
  return [
    ...reserved,
    ...hourlyStretches(hourly).map((one) => ({ ...one, item, offer: offers.hourly! })),
  ]
}

/** What rises and falls as stretches that nest: a fall ends the latest rises. */
export function hourlyStretches(
  hourly: ArrayLike<number>,
): { readonly from: number; readonly to: number; readonly servers: number }[] {
  const open: { from: number; servers: number }[] = []
  const stretches: { from: number; to: number; servers: number }[] = []
  let before = 0
  for (let t = 0; t <= hourly.length; t++) {
    const now = t < hourly.length ? hourly[t]! : 0
    if (now > before) open.push({ from: t, servers: now - before })
    for (let less = before - now; less > 0; ) {
      const last = open.at(-1)!
      const servers = Math.min(less, last.servers)
      stretches.push({ from: last.from, to: t, servers })
      last.servers -= servers
      less -= servers
      if (last.servers === 0) open.pop()
    }
    before = now
  }
  return stretches
}

function runningOf(stretches: readonly Stretch[], item: number, weeks: number): Float64Array {
  const running = new Float64Array(weeks)
  for (const one of stretches) {
    if (one.item !== item) continue
    for (let t = one.from; t < Math.min(weeks, one.to); t++) running[t]! += one.servers
  }
  return running
}

function orderOf(
  problem: CapacityProblem,
  planned: PlannedNeed,
  stretch: Stretch,
  running: readonly Float64Array[],
  counts: Map<string, number>,
): CapacityOrder {
  const { need, peaks } = planned
  const { offer, from, to, servers, item } = stretch
  const place = problem.locations[offer.location]!
  const type = problem.types[offer.type]!
  const readyMs = problem.startMs + from * WEEK_MS
  const day = new Date(readyMs).toISOString().slice(0, 10)
  const base = `${need.service}-${place.id}-${type}-${day}-${offer.term}`
  const nth = (counts.get(base) ?? 0) + 1
  counts.set(base, nth)
  const end = Math.min(problem.weeks, to)
  const worst = worstWeek(problem, planned, running, item, servers, from, end)
  return {
    orderId: nth === 1 ? base : `${base}-${nth}`,
    serviceId: need.service,
    region: place.id,
    serverTypeId: type,
    term: offer.term,
    servers,
    orderByMs: readyMs - offer.leadDays * 86_400_000,
    readyMs,
    untilMs: problem.startMs + to * WEEK_MS,
    costCents: Math.round(servers * WEEK_HOURS * offer.centsPerHour * (to - from)),
    riskWithout: worst.without,
    riskWith: worst.with,
    reason: reasonOf(planned, peaks, type, stretch, worst),
  }
}

interface Worst {
  readonly week: number
  readonly without: number
  readonly with: number
  readonly heldWithout: number
}

/** The week of an order in which it is missed most. */
function worstWeek(
  problem: CapacityProblem,
  { need, plan, peaks }: PlannedNeed,
  running: readonly Float64Array[],
  item: number,
  servers: number,
  from: number,
  end: number,
): Worst {
  let worst: Worst = { week: from, without: -1, with: 0, heldWithout: 0 }
  for (let t = from; t < end; t++) {
    const held = (less: number) =>
      plan.items.reduce(
        (sum, { type, location }, j) => {
          const count =
            running[j]![t]! + standingAt(need, type, location, t) - (j === item ? less : 0)
          const zones = problem.survivesZone ? problem.locations[location]!.zones : 1
          return sum + heldBy(count, need.perServer[type]!, zones)
        },
        standingElsewhere(problem, need, plan, t),
      )
    const without = chanceAbove(peaks.sorted[t]!, held(servers))
    const risk = chanceAbove(peaks.sorted[t]!, held(0))
    if (without > worst.without)
      worst = { week: t, without, with: Math.max(worst.with, risk), heldWithout: held(servers) }
    else worst = { ...worst, with: Math.max(worst.with, risk) }
  }
  return worst
}

function standingAt({ standing }: CapacityNeed, type: number, location: number, t: number): number {
  return standing.reduce(
    (sum, one) => (one.type === type && one.location === location ? sum + one.servers[t]! : sum),
    0,
  )
}

/** Requests/s that standing servers of kinds outside the plan hold. */
function standingElsewhere(
  problem: CapacityProblem,
  need: CapacityNeed,
  plan: NeedPlan,
  t: number,
): number {
  return need.standing.reduce((sum, { type, location, servers }) => {
    if (plan.items.some((one) => one.type === type && one.location === location)) return sum
    const zones = problem.survivesZone ? problem.locations[location]!.zones : 1
    return sum + heldBy(servers[t]!, need.perServer[type]!, zones)
  }, 0)
}

function reasonOf(
  { risk, need }: PlannedNeed,
  peaks: WeekPeaks,
  type: string,
  { offer, servers, from, to }: Stretch,
  worst: Worst,
): string {
  const day = new Date(peaks.startMs + worst.week * WEEK_MS).toISOString().slice(0, 10)
  const level = Number((100 * (1 - risk)).toFixed(2))
  const wanted = Math.round(need.need[worst.week]!).toLocaleString('en-US')
  const left = Math.round(worst.heldWithout).toLocaleString('en-US')
  const length = to - from === 1 ? '1 week' : `${to - from} weeks`
  const how = offer.term === 'reserved' ? `for ${length}` : `by the hour for ${length}`
  const beside = need.isBooked?.[worst.week] === true ? ' beside what is booked' : ''
  return `The week of ${day} peaks at ${wanted} requests/s${beside} (${level} %); without these ${servers} ${type} ${how}, ${left} are held with a zone gone.`
}
