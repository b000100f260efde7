import type { BrokenBecause } from '../promise/types.ts'
import type { Order, OrderParcel, OrderStatus, ParcelStatus, PromiseOutcome } from './types.ts'
import { countUnits, joinLines, takeUnits, totalUnits } from './units.ts'

// What follows from an order's parts: what waits, where it stands, what became of its promise.

/** Statuses of a parcel on its way, in their order; a cancelled one is on none. */
const ADVANCE = ['planned', 'picking', 'packed', 'shipped', 'delivered'] as const

/** Parcels that something is left in. */
export function liveParcels({ parcels }: Order): readonly OrderParcel[] {
  return parcels.filter(({ status }) => status !== 'cancelled')
}

/** Parcels in a building, planned included: what can still be cancelled. */
export function isInBuilding({ status }: OrderParcel): boolean {
  return status === 'planned' || status === 'picking' || status === 'packed'
}

/** True from when units may no longer change sites until something goes wrong with them. */
export function isFrozen(parcel: OrderParcel): boolean {
  return parcel.status !== 'planned' && parcel.status !== 'cancelled'
}

/** The order with `waiting`, `status` and `outcome` as its other parts make them. */
export function withStanding(order: Order): Order {
  const held = liveParcels(order).flatMap(({ lines }) => lines)
  const open = takeUnits(joinLines(order.lines), order.cancelled).left
  const waiting = takeUnits(open, held).left
  const standing: Order = { ...order, waiting, ...claimsOf(order, waiting) }
  const status = statusOf(standing, totalUnits(open))
  return { ...standing, status, outcome: outcomeOf({ ...standing, status }) }
}

/** What is still claimed of receipts: no more of a product than waits. */
function claimsOf({ claims = [] }: Order, waiting: Order['waiting']): Pick<Order, 'claims'> {
  if (claims.length === 0) return {}
  const left = countUnits(waiting)
  const kept = claims.flatMap((claim) => {
    const waits = left.get(claim.productId) ?? 0
    const quantity = Math.min(claim.quantity, waits)
    left.set(claim.productId, waits - quantity)
    return quantity > 0 ? [{ ...claim, quantity }] : []
  })
  return { claims: kept }
}

function statusOf(order: Order, openUnits: number): OrderStatus {
  if (openUnits === 0) return 'cancelled'
  if (order.waiting.length > 0) return order.status === 'placed' ? 'placed' : 'waiting'
  const live = liveParcels(order)
  const ranks = live.map(({ status }) => ADVANCE.indexOf(status as (typeof ADVANCE)[number]))
  const least = ADVANCE[Math.min(...ranks)]!
  if (least === 'planned') return Math.max(...ranks) > 0 ? 'picking' : 'assigned'
  const isBack = least === 'delivered' && totalUnits(order.returned) === openUnits
  return isBack ? 'returned' : least
}

/** What became of the promise; a judgment stands, but for the day of a late delivery. */
function outcomeOf(order: Order): PromiseOutcome | undefined {
  const deliveredAt = lastDelivery(order)
  const { outcome, promise } = order
  if (outcome !== undefined) {
    if (outcome.kept || outcome.deliveredAt !== undefined) return outcome
    return { ...outcome, deliveredAt }
  }
  if (deliveredAt === undefined) return undefined
  if (deliveredAt <= promise.arriveBy) return { kept: true, deliveredAt }
  return { kept: false, because: causeOf(order, deliveredAt), deliveredAt }
}

/** Epoch ms at which all of it was there; undefined while something is on its way or waits. */
function lastDelivery(order: Order): number | undefined {
  if (order.status !== 'delivered' && order.status !== 'returned') return undefined
  return Math.max(...liveParcels(order).map(({ reached }) => reached.delivered!))
}

/**
 * Why the promise does not hold at `now`: of its late parcels the one with the latest plan speaks.
 * Planned too late: what went wrong before; left late: packing; else the way.
 */
export function causeOf(order: Order, now: number): BrokenBecause {
  const late = liveParcels(order)
    .filter(({ reached }) => (reached.delivered ?? now) > order.promise.arriveBy)
    .sort((a, b) => b.arriveBy - a.arriveBy)[0]
  if (order.waiting.length > 0 || late === undefined || late.arriveBy > order.promise.arriveBy) {
    return order.trouble ?? 'late-arrival-of-stock'
  }
  return (late.reached.shipped ?? now) > late.shipsBy ? 'late-packing' : 'late-on-the-way'
}

/** The status that a parcel must have to reach the next one. */
export function statusBefore(status: ParcelStatus): ParcelStatus | undefined {
  return ADVANCE[ADVANCE.indexOf(status as (typeof ADVANCE)[number]) - 1]
}
