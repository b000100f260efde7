import { StorewrightError } from '../../core/errors.ts'
import type { HeldSet } from '../../core/routes/door.ts'
import type {
  Assignment,
  AssignmentStrategy,
  BoughtLine,
  Order,
  OrderEvent,
  OrderKeeper,
  OrderToAssign,
  PlannedParcel,
  PromiseKind,
  PromiseOffer,
  Promiser,
  promise,
  ReceiptClaim,
  StockKeeper,
  StockLine,
} from '../../fulfilment/index.ts'
import { type ParcelWay, type TakenRoom, wayOf } from './parcel-routes.ts'
import { linesOfParcels, planned } from './planned-parcel.ts'
import type { RoutesInForce } from './routes-in-force.ts'
import type { Situations } from './situations.ts'
import { asideOf } from './waiting-units.ts'

const MINUTE_MS = 60_000
/** Attempts where others take stock or room at the same moment. */
const ATTEMPTS = 8

/** An order as a shop sends it. */
export interface OrderRequest {
  readonly orderId: string
  readonly customerId?: string | undefined
  readonly areaId: string
  readonly lines: readonly BoughtLine[]
  /** As the customer saw it; absent: the cheapest that can be promised. Epoch ms. */
  readonly promise?: { readonly kind: PromiseKind; readonly arriveBy: number } | undefined
  readonly delivery: 'whole' | 'split'
}

/** What taking orders works on. */
export interface PlacingParts {
  readonly clock: () => number
  readonly stock: StockKeeper
  readonly orders: OrderKeeper
  readonly routes: RoutesInForce
  readonly promiser: Promiser
  readonly strategy: AssignmentStrategy
  readonly situations: Situations
  /** Units on their way that orders wait for. */
  readonly receipts: promise.ReceiptBook
  readonly room: TakenRoom
  readonly areaOf: (areaId: string) => number
  /** Told of each order that was given to sites by the strategy, once its units are reserved. */
  readonly onAssigned?: ((order: OrderToAssign, chosen: Assignment) => void) | undefined
  /** Milliseconds for which units are held while the order is written down. */
  readonly holdMs: number
}

/** What becomes of an order that is placed: its parcels, and the promise that is kept with it. */
interface Plan {
  readonly arriveBy: number
  readonly kind: PromiseKind
  readonly held: HeldSet
  readonly parcels: readonly { readonly parcel: PlannedParcel; readonly way: ParcelWay }[]
  readonly words: string
  /** Units of receipts that it waits for, and units on shelves that go with them. */
  readonly claims: readonly ReceiptClaim[]
  readonly aside: readonly StockLine[]
  /** What the strategy was asked and chose; undefined where the promise itself is the plan. */
  readonly assigned?: { readonly order: OrderToAssign; readonly chosen: Assignment }
}

/**
 * Takes an order: holds its promise against what can be kept now, reserves its units, takes room on
 * its departures, writes it down, and keeps the reservation. Sent again, it is answered with the order
 * of the first time. Throws, having changed nothing: ERR_ORDER (the id is that of another order),
 * ERR_PROMISE (nothing by that date), ERR_NOT_FOUND, ERR_STOCK.
 */
export async function placeOrder(
  parts: PlacingParts,
  request: OrderRequest,
): Promise<{ readonly order: Order; readonly repeated: boolean }> {
  const known = parts.orders.book.order(request.orderId)
  if (known !== undefined) return { order: requireSame(known, request), repeated: true }
  for (let attempt = 1; ; attempt++) {
    const now = parts.clock()
    const plan = planOf(parts, request, now)
    const refused = await reserveUnits(parts, request, plan, now, attempt)
    if (refused === undefined) {
      const isHeld = takeRoom(parts, plan) && claimReceipts(parts, request.orderId, plan)
      if (isHeld) return write(parts, request, plan, now)
      await giveUnits(parts.stock, request.orderId, plan, `${now}-${attempt}`)
    }
    if (attempt === ATTEMPTS) throw stockIsGone(request, refused)
  }
}

