import type { DepartureBook } from '../../core/routes/door.ts'
import {
  eventsOfFailure,
  type Failure,
  isInBuilding,
  type Order,
  type OrderEvent,
  type OrderParcel,
  type OrderStatus,
  type PromiseNews,
} from '../../fulfilment/index.ts'
import type { Ledger } from '../../ledger/index.ts'
import {
  type Closure,
  type ClosureRequest,
  endOf,
  followClosures,
  laneClosures,
  type ReopenRequest,
  readClosures,
  standing,
  tellClosed,
  tellReopened,
} from './closures.ts'
import type { FulfilmentFacts } from './facts.ts'
import { healLate } from './heal-late.ts'
import { eachOf, type Turns } from './in-turn.ts'
import type { LiveHandling } from './live-handling.ts'
import { carryOut } from './order-events.ts'
import type { PlacingParts } from './place-order.ts'
import { repairWaiting } from './repair-orders.ts'
import { withShortId } from './request-ids.ts'

/** Orders whose parcels are taken out of what is closed at once: their writes share flushes. */
const AT_ONCE = 16
/** Statuses in which something of an order may be in a building. */
const IN_BUILDING: readonly OrderStatus[] = ['waiting', 'assigned', 'picking', 'packed']

/** An order that a closure or its end has touched, with the last that its customer was told. */
export interface TouchedOrder {
  readonly orderId: string
  readonly news: PromiseNews | undefined
}

export interface ClosureOutcome {
  readonly closure: Closure
  readonly touched: readonly TouchedOrder[]
}

/** What is closed while a store runs: its departures take nothing, and its orders go elsewhere. */
export interface LiveClosures {
  /** In the order in which they were told, those that are over included. */
  list(): readonly Closure[]
  /** Throws as tellClosed does. */
  close(request: ClosureRequest): Promise<ClosureOutcome>
  /** Throws as tellReopened does. */
  reopen(request: ReopenRequest): Promise<ClosureOutcome>
  /** Takes up what the ledger says: at the start, and where another process told of a closure. */
  takeUp(): Promise<void>
  /** Looks whether something has opened by itself; with `isThorough` also for parcels left in what is closed. */
  look(now: number, isThorough: boolean): Promise<void>
  /** Takes up closures of any process as they come, until the signal. */
  follow(signal: AbortSignal): Promise<void>
}

export interface LiveClosureParts {
  readonly ledger: Ledger
  readonly facts: Pick<FulfilmentFacts, 'handlingMinutes' | 'lanes'>
  readonly book: DepartureBook
  readonly placing: PlacingParts
  readonly turns: Turns
  readonly handling: LiveHandling
  /** Sites of the stock book that are closed and of which nobody knows until when. */
  readonly shut: Set<number>
  readonly onFailure?: ((error: unknown) => void) | undefined
}

export function createLiveClosures(parts: LiveClosureParts): LiveClosures {
  return new Live(parts)
}

class Live implements LiveClosures {
  private readonly parts: LiveClosureParts
  private closures: readonly Closure[] = []
  private sequence = 0
  /** What held when orders were looked at last, in words. */
  private held = ''
  private turn: Promise<unknown> = Promise.resolve()

  constructor(parts: LiveClosureParts) {
    this.parts = parts
  }

  list(): readonly Closure[] {
    return this.closures
  }

  async close(request: ClosureRequest): Promise<ClosureOutcome> {
    const { ledger, facts, placing } = this.parts
    const tell = () => tellClosed(ledger, facts, request, placing.clock())
    return this.change(tell)
  }

  async reopen(request: ReopenRequest): Promise<ClosureOutcome> {
    return this.change(() => tellReopened(this.parts.ledger, request))
  }

  private async change(tell: () => Promise<Closure>): Promise<ClosureOutcome> {
    const before = this.openOrders()
    const closure = await tell()
    // Whoever follows the ledger may have taken it up by now: what counts is what has changed since.
    await this.takeUp()
    return { closure, touched: this.touched(before) }
  }

  takeUp(): Promise<void> {
    // One after the other: each finds what the one before has moved.
    const mine = this.turn.then(() => this.takeUpOnce())
    this.turn = mine.catch(() => undefined)
    return mine
  }

  async look(now: number, isThorough: boolean): Promise<void> {
    this.parts.handling.look(now, this.closures)
    if (this.held !== this.heldAt(now)) await this.takeUp()
    else if (isThorough && this.hits(now).length > 0) await this.takeUp()
  }

