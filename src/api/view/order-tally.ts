import type { BrokenBecause, Order, OrderBook } from '../../fulfilment/index.ts'
import type { Standing } from '../schemas/fulfilment-pages.ts'
import { liveParcels, nextTurnOf, type Stand, standingOf } from './order-standing.ts'

export const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

type Counts<Key> = Map<Key, number>

/** What is added up of the orders placed on one day (UTC). */
export interface DayTally {
  orders: number
  kept: number
  /** Promises broken: those that came late, and those overdue. */
  broken: number
  readonly causes: Counts<BrokenBecause | undefined>
  /** Orders that have parcels, those of them in several shipments, and what they add up to. */
  sent: number
  split: number
  shipments: number
  units: number
  costCents: number
}

/** What was counted of one order, so that it can be taken back. */
interface Counted {
  readonly order: Order
  readonly stand: Stand
  readonly day: number
  readonly turn: number | undefined
}

/**
 * Orders counted by day, status and standing, kept up to date with what has changed: a request costs
 * the changes since the last one and the orders whose date has come, not all there are.
 */
export interface OrderTally {
  readonly book: OrderBook
  readonly statuses: ReadonlyMap<Order['status'], number>
  readonly standings: ReadonlyMap<Standing, number>
  /** Why orders will be late, of those that are not yet. */
  readonly lateCauses: ReadonlyMap<BrokenBecause | undefined, number>
  day(day: number): Readonly<DayTally> | undefined
  /** Days on which orders were placed, newest first. */
  days(): readonly number[]
  /** Ids of orders of a status and standing that were placed on a day. */
  ids(status: Order['status'], standing: Standing, day: number): ReadonlySet<string>
  /** Takes in what has changed up to `now` (epoch ms). */
  follow(now: number): void
}

/** A tally of a book's orders, empty until it is told to follow. */
export function createOrderTally(book: OrderBook): OrderTally {
  return new Tally(book)
}

class Tally implements OrderTally {
  readonly book: OrderBook
  readonly statuses: Counts<Order['status']> = new Map()
  readonly standings: Counts<Standing> = new Map()
  readonly lateCauses: Counts<BrokenBecause | undefined> = new Map()
  private readonly known = new Map<string, Counted>()
  private readonly tallies = new Map<number, DayTally>()
  /** Ids by status, standing and day. */
  private readonly sets = new Map<string, Set<string>>()
  /** Orders by the minute in which their standing may change. */
  private readonly turns = new Map<number, Set<string>>()
  private newestFirst: readonly number[] | undefined
  private revision = 0
  private minute = Number.NaN

  constructor(book: OrderBook) {
    this.book = book
  }

  day(day: number): Readonly<DayTally> | undefined {
    return this.tallies.get(day)
  }

  days(): readonly number[] {
    this.newestFirst ??= [...this.tallies.keys()].sort((a, b) => b - a)
    return this.newestFirst
  }

  ids(status: Order['status'], standing: Standing, day: number): ReadonlySet<string> {
    return this.sets.get(`${status} ${standing} ${day}`) ?? NONE
  }

  follow(now: number): void {
    const changed = this.book.changedSince(this.revision)
    this.revision = this.book.revision
    for (const order of changed) this.count(order, now)
    const minute = Math.floor(now / MINUTE_MS)
    if (minute === this.minute) return
    // A clock that went back makes every judgement doubtful.
    if (minute < this.minute) for (const order of this.book.all()) this.count(order, now)
    this.minute = minute
    for (const [due, ids] of this.turns) {
      if (due > minute) continue
      for (const id of [...ids]) this.count(this.book.order(id)!, now)
    }
  }

  private count(order: Order, now: number): void {
    const { orderId } = order
    const before = this.known.get(orderId)
    if (before !== undefined) this.add(before, -1)
    const stand = standingOf(order, now)
    const at = nextTurnOf(order, stand, now)
    // The minute after: then it has passed whatever its seconds.
    const turn = at === undefined ? undefined : Math.floor(at / MINUTE_MS) + 1
    const counted = { order, stand, day: Math.floor(order.placedAt / DAY_MS), turn }
    this.known.set(orderId, counted)
    this.add(counted, 1)
  }

  /** Adds an order to all sums, or takes it out of them. */
  private add({ order, stand, day, turn }: Counted, sign: 1 | -1): void {
    bump(this.statuses, order.status, sign)
    bump(this.standings, stand.standing, sign)
    if (stand.standing === 'late') bump(this.lateCauses, stand.because, sign)
    const key = `${order.status} ${stand.standing} ${day}`
    change(this.sets, key, order.orderId, sign)
    if (turn !== undefined) change(this.turns, turn, order.orderId, sign)
    let tally = this.tallies.get(day)
    if (tally === undefined) {
      tally = emptyDay()
      this.tallies.set(day, tally)
      this.newestFirst = undefined
    }
    addTo(tally, order, stand, sign)
  }
}

const NONE: ReadonlySet<string> = new Set()

function emptyDay(): DayTally {
  return {
    ...{ orders: 0, kept: 0, broken: 0, causes: new Map() },
    ...{ sent: 0, split: 0, shipments: 0, units: 0, costCents: 0 },
  }
}

function addTo(tally: DayTally, order: Order, { standing, because }: Stand, sign: 1 | -1): void {
  tally.orders += sign
  if (standing === 'kept') tally.kept += sign
  if (standing === 'broken' || standing === 'overdue') {
    tally.broken += sign
    bump(tally.causes, because, sign)
  }
  const parcels = liveParcels(order)
  if (parcels.length === 0) return
  const shipments = new Set(parcels.map(({ shipmentId }) => shipmentId)).size
  tally.sent += sign
  if (shipments > 1) tally.split += sign
  tally.shipments += sign * shipments
  for (const { lines, shippingCents } of parcels) {
    for (const { quantity } of lines) tally.units += sign * quantity
    tally.costCents += sign * shippingCents
  }
}

function bump<Key>(counts: Counts<Key>, key: Key, by: number): void {
  const count = (counts.get(key) ?? 0) + by
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}

function change<Key>(sets: Map<Key, Set<string>>, key: Key, id: string, sign: 1 | -1): void {
  const set = sets.get(key) ?? new Set()
  if (sign === 1) set.add(id)
  else set.delete(id)
  if (set.size === 0) sets.delete(key)
  else sets.set(key, set)
}
