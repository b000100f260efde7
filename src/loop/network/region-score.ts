import { DAY_MS, formatDay } from '../../core/calendar.ts'
import { readKnob } from '../../core/knobs.ts'
import { regions } from '../../network/index.ts'
import {
  type NetworkFigures,
  type NetworkOutcome,
  type NetworkWorld,
  readNetworkReplayParams,
  replayNetwork,
} from '../../world/index.ts'
import type { Settings } from '../store/settings.ts'
import type { NetworkFacts } from './facts.ts'
import { KG_PER_M3, SCORE_DAYS, VOLUME_FACTOR } from './knobs.ts'
import type { PlacedOrders } from './read-orders.ts'
import { lineShareInRoom, placeInRegions, STOCKED } from './region-stock.ts'
import { replayedOrders } from './replayed-orders.ts'

/** What a simulation made of a plan of regions. */
export interface JudgedPlan {
  /** Cents an order, with orders promised late and units missing at their prices. */
  readonly cents: number
  readonly wholeShare: number
  readonly promisedDays: number
}

/** How the best plans were compared: on which days, and what came of the one chosen. */
export interface JudgedPlans {
  /** First and last day of the orders that judged, YYYY-MM-DD: none of them was planned on. */
  readonly from: string
  readonly until: string
  readonly orders: number
  readonly plans: number
  /** The plan with the least cents. */
  readonly best: JudgedPlan
  /** Today's regions with stock placed in them the same way; null without any. */
  readonly today: JudgedPlan | null
}

/** The judge of a store's plans of regions. */
export interface RegionJudge {
  readonly score: (plan: regions.RegionPlan) => regions.RegionScore
  /** What was judged so far, beside today's regions. */
  told(before: regions.RegionPlan | undefined): JudgedPlans
}

/** Days played before orders count: what is sold on the first comes back within them. */
const WARM_UP_DAYS = 8
/** At most this share of a store's days is kept from the planner. */
const MOST_HELD = 0.25

/** Days at the end that judge, warm-up included; 0 where a store has too few to keep any back. */
function heldDays({ orders }: NetworkFacts, knobs: Settings['knobs']): number {
  const wanted = readKnob(SCORE_DAYS, knobs)
  const held = Math.min(wanted + WARM_UP_DAYS, Math.floor(orders.days * MOST_HELD))
  return wanted > 0 && held >= WARM_UP_DAYS + Math.min(7, wanted) ? held : 0
}

/** First day (day number, UTC) of the orders that judge. */
function firstJudgedDay(facts: NetworkFacts, held: number): number {
  return Math.floor(facts.orders.orderedAt.at(-1)! / DAY_MS) + 1 - held
}

/** The facts without the orders that judge the plans made from them. */
export function withoutJudged(facts: NetworkFacts, knobs: Settings['knobs']): NetworkFacts {
  const held = heldDays(facts, knobs)
  if (held === 0) return facts
  const end = firstJudgedDay(facts, held) * DAY_MS
  const count = facts.orders.orderedAt.findIndex((at) => at >= end)
  return { ...facts, orders: firstOrders(facts.orders, count, facts.orders.days - held) }
}

function firstOrders(orders: PlacedOrders, count: number, days: number): PlacedOrders {
  const lines = orders.starts[count]!
  return {
    ids: orders.ids.slice(0, count),
    orderedAt: orders.orderedAt.subarray(0, count),
    area: orders.area.subarray(0, count),
    starts: orders.starts.subarray(0, count + 1),
    product: orders.product.subarray(0, lines),
    quantity: orders.quantity.subarray(0, lines),
    days,
    withoutArea: orders.withoutArea,
  }
}

/**
 * Scores plans of regions by replaying the last days of recorded orders, which `planned` does not
 * hold, through today's lanes and timetable, with stock placed by each plan. Undefined where the
 * store has too few days of orders to keep any back, or no order of those days can be replayed.
 */
