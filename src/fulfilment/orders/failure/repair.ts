import type {
  Assignment,
  AssignmentStrategy,
  OrderLine,
  OrderToAssign,
  Situation,
} from '../../assign/types.ts'
import type { BrokenBecause } from '../../promise/types.ts'
import { joinedLines } from '../reevaluate/bundle.ts'
import { StockOverlay } from '../reevaluate/stock-overlay.ts'
import type { PromiseFate } from '../types.ts'
import { type Claim, fairShare } from './fair-share.ts'

/** Units of an order that have no site any more. */
export interface AffectedOrder {
  readonly orderId: string
  readonly area: number
  /** Units by product; lines of one product count together. */
  readonly lines: readonly OrderLine[]
  /** Epoch minutes: from when they can be picked elsewhere; and the promise, which stays as it is. */
  readonly pickFrom: number
  readonly promisedBy: number
  /** Sites that they were to come from. */
  readonly fromSites: readonly number[]
  readonly because: BrokenBecause
}

/** What becomes of an affected order. */
export interface Repair {
  readonly orderId: string
  readonly fate: PromiseFate
  readonly because: BrokenBecause
  /** Sites for what can be sent; undefined where nothing can. */
  readonly assignment: Assignment | undefined
  /** Units that wait for stock. */
  readonly waits: readonly OrderLine[]
  /** Epoch minute by which all of it arrives; undefined while some of it waits. */
  readonly arriveBy: number | undefined
  readonly words: string
}

/** Days after the promise that are tried one after the other, when it cannot be kept. */
const LATER_DAYS = [1, 2, 3, 4, 5, 6, 7, 10, 14, 21, 28]

/**
 * Gives affected units to sites again, the earliest promise first (ties by id). Where products are
 * short over all of the orders, each first gets its fair share and the rest waits. Each order is then
 * assigned by the strategy inside its promise; failing that, by the first of some later days. Later
 * orders see what earlier ones took. The order of the list plays no part. O(orders × days) assignments.
 */
export function repair(
  affected: readonly AffectedOrder[],
  situation: Situation,
  strategy: AssignmentStrategy,
): readonly Repair[] {
  const stock = new StockOverlay(situation)
  const orders = inTheirOrder(affected)
  const shares = shareScarce(orders, situation)
  return orders.map((order, index) => {
    const repaired = repairOrder(order, shares[index]!, stock, strategy)
    if (repaired.assignment !== undefined) stock.take(repaired.assignment.parcels)
    return repaired
  })
}

/** Affected orders as they are repaired: the earliest promise first, ties by id. */
export function inTheirOrder(affected: readonly AffectedOrder[]): readonly AffectedOrder[] {
  return [...affected].sort(
    (a, b) => a.promisedBy - b.promisedBy || (a.orderId < b.orderId ? -1 : 1),
  )
}

/**
 * Gives one order `sent`, its share of `shareScarce`, to sites; what it does not get waits. At most a
 * dozen assignments: a live service carries one out before it looks at the next.
 */
export function repairOrder(
  order: AffectedOrder,
  sent: readonly OrderLine[],
  situation: Situation,
  strategy: AssignmentStrategy,
): Repair {
  const waits = lacking(order.lines, sent)
  const found = sent.length === 0 ? undefined : assignBy(order, sent, situation, strategy)
  if (found === undefined) return told(order, undefined, joinLines(order.lines), undefined)
  return told(order, found.assignment, waits, waits.length > 0 ? undefined : found.by)
}

function joinLines(lines: readonly OrderLine[]): readonly OrderLine[] {
  return joinedLines([{ site: 0, lines }])
}

/** What each order gets of what can be taken: all it asks, or its fair share of products that are short. */
export function shareScarce(
  orders: readonly AffectedOrder[],
  situation: Pick<Situation, 'available' | 'sitesWith'>,
): readonly (readonly OrderLine[])[] {
  const asks = new Map<number, (Claim & { readonly index: number })[]>()
  for (const [index, { orderId, promisedBy, lines }] of orders.entries()) {
    for (const { product, quantity } of joinLines(lines)) {
      const claim = { orderId, promisedBy, units: quantity, index }
      const others = asks.get(product)
      if (others === undefined) asks.set(product, [claim])
      else others.push(claim)
    }
  }
  const given: OrderLine[][] = orders.map(() => [])
  for (const [product, claims] of [...asks].sort(([a], [b]) => a - b)) {
    const available = situation
      .sitesWith(product)
      .reduce((sum, site) => sum + situation.available(site, product), 0)
    fairShare(available, claims).forEach((quantity, at) => {
      if (quantity > 0) given[claims[at]!.index]!.push({ product, quantity })
    })
  }
  return given
}

function lacking(lines: readonly OrderLine[], sent: readonly OrderLine[]): readonly OrderLine[] {
  return joinLines(lines).flatMap(({ product, quantity }) => {
    const units = quantity - (sent.find((line) => line.product === product)?.quantity ?? 0)
    return units > 0 ? [{ product, quantity: units }] : []
  })
}

/** Sites inside the promise, else by the first later day on which there are any. */
function assignBy(
  { orderId, area, pickFrom, promisedBy }: AffectedOrder,
  lines: readonly OrderLine[],
  stock: Situation,
  strategy: AssignmentStrategy,
): { readonly assignment: Assignment; readonly by: number } | undefined {
  // A promise that lies behind us is late by now: days count from when it can be picked.
  const from = Math.max(promisedBy, pickFrom)
  for (const by of [promisedBy, ...LATER_DAYS.map((days) => from + 1440 * days)]) {
    const request: OrderToAssign = { orderId, area, lines, now: pickFrom, promisedBy: by }
    const assignment = strategy.assign(request, stock)
    if (assignment !== undefined) return { assignment, by }
  }
  return undefined
}

function told(
  { orderId, because, promisedBy, fromSites }: AffectedOrder,
  assignment: Assignment | undefined,
  waits: readonly OrderLine[],
  arriveBy: number | undefined,
): Repair {
  const base = { orderId, because, assignment, waits, arriveBy }
  if (arriveBy === undefined) {
    const units = waits.reduce((sum, { quantity }) => sum + quantity, 0)
    const words = `${WHAT[because]}: ${units} ${units === 1 ? 'unit waits' : 'units wait'} for stock; no date can be told yet`
    return { ...base, fate: 'broken-waiting', words }
  }
  if (arriveBy > promisedBy) {
    const days = Math.ceil((arriveBy - promisedBy) / 1440)
    const words = `${WHAT[because]}: it comes up to ${days} ${days === 1 ? 'day' : 'days'} after the promised date`
    return { ...base, fate: 'broken-late', words }
  }
  const isSame = assignment!.parcels.every(({ site }) => fromSites.includes(site))
  if (isSame) {
    const words = `${WHAT[because]}: it leaves later and still arrives as promised`
    return { ...base, fate: 'kept-later', words }
  }
  const words = `${WHAT[because]}: another site sends it, and it arrives as promised`
  return { ...base, fate: 'kept-from-elsewhere', words }
}

/** What went wrong, as a customer is told. */
const WHAT: Readonly<Record<BrokenBecause, string>> = {
  'short-pick': 'Units were not where they should be',
  damaged: 'Units were damaged',
  'site-closed': 'The site that was to send it is closed',
  'late-packing': 'It was packed late',
  'lane-down': 'Its way is interrupted',
  'late-on-the-way': 'It is late on its way',
  'late-arrival-of-stock': 'Stock arrived late',
  'changed-by-customer': 'The order was changed',
}
