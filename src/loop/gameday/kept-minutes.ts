import type { Database } from '../../core/sql/database.ts'
import { numbersOf, textAt, textsOf } from '../../core/table.ts'
import type { ServiceForecast } from '../../world/index.ts'
import { currentVersion } from '../versions.ts'
import type { NamedEvent } from './store-load.ts'

const MINUTE_MS = 60_000
const COLUMNS: Readonly<Record<string, string>> = {
  ...{ mean: 'mean', 'q0.1': 'q10', 'q0.5': 'q50', 'q0.9': 'q90', 'q0.99': 'q99' },
}

const MINUTES_SQL = `
  SELECT service_id, starts_at, mean, q10, q50, q90, q99 FROM load_forecast
  WHERE version = $1 AND grain = 'minute' AND service_id <> 'all' AND region = $2
    AND starts_at >= make_timestamp($3 * 1000) AND starts_at < make_timestamp($4 * 1000)
  ORDER BY service_id, starts_at`

/**
 * Minutes about an event as the forecast in force has them, by service; services of which some minute is
 * missing are left out, to be forecast anew.
 */
export async function readKeptMinutes(
  db: Database,
  { startMs, endMs }: NamedEvent,
  asked: {
    readonly region?: string
    readonly column?: string
    readonly aboutMinutes?: number
  },
): Promise<ReadonlyMap<string, ServiceForecast>> {
  const kept = new Map<string, ServiceForecast>()
  const name = COLUMNS[asked.column ?? 'mean']
  const version = await currentVersion(db, 'load')
  if (name === undefined || version === undefined) return kept
  const about = (asked.aboutMinutes ?? 0) * MINUTE_MS
  const fromMs = Math.floor((startMs - about) / MINUTE_MS) * MINUTE_MS
  const toMs = Math.ceil((endMs + about) / MINUTE_MS) * MINUTE_MS
  const values = [version.version, asked.region ?? 'all', fromMs, toMs]
  const table = await db.table(MINUTES_SQL, values)
  const services = textsOf(table, 'service_id')
  const requests = numbersOf(table, name)
  const count = (toMs - fromMs) / MINUTE_MS
  for (let first = 0; first < table.rowCount; ) {
    let end = first
    while (end < table.rowCount && services.codes[end] === services.codes[first]) end++
    if (end - first === count) {
      const service = textAt(services, first)!
      const own = { service, startMs: fromMs, stepMs: MINUTE_MS }
      kept.set(service, { ...own, requests: requests.slice(first, end) })
    }
    first = end
  }
  return kept
}
