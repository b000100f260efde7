import {
  CELL_INCOMING,
  CELL_ON_HAND,
  CELL_RESERVED,
  CELL_SITE,
  CELL_WORDS,
} from '../stock/types.ts'
import { receiptMinute } from './receipt-times.ts'
import type { PromiseSources, ReceiptClaim } from './types.ts'

/** A site from which a part of a cart can be sent. */
export interface Supply {
  /** As the route set and as the stock book number it. */
  readonly site: number
  readonly stockSite: number
  /** Epoch minute from which the units can be handled. */
  readonly readyAt: number
  readonly claims: readonly ReceiptClaim[]
}

/** Units of a line that one site sends. */
export interface Part {
  /** Line of the request that it belongs to. */
  readonly line: number
  readonly product: number
  readonly quantity: number
  readonly supplies: readonly Supply[]
}

/** What supplies are gathered for. */
export interface SupplyQuery {
  readonly now: number
  /** Chance with which receipts must have arrived. */
  readonly chance: number
  readonly receivingMinutes: number
  /** Number in the route set of each site of the stock book, −1 where it has none. */
  readonly setSites: Int32Array
}

/** Units that can be taken from a cell now. */
export function availableAt(cells: Int32Array, cell: number): number {
  return cells[cell + CELL_ON_HAND]! - cells[cell + CELL_RESERVED]!
}

/**
 * The parts of a line: one where a site can send all of it from its shelves; else pieces from the
 * sites with most units, as few as it takes, each bound to its site; else one that waits for units
 * that are expected; none where there are too few.
 */
export function partsOf(
  sources: PromiseSources,
  line: number,
  product: number,
  quantity: number,
  query: SupplyQuery,
): readonly Part[] {
  const supplies = suppliesOf(sources, product, quantity, query)
  if (supplies.length > 0) return [{ line, product, quantity, supplies }]
  const pieces = cut(sources, line, product, quantity, query)
  if (pieces.length > 0) return pieces
  const expected = expectedSupplies(sources, product, quantity, query)
  return expected.length > 0 ? [{ line, product, quantity, supplies: expected }] : []
}

/** Sites with all units on their shelves. */
function suppliesOf(
  { stock: { index, cells } }: PromiseSources,
  product: number,
  quantity: number,
  { now, setSites }: SupplyQuery,
): readonly Supply[] {
  const supplies: Supply[] = []
  for (const cell of cellsOf(index, product)) {
    const stockSite = cells[cell + CELL_SITE]!
    const site = setSites[stockSite]!
    if (site < 0 || availableAt(cells, cell) < quantity) continue
    supplies.push({ site, stockSite, readyAt: now, claims: [] })
  }
  return supplies
}

/** Sites whose units on the shelf and expected together are enough. */
function expectedSupplies(
  sources: PromiseSources,
  product: number,
  quantity: number,
  query: SupplyQuery,
): readonly Supply[] {
  const { index, cells } = sources.stock
  const supplies: Supply[] = []
  for (const cell of cellsOf(index, product)) {
    const stockSite = cells[cell + CELL_SITE]!
    const site = query.setSites[stockSite]!
    if (site < 0 || cells[cell + CELL_INCOMING]! <= 0) continue
    const available = availableAt(cells, cell)
    const supply = incomingSupply(sources, product, quantity, available, site, stockSite, query)
    if (supply !== undefined) supplies.push(supply)
  }
  return supplies
}

function cellsOf(index: Int32Array, product: number): readonly number[] {
  const first = index[2 * product]!
  return Array.from({ length: index[2 * product + 1]! }, (_, i) => first + CELL_WORDS * i)
}

/** Waits for the first receipts that bring what is missing; undefined where they bring too little. */
function incomingSupply(
  sources: PromiseSources,
  product: number,
  quantity: number,
  available: number,
  site: number,
  stockSite: number,
  { chance, receivingMinutes, now }: SupplyQuery,
): Supply | undefined {
  const { siteIds, productIds } = sources.stock
  const [siteId, productId] = [siteIds[stockSite]!, productIds[product]!]
  const receipts = sources.expected?.(siteId, productId) ?? []
  const timed = receipts.map((receipt) => ({ receipt, minute: receiptMinute(receipt, chance) }))
  const claims: ReceiptClaim[] = []
  let missing = quantity - Math.max(0, available)
  let readyAt = now
  for (const { receipt, minute } of timed.toSorted((a, b) => a.minute - b.minute)) {
    if (missing <= 0) break
    const taken = Math.min(missing, receipt.quantity)
    // One that should have come by now and has not is no ground for a promise.
    if (!(minute < Infinity) || minute < now || taken <= 0) continue
    claims.push({ receiptId: receipt.receiptId, siteId, productId, quantity: taken })
    missing -= taken
    readyAt = Math.max(readyAt, minute + receivingMinutes)
  }
  return missing > 0 ? undefined : { site, stockSite, readyAt, claims }
}

function cut(
  { stock: { index, cells } }: PromiseSources,
  line: number,
  product: number,
  quantity: number,
  { now, setSites }: SupplyQuery,
): readonly Part[] {
  const all = cellsOf(index, product)
    .map((cell) => ({ stockSite: cells[cell + CELL_SITE]!, units: availableAt(cells, cell) }))
    .filter(({ stockSite, units }) => units > 0 && setSites[stockSite]! >= 0)
    .toSorted((a, b) => b.units - a.units || a.stockSite - b.stockSite)
  const parts: Part[] = []
  let missing = quantity
  for (const { stockSite, units } of all) {
    if (missing === 0) break
    const taken = Math.min(units, missing)
    const supply = { site: setSites[stockSite]!, stockSite, readyAt: now, claims: [] }
    parts.push({ line, product, quantity: taken, supplies: [supply] })
    missing -= taken
  }
  return missing === 0 ? parts : []
}
