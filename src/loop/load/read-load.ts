import type { Database } from '../../core/sql/database.ts'
import { numbersOf, textAt, textsOf } from '../../core/table.ts'
import type { LoadHistory } from '../../load/index.ts'

const MINUTE_MS = 60_000

/** Tables that the load steps read. */
export const LOAD_TABLES = ['load', 'load_events', 'services'] as const

/** Whether the store knows any load. */
export async function knowsLoad(db: Database): Promise<boolean> {
  const [row] = await db.rows('SELECT count(*) AS n FROM (SELECT 1 FROM load LIMIT 1)')
  return Number(row?.['n'] ?? 0) > 0
}

/** Requests of each service and region by minute; minutes without a row are unknown (NaN). */
export async function readLoadSeries(db: Database): Promise<LoadHistory[]> {
  const table = await db.table(
    'SELECT service_id, region, minute_at, requests FROM load ORDER BY service_id, region, minute_at',
  )
  const [services, regions] = [textsOf(table, 'service_id'), textsOf(table, 'region')]
  const [at, requests] = [numbersOf(table, 'minute_at'), numbersOf(table, 'requests')]
  const histories: LoadHistory[] = []
  for (let first = 0; first < table.rowCount; ) {
    let end = first
    while (
      end < table.rowCount &&
      services.codes[end] === services.codes[first] &&
      regions.codes[end] === regions.codes[first]
    ) {
      end++
    }
    const group = { service: textAt(services, first)!, region: textAt(regions, first)! }
    histories.push(onMinutes(group, at.subarray(first, end), requests.subarray(first, end)))
    first = end
  }
  return histories
}

function onMinutes(
  group: Readonly<Record<string, string>>,
  at: Float64Array,
  requests: Float64Array,
): LoadHistory {
  const startMs = at[0]!
  const count = Math.round((at.at(-1)! - startMs) / MINUTE_MS) + 1
  const values = new Float64Array(count).fill(Number.NaN)
  at.forEach((ms, row) => {
    values[Math.round((ms - startMs) / MINUTE_MS)] = requests[row]!
  })
  return { group, axis: { startMs, stepMs: MINUTE_MS, count }, values }
}
