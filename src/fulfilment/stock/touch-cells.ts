import type { LedgerEvent } from '../../ledger/index.ts'
import { LINE, type StockData, stockReceived, stockReserved } from './events.ts'
import { CELL_WORDS, type StockBook } from './types.ts'

/** Lines of events that are read ahead at once; more than that are left to be waited for. */
const MOST = 4_096
/** Words of a line of the cache. */
const CACHE_LINE = 16

const products = new Int32Array(MOST)
const ends = new Int32Array(MOST)
/** What is read is kept here, so that no compiler leaves the reading out. */
const kept = new Int32Array(1)

/**
 * Reads the cells that events to come will change, in loops that wait for nothing: memory then
 * fetches many at a time, where applying the events one by one would wait for each. Changes nothing.
 */
export function touchCells(
  events: readonly LedgerEvent[],
  { index, cells }: Pick<StockBook, 'index' | 'cells'>,
): void {
  const count = productsOf(events)
  const firsts = products
  for (let k = 0; k < count; k++) {
    const at = 2 * products[k]!
    firsts[k] = index[at]!
    ends[k] = firsts[k]! + CELL_WORDS * index[at + 1]!
  }
  let sum = 0
  for (let k = 0; k < count; k++) {
    for (let at = firsts[k]!; at < ends[k]!; at += CACHE_LINE) sum += cells[at]!
  }
  kept[0] = sum
}

/** Puts the products that events name in lines into `products`; returns how many. */
function productsOf(events: readonly LedgerEvent[]): number {
  let count = 0
  for (const { type, data } of events) {
    const lead = type === stockReserved.type ? 1 : type === stockReceived.type ? 0 : -1
    if (lead < 0) continue
    const { n } = data as StockData
    for (let i = lead; i < n.length && count < MOST; i += LINE) products[count++] = n[i]!
  }
  return count
}
