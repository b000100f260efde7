import { StorewrightError } from '../../core/errors.ts'
import { nearest } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import type { capacity } from '../../load/index.ts'
import { decideOnLedger } from '../decide-on-ledger.ts'
import type { ProposalsNote } from '../gameday/place-proposals.ts'
import { withDatabase } from '../store/store.ts'
import { listVersions, requireVersion, type Version } from '../versions.ts'
import type { CapacityNote } from './capacity-step.ts'
import {
  appendOrderDecisions,
  type OrderAction,
  type OrderDecisionEvent,
  orderDecisionsInForce,
  readOrderDecisions,
} from './order-decisions.ts'

export type CapacityOrderStatus = 'proposed' | 'approved' | 'overridden'

/** An order of the plan in force, or one that was decided on before it, with how it stands. */
export interface CapacityOrderRow {
  readonly order: capacity.CapacityOrder
  readonly status: CapacityOrderStatus
  /** How many count: as planned, or as decided. */
  readonly servers: number
  /** False: it was decided on under an earlier plan, which the one in force counts on, or a game day proposes it. */
  readonly inPlan: boolean
  /** The event of the game day that proposes it; undefined: the plan does. */
  readonly gameday: string | undefined
  readonly decision: OrderDecisionEvent | undefined
}

export interface CapacityOrders {
  readonly version: Version
  readonly note: CapacityNote
  /** By the latest time to order. */
  readonly rows: readonly CapacityOrderRow[]
}

/** The plan of servers in force with what people decided; throws ERR_STORE_EMPTY before the first. */
export async function readCapacityOrders(
  db: Database,
  decisions: readonly OrderDecisionEvent[],
): Promise<CapacityOrders> {
  const version = await requireVersion(db, 'capacity')
  const inForce = orderDecisionsInForce(decisions)
  const planned = (
    await db.rows('SELECT * FROM capacity_orders WHERE version = $1', [version.version])
  ).map(orderOf)
  const rows = planned.map((order) => rowOf(order, inForce.get(order.orderId), true))
  const known = new Set(planned.map(({ orderId }) => orderId))
  const { event, orders: tried } = await readGamedayOrders(db, version)
  for (const order of tried.filter(({ orderId }) => !known.has(orderId))) {
    known.add(order.orderId)
    rows.push(rowOf(order, inForce.get(order.orderId), false, event))
  }
  for (const decision of inForce.values()) {
    if (!known.has(decision.order.orderId)) rows.push(rowOf(decision.order, decision, false))
  }
  rows.sort(
    (a, b) => a.order.orderByMs - b.order.orderByMs || (a.order.orderId < b.order.orderId ? -1 : 1),
  )
  return { version, note: JSON.parse(version.note) as CapacityNote, rows }
}

/** What the last game day proposes and is still to come; the plan in force does not know of it. */
async function readGamedayOrders(
  db: Database,
  { version, note }: Version,
): Promise<{ readonly event?: string; readonly orders: readonly capacity.CapacityOrder[] }> {
  const last = (await listVersions(db, 'capacity')).find(
    (one) => one.version !== version && isGameday(one),
  )
  if (last === undefined) return { orders: [] }
  const { event } = JSON.parse(last.note) as ProposalsNote
  const { startMs } = JSON.parse(note) as CapacityNote
  const rows = await db.rows('SELECT * FROM capacity_orders WHERE version = $1', [last.version])
  return { event, orders: rows.map(orderOf).filter(({ untilMs }) => untilMs > startMs) }
}

const isGameday = ({ note }: Version): boolean =>
  (JSON.parse(note) as Partial<ProposalsNote>).from === 'game day'

function rowOf(
  order: capacity.CapacityOrder,
  decision: OrderDecisionEvent | undefined,
  inPlan: boolean,
  gameday?: string,
): CapacityOrderRow {
  if (decision === undefined) {
    return { order, status: 'proposed', servers: order.servers, inPlan, gameday, decision }
  }
  const status = decision.action === 'override' ? 'overridden' : 'approved'
  return { order, status, servers: decision.servers, inPlan, gameday, decision }
}