function planOf(parts: PlacingParts, request: OrderRequest, now: number): Plan {
  const { stock, routes, promiser } = parts
  const area = parts.areaOf(request.areaId)
  const kind = request.promise?.kind ?? 'guaranteed'
  // Rounded up: what leaves in this very minute has left.
  const minute = Math.ceil(now / MINUTE_MS)
  const lines = joined(parts, request)
  const answer = promiser.promise({ lines, area, now: minute, kind, delivery: request.delivery })
  const { earliest, cheapest, blockedBy } = answer
  if (earliest === undefined || cheapest === undefined) {
    const line = blockedBy?.line
    const product = line === undefined ? undefined : stock.book.productIds[lines[line]!.product]
    throw promiseError(
      `nothing can be promised: ${blockedBy?.block ?? 'no offer'}${product === undefined ? '' : ` (${product})`}`,
    )
  }
  const arriveBy = request.promise?.arriveBy ?? cheapest.arriveBy * MINUTE_MS
  if (arriveBy < earliest.arriveBy * MINUTE_MS) {
    throw promiseError(
      `${iso(arriveBy)} cannot be kept any more: the earliest is ${iso(earliest.arriveBy * MINUTE_MS)}`,
    )
  }
  const held = routes.take(area)
  const order = {
    orderId: request.orderId,
    area,
    lines,
    now: minute,
    promisedBy: Math.floor(arriveBy / MINUTE_MS),
  }
  const chosen = parts.strategy.assign(order, parts.situations.of(held.set))
  const base = { arriveBy, kind, held, claims: [], aside: [] }
  if (chosen !== undefined) {
    const assigned = { order, chosen }
    return { ...base, assigned, ...assignedParcels(parts, request, held, area, chosen) }
  }
  // The strategy looks at stock in the buildings alone; the promise knows what is on its way.
  const offer = cheapest.arriveBy * MINUTE_MS <= arriveBy ? cheapest : earliest
  return { ...base, ...offeredParcels(parts, request, held, area, offer) }
}

/** Lines by dense number, those of one product together. Throws ERR_NOT_FOUND. */
function joined({ stock }: PlacingParts, { lines }: OrderRequest) {
  const units = new Map<number, number>()
  for (const { productId, quantity } of lines) {
    const product = stock.book.productOf(productId)
    if (product < 0) throw new StorewrightError('ERR_NOT_FOUND', `there is no product ${productId}`)
    units.set(product, (units.get(product) ?? 0) + quantity)
  }
  return Array.from(units, ([product, quantity]) => ({ product, quantity }))
}

function assignedParcels(
  parts: PlacingParts,
  { orderId }: OrderRequest,
  held: HeldSet,
  area: number,
  { parcels }: Assignment,
): Pick<Plan, 'parcels' | 'words'> {
  const { book } = parts.stock
  return {
    words: `given to ${parcels.map(({ site }) => book.siteIds[site]!).join(', ')} by ${parts.strategy.name}`,
    parcels: parcels.map((parcel, i) => {
      const way = wayOf(
        held.set,
        parts.situations.siteIn(held.set, parcel.site),
        area,
        parcel.route,
      )
      const worth = parcel.opportunityCents
      const reason = `${parts.strategy.name}: ${cents(parcel.shippingCents)} to ship${worth === 0 ? '' : `, ${cents(worth)} that its units are worth there`}`
      return { way, parcel: planned(parts, `${orderId}-${i + 1}`, parcel, way, reason) }
    }),
  }
}

