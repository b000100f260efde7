import { StorewrightError } from '../../core/errors.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import { readKnob } from '../../core/knobs.ts'
import { afterIterations } from '../../core/optimize/stop.ts'
import type { HeldSet } from '../../core/routes/door.ts'
import {
  type AssignedParcel,
  type HeldParcel,
  type OpenOrder,
  type Order,
  type OrderChange,
  type OrderEventOf,
  type OrderParcel,
  type OrderShare,
  type PlannedParcel,
  reevaluate,
} from '../../fulfilment/index.ts'
import type { InTurns } from './in-turn.ts'
import { FULFILMENT_KNOBS } from './knobs.ts'
import { type NewParcel, wayOf } from './parcel-routes.ts'
import { inBuilding, nextParcelNumber, plainParcel } from './parcels.ts'
import type { PlacingParts } from './place-order.ts'
import { linesOfParcels, planned } from './planned-parcel.ts'

const MINUTE_MS = 60_000

/** Looks again at orders between assignment and pick, some at a time. */
export interface Reevaluator {
  /** Begins a round over all orders that are open now; one under way goes on. */
  begin(): void
  /** Looks at the next orders of the round; returns how many changes were carried out. */
  lookOn(now: number): Promise<number>
}

/**
 * A re-evaluator of the service's open orders. The work of one look is bounded by
 * `fulfilment.reevaluate-orders` and `-assignments`; orders of a customer are looked at together.
 */
export function createReevaluator(
  parts: PlacingParts,
  knobs: KnobSettings,
  inTurns: InTurns,
): Reevaluator {
  const most = readKnob(FULFILMENT_KNOBS.reevaluateOrders, knobs)
  const assignments = readKnob(FULFILMENT_KNOBS.reevaluateAssignments, knobs)
  let round: (readonly [key: string, orderId: string])[] = []
  const { book } = parts.orders
  return {
    begin() {
      if (round.length > 0) return
      const open = ['assigned', 'picking'] as const
      round = open
        .flatMap((status) => book.withStatus(status))
        .map(
          ({ areaId, customerId, orderId }) => [`${customerId ?? ''} ${areaId}`, orderId] as const,
        )
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    },
    async lookOn(now) {
      let end = Math.min(most, round.length)
      // A customer's orders are not parted, up to twice as many orders.
      while (
        end > 0 &&
        end < Math.min(2 * most, round.length) &&
        round[end]![0] === round[end - 1]![0]
      ) {
        end++
      }
      const ids = round.splice(0, end).map(([, orderId]) => orderId)
      const orders = ids.map((id) => book.order(id)!).filter((order) => isOpen(order, now))
      if (orders.length === 0) return 0
      const areas = new Map(orders.map(({ areaId }) => [parts.areaOf(areaId), areaId]))
      const held = new Map([...areas.keys()].map((area) => [area, parts.routes.take(area)]))
      const batch = { parts, held, now, seen: new Map(orders.map((one) => [one.orderId, one])) }
      const changes = lookAt(batch, orders, knobs, assignments)
      return carryOutAll(batch, changes, inTurns)
    },
  }
}

/** Orders under one look: with the sets that route them, and as they stand. */
interface Batch {
  readonly parts: PlacingParts
  readonly held: ReadonlyMap<number, HeldSet>
  readonly now: number
  readonly seen: Map<string, Order>
}

/** True while sites may change: nothing waits, and what is planned is due later and in time. */
function isOpen({ parcels, waiting, promise }: Order, now: number): boolean {
  const open = parcels.filter(({ status }) => status === 'planned')
  const isFree = ({ pickBy, arriveBy }: OrderParcel) => pickBy > now && arriveBy <= promise.arriveBy
  return waiting.length === 0 && open.length > 0 && open.every(isFree)
}

function lookAt(
  { parts, held, now }: Batch,
  orders: readonly Order[],
  knobs: KnobSettings,
  assignments: number,
): readonly OrderChange[] {
  const open = orders.map((order) => openOrder(parts, order, now))
  const situation = parts.situations.across((area) => held.get(area)!.set)
  const own = orders.flatMap((order) => plannedOf(order).map(({ parcelId }) => parcelId))
  // What they hold of their trucks is no obstacle to them.
  return parts.room.without(own, () => {
    const stop = afterIterations(assignments)
    return reevaluate(open, situation, parts.strategy, { stop, knobs }).changes
  })
}

function plannedOf({ parcels }: Order): readonly OrderParcel[] {
  return parcels.filter(({ status }) => status === 'planned')
}

function openOrder(parts: PlacingParts, order: Order, now: number): OpenOrder {
  const { book } = parts.stock
  const parcels = plannedOf(order)
  return {
    ...{ orderId: order.orderId, customer: order.customerId, area: parts.areaOf(order.areaId) },
    pickFrom: Math.ceil(now / MINUTE_MS),
    promisedBy: Math.floor(order.promise.arriveBy / MINUTE_MS),
    parcels: parcels.map(({ siteId, lines }) => ({
      site: book.siteOf(siteId),
      lines: lines.map(({ productId, quantity }) => ({
        product: book.productOf(productId),
        quantity,
      })),
    })),
    joined: parcels.find(({ shipmentId, parcelId }) => shipmentId !== parcelId)?.shipmentId,
  }
}

