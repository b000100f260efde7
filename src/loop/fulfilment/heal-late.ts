import {
  type Assignment,
  type Order,
  type OrderEvent,
  type OrderParcel,
  type Repair,
  repairOrder,
  StockOverlay,
} from '../../fulfilment/index.ts'
import { eachOf, type Turns } from './in-turn.ts'
import { type NewParcel, wayOf } from './parcel-routes.ts'
import { inBuilding, nextParcelNumber, plainParcel } from './parcels.ts'
import type { PlacingParts } from './place-order.ts'
import { linesOfParcels, planned } from './planned-parcel.ts'

const MINUTE_MS = 60_000
/** An order changes its sites for no less. */
const SOONER_MS = 60 * MINUTE_MS
const AT_ONCE = 16

/** True where something that may still change its site is planned to come after the promised date. */
export function isPlannedLate({ parcels, promise, outcome }: Order): boolean {
  const isLate = ({ status, arriveBy }: OrderParcel) =>
    status === 'planned' && arriveBy > promise.arriveBy
  return outcome === undefined && parcels.some(isLate)
}

/**
 * Looks again at orders that are planned too late: something may have opened, or come in. In time
 * where that is possible now, else sooner; each change is told. Returns the orders that changed.
 */
export async function healLate(
  parts: PlacingParts,
  turns: Turns,
  orders: readonly Order[],
): Promise<readonly string[]> {
  const healed: string[] = []
  await eachOf(orders.filter(isPlannedLate), AT_ONCE, async ({ orderId }) => {
    await turns.inTurn(orderId, async () => {
      const order = parts.orders.book.order(orderId)!
      if (isPlannedLate(order) && (await heal(parts, order))) healed.push(orderId)
    })
  })
  return healed
}

async function heal(parts: PlacingParts, order: Order): Promise<boolean> {
  const area = parts.areaOf(order.areaId)
  if (area < 0) return false
  const held = parts.routes.take(area)
  const old = order.parcels.filter(({ status }) => status === 'planned')
  const repaired = lookAgain(parts, order, area, old)
  if (repaired.assignment === undefined || repaired.waits.length > 0) return false
  const made = parcelsOf(parts, order, area, repaired.assignment).map((one) => ({ ...one, held }))
  const before = Math.max(...old.map(({ arriveBy }) => arriveBy))
  const arriveBy = Math.max(...made.map(({ way }) => way.arriveBy))
  if (arriveBy > before - SOONER_MS) return false
  return moveTo(parts, order, old, made, eventsOf(parts, order, repaired, made, arriveBy))
}

/** What would be done with its planned parcels if they were not given to sites yet. */
function lookAgain(
  parts: PlacingParts,
  order: Order,
  area: number,
  old: readonly OrderParcel[],
): Repair {
  const { book } = parts.stock
  const parcels = old.map(({ siteId, lines }) => ({
    site: book.siteOf(siteId),
    lines: lines.map(({ productId, quantity }) => ({
      ...{ product: book.productOf(productId), quantity },
    })),
  }))
  const overlay = new StockOverlay(parts.situations.of(parts.routes.take(area).set))
  overlay.release(parcels)
  const lines = parcels.flatMap((parcel) => parcel.lines)
  const affected = {
    ...{ orderId: order.orderId, area, lines, fromSites: parcels.map(({ site }) => site) },
    pickFrom: Math.ceil(parts.clock() / MINUTE_MS),
    promisedBy: Math.floor(order.promise.arriveBy / MINUTE_MS),
    because: order.trouble ?? ('late-arrival-of-stock' as const),
  }
  const own = old.map(({ parcelId }) => parcelId)
  return parts.room.without(own, () => repairOrder(affected, lines, overlay, parts.strategy))
}

type Made = Pick<NewParcel, 'way'> & { readonly parcel: ReturnType<typeof planned> }

function parcelsOf(
  parts: PlacingParts,
  order: Order,
  area: number,
  { parcels }: Assignment,
): readonly Made[] {
  const { set } = parts.routes.take(area)
  const first = nextParcelNumber(order)
  return parcels.map((one, i) => {
    const way = wayOf(set, parts.situations.siteIn(set, one.site), area, one.route)
    const parcelId = `${order.orderId}-${first + i}`
    return { way, parcel: planned(parts, parcelId, one, way, 'comes sooner than what was planned') }
  })
}

function eventsOf(
  parts: PlacingParts,
  order: Order,
  { because, fate, words }: Repair,
  made: readonly Made[],
  arriveBy: number,
): readonly OrderEvent[] {
  const base = { orderId: order.orderId, at: parts.clock() }
  const requestId = `healed-${order.orderId}-${order.life.length}`
  const isLate = arriveBy > order.promise.arriveBy
  const day = new Date(arriveBy).toISOString().slice(0, 10)
  const kept = fate === 'kept-later' ? fate : 'kept-from-elsewhere'
  return [
    {
      ...{ kind: 'assigned', requestId, ...base, why: 're-evaluated' },
      parcels: made.map(({ parcel }) => plainParcel(parcel)),
      words: `sooner: now from ${made.map(({ parcel }) => parcel.siteId).join(', ')}`,
    },
    {
      ...{ kind: 'told', requestId: `${requestId}-told`, ...base, because, arriveBy },
      fate: isLate ? 'broken-late' : kept,
      words: isLate ? `${words}, by ${day}, sooner than told` : `it comes in time again, by ${day}`,
    },
  ]
}

/** Moves units and room, then writes it down; false, and nothing changed, where others were faster. */
async function moveTo(
  parts: PlacingParts,
  order: Order,
  old: readonly OrderParcel[],
  made: readonly (Made & Pick<NewParcel, 'held'>)[],
  events: readonly OrderEvent[],
): Promise<boolean> {
  const own = old.map(({ parcelId }) => parcelId)
  const settle = parts.room.replace(own, made)
  if (settle === undefined) return false
  const kept = inBuilding(order).filter(({ status }) => status !== 'planned')
  const lines = linesOfParcels([...kept, ...made.map(({ parcel }) => parcel)])
  const requestId = `${events[0]!.requestId}-stock`
  const moved = await parts.stock.submit({
    kind: 'move',
    requestId,
    reservationId: order.orderId,
    lines,
  })
  if (!moved.ok) {
    settle(false)
    return false
  }
  const outcomes = await parts.orders.submitMany(events).catch((error: unknown) => {
    settle(false)
    throw error
  })
  settle(outcomes[0]!.ok)
  return outcomes[0]!.ok
}
