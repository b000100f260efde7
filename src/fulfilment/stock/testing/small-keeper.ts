import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KnobSettings } from '../../../core/knobs.ts'
import { createMemoryLedger, type Ledger } from '../../../ledger/index.ts'
import { openStockKeeper } from '../open-keeper.ts'
import { CELL_INCOMING, CELL_ON_HAND, CELL_RESERVED, CELL_WORDS, type StockBook } from '../types.ts'

export const SITES = ['FC1', 'FC2', 'FC3']
export const PRODUCTS = ['A', 'B', 'C', 'D']

/** A keeper over a ledger in memory, with a clock that is set by hand. */
export async function smallKeeper(
  more: { readonly ledger?: Ledger; readonly folder?: string; readonly knobs?: KnobSettings } = {},
) {
  const { ledger = createMemoryLedger(), folder = '/nowhere', knobs = {} } = more
  const clock = { now: 1_000_000 }
  const keeper = await openStockKeeper({
    ...{ ledger, folder, knobs, siteIds: SITES, productIds: PRODUCTS },
    clock: () => clock.now,
  })
  return { keeper, ledger, clock }
}

/** A folder for one test file, and how to remove it. */
export function scratchFolder(name: string) {
  const folder = mkdtempSync(join(tmpdir(), `storewright-${name}-`))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Counts of a cell: on hand, reserved, incoming. */
export function countsOf(book: StockBook, siteId: string, productId: string) {
  const [site, product] = [book.siteOf(siteId), book.productOf(productId)]
  const first = book.index[2 * product]!
  for (let k = 0; k < book.index[2 * product + 1]!; k++) {
    const at = first + k * CELL_WORDS
    if (book.cells[at] !== site) continue
    const { cells } = book
    return [cells[at + CELL_ON_HAND], cells[at + CELL_RESERVED], cells[at + CELL_INCOMING]] as const
  }
  return [0, 0, 0] as const
}
