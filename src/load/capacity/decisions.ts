import { StorewrightError } from '../../core/errors.ts'
import type { CapacityOrder } from './orders.ts'

export type OrderStatus = 'proposed' | 'approved' | 'overridden' | 'done'

/** What a person decided on an order; the loop keeps these in the ledger as it does those on purchases. */
export interface OrderDecision {
  readonly orderId: string
  readonly action: 'approve' | 'override' | 'done' | 'undo'
  /** How many instead, with `override`; 0: none. */
  readonly servers?: number
  readonly by: string
  readonly reason?: string
}

export interface DecidedOrder {
  readonly order: CapacityOrder
  readonly status: OrderStatus
  /** What counts: as planned, or as overridden. */
  readonly servers: number
  readonly decision?: OrderDecision
}

/**
 * Orders with what people decided last on each; the rows of the plan do not change. Throws
 * ERR_PLAN_NOT_FOUND on a decision about no order, ERR_PLAN_STATUS where an order cannot take it.
 */
export function decideOrders(
  orders: readonly CapacityOrder[],
  decisions: readonly OrderDecision[],
): DecidedOrder[] {
  const decided = new Map<string, DecidedOrder>(
    orders.map((order) => [order.orderId, { order, status: 'proposed', servers: order.servers }]),
  )
  for (const decision of decisions) {
    const before = decided.get(decision.orderId)
    if (before === undefined) {
      throw new StorewrightError('ERR_PLAN_NOT_FOUND', `there is no order ${decision.orderId}`, {
        next: 'Take the order_id from capacity_orders of the current version.',
      })
    }
    decided.set(decision.orderId, decideOne(before, decision))
  }
  return [...decided.values()]
}

function decideOne(before: DecidedOrder, decision: OrderDecision): DecidedOrder {
  const { order } = before
  const { action, servers } = decision
  if (action === 'undo' && before.status !== 'done')
    return { order, status: 'proposed', servers: order.servers }
  if (before.status === 'done') {
    throw new StorewrightError('ERR_PLAN_STATUS', `order ${order.orderId} is done`, {
      next: 'Servers that were ordered stay until their term ends.',
    })
  }
  if (action === 'override') {
    if (servers === undefined || !Number.isInteger(servers) || servers < 0) {
      throw new StorewrightError('ERR_PLAN_STATUS', 'an override needs a number of servers', {
        next: 'Give a whole number from 0.',
      })
    }
    return { order, status: 'overridden', servers, decision }
  }
  if (action === 'done') return { ...before, status: 'done', decision }
  return { order, status: 'approved', servers: order.servers, decision }
}

/** What the next plan may count on: servers of orders that were approved, overridden or done, while they last. */
export interface StandingOrder {
  readonly serviceId: string
  readonly region: string
  readonly serverTypeId: string
  readonly servers: number
  readonly fromMs: number
  readonly untilMs: number
}

/** Decided orders as servers that stand. */
export function standingOrders(decided: readonly DecidedOrder[]): StandingOrder[] {
  return decided
    .filter(({ status, servers }) => status !== 'proposed' && servers > 0)
    .map(({ order, servers }) => ({
      serviceId: order.serviceId,
      region: order.region,
      serverTypeId: order.serverTypeId,
      servers,
      fromMs: order.readyMs,
      untilMs: order.untilMs,
    }))
}