function orderOf(row: Readonly<Record<string, string | number | null>>): capacity.CapacityOrder {
  const text = (name: string) => String(row[name])
  const number = (name: string) => Number(row[name])
  return {
    ...{ orderId: text('order_id'), serviceId: text('service_id'), region: text('region') },
    serverTypeId: text('server_type_id'),
    term: row['term'] === 'reserved' ? 'reserved' : 'hourly',
    ...{ servers: number('servers'), orderByMs: number('order_by'), readyMs: number('ready_at') },
    ...{ untilMs: number('until'), costCents: number('cost_cents'), reason: text('reason') },
    ...{ riskWithout: number('shortage_risk'), riskWith: number('shortage_risk_with') },
  }
}

export interface DecideOrderOptions {
  readonly by: string
  readonly reason?: string
}

/** Approves orders for servers: all or none. Throws ERR_PLAN_NOT_FOUND, ERR_PLAN_STATUS. */
export function approveOrders(
  folder: string,
  orderIds: readonly string[],
  options: DecideOrderOptions,
): Promise<CapacityOrderRow[]> {
  return decide(folder, 'approve', orderIds, options, (row) => {
    if (row.status !== 'proposed') throw wrongStatus(row, 'approved', 'Undo that first.')
    return row.order.servers
  })
}

const MOST_SERVERS = 1_000_000

/** Sets another number of servers on an order, with a reason; 0: none. Throws ERR_ARGUMENT, ERR_PLAN_NOT_FOUND. */
export async function overrideOrder(
  folder: string,
  orderId: string,
  servers: number,
  options: DecideOrderOptions & { readonly reason: string },
): Promise<CapacityOrderRow[]> {
  if (!Number.isInteger(servers) || servers < 0 || servers > MOST_SERVERS) {
    throw new StorewrightError('ERR_ARGUMENT', `${servers} is no number of servers`, {
      next: `Give a whole number from 0 to ${MOST_SERVERS}.`,
    })
  }
  if (options.reason.trim().length < 3) {
    throw new StorewrightError('ERR_ARGUMENT', 'an override needs a reason', {
      next: 'Say why in a few words: it is kept in the history.',
    })
  }
  return decide(folder, 'override', [orderId], options, () => servers)
}

/** Takes decisions back. Throws ERR_PLAN_NOT_FOUND, ERR_PLAN_STATUS where nothing was decided. */
export function undoOrders(
  folder: string,
  orderIds: readonly string[],
  options: DecideOrderOptions,
): Promise<CapacityOrderRow[]> {
  return decide(folder, 'undo', orderIds, options, (row) => {
    if (row.status === 'proposed') throw wrongStatus(row, 'undone', 'Nothing was decided on it.')
    return 0
  })
}

function wrongStatus(row: CapacityOrderRow, wanted: string, next: string): StorewrightError {
  const message = `order ${row.order.orderId} is ${row.status} and cannot be ${wanted}`
  return new StorewrightError('ERR_PLAN_STATUS', message, { next })
}

/** All or none; tried again when the ledger moved in between. Returns the rows as they are then. */
function decide(
  folder: string,
  action: OrderAction,
  orderIds: readonly string[],
  { by, reason }: DecideOrderOptions,
  serversOf: (row: CapacityOrderRow) => number,
): Promise<CapacityOrderRow[]> {
  return decideOnLedger(folder, async (ledger, sequence) => {
    const ordersNow = async () => {
      const decisions = await readOrderDecisions(ledger)
      return withDatabase(folder, 'read', (db) => readCapacityOrders(db, decisions))
    }
    const orders = await ordersNow()
    const events = orderIds.map((id) => {
      const row = findOrder(orders, id)
      return {
        ...{ planVersion: orders.version.version, order: row.order, servers: serversOf(row), by },
        reason: reason ?? null,
      }
    })
    await appendOrderDecisions(ledger, action, events, sequence)
    const wanted = new Set(orderIds)
    return (await ordersNow()).rows.filter(({ order }) => wanted.has(order.orderId))
  })
}

function findOrder({ rows }: CapacityOrders, orderId: string): CapacityOrderRow {
  const found = rows.find(({ order }) => order.orderId === orderId)
  if (found !== undefined) return found
  const ids = rows.map(({ order }) => order.orderId)
  throw new StorewrightError('ERR_PLAN_NOT_FOUND', `there is no order ${orderId}`, {
    next:
      ids.length === 0 ? 'The plan orders no servers.' : `Did you mean ${nearest(orderId, ids)}?`,
  })
}