function offeredParcels(
  parts: PlacingParts,
  { orderId }: OrderRequest,
  held: HeldSet,
  area: number,
  { parcels }: PromiseOffer,
): Pick<Plan, 'parcels' | 'words' | 'claims' | 'aside'> {
  const now = parcels.filter(({ fromIncoming }) => !fromIncoming)
  const waiting = parcels.filter(({ fromIncoming }) => fromIncoming)
  const waits = waiting.length
  return {
    words: `as promised${waits === 0 ? '' : `; ${waits} of ${parcels.length} parcels wait for stock on its way`}`,
    claims: waiting.flatMap(({ claims }) => claims),
    aside: waiting.flatMap((parcel) => shelfUnits(parts, held.set.siteIds[parcel.site]!, parcel)),
    parcels: now.map((parcel, i) => {
      const { lines, route, costCents } = parcel
      // Promises number sites as their route set does.
      const way = wayOf(held.set, parcel.site, area, route)
      const site = parts.stock.book.siteOf(held.set.siteIds[parcel.site]!)
      const sum = (of: 'kg' | 'm3') =>
        lines.reduce(
          (total, line) => total + line.quantity * parts.situations.physics(line.product)[of],
          0,
        )
      const sizes = { boxes: 1, kg: sum('kg'), m3: sum('m3'), shippingCents: costCents }
      const reason = 'the way that was promised'
      return {
        way,
        parcel: planned(parts, `${orderId}-${i + 1}`, { site, lines, ...sizes }, way, reason),
      }
    }),
  }
}

/** What a parcel that waits for receipts takes from the shelf beside them. */
function shelfUnits(
  { stock: { book } }: PlacingParts,
  siteId: string,
  { lines, claims }: PromiseOffer['parcels'][number],
): readonly StockLine[] {
  return lines.flatMap((line) => {
    const productId = book.productIds[line.product]!
    const coming = claims
      .filter((claim) => claim.productId === productId)
      .reduce((sum, claim) => sum + claim.quantity, 0)
    const quantity = line.quantity - coming
    return quantity > 0 ? [{ siteId, productId, quantity }] : []
  })
}

/** Undefined once the units are held; else why not, in words. */
async function reserveUnits(
  { stock, holdMs }: PlacingParts,
  { orderId }: OrderRequest,
  plan: Plan,
  now: number,
  attempt: number,
): Promise<string | undefined> {
  const own = linesOfParcels(plan.parcels.map(({ parcel }) => parcel))
  const wanted = [
    { reservationId: orderId, lines: own },
    { reservationId: asideOf(orderId), lines: plan.aside },
  ].filter(({ lines }) => lines.length > 0)
  const outcomes = await stock.submitMany(
    wanted.map(({ reservationId, lines }) => ({
      ...{ kind: 'reserve', requestId: `order-${reservationId}-${now}-${attempt}` },
      ...{ reservationId, expiresAt: now + holdMs, lines },
    })),
  )
  const refused = outcomes.find((outcome) => !outcome.ok)
  if (refused === undefined || refused.ok) return undefined
  // Of two the other may be held; or both are, by an attempt that ended before the order was written.
  await giveUnits(stock, orderId, plan, `${now}-${attempt}`)
  if (refused.refusal === 'short' || refused.refusal === 'reservation-exists') {
    return refused.message
  }
  throw new StorewrightError('ERR_STOCK', refused.message)
}

async function giveUnits(
  stock: StockKeeper,
  orderId: string,
  { aside }: Pick<Plan, 'aside'>,
  attempt: string,
): Promise<void> {
  const ids = aside.length === 0 ? [orderId] : [orderId, asideOf(orderId)]
  await stock.submitMany(
    ids.map((reservationId) => ({
      ...{ kind: 'release', requestId: `order-${reservationId}-${attempt}-undo`, reservationId },
    })),
  )
}

/** False where another order took units of a receipt meanwhile; the room is free again then. */
function claimReceipts({ receipts, room }: PlacingParts, orderId: string, plan: Plan): boolean {
  if (plan.claims.length === 0 || receipts.claim(orderId, plan.claims)) return true
  for (const { parcel } of plan.parcels) room.give(parcel.parcelId, false)
  return false
}

function takeRoom({ room }: PlacingParts, { parcels, held }: Plan): boolean {
  const done: string[] = []
  for (const { parcel, way } of parcels) {
    if (room.take({ parcel, way, held })) done.push(parcel.parcelId)
    else {
      for (const parcelId of done) room.give(parcelId, false)
      return false
    }
  }
  return true
}

