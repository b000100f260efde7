import type { BrokenBecause, Order, OrderParcel } from '../../fulfilment/index.ts'
import type { Standing } from '../schemas/fulfilment-pages.ts'

/** How an order stands to its promise, and why. */
export interface Stand {
  readonly standing: Standing
  readonly words: string
  /** Epoch ms at which all of it is there; null while some of it waits. */
  readonly expectedBy: number | null
  /** What broke the promise or is about to; undefined where nothing went wrong. */
  readonly because: BrokenBecause | undefined
}

/** What breaks promises, as a clause. */
export const CAUSES: Readonly<Record<BrokenBecause, string>> = {
  'short-pick': 'units were not on the shelf',
  damaged: 'units were damaged',
  'site-closed': 'a site closed',
  'late-packing': 'it was packed late',
  'lane-down': 'a lane was down',
  'late-on-the-way': 'it was late on the way',
  'late-arrival-of-stock': 'stock came late',
  'changed-by-customer': 'the customer changed it',
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Statuses in which nothing can be hastened any more. */
const HAS_ENDED: ReadonlySet<Order['status']> = new Set(['delivered', 'returned', 'cancelled'])

/** Parcels in which something is left. */
export const liveParcels = ({ parcels }: Order): readonly OrderParcel[] =>
  parcels.filter(({ status }) => status !== 'cancelled')

/** Judges an order against its promise. `now` is epoch ms. */
export function standingOf(order: Order, now: number): Stand {
  const { outcome, status, promise, trouble } = order
  const expectedBy = expectedOf(order)
  if (status === 'cancelled') {
    return { standing: 'cancelled', words: 'cancelled', expectedBy, because: undefined }
  }
  if (outcome?.kept === true) {
    const words = trouble === undefined ? 'kept' : `kept, although ${CAUSES[trouble]}`
    return { standing: 'kept', words, expectedBy: outcome.deliveredAt, because: undefined }
  }
  const because = outcome?.because ?? trouble
  const why = because === undefined ? '' : `: ${CAUSES[because]}`
  if (outcome !== undefined || now > promise.arriveBy) {
    const late = (outcome?.deliveredAt ?? now) - promise.arriveBy
    const there = outcome?.deliveredAt !== undefined
    const words = `${there ? 'came' : 'is'} ${spanWords(late)} late${why}`
    const standing = there || HAS_ENDED.has(status) ? 'broken' : 'overdue'
    return { standing, words, expectedBy: outcome?.deliveredAt ?? expectedBy, because }
  }
  return openStanding(order, now, expectedBy, why, because)
}

/** The standing of an order whose date has not passed. */
function openStanding(
  order: Order,
  now: number,
  expectedBy: number | null,
  why: string,
  because: BrokenBecause | undefined,
): Stand {
  const { promise } = order
  if (expectedBy === null) {
    return { standing: 'at-risk', words: `waits for stock${why}`, expectedBy, because }
  }
  if (expectedBy > promise.arriveBy) {
    const words = `will be ${spanWords(expectedBy - promise.arriveBy)} late${why}`
    return { standing: 'late', words, expectedBy, because }
  }
  const overdue = liveParcels(order).find(
    ({ status, pickBy, shipsBy }) =>
      (status === 'planned' && now > pickBy) ||
      ((status === 'picking' || status === 'packed') && now > shipsBy),
  )
  if (overdue !== undefined) {
    const words =
      overdue.status === 'planned' ? 'picking should have begun' : 'should have left by now'
    return { standing: 'at-risk', words, expectedBy, because }
  }
  return { standing: 'on-time', words: 'on time', expectedBy, because }
}

/** When the last of it arrives as planned; null while units wait or nothing is planned. */
function expectedOf(order: Order): number | null {
  const parcels = liveParcels(order)
  if (order.waiting.length > 0 || parcels.length === 0) return null
  return Math.max(...parcels.map(({ arriveBy, reached }) => reached.delivered ?? arriveBy))
}

/** A span of time as `3 hours`, `2 days`; never less than an hour. */
export function spanWords(ms: number): string {
  const [count, noun] =
    ms < 2 * DAY_MS
      ? [Math.max(1, Math.round(ms / HOUR_MS)), 'hour']
      : [Math.round(ms / DAY_MS), 'day']
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** What is paid for an order. */
export const orderValueOf = ({ lines }: Order): number =>
  lines.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, 0)

/**
 * What orders in trouble are ranked by: their value times the days that they are late; where they are
 * not late yet, divided by the days that are left.
 */
export function urgencyOf(order: Order, { standing, expectedBy }: Stand, now: number): number {
  const { arriveBy } = order.promise
  const days = (ms: number) => Math.max(1 / 24, ms / DAY_MS)
  const value = Math.max(1, orderValueOf(order))
  if (standing === 'at-risk') return value / days(arriveBy - now)
  return value * days(Math.max(now, expectedBy ?? now) - arriveBy)
}

/**
 * When the standing of an order may next change by itself (epoch ms): its date passes, or picking or
 * leaving falls due. Undefined where only an event changes it.
 */
export function nextTurnOf(order: Order, { standing }: Stand, now: number): number | undefined {
  if (!['late', 'at-risk', 'on-time'].includes(standing)) return undefined
  const turns = liveParcels(order).flatMap(({ pickBy, shipsBy }) => [pickBy, shipsBy])
  const ahead = [order.promise.arriveBy, ...turns].filter((at) => at >= now)
  return ahead.length === 0 ? undefined : Math.min(...ahead)
}
