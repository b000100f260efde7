import type { StockState } from './state.ts'
import type { Held, Incoming, StockView } from './view.ts'

/** Numbers of a drafted cell: product, site, on hand, reserved, incoming, whether it was changed. */
const WORDS = 6

/** Dense numbers of sites stay below this. */
export const MOST_SITES = 65_536

/**
 * Changes over a state that are not on disk yet: readers do not see them, and they are dropped
 * whole when the append is refused.
 */
export class StockDraft implements StockView {
  private readonly state: StockState
  private readonly cellOf = new Map<number, number>()
  private words = new Int32Array(64 * WORDS)
  private used = 0
  private readonly helds = new Map<string, Held | undefined>()
  private readonly receipts = new Map<string, Incoming | undefined>()
  private readonly expired = new Set<string>()

  constructor(state: StockState) {
    this.state = state
  }

  cell(product: number, site: number): number {
    const key = product * MOST_SITES + site
    const known = this.cellOf.get(key)
    if (known !== undefined) return known
    const at = this.used
    if (at === this.words.length) this.grow()
    this.used += WORDS
    this.cellOf.set(key, at)
    const below = this.state.book.find(product, site)
    const { words, state } = this
    words[at] = product
    words[at + 1] = site
    words[at + 2] = below < 0 ? 0 : state.onHand(below)
    words[at + 3] = below < 0 ? 0 : state.reserved(below)
    words[at + 4] = below < 0 ? 0 : state.incoming(below)
    words[at + 5] = 0
    return at
  }

  onHand(cell: number): number {
    return this.words[cell + 2]!
  }

  reserved(cell: number): number {
    return this.words[cell + 3]!
  }

  incoming(cell: number): number {
    return this.words[cell + 4]!
  }

  set(cell: number, onHand: number, reserved: number, incoming: number): void {
    this.words[cell + 2] = onHand
    this.words[cell + 3] = reserved
    this.words[cell + 4] = incoming
    this.words[cell + 5] = 1
  }

  held(reservationId: string): Held | undefined {
    const drafted = this.helds.get(reservationId)
    if (drafted !== undefined || this.helds.has(reservationId)) return drafted
    return this.state.held(reservationId)
  }

  setHeld(reservationId: string, held: Held | undefined): void {
    this.helds.set(reservationId, held)
  }

  receipt(receiptId: string): Incoming | undefined {
    const drafted = this.receipts.get(receiptId)
    if (drafted !== undefined || this.receipts.has(receiptId)) return drafted
    return this.state.receipt(receiptId)
  }

  setReceipt(receiptId: string, incoming: Incoming | undefined): void {
    this.receipts.set(receiptId, incoming)
  }

  hasExpired(reservationId: string): boolean {
    return this.expired.has(reservationId) || this.state.hasExpired(reservationId)
  }

  noteExpired(reservationId: string): void {
    this.expired.add(reservationId)
  }

  /** Puts the changes into the state: they are on disk. */
  settle(): void {
    const { state, words } = this
    for (let at = 0; at < this.used; at += WORDS) {
      if (words[at + 5] === 0) continue
      const cell = state.cell(words[at]!, words[at + 1]!)
      state.set(cell, words[at + 2]!, words[at + 3]!, words[at + 4]!)
    }
    for (const [id, held] of this.helds) state.setHeld(id, held)
    for (const [id, incoming] of this.receipts) state.setReceipt(id, incoming)
    for (const id of this.expired) state.noteExpired(id)
  }

  private grow(): void {
    const larger = new Int32Array(2 * this.words.length)
    larger.set(this.words)
    this.words = larger
  }
}