  async follow(signal: AbortSignal): Promise<void> {
    const { ledger, onFailure } = this.parts
    for await (const event of followClosures(ledger, this.sequence + 1, signal)) {
      if (event.sequence <= this.sequence) continue
      await this.takeUp().catch((error) => onFailure?.(error))
    }
  }

  private async takeUpOnce(): Promise<void> {
    const { ledger, placing, turns } = this.parts
    const { closures, sequence } = await readClosures(ledger)
    this.closures = closures
    this.sequence = Math.max(sequence, this.sequence)
    const now = placing.clock()
    const opened = this.held !== '' && this.held !== this.heldAt(now)
    this.apply(now)
    await this.withdraw(this.hits(now))
    const waiting = () => placing.orders.book.withStatus('waiting')
    await repairWaiting(placing, turns, waiting(), 'repaired')
    if (opened) await healLate(placing, turns, this.openOrders())
  }

  /** Closes departures as closures say, and opens the rest. */
  private apply(now: number): void {
    const { book, facts, placing, handling, shut } = this.parts
    const held = standing(this.closures, now)
    book.setClosures(laneClosures(held, facts.handlingMinutes))
    handling.look(now, this.closures)
    shut.clear()
    for (const closure of held) {
      const isOpenEnded = endOf(closure) === Infinity && closure.from <= now
      if (closure.siteId === undefined || !isOpenEnded) continue
      const site = placing.stock.book.siteOf(closure.siteId)
      if (site >= 0) shut.add(site)
    }
    this.held = this.heldAt(now)
  }

  private heldAt(now: number): string {
    const held = standing(this.closures, now)
    return held.map((one) => `${one.closureId} ${endOf(one)} ${one.from <= now}`).join()
  }

  private openOrders(): readonly Order[] {
    const { book } = this.parts.placing.orders
    return IN_BUILDING.flatMap((status) => book.withStatus(status))
  }

  /** What closures mean for parcels in buildings, one event a parcel. */
  private hits(now: number): readonly OrderEvent[] {
    const held = standing(this.closures, now)
    if (held.length === 0) return []
    const orders = this.openOrders()
    const taken = new Set<string>()
    return held.flatMap((closure) =>
      this.failuresOf(closure)
        .flatMap((failure) => eventsOfFailure(failure, orders, closure.closureId, now))
        .filter((event) => {
          const key = event.kind === 'withdrawn' ? `${event.orderId} ${event.parcelId}` : ''
          return !taken.has(key) && taken.add(key)
        }),
    )
  }

  private failuresOf(closure: Closure): readonly Failure[] {
    const { siteId, laneIds, from } = closure
    const end = endOf(closure)
    const ways: Failure = {
      ...{ kind: 'lane-down', laneIds },
      hits: (parcel) => parcel.siteId !== siteId && this.isOnClosed(parcel, from, end),
    }
    if (siteId === undefined) return [ways]
    const hits = ({ status, pickBy, shipsBy }: OrderParcel) =>
      shipsBy >= from && (status === 'planned' ? pickBy : shipsBy) < end
    return [{ kind: 'site-closed', siteId, hits }, ways]
  }

  /** Whether a departure of a parcel is closed; by its times where its departures are not known. */
  private isOnClosed({ parcelId, shipsBy, arriveBy }: OrderParcel, from: number, end: number) {
    const slots = this.parts.placing.room.slotsOf(parcelId)
    if (slots !== undefined) return slots.some((slot) => this.parts.book.isClosed(slot))
    return shipsBy < end && arriveBy >= from
  }

  private async withdraw(events: readonly OrderEvent[]): Promise<void> {
    const { placing, turns } = this.parts
    await eachOf(events, AT_ONCE, async (event) => {
      await turns.inTurn(event.orderId, async () => {
        const parcelId = event.kind === 'withdrawn' ? event.parcelId : ''
        const order = placing.orders.book.order(event.orderId)
        const parcel = order?.parcels.find((one) => one.parcelId === parcelId)
        // It may have left, or have been given up, since.
        if (parcel === undefined || !isInBuilding(parcel)) return
        await carryOut(placing, withShortId(event), { isRepairedLater: true })
      })
    })
  }

  private touched(before: readonly Order[]): readonly TouchedOrder[] {
    const { book } = this.parts.placing.orders
    return before.flatMap((order) => {
      const { orderId } = order
      const now = book.order(orderId)!
      return now === order || now.news.length === order.news.length
        ? []
        : [{ orderId, news: now.news.at(-1) }]
    })
  }
}
