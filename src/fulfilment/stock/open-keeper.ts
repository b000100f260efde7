import { StorewrightError } from '../../core/errors.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import type { Ledger } from '../../ledger/index.ts'
import { Keeper } from './keeper.ts'
import { columnsOf, stateOf } from './snapshot-columns.ts'
import { listSnapshots, readSnapshot, writeSnapshot } from './snapshot-file.ts'
import { StockState } from './state.ts'
import type { NewNames, StockKeeper } from './types.ts'

/** What a keeper is opened with. */
export interface StockKeeperOptions extends NewNames {
  /** The ledger of this stock. Other rooms may write to it, but each of their appends costs time. */
  readonly ledger: Ledger
  /** Folder of the snapshots; made by the first. */
  readonly folder: string
  /** Epoch ms. */
  readonly clock: () => number
  readonly knobs?: KnobSettings
}

/**
 * Opens the keeper of the stock that a ledger tells of: reads the last whole snapshot and what the
 * ledger holds beyond it, and makes `siteIds` and `productIds` known. Throws ERR_STOCK_DAMAGED (also
 * where a snapshot knows more than the ledger), ERR_LEDGER_….
 */
export async function openStockKeeper(options: StockKeeperOptions): Promise<StockKeeper> {
  const { ledger, folder, clock, knobs, siteIds = [], productIds = [] } = options
  const state = restoreState(folder, knobs)
  const last = await ledger.lastSequence()
  if (state.book.sequence > last) throw snapshotAhead(folder, state.book.sequence, last)
  const save = (saved: StockState) => writeSnapshot(folder, columnsOf(saved))
  const keeper = new Keeper({ ledger, state, clock, knobs, save })
  await keeper.catchUp()
  await keeper.introduce({ siteIds, productIds })
  return keeper
}

/** The state of the newest snapshot that is whole; an empty one where there is none. */
function restoreState(folder: string, knobs: KnobSettings | undefined): StockState {
  for (const { path } of listSnapshots(folder)) {
    try {
      return stateOf(readSnapshot(path), (book, ages) => new StockState(knobs, book, ages))
    } catch (error) {
      // The ledger holds all that a snapshot does: a damaged one costs time, not stock.
      if (!(error instanceof StorewrightError && error.code === 'ERR_STOCK_DAMAGED')) throw error
    }
  }
  return new StockState(knobs)
}

function snapshotAhead(folder: string, sequence: number, last: number): StorewrightError {
  return new StorewrightError(
    'ERR_STOCK_DAMAGED',
    `A snapshot of stock holds events up to ${sequence}, and the ledger ends at ${last}.`,
    {
      file: folder,
      next: 'Restore the ledger from a newer copy; if what it lacks is lost for good, remove the snapshots.',
    },
  )
}
