import type { OnProgress } from '../core/progress.ts'
import { type FeedOptions, type ImportReport, importFeed, throwFaults } from '../feed/index.ts'
import { feedImported, withLedger } from './decisions.ts'
import type { Settings } from './store/settings.ts'
import { storeSettings, withDatabase } from './store/store.ts'

export interface ImportOptions {
  readonly adapter?: string
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/**
 * Imports a feed into a store, whole or not at all, and notes it in the ledger. Throws the fault of
 * the feed, or ERR_FEED_FAULTS where there are several.
 */
export async function importIntoStore(
  folder: string,
  feed: string,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const settings = storeSettings(folder)
  const report = await withDatabase(folder, 'write', (db) =>
    importFeed(db, feed, feedOptions(options, settings)),
  )
  throwFaults(report)
  const count = (key: 'added' | 'changed') =>
    report.changes.reduce((sum, table) => sum + table[key], 0)
  const adapter = options.adapter ?? 'native'
  const event = { feed, adapter, added: count('added'), changed: count('changed') }
  if (event.added + event.changed > 0) {
    await withLedger(folder, (ledger) => ledger.append([feedImported.of('feed', event)]))
  }
  return report
}

/** How a store's settings have its feeds read. */
function feedOptions(options: ImportOptions, settings: Settings): FeedOptions {
  const nonProducts = settings.invoices.non_products
  const { adapter, onProgress, signal } = options
  return {
    onProgress,
    signal,
    ...(adapter === undefined ? {} : { adapter }),
    timeZone: settings.store.time_zone,
    knobs: settings.knobs,
    ...(nonProducts === undefined ? {} : { settings: { nonProducts } }),
  }
}