async function write(
  parts: PlacingParts,
  request: OrderRequest,
  plan: Plan,
  now: number,
): Promise<{ readonly order: Order; readonly repeated: boolean }> {
  const { orderId, customerId = null, areaId, lines } = request
  const base = { orderId, at: now }
  const parcels = plan.parcels.map(({ parcel }) => parcel)
  const events: OrderEvent[] = [
    {
      kind: 'placed',
      requestId: `place-${orderId}`,
      ...base,
      ...{ customerId, areaId, lines: [...lines] },
      promise: {
        kind: plan.kind,
        promisedAt: now,
        arriveBy: plan.arriveBy,
        routeVersion: plan.held.set.version,
      },
    },
    {
      kind: 'assigned',
      requestId: `assign-${orderId}`,
      ...base,
      why: 'placed',
      parcels: parcels.map((parcel) => ({
        ...parcel,
        lines: [...parcel.lines],
        laneIds: [...parcel.laneIds],
      })),
      words: plan.words,
    },
  ]
  if (plan.claims.length > 0) {
    const claims = plan.claims.map((claim) => ({ ...claim }))
    events.push({ kind: 'claimed', requestId: `claim-${orderId}`, ...base, claims })
  }
  try {
    const outcomes = await parts.orders.submitMany(events)
    const refused = outcomes.find((outcome) => !outcome.ok)
    if (refused?.ok === false) throw new StorewrightError('ERR_ORDER', refused.message)
    const last = outcomes.at(-1)!
    if (!last.ok) throw new StorewrightError('ERR_ORDER', last.message)
    // Only now: an order that was not written down holds nothing beyond its time.
    if (parcels.length > 0) await keepUnits(parts, orderId)
    if (plan.aside.length > 0) await keepUnits(parts, asideOf(orderId))
    if (plan.assigned !== undefined) parts.onAssigned?.(plan.assigned.order, plan.assigned.chosen)
    return { order: last.order, repeated: false }
  } catch (error) {
    for (const { parcelId } of parcels) parts.room.give(parcelId, false)
    parts.receipts.release(orderId)
    throw error
  }
}

/** Keeps the units of a reservation without end. */
export async function keepUnits(
  { stock }: Pick<PlacingParts, 'stock'>,
  reservationId: string,
): Promise<void> {
  const requestId = `keep-${reservationId}`
  const outcome = await stock.submit({ kind: 'keep', requestId, reservationId })
  if (!outcome.ok) throw new StorewrightError('ERR_STOCK', outcome.message)
}

/** The order, where the request is the one that it was placed by. Throws ERR_ORDER. */
function requireSame(order: Order, request: OrderRequest): Order {
  const { areaId, customerId, lines, promise } = request
  const same =
    order.areaId === areaId &&
    order.customerId === customerId &&
    JSON.stringify(order.lines.map(plain)) === JSON.stringify(lines.map(plain)) &&
    (promise === undefined || promise.arriveBy === order.promise.arriveBy)
  if (same) return order
  throw new StorewrightError('ERR_ORDER', `there is another order ${order.orderId} already`, {
    next: 'Give each order an id of its own.',
  })
}

function plain({ productId, quantity, unitPriceCents }: BoughtLine) {
  return [productId, quantity, unitPriceCents]
}

function stockIsGone({ orderId }: OrderRequest, refused: string | undefined): StorewrightError {
  return promiseError(
    `order ${orderId}: ${refused ?? 'its departures have filled up'}, after ${ATTEMPTS} attempts`,
  )
}

function promiseError(message: string): StorewrightError {
  return new StorewrightError('ERR_PROMISE', message, {
    next: 'Ask POST /promises what can be promised now, and show it to the customer.',
  })
}

function cents(value: number): string {
  return `${Math.round(value)} cents`
}

function iso(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16)}Z`
}
