import { createMaxHeap, type MaxHeap } from '../../core/heap.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { LedgerEvent } from '../../ledger/index.ts'
import { applyChange } from './apply.ts'
import { SharedBook } from './book.ts'
import { reservationsExpired, type StockData, siteAndProductNamed } from './events.ts'
import { STOCK_KNOBS } from './knobs.ts'
import { type Answer, createRecent, type Recent, type RecentAges } from './recent.ts'
import { touchCells } from './touch-cells.ts'
import {
  CELL_INCOMING,
  CELL_ON_HAND,
  CELL_RESERVED,
  type ExpectedReceipt,
  type StockOutcome,
} from './types.ts'
import { type Held, type Incoming, linesOf, type StockView } from './view.ts'

/** Events of the ledger whose memory is fetched together. */
const EVENTS_TOGETHER = 256

/** What a state remembers for a while. */
export interface StateAges {
  readonly answers: RecentAges
  readonly expired: RecentAges
}

/** Everything that the events of the ledger up to `book.sequence` have made of stock. */
export class StockState implements StockView {
  readonly book: SharedBook
  /** Time of the last event, epoch ms. */
  time = Number.NEGATIVE_INFINITY
  readonly answers: Recent
  readonly expired: Recent
  private readonly helds = new Map<string, Held>()
  private readonly receipts = new Map<string, Incoming>()
  /** product × 65,536 + site → receipts that bring something there. */
  private readonly receiptsOf = new Map<number, Set<string>>()
  /** Null while a long tail is replayed: most reservations in it end before it does. */
  private deadlines: MaxHeap | null = createMaxHeap()
  private readonly deadlineIds: string[] = []
  private readonly freeDeadlines: number[] = []

  constructor(knobs: KnobSettings = {}, book = new SharedBook(), ages?: StateAges) {
    this.book = book
    const span = 60_000 * readKnob(STOCK_KNOBS.answerMinutes, knobs)
    const most = readKnob(STOCK_KNOBS.mostAnswers, knobs)
    this.answers = createRecent(span, most, ages?.answers)
    this.expired = createRecent(span, most, ages?.expired)
  }

  /** Prepares for taking in so many events in one go, until `endReplay`. */
  beginReplay(events: number): void {
    this.answers.makeRoom(events)
    this.deadlines = null
  }

  endReplay(): void {
    this.deadlines = createMaxHeap(this.helds.size)
    this.deadlineIds.length = 0
    this.freeDeadlines.length = 0
    for (const [id, { expiresAt }] of this.helds) {
      if (expiresAt >= 0) this.addDeadline(id, expiresAt)
    }
  }

  /** Takes in the next events of the ledger. Throws ERR_STOCK_DAMAGED. */
  takeAll(events: readonly LedgerEvent[]): void {
    for (let start = 0; start < events.length; start += EVENTS_TOGETHER) {
      const together = events.slice(start, start + EVENTS_TOGETHER)
      touchCells(together, this.book)
      this.answers.touch(together.map(requestOf))
      for (const event of together) this.take(event)
    }
  }

  /** Takes in the next event of the ledger. Throws ERR_STOCK_DAMAGED. */
  take(event: LedgerEvent): void {
    const { sequence, time, type } = event
    this.time = time
    if (siteAndProductNamed.is(event)) {
      this.book.addNames(event.data.siteIds, event.data.productIds)
    } else {
      const data = event.data as StockData
      const shortages = applyChange(this, type, data, time)
      if (type !== reservationsExpired.type) this.remember(data.ids[0]!, sequence, time, shortages)
    }
    this.book.sequence = sequence
  }

  /** Remembers that a request became an event; returns its outcome. */
  answer(
    requestId: string,
    sequence: number,
    time: number,
    shortages: readonly number[],
  ): StockOutcome {
    const answer = this.remember(requestId, sequence, time, shortages)
    return typeof answer === 'number' ? plainOutcome(answer) : answer
  }

  private remember(
    requestId: string,
    sequence: number,
    time: number,
    shortages: readonly number[],
  ): Answer {
    const answer: Answer =
      shortages.length === 0
        ? sequence
        : { ok: true, sequence, shortages: linesOf(this.book, shortages) }
    this.answers.set(requestId, answer, time)
    return answer
  }

