import { parseInstant } from '../../core/calendar.ts'
import { StorewrightError } from '../../core/errors.ts'
import type { Table } from '../../core/table.ts'
import type { cascade } from '../../load/index.ts'
import { withLedger } from '../decisions.ts'
import { storeSettings, withDatabase } from '../store/store.ts'
import { requireVersion } from '../versions.ts'
import { readCalendarRecord } from './calendar-events.ts'
import { describeLoad, readLoadReport } from './load-report.ts'

/** Which steps of a store's forecast are wanted. */
export interface ForecastWindow {
  readonly grain: cascade.Grain
  /** First and last step; a date as the last means all of that day. Absent: all that is kept. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly timeZone: string
}

/**
 * Rows of the forecast in force of every service and region: service_id, region, starts_at, mean, q10 ….
 * Throws ERR_STORE_EMPTY before the first forecast, and ERR_ARGUMENT where no step lies in the window.
 */
export async function readStoreForecast(folder: string, window: ForecastWindow): Promise<Table> {
  const { grain, from, to, timeZone } = window
  const fromMs = from === undefined ? 0 : parseInstant(from, timeZone)
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(to?.trim() ?? '')
  const toMs = to === undefined ? 8e15 : parseInstant(to, timeZone) + (isDate ? 86_400_000 - 1 : 0)
  const table = await withDatabase(folder, 'read', async (db) => {
    const { version } = await requireVersion(db, 'load')
    return db.table(
      `SELECT service_id, region, starts_at, mean, q10, q50, q90, q99 FROM load_forecast
       WHERE version = $1 AND grain = $2 AND service_id <> 'all'
         AND (region <> 'all' OR NOT EXISTS (
           SELECT 1 FROM load_forecast f WHERE f.version = $1 AND f.grain = $2
             AND f.service_id = load_forecast.service_id AND f.region <> 'all'))
         AND epoch_ms(starts_at) BETWEEN $3 AND $4
       ORDER BY service_id, region, starts_at`,
      [version, grain, fromMs, toMs],
    )
  })
  if (table.rowCount > 0) return table
  throw new StorewrightError(
    'ERR_ARGUMENT',
    `no ${grain} of the forecast lies between these times`,
    {
      next: 'Minutes are kept for the days ahead and about events; take --step 1h for the rest.',
    },
  )
}

/** What the report says of the load of a store; empty before the first forecast. */
export async function tellLoad(folder: string): Promise<readonly string[]> {
  const record = await withLedger(folder, readCalendarRecord)
  const report = await withDatabase(folder, 'read', (db) => readLoadReport(db, record))
  return report === undefined ? [] : describeLoad(report, storeSettings(folder).store.currency)
}