export function judgePlans(
  facts: NetworkFacts,
  planned: NetworkFacts,
  problem: regions.RegionProblem,
  settings: Pick<Settings, 'knobs' | 'forecast'>,
): RegionJudge | undefined {
  const days = heldDays(facts, settings.knobs)
  if (days === 0) return undefined
  const firstDay = firstJudgedDay(facts, days)
  const world = worldOf(facts, firstDay, days, settings.knobs)
  if (countedOrders(world) === 0) return undefined
  const judged: JudgedPlan[] = []
  const judge = (plan: regions.RegionPlan) => {
    const outcome = replayPlan(world, planned, problem, plan, settings)
    const score = scoreOf(outcome, settings.knobs)
    return { score, plan: judgedPlan(score, outcome.figures) }
  }
  return {
    score(plan) {
      const { score, plan: seen } = judge(plan)
      judged.push(seen)
      return score
    },
    told: (before) => ({
      from: formatDay(firstDay + WARM_UP_DAYS),
      until: formatDay(firstDay + days - 1),
      orders: countedOrders(world),
      plans: judged.length,
      best: judged.reduce((best, one) => (one.cents < best.cents ? one : best)),
      today: before === undefined ? null : judge(before).plan,
    }),
  }
}

function countedOrders({ orders }: Pick<NetworkWorld, 'orders'>): number {
  return orders.minute.filter((at) => at >= WARM_UP_DAYS * 1440).length
}

function worldOf(
  { network, orders, unitM3 }: NetworkFacts,
  firstDay: number,
  days: number,
  knobs: Settings['knobs'],
): Omit<NetworkWorld, 'yardstick'> {
  const { sites } = network
  const kgPerM3 = readKnob(KG_PER_M3, knobs)
  const docks = [...sites.kinds.keys()].filter((s) => sites.kinds[s] === 'cross_dock')
  return {
    network,
    products: {
      unitM3,
      unitKg: unitM3.map((m3) => m3 * kgPerM3),
      // Which dock a product comes through is not recorded: they take turns. A store without docks
      // names any site, from which no dock's lane leads.
      dock: Int32Array.from(unitM3, (_, p) => docks[p % docks.length] ?? 0),
    },
    orders: replayedOrders(orders, firstDay),
    firstDay,
    days,
    warmUpDays: WARM_UP_DAYS,
    centres: Int32Array.from(
      [...sites.kinds.keys()].filter((s) => STOCKED.has(sites.kinds[s]!) && sites.area[s]! >= 0),
    ),
    params: readNetworkReplayParams(knobs, { ordersPerReplayed: readKnob(VOLUME_FACTOR, knobs) }),
  }
}

function replayPlan(
  world: Omit<NetworkWorld, 'yardstick'>,
  planned: NetworkFacts,
  problem: regions.RegionProblem,
  plan: regions.RegionPlan,
  { knobs, forecast }: Pick<Settings, 'knobs' | 'forecast'>,
): NetworkOutcome {
  const { network, centres } = world
  const lineShare = lineShareInRoom(problem, plan, knobs)
  const placed = placeInRegions(planned, plan, lineShare, knobs)
  const baseStock = new Int32Array(planned.unitM3.length * centres.length)
  const centreOf = new Map(Array.from(centres, (site, c) => [site, c]))
  placed.targetUnits.forEach((units, line) => {
    const c = centreOf.get(placed.site[line]!)
    if (c !== undefined) baseStock[placed.product[line]! * centres.length + c]! += units
  })
  return replayNetwork(
    { ...world, yardstick: plan },
    {
      name: `${plan.regions} regions`,
      openLanes: new Uint8Array(network.lanes.ids.length).fill(1),
      baseStock,
      regions: plan,
    },
    forecast.seed,
  )
}

/** What a replay cost, cents an order by part; late promises and missing units at the planner's prices. */
function scoreOf({ figures, counts }: NetworkOutcome, knobs: Settings['knobs']) {
  const prices = regions.readPrices(knobs)
  const orders = Math.max(1, counts.orders)
  const inTime = counts.promised
    .subarray(0, Math.floor(prices.promiseDays) + 1)
    .reduce((sum, n) => sum + n, 0)
  const parts = {
    transport: figures.transportCents,
    'goods to the sites': figures.inboundCents,
    handling: figures.handlingCents,
    'orders not promised in time': (prices.slowCents * (orders - inTime)) / orders,
    'units that no site had': (prices.splitCents * counts.unitsLost) / orders,
  }
  const cents = Object.values(parts).reduce((sum, part) => sum + part, 0)
  return { cents, parts }
}

function judgedPlan({ cents }: regions.RegionScore, figures: NetworkFigures): JudgedPlan {
  return { cents, wholeShare: figures.wholeInRegionShare, promisedDays: figures.promisedDays }
}