  /** The answer to a request, where it is remembered. */
  known(requestId: string): StockOutcome | undefined {
    const answer: Answer | undefined = this.answers.get(requestId)
    return typeof answer === 'number' ? plainOutcome(answer) : answer
  }

  cell(product: number, site: number): number {
    return this.book.place(product, site)
  }

  onHand(cell: number): number {
    return this.book.cells[cell + CELL_ON_HAND]!
  }

  reserved(cell: number): number {
    return this.book.cells[cell + CELL_RESERVED]!
  }

  incoming(cell: number): number {
    return this.book.cells[cell + CELL_INCOMING]!
  }

  set(cell: number, onHand: number, reserved: number, incoming: number): void {
    this.book.write(cell, onHand, reserved, incoming)
  }

  held(reservationId: string): Held | undefined {
    return this.helds.get(reservationId)
  }

  setHeld(reservationId: string, held: Held | undefined): void {
    if (held === undefined) {
      this.helds.delete(reservationId)
      return
    }
    const before = this.helds.get(reservationId)
    this.helds.set(reservationId, held)
    if (held.expiresAt >= 0 && held.expiresAt !== before?.expiresAt) {
      this.addDeadline(reservationId, held.expiresAt)
    }
  }

  receipt(receiptId: string): Incoming | undefined {
    return this.receipts.get(receiptId)
  }

  setReceipt(receiptId: string, incoming: Incoming | undefined): void {
    for (const { product, site } of this.receipts.get(receiptId) ?? []) {
      this.receiptsOf.get(cellKey(product, site))?.delete(receiptId)
    }
    if (incoming === undefined) this.receipts.delete(receiptId)
    else this.receipts.set(receiptId, incoming)
    for (const { product, site } of incoming ?? []) {
      const key = cellKey(product, site)
      const ids = this.receiptsOf.get(key)
      if (ids === undefined) this.receiptsOf.set(key, new Set([receiptId]))
      else ids.add(receiptId)
    }
  }

  hasExpired(reservationId: string): boolean {
    return this.expired.get(reservationId) !== undefined
  }

  noteExpired(reservationId: string): void {
    this.expired.set(reservationId, 1, this.time)
  }

  /** Reservations by id, and receipts by id: for the snapshot. */
  entries() {
    return { helds: this.helds, receipts: this.receipts } as const
  }

  /** Units expected in a cell, soonest (by the median) first. */
  expected(product: number, site: number): ExpectedReceipt[] {
    const { siteIds, productIds } = this.book
    const list: ExpectedReceipt[] = []
    for (const receiptId of this.receiptsOf.get(cellKey(product, site)) ?? []) {
      for (const line of this.receipts.get(receiptId) ?? []) {
        if (line.product !== product || line.site !== site) continue
        const { quantity, arrivesBy } = line
        const [siteId, productId] = [siteIds[site]!, productIds[product]!]
        list.push({ receiptId, siteId, productId, quantity, arrivesBy })
      }
    }
    return list.sort((a, b) => a.arrivesBy[1] - b.arrivesBy[1])
  }

  /** At most `most` reservations whose end has come by `now`, soonest first; they stay held. */
  due(now: number, most: number): string[] {
    const ends = new Map<string, number>()
    const deadlines = this.deadlines!
    while (ends.size < most && -deadlines.topKey() <= now) {
      const [expiresAt, entry] = [-deadlines.topKey(), deadlines.topId()]
      deadlines.pop()
      this.freeDeadlines.push(entry)
      const id = this.deadlineIds[entry]!
      if (this.helds.get(id)?.expiresAt === expiresAt) ends.set(id, expiresAt)
    }
    // They stay known: their release may be refused by the ledger.
    for (const [id, expiresAt] of ends) this.addDeadline(id, expiresAt)
    return [...ends.keys()]
  }

  private addDeadline(reservationId: string, expiresAt: number): void {
    if (this.deadlines === null) return
    const entry = this.freeDeadlines.pop() ?? this.deadlineIds.length
    this.deadlineIds[entry] = reservationId
    this.deadlines.push(-expiresAt, entry)
  }
}

function plainOutcome(sequence: number): StockOutcome {
  return { ok: true, sequence, shortages: [] }
}

/** The request that an event answers; nothing where it answers none. */
function requestOf({ data }: LedgerEvent): string {
  return (data as Partial<StockData>).ids?.[0] ?? ''
}

function cellKey(product: number, site: number): number {
  return product * 65_536 + site
}
