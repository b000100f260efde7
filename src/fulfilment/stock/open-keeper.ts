import { StorewrightError } from '../../core/errors.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import type { Ledger } from '../../ledger/index.ts'
import type { SharedBook } from './book.ts'
import { Keeper } from './keeper.ts'
import { columnsOf, stateOf } from './snapshot-columns.ts'
import { listSnapshots, readSnapshot, writeSnapshot } from './snapshot-file.ts'
import { type StateAges, StockState } from './state.ts'
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

/** What a keeper was restored from, beside the tail of the ledger. */
export interface RestoredFrom {
  /** Path of the snapshot; undefined where the ledger alone was read. */
  readonly snapshot: string | undefined
  /** Sequence number of the last event in it; 0 without one. */
  readonly sequence: number
  /** Newer snapshots that are damaged and were passed over. */
  readonly damaged: readonly string[]
}

/** A keeper, and what it began with. */
export interface OpenedStockKeeper extends StockKeeper {
  readonly restored: RestoredFrom
}

/**
 * Opens the keeper of the stock that a ledger tells of: reads the last whole snapshot and what the
 * ledger holds beyond it, and makes `siteIds` and `productIds` known. Throws ERR_STOCK_DAMAGED (also
 * where a snapshot knows more than the ledger), ERR_LEDGER_….
 */
export async function openStockKeeper(options: StockKeeperOptions): Promise<OpenedStockKeeper> {
  const { ledger, folder, clock, knobs, siteIds = [], productIds = [] } = options
  const { state, ...restored } = restoreState(folder, knobs)
  const last = await ledger.lastSequence()
  if (state.book.sequence > last) throw snapshotAhead(folder, state.book.sequence, last)
  const save = (saved: StockState) => writeSnapshot(folder, columnsOf(saved))
  const keeper = new Keeper({ ledger, state, clock, knobs, save })
  await keeper.catchUp()
  await keeper.introduce({ siteIds, productIds })
  return Object.assign(keeper, { restored })
}

/** The state of the newest snapshot that is whole; an empty one where there is none. */
function restoreState(
  folder: string,
  knobs: KnobSettings | undefined,
): RestoredFrom & { readonly state: StockState } {
  const damaged: string[] = []
  for (const { path } of listSnapshots(folder)) {
    try {
      const empty = (book: SharedBook, ages: StateAges) => new StockState(knobs, book, ages)
      const state = stateOf(readSnapshot(path), empty)
      return { state, snapshot: path, sequence: state.book.sequence, damaged }
    } catch (error) {
      // The ledger holds all that a snapshot does: a damaged one costs time, not stock.
      if (!(error instanceof StorewrightError && error.code === 'ERR_STOCK_DAMAGED')) throw error
      damaged.push(path)
    }
  }
  return { state: new StockState(knobs), snapshot: undefined, sequence: 0, damaged }
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
