import type { StockLine } from './types.ts'

/** What a reservation holds, as numbers. */
export interface Held {
  /** Product, site, units; …: each cell once, units at least 1. */
  readonly lines: readonly number[]
  /** Epoch ms; −1 without end. */
  readonly expiresAt: number
}

/** Units of a receipt on their way to one cell. */
export interface IncomingLine {
  readonly product: number
  readonly site: number
  readonly quantity: number
  readonly arrivesBy: readonly [number, number, number, number]
}

/** What a receipt still brings: each cell once, units at least 1. */
export type Incoming = readonly IncomingLine[]

/**
 * Stock as it can be read and changed: the state itself (when the ledger is replayed) or a draft
 * over it (when commands are decided). A cell is read and written by the handle that `cell` gives,
 * which holds until the next `cell`.
 */
export interface StockView {
  cell(product: number, site: number): number
  onHand(cell: number): number
  reserved(cell: number): number
  incoming(cell: number): number
  set(cell: number, onHand: number, reserved: number, incoming: number): void
  held(reservationId: string): Held | undefined
  setHeld(reservationId: string, held: Held | undefined): void
  receipt(receiptId: string): Incoming | undefined
  setReceipt(receiptId: string, incoming: Incoming | undefined): void
  /** True when the reservation has expired and been released not long ago. */
  hasExpired(reservationId: string): boolean
  noteExpired(reservationId: string): void
}

/** The dense numbers and the ids of sites and products. */
export interface Names {
  readonly siteIds: readonly string[]
  readonly productIds: readonly string[]
  siteOf(siteId: string): number
  productOf(productId: string): number
}

/** Lines of numbers (product, site, units) as ids. */
export function linesOf(names: Names, numbers: readonly number[]): StockLine[] {
  const lines: StockLine[] = []
  for (let i = 0; i < numbers.length; i += 3) {
    const productId = names.productIds[numbers[i]!]!
    const siteId = names.siteIds[numbers[i + 1]!]!
    lines.push({ siteId, productId, quantity: numbers[i + 2]! })
  }
  return lines
}
