import type { Database } from '../../core/sql/database.ts'
import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import type { Ledger } from '../../ledger/index.ts'
import { capacity } from '../../load/index.ts'
import type { MadeResult, StepContext, StepResult } from '../steps/context.ts'
import { currentVersion, hashOf, hashTables } from '../versions.ts'
import { CAPACITY_TABLES, readBookings, readCapacityFacts, readRunning } from './capacity-facts.ts'
import { decidedServers, orderDecisionsInForce, readOrderDecisions } from './order-decisions.ts'
import { loadKnobs } from './step.ts'

/** What one service has and holds in one region, without the orders of the plan. */
export interface HeldNow {
  readonly service: string
  readonly region: string
  readonly serverTypeId: string
  readonly servers: number
  /** Requests a second that these servers hold at the latency objective, with a zone gone. */
  readonly perSecond: number
  /** Requests a second that one of them holds. */
  readonly perServer: number
  /** Zones over which they are spread, one of which may go; 1: none is counted as gone. */
  readonly zones?: number
  /** Servers of the type that are booked for a time, and what all hold together then. */
  readonly booked?: readonly {
    readonly servers: number
    readonly fromMs: number
    readonly untilMs: number
    readonly perSecond: number
  }[]
}

/** What belongs to a version of the plan of servers as a whole. */
export interface CapacityNote {
  readonly loadVersion: number
  readonly orders: number
  readonly costCents: number
  readonly gap: number
  readonly weeks: number
  readonly startMs: number
  readonly risk: number
  readonly running: readonly HeldNow[]
  /** Weeks whose peak nothing can hold in time. */
  readonly short: readonly {
    readonly service: string
    readonly region: string
    readonly weekMs: number
    readonly requestsPerSecond: number
  }[]
  readonly curves: readonly {
    readonly service: string
    readonly requestsPerCore: number
    readonly basis: string
  }[]
  readonly notes: readonly string[]
}

const CAPACITY_METHOD = 2
const WEEK_MS = 604_800_000

/**
 * Plans servers for the load in force, on top of those that run and those that people decided on,
 * unless all of that stands. Skipped where there is no forecast of load or no type of server.
 */
export async function capacityStep(
  context: StepContext,
  ledger: Ledger,
): Promise<StepResult | MadeResult> {
  const { db, settings } = context
  const current = await currentVersion(db, 'capacity')
  const skipped = { kind: 'capacity', version: current?.version ?? 0, skipped: true } as const
  const forecast = await currentVersion(db, 'load')
  if (forecast === undefined) return skipped
  const decisions = await readOrderDecisions(ledger)
  const decided = decidedServers(decisions)
  const inputHash = hashOf([
    CAPACITY_METHOD,
    ...[forecast.version, forecast.inputHash],
    await hashTables(db, CAPACITY_TABLES),
    ...[decided, loadKnobs(settings.knobs)],
  ])
  if (current?.inputHash === inputHash) return skipped
  const running = await readRunning(db)
  const bookings = await readBookings(db)
  const standing = [...running, ...bookings, ...decided]
  const facts = await readCapacityFacts(db, forecast.version, standing, settings.knobs)
  if (facts === undefined) return skipped
  const { orders, note } = await planServers(
    context,
    facts,
    { running, bookings },
    forecast.version,
  )
  const apart = apartFrom(orders, new Set(orderDecisionsInForce(decisions).keys()))
  return {
    ...{ kind: 'capacity', inputHash, note },
    write: (database, version) => writeOrders(database, apart, version),
  }
}

/** What is ordered on top of a decided order of the same name has a name of its own. */
function apartFrom(
  orders: readonly capacity.CapacityOrder[],
  decided: ReadonlySet<string>,
): capacity.CapacityOrder[] {
  return orders.map((order) => {
    let orderId = order.orderId
    while (decided.has(orderId)) orderId = `${orderId}-more`
    return { ...order, orderId }
  })
}

