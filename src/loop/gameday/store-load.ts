import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, textAt, textsOf } from '../../core/table.ts'
import type { LoadEvent, LoadHistory } from '../../load/index.ts'
import type { ServiceServers } from '../../world/index.ts'

const MINUTE_MS = 60_000

/** An event with its name. */
export interface NamedEvent extends LoadEvent {
  readonly name: string
}

/** load of each service by minute, in one region or all together. Throws ERR_STORE_EMPTY without any. */
export async function readLoadHistories(
  db: Database,
  region: string | undefined,
): Promise<readonly LoadHistory[]> {
  const table = await db.table(
    `SELECT service_id, epoch_ms(minute_at)::DOUBLE AS minute_ms, sum(requests)::DOUBLE AS requests
     FROM load WHERE $1 IS NULL OR region = $1 GROUP BY ALL ORDER BY service_id, minute_ms`,
    [region ?? null],
  )
  if (table.rowCount === 0) {
    const where = region === undefined ? 'the store' : `region ${region}`
    throw new StorewrightError('ERR_STORE_EMPTY', `${where} has no load`, {
      next: 'Import load (service_id, region, minute_at, requests), or give --forecast FILE.',
    })
  }
  const services = textsOf(table, 'service_id')
  const at = numbersOf(table, 'minute_ms')
  const requests = numbersOf(table, 'requests')
  const histories: LoadHistory[] = []
  for (let first = 0; first < table.rowCount; ) {
    let end = first
    while (end < table.rowCount && services.codes[end] === services.codes[first]) end++
    const service = textAt(services, first)!
    histories.push(onMinutes(service, at.subarray(first, end), requests.subarray(first, end)))
    first = end
  }
  return histories
}

/** End of the last minute of load, epoch ms; undefined where there is none. */
export async function readLoadEnd(db: Database): Promise<number | undefined> {
  const [row] = await db.rows('SELECT epoch_ms(max(minute_at))::DOUBLE AS last FROM load')
  const last = row?.['last']
  return typeof last === 'number' ? last + MINUTE_MS : undefined
}

/** Rows on equal minutes; minutes without a row are unknown. */
function onMinutes(service: string, at: Float64Array, requests: Float64Array): LoadHistory {
  const startMs = at[0]!
  const count = Math.round((at.at(-1)! - startMs) / MINUTE_MS) + 1
  const values = new Float64Array(count).fill(Number.NaN)
  at.forEach((ms, row) => {
    values[Math.round((ms - startMs) / MINUTE_MS)] = requests[row]!
  })
  return { group: { service }, axis: { startMs, stepMs: MINUTE_MS, count }, values }
}

/** load_events, by start. */
export async function readNamedEvents(db: Database): Promise<readonly NamedEvent[]> {
  const rows = await db.rows(
    `SELECT event_id, name, kind, epoch_ms(starts_at)::DOUBLE AS starts,
       epoch_ms(ends_at)::DOUBLE AS ends, service_id, region, strength
     FROM load_events ORDER BY starts_at, event_id`,
  )
  return rows.map((row) => {
    const group = {
      ...(row['service_id'] === null ? {} : { service: String(row['service_id']) }),
      ...(row['region'] === null ? {} : { region: String(row['region']) }),
    }
    return {
      eventId: String(row['event_id']),
      name: String(row['name']),
      kind: String(row['kind']),
      startMs: Number(row['starts']),
      endMs: Number(row['ends']),
      ...(Object.keys(group).length === 0 ? {} : { group }),
      ...(row['strength'] === null ? {} : { strength: Number(row['strength']) }),
    }
  })
}

/** Objectives of the 99th percentile by service, ms, where they are stated. */
export async function readObjectives(db: Database): Promise<ReadonlyMap<string, number>> {
  const rows = await db.rows(
    'SELECT service_id, latency_target_ms FROM services WHERE latency_target_ms IS NOT NULL',
  )
  return new Map(rows.map((row) => [String(row['service_id']), Number(row['latency_target_ms'])]))
}

/** Servers that ran in the last hour of load, with their type's price and lead time; none where load does not say. */
export async function readRunningServers(
  db: Database,
  region: string | undefined,
): Promise<readonly ServiceServers[]> {
  const rows = await db.rows(
    `SELECT l.service_id, l.region, ceil(avg(l.servers))::DOUBLE AS servers,
       coalesce(any_value(s.server_type_id), 'as now') AS type,
       coalesce(any_value(t.cost_per_hour_cents), 0)::DOUBLE AS cents,
       coalesce(any_value(t.lead_time_days), 0)::DOUBLE AS days
     FROM load l LEFT JOIN services s USING (service_id) LEFT JOIN server_types t USING (server_type_id)
     WHERE l.servers > 0 AND l.minute_at > (SELECT max(minute_at) FROM load) - INTERVAL 1 HOUR
       AND ($1 IS NULL OR l.region = $1)
     GROUP BY l.service_id, l.region ORDER BY ALL`,
    [region ?? null],
  )
  return rows.map((row) => ({
    service: String(row['service_id']),
    region: String(row['region']),
    servers: Number(row['servers']),
    serverTypeId: String(row['type']),
    costPerHourCents: Number(row['cents']),
    leadTimeDays: Number(row['days']),
  }))
}