/** Carries changes out in their order; the first that is not possible any more ends it. */
async function carryOutAll(
  batch: Batch,
  changes: readonly OrderChange[],
  inTurns: InTurns,
): Promise<number> {
  let done = 0
  for (const change of changes) {
    const ids = change.orders.map(({ orderId }) => orderId)
    // Later changes build on the units that earlier ones gave up.
    if (!(await inTurns(ids, () => carryOutChange(batch, change)))) break
    done++
  }
  return done
}

interface Moved {
  readonly order: Order
  readonly share: OrderShare
  readonly parcels: readonly PlannedParcel[]
  readonly settle: (isDone: boolean) => void
}

/** Units and room first, then the orders' events in one piece; false where not all of it went. */
async function carryOutChange(batch: Batch, change: OrderChange): Promise<boolean> {
  const { parts, seen, now } = batch
  const orders = change.orders.map(({ orderId }) => parts.orders.book.order(orderId)!)
  if (orders.some((order) => order !== seen.get(order.orderId) || !isOpen(order, now))) return false
  const moved: Moved[] = []
  for (const [i, share] of change.orders.entries()) {
    const one = await moveOrder(batch, orders[i]!, share, change, i)
    if (one === undefined) break
    moved.push(one)
  }
  const written = parts.orders.submitMany(eventsOf(moved, change, now))
  const outcomes = await written.catch((error: unknown) => {
    for (const { settle } of moved) settle(false)
    throw error
  })
  for (const [i, outcome] of outcomes.entries()) {
    if (!outcome.ok) throw new StorewrightError('ERR_ORDER', outcome.message)
    moved[i]!.settle(true)
    seen.set(outcome.order.orderId, outcome.order)
  }
  return moved.length === orders.length
}

/** Moves the units of one order; undefined, and nothing changed, where its way or units are gone. */
async function moveOrder(
  { parts, held, now }: Batch,
  order: Order,
  share: OrderShare,
  change: OrderChange,
  index: number,
): Promise<Moved | undefined> {
  const area = parts.areaOf(order.areaId)
  const set = held.get(area)!
  const first = nextParcelNumber(order)
  const made = share.parcels.map((parcel, i): NewParcel & { readonly parcel: PlannedParcel } => {
    const whole = change.parcels[share.travelsIn[i]!]!
    const site = parts.situations.siteIn(set.set, parcel.site)
    const way = wayOf(set.set, site, area, whole.route)
    const isFirst = !change.orders
      .slice(0, index)
      .some((one) => one.travelsIn.includes(share.travelsIn[i]!))
    const own = shareOf(parts, parcel, whole, isFirst)
    const parcelId = `${order.orderId}-${first + i}`
    return { way, held: set, parcel: planned(parts, parcelId, own, way, change.reason) }
  })
  if (made.some(({ way }) => way.arriveBy > order.promise.arriveBy || way.pickBy < now))
    return undefined
  const old = plannedOf(order).map(({ parcelId }) => parcelId)
  const settle = parts.room.replace(old, made)
  if (settle === undefined) return undefined
  const parcels = made.map(({ parcel }) => parcel)
  const kept = inBuilding(order).filter(({ status }) => status !== 'planned')
  const outcome = await parts.stock.submit({
    ...{ kind: 'move', requestId: `${requestIdOf(order)}-stock`, reservationId: order.orderId },
    lines: linesOfParcels([...kept, ...parcels]),
  })
  if (outcome.ok) return { order, share, parcels, settle }
  settle(false)
  return undefined
}

/** What one order has of a parcel that may be joint: by volume; the boxes are those of the first. */
function shareOf(parts: PlacingParts, own: HeldParcel, whole: AssignedParcel, isFirst: boolean) {
  const volume = ({ lines }: HeldParcel) =>
    lines.reduce((sum, line) => sum + line.quantity * parts.situations.physics(line.product).m3, 0)
  const share = volume(own) / volume(whole)
  return {
    ...{ site: own.site, lines: own.lines, boxes: isFirst ? whole.boxes : 0 },
    ...{ kg: share * whole.kg, m3: share * whole.m3, shippingCents: share * whole.shippingCents },
  }
}

/** No order changes its sites twice at one length of its life. */
function requestIdOf({ orderId, life }: Order): string {
  return `re-evaluated-${orderId}-${life.length}`
}

function eventsOf(
  moved: readonly Moved[],
  { reason }: OrderChange,
  at: number,
): readonly OrderEventOf<'assigned'>[] {
  const shipments = new Map<number, string>()
  return moved.map(({ order, share, parcels }) => ({
    ...{ kind: 'assigned', requestId: requestIdOf(order), orderId: order.orderId, at },
    why: 're-evaluated',
    parcels: parcels.map((parcel, i) => {
      const travelsIn = share.travelsIn[i]!
      const shipmentId = shipments.get(travelsIn) ?? parcel.parcelId
      shipments.set(travelsIn, shipmentId)
      return { ...plainParcel(parcel), shipmentId }
    }),
    words: `${reason}: now from ${parcels.map(({ siteId }) => siteId).join(', ')}`,
  }))
}
