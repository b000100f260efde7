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
  /** Nothing leaves a site. */
  | { readonly kind: 'site-closed'; readonly siteId: string }
  /** Nothing goes over these lanes: parcels that have not left yet need another way. */
  | { readonly kind: 'lane-down'; readonly laneIds: readonly string[] }

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
      return withdrawn(list, requestId, at, failure.kind, ({ siteId }) => siteId === failure.siteId)
    case 'lane-down': {
      const isHit = ({ laneIds }: OrderParcel) => laneIds.some((id) => failure.laneIds.includes(id))
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

interface Holding {
  readonly order: Order
  readonly parcel: OrderParcel
  readonly units: number
}

/** Packed units are whole; of the others as many are lost as are missing, shared out fairly. */
function damaged(
  { siteId, lines }: Extract<Failure, { kind: 'damaged' }>,
  orders: readonly Order[],
  requestId: string,
  at: number,
): readonly OrderEvent[] {
  const lost = new Map<string, Holding & { lines: OrderLineIds[] }>()
  for (const [productId, missing] of countUnits(lines)) {
    const holdings = holdingsOf(orders, siteId, productId)
    const held = holdings.reduce((sum, { units }) => sum + units, 0)
    const kept = fairShare(Math.max(0, held - missing), holdings.map(claimOf))
    holdings.forEach((holding, index) => {
      const quantity = holding.units - kept[index]!
      if (quantity === 0) return
      const key = `${holding.order.orderId}/${holding.parcel.parcelId}`
      const entry = lost.get(key) ?? { ...holding, lines: [] }
      entry.lines.push({ productId, quantity })
      lost.set(key, entry)
    })
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
  return orders.flatMap((order) =>
    order.parcels.flatMap((parcel) => {
      const isThere = parcel.status === 'planned' || parcel.status === 'picking'
      if (!isThere || parcel.siteId !== siteId) return []
      const units = countUnits(parcel.lines).get(productId) ?? 0
      return units > 0 ? [{ order, parcel, units }] : []
    }),
  )
}

function claimOf({ order, parcel, units }: Holding): Claim {
  const orderId = `${order.orderId}/${parcel.parcelId}`
  return { orderId, units, promisedBy: Math.floor(order.promise.arriveBy / 60_000) }
}

/** Lines of `after` that wait and did not wait before: what a failure took out of parcels. */
export function newlyWaiting(before: Order, after: Order): readonly OrderLineIds[] {
  return takeUnits(after.waiting, before.waiting).left
}
