import type { OrderEvent } from '../events.ts'
import { isInBuilding } from '../standing.ts'
import type { Order, OrderLineIds, OrderParcel } from '../types.ts'
import { countUnits, takeUnits } from '../units.ts'
import { type Claim, fairShare } from './fair-share.ts'

/** What went wrong. */
export type Failure =
  /** Picking did not find units of a parcel. */
  | {
      readonly kind: 'short-pick'
      readonly orderId: string
      readonly parcelId: string
      readonly lines: readonly OrderLineIds[]
    }
  /** Units at a site are unfit to be sent: those that orders there lack, as the keeper told them. */
  | {
      readonly kind: 'damaged'
      readonly siteId: string
      readonly lines: readonly OrderLineIds[]
    }
  /** Nothing leaves a site; `hits` leaves out parcels that are not touched, such as those of a later day. */
  | { readonly kind: 'site-closed'; readonly siteId: string; readonly hits?: Hits }
  /** Nothing goes over these lanes: parcels that have not left yet need another way. */
  | { readonly kind: 'lane-down'; readonly laneIds: readonly string[]; readonly hits?: Hits }

/** Whether a failure touches a parcel that is in a building. */
export type Hits = (parcel: OrderParcel) => boolean

/**
 * The events that a failure means for orders, in order of their ids: what it takes out of parcels
 * waits from then on. Shortage of damaged units is shared out fairly among the orders that hold them.
 * `requestId` is that of the failure; each event's is made from it, so that telling it twice changes
 * nothing.
 */
export function eventsOfFailure(
  failure: Failure,
  orders: Iterable<Order>,
  requestId: string,
  at: number,
): readonly OrderEvent[] {
  const list = [...orders].sort((a, b) => (a.orderId < b.orderId ? -1 : 1))
  switch (failure.kind) {
    case 'short-pick': {
      const { orderId, parcelId, lines } = failure
      return [
        {
          ...{ kind: 'short', requestId: `${requestId}/${orderId}/${parcelId}`, orderId, at },
          ...{ parcelId, lines: [...lines], because: 'short-pick' },
        },
      ]
    }
    case 'damaged':
      return damaged(failure, list, requestId, at)
    case 'site-closed':
      return withdrawn(
        list,
        requestId,
        at,
        failure.kind,
        (parcel) => parcel.siteId === failure.siteId && (failure.hits?.(parcel) ?? true),
      )
    case 'lane-down': {
      const down = new Set(failure.laneIds)
      const isHit = (parcel: OrderParcel) =>
        parcel.laneIds.some((id) => down.has(id)) && (failure.hits?.(parcel) ?? true)
      return withdrawn(list, requestId, at, failure.kind, isHit)
    }
  }
}

function withdrawn(
  orders: readonly Order[],
  requestId: string,
  at: number,
  because: 'site-closed' | 'lane-down',
  isHit: (parcel: OrderParcel) => boolean,
): readonly OrderEvent[] {
  return orders.flatMap(({ orderId, parcels }) =>
    parcels
      .filter((parcel) => isInBuilding(parcel) && isHit(parcel))
      .map(
        ({ parcelId }): OrderEvent => ({
          ...{ kind: 'withdrawn', requestId: `${requestId}/${orderId}/${parcelId}` },
          ...{ orderId, at, parcelId, because },
        }),
      ),
  )
}

/** Units of a product that an order has at a site, and in which parcels: those least advanced first. */
interface Holding {
  readonly order: Order
  readonly parcels: readonly { readonly parcel: OrderParcel; readonly units: number }[]
  readonly units: number
}

/** Packed units are whole; of the others as many are lost as are missing, shared out fairly. */
function damaged(
  { siteId, lines }: Extract<Failure, { kind: 'damaged' }>,
  orders: readonly Order[],
  requestId: string,
  at: number,
): readonly OrderEvent[] {
  const lost = new Map<
    string,
    { readonly order: Order; readonly parcel: OrderParcel; readonly lines: OrderLineIds[] }
  >()
  for (const [productId, missing] of countUnits(lines)) {
    const held = holdingsOf(orders, siteId, productId)
    const total = held.reduce((sum, { units }) => sum + units, 0)
    const kept = fairShare(Math.max(0, total - missing), held.map(claimOf))
    for (const [index, { order, parcels, units }] of held.entries()) {
      let gone = units - kept[index]!
      for (const { parcel, units: own } of parcels) {
        const quantity = Math.min(gone, own)
        gone -= quantity
        if (quantity === 0) continue
        const key = `${order.orderId}/${parcel.parcelId}`
        const entry = lost.get(key) ?? { order, parcel, lines: [] }
        entry.lines.push({ productId, quantity })
        lost.set(key, entry)
      }
    }
  }
  return [...lost].map(([key, { order, parcel, lines: gone }]): OrderEvent => {
    const { orderId } = order
    const { parcelId } = parcel
    const base = { requestId: `${requestId}/${key}`, orderId, at, parcelId }
    return { kind: 'short', ...base, lines: gone, because: 'damaged' }
  })
}

function holdingsOf(
  orders: readonly Order[],
  siteId: string,
  productId: string,
): readonly Holding[] {
  return orders.flatMap((order) => {
    const parcels = order.parcels
      .filter((parcel) => parcel.siteId === siteId && isLoose(parcel))
      .map((parcel) => ({ parcel, units: countUnits(parcel.lines).get(productId) ?? 0 }))
      .filter(({ units }) => units > 0)
      .sort((a, b) => Number(a.parcel.status === 'picking') - Number(b.parcel.status === 'picking'))
    const units = parcels.reduce((sum, one) => sum + one.units, 0)
    return units > 0 ? [{ order, parcels, units }] : []
  })
}

function isLoose({ status }: OrderParcel): boolean {
  return status === 'planned' || status === 'picking'
}

function claimOf({ order, units }: Holding): Claim {
  const promisedBy = Math.floor(order.promise.arriveBy / 60_000)
  return { orderId: order.orderId, units, promisedBy }
}

/** Lines of `after` that wait and did not wait before: what a failure took out of parcels. */
export function newlyWaiting(before: Order, after: Order): readonly OrderLineIds[] {
  return takeUnits(after.waiting, before.waiting).left
}
