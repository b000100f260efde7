import { throwIfStopped } from '../../core/progress.ts'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { createFaultList } from '../check/faults.ts'
import { type FeedOptions, type GatheredFeed, gatherFeed } from '../check/gather.ts'
import { type FeedReport, reportOf } from '../check/report.ts'
import type { TypedRows } from '../check/typed-rows.ts'
import { mergeRows, type TableChange } from './merge.ts'
import { createStoreTables, hasStoreTables } from './store-tables.ts'
import { withFeedTables } from './temporary.ts'

export interface CheckOptions extends FeedOptions {
  /** A store whose rows count as known when references are checked; it is not changed. */
  readonly db?: Database
}

/** What an import did. */
export interface ImportReport extends FeedReport {
  /** True when the feed is in the store now: all of it. False: it had faults, and none of it is. */
  readonly imported: boolean
  readonly changes: readonly TableChange[]
  /** True when the store had all of it already. */
  readonly nothingNew: boolean
}

/**
 * Checks a feed (a file or a folder) without importing it. Faults are in the report, not thrown;
 * throws ERR_ARGUMENT on unknown options and ERR_CANCELLED when `signal` is aborted.
 */
export async function checkFeed(source: string, options: CheckOptions = {}): Promise<FeedReport> {
  const db = options.db ?? (await openDatabase(':memory:'))
  try {
    const hasStore = options.db !== undefined && (await hasStoreTables(db))
    return await withFeedTables(db, options.signal, async () => {
      const faults = createFaultList(options.faultsShown)
      const gathered = await gatherFeed(db, source, options, hasStore, faults)
      return reportOf(source, options, gathered, faults)
    })
  } finally {
    if (options.db === undefined) db.close()
  }
}

/**
 * Imports a feed into a store, all of it or nothing: rows are merged by key in one transaction,
 * and importing the same feed again changes nothing. Faults are in the report (`imported` is then
 * false), not thrown; throws ERR_ARGUMENT on unknown options, ERR_CANCELLED when stopped.
 */
export async function importFeed(
  db: Database,
  source: string,
  options: FeedOptions = {},
): Promise<ImportReport> {
  await createStoreTables(db)
  return withFeedTables(db, options.signal, async () => {
    const faults = createFaultList(options.faultsShown)
    const gathered: GatheredFeed = await gatherFeed(db, source, options, true, faults)
    const report = reportOf(source, options, gathered, faults)
    if (!report.ok) return { ...report, imported: false, changes: [], nothingNew: false }
    const changes = await mergeAll(db, gathered.rows, options)
    const nothingNew = changes.every(({ added, changed }) => added === 0 && changed === 0)
    return { ...report, imported: true, changes, nothingNew }
  })
}

/** Merges checked rows into the store in one transaction. */
export async function mergeAll(
  db: Database,
  rows: readonly TypedRows[],
  { onProgress, signal }: Pick<FeedOptions, 'onProgress' | 'signal'>,
): Promise<TableChange[]> {
  return db.transaction(async () => {
    const changes: TableChange[] = []
    for (const [i, one] of rows.entries()) {
      throwIfStopped(signal)
      onProgress?.({ step: 'import', done: i, total: rows.length, note: one.table.name })
      changes.push(await mergeRows(db, one))
    }
    throwIfStopped(signal)
    return changes
  })
}