async function planServers(
  { onProgress, signal }: StepContext,
  facts: capacity.CapacityFacts,
  stands: Record<'running' | 'bookings', readonly capacity.StandingOrder[]>,
  loadVersion: number,
): Promise<{ orders: capacity.CapacityOrder[]; note: CapacityNote }> {
  const built = capacity.buildProblem(facts)
  const { problem, peaks, risk } = built
  const plan = await capacity.planCapacity(problem, {
    onProgress,
    ...(signal === undefined ? {} : { signal }),
  })
  const market = capacity.openMarket(problem)
  const orders = problem.needs.flatMap((need, n) =>
    capacity.ordersOf(problem, market, { need, plan: plan.plans[n]!, peaks: peaks[n]!, risk }),
  )
  const note: CapacityNote = {
    ...{ loadVersion, orders: orders.length, gap: plan.gap, risk },
    costCents: Math.round(plan.cost),
    ...{ weeks: problem.weeks, startMs: problem.startMs },
    running: stands.running.flatMap((one) => heldNow(problem, one, stands.bookings)),
    short: shortOf(problem, plan),
    curves: [...built.curves].map(([service, { perCore, basis }]) => ({
      ...{ service, basis },
      requestsPerCore: perCore,
    })),
    notes: [...built.notes, ...plan.notes],
  }
  return { orders, note }
}

function heldNow(
  problem: capacity.CapacityProblem,
  one: capacity.StandingOrder,
  bookings: readonly capacity.StandingOrder[],
): HeldNow[] {
  const need = problem.needs.find(
    ({ service, region }) => service === one.serviceId && region === one.region,
  )
  const type = problem.types.indexOf(one.serverTypeId)
  const place = problem.locations.find(({ id }) => id === one.region)
  if (need === undefined || type < 0 || place === undefined) return []
  const perServer = need.perServer[type]!
  const zones = problem.survivesZone ? place.zones : 1
  return [
    {
      ...{ service: one.serviceId, region: one.region, serverTypeId: one.serverTypeId },
      ...{ servers: one.servers, perServer, zones },
      perSecond: capacity.heldBy(one.servers, perServer, zones),
      booked: bookings
        .filter(
          (other) =>
            other.serviceId === one.serviceId &&
            other.region === one.region &&
            other.serverTypeId === one.serverTypeId,
        )
        .map(({ servers, fromMs, untilMs }) => ({
          ...{ servers, fromMs, untilMs },
          perSecond: capacity.heldBy(one.servers + servers, perServer, zones),
        })),
    },
  ]
}

function shortOf(problem: capacity.CapacityProblem, { plans }: capacity.CapacityPlan) {
  return problem.needs.flatMap(({ service, region }, n) =>
    Array.from(plans[n]!.short, (requestsPerSecond, week) => ({
      ...{ service, region, requestsPerSecond },
      weekMs: problem.startMs + week * WEEK_MS,
    })).filter((one) => one.requestsPerSecond > 0),
  )
}

async function writeOrders(
  db: Database,
  orders: readonly capacity.CapacityOrder[],
  version: number,
): Promise<void> {
  if (orders.length > 0) await db.append('capacity_orders', orderRows(orders, version))
}

function orderRows(orders: readonly capacity.CapacityOrder[], version: number): Table {
  const texts = (of: (one: capacity.CapacityOrder) => string) => textColumn(orders.map(of))
  const numbers = (of: (one: capacity.CapacityOrder) => number) => numberColumn(orders.map(of))
  return {
    rowCount: orders.length,
    columns: {
      version: numbers(() => version),
      order_id: texts((one) => one.orderId),
      service_id: texts((one) => one.serviceId),
      region: texts((one) => one.region),
      server_type_id: texts((one) => one.serverTypeId),
      term: texts((one) => one.term),
      servers: numbers((one) => one.servers),
      order_by: numbers((one) => one.orderByMs),
      ready_at: numbers((one) => one.readyMs),
      until: numbers((one) => one.untilMs),
      cost_cents: numbers((one) => one.costCents),
      shortage_risk: numbers((one) => one.riskWithout),
      shortage_risk_with: numbers((one) => one.riskWith),
      reason: texts((one) => one.reason),
    },
  }
}
