import { readKnob } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, textAt, textsOf } from '../../core/table.ts'
import { capacity, type LoadAxis } from '../../load/index.ts'

type Facts = capacity.CapacityFacts
type Row = Readonly<Record<string, string | number | null>>

const DEFAULT_LATENCY_MS = 200
const WEEK_MS = 604_800_000
const HOUR_MS = 3_600_000
/** Points of history from which a service's transfer curve is fitted. */
const MOST_POINTS = 1500
/** Courses drawn for the peaks of weeks. */
const PATHS = 200
const SEED = 1

/** Tables that a plan of servers reads beside the forecast. */
export const CAPACITY_TABLES = [
  'services',
  'server_types',
  'server_locations',
  'server_offers',
  'server_bookings',
  'load_tests',
] as const

const numberOr = (value: string | number | null | undefined, otherwise: number) =>
  value === null || value === undefined ? otherwise : Number(value)

/**
 * What a plan of servers is made from: the forecast of a version by the hour with its peaks, services,
 * types, offers and load tests as the tables say, and what past minutes say of the rest. Where no
 * location is named, each region is one, of three zones.
 */
export async function readCapacityFacts(
  db: Database,
  version: number,
  standing: Facts['standing'],
  settings: Facts['settings'],
): Promise<Facts | undefined> {
  const series = await readHourSeries(db, version, settings)
  const types = (await db.rows('SELECT * FROM server_types ORDER BY server_type_id')).map(typeOf)
  const known = (await db.rows('SELECT * FROM services ORDER BY service_id')).map(serviceOf)
  const services = new Set(known.map(({ id }) => id))
  const told = series.filter(({ group }) => services.has(group['service'] ?? ''))
  if (told.length === 0 || types.length === 0) return undefined
  const { axis } = told[0]!.forecast
  const locations = await readLocations(db, told)
  const offers = (await db.rows('SELECT * FROM server_offers')).map(offerOf)
  return {
    series: told,
    services: known,
    ...{ types, locations, standing, settings },
    offers: offers.length > 0 ? offers : capacity.offersEverywhere(types, locations),
    tests: (await db.rows('SELECT * FROM load_tests')).map(testOf),
    history: await readHistoryFacts(db),
    startMs: axis.startMs,
    weeks: Math.max(1, Math.floor((axis.count * axis.stepMs) / WEEK_MS)),
    peakFactor: 1,
    survivesZone: true,
    seed: SEED,
  }
}

function typeOf(row: Row): Facts['types'][number] {
  return {
    id: String(row['server_type_id']),
    cores: Number(row['cpu_cores']),
    coreSpeed: numberOr(row['core_speed'], 1),
    centsPerHour: Number(row['cost_per_hour_cents']),
    reservedCentsPerHour: numberOr(row['reserved_cost_per_hour_cents'], Number.NaN),
    leadDays: numberOr(row['lead_time_days'], 0),
  }
}

function serviceOf(row: Row): Facts['services'][number] {
  return {
    id: String(row['service_id']),
    latencyTargetMs: numberOr(row['latency_target_ms'], DEFAULT_LATENCY_MS),
    cpuMsPerRequest: numberOr(row['cpu_ms_per_request'], Number.NaN),
    startupSeconds: numberOr(row['startup_seconds'], 0),
  }
}

function offerOf(row: Row): Facts['offers'][number] {
  const term = row['term'] === 'reserved' ? 'reserved' : 'hourly'
  return {
    ...{ type: String(row['server_type_id']), location: String(row['location_id']), term },
    centsPerHour: Number(row['cost_per_hour_cents']),
    termWeeks: term === 'hourly' ? 1 : numberOr(row['term_weeks'], 52),
    leadDays: numberOr(row['lead_time_days'], 0),
    fromMs: numberOr(row['available_from'], Number.NaN),
    untilMs: numberOr(row['available_until'], Number.NaN),
    mostServers: numberOr(row['most_servers'], Infinity),
  }
}

function testOf(row: Row): Facts['tests'][number] {
  return {
    ...{ service: String(row['service_id']), type: String(row['server_type_id']) },
    load: Number(row['requests_per_second']),
    latencyMs: Number(row['latency_p99_ms']),
    errorShare: numberOr(row['error_share'], Number.NaN),
  }
}

async function readLocations(db: Database, series: Facts['series']): Promise<Facts['locations']> {
  const rows = await db.rows('SELECT * FROM server_locations ORDER BY location_id')
  if (rows.length > 0) {
    return rows.map((row) => ({
      ...{ id: String(row['location_id']), region: String(row['region'] ?? row['location_id']) },
      zones: Math.floor(numberOr(row['zones'], 3)),
    }))
  }
  const regions = [...new Set(series.map(({ group }) => group['region'] ?? 'all'))]
  return regions.map((id) => ({ id, region: id, zones: 3 }))
}

const HOURS_SQL = `
  SELECT service_id, region, starts_at, q10, q50, q90, q99, peak_q50, peak_q95
  FROM load_forecast
  WHERE version = $1 AND grain = 'hour' AND service_id <> 'all'
    AND (region <> 'all' OR NOT EXISTS (
      SELECT 1 FROM load_forecast f WHERE f.version = $1 AND f.grain = 'hour'
        AND f.service_id = load_forecast.service_id AND f.region <> 'all'))
  ORDER BY service_id, region, starts_at`

/** Levels of the hours' largest minute that courses are drawn from. */
const LEVELS = [0.1, 0.5, 0.9, 0.99]

/**
 * Courses of the largest minute of each hour (as requests an hour), drawn from the quantiles of the
 * table: the hour's own spread, lifted to the peaks where these are known and by the knob
 * load.hour-peak-factor elsewhere.
 */
async function readHourSeries(
  db: Database,
  version: number,
  settings: Facts['settings'],
): Promise<Facts['series']> {
  const table = await db.table(HOURS_SQL, [version])
  const [services, regions] = [textsOf(table, 'service_id'), textsOf(table, 'region')]
  const column = (name: string) => numbersOf(table, name)
  const starts = column('starts_at')
  const quantiles = ['q10', 'q50', 'q90', 'q99'].map(column)
  const [p50, p95] = [column('peak_q50'), column('peak_q95')]
  const factor = readKnob(capacity.hourPeakFactor, settings)
  const persistence = readKnob(capacity.coursePersistence, settings)
  const series: Facts['series'][number][] = []
  for (let first = 0; first < table.rowCount; ) {
    let end = first
    const same = (row: number) =>
      services.codes[row] === services.codes[first] && regions.codes[row] === regions.codes[first]
    while (end < table.rowCount && same(end)) end++
    const axis: LoadAxis = { startMs: starts[first]!, stepMs: HOUR_MS, count: end - first }
    const lifted = quantiles.map((values, l) =>
      Float64Array.from({ length: axis.count }, (_, t) => {
        const row = first + t
        const median = quantiles[1]![row]!
        const lift = p50[row]! > 0 && median > 0 ? (60 * p50[row]!) / median : factor
        const own = (Number.isNaN(values[row]!) ? median : values[row]!) * lift
        return l === 3 && p95[row]! > 0 ? Math.max(own, 60 * p95[row]!) : own
      }),
    )
    const forecast = capacity.quantilePaths({
      ...{ axis, levels: LEVELS, quantiles: lifted, mean: lifted[1]! },
      ...{ persistence, paths: PATHS, seed: SEED },
    })
    const group = { service: textAt(services, first)!, region: textAt(regions, first)! }
    series.push({ group, forecast })
    first = end
  }
  return series
}

const HISTORY_SQL = `
  SELECT l.service_id, l.requests / 60.0 / (l.servers * t.cpu_cores * coalesce(t.core_speed, 1)) AS core_load,
    l.latency_p99_ms, coalesce(l.errors, 0) / l.requests AS error_share,
    1000.0 * l.cpu_seconds / l.requests AS cpu_ms
  FROM load l JOIN services s USING (service_id) JOIN server_types t USING (server_type_id)
  WHERE l.requests >= 30 AND l.servers > 0
  QUALIFY row_number() OVER (PARTITION BY l.service_id ORDER BY l.requests DESC, l.region, l.minute_at)
    <= $1 / 3
    OR hash(l.service_id, l.region, l.minute_at) % greatest(1, (count(*) OVER (PARTITION BY l.service_id) * 3 // (2 * $1))) = 0
  ORDER BY l.service_id, core_load`

/** What past minutes say: CPU time of a request, and latency by load a core; the busiest minutes and some of all. */
async function readHistoryFacts(db: Database): Promise<Facts['history']> {
  const table = await db.table(HISTORY_SQL, [MOST_POINTS])
  const services = textsOf(table, 'service_id')
  const facts = new Map<string, capacity.HistoryFacts>()
  for (let first = 0; first < table.rowCount; ) {
    let end = first
    while (end < table.rowCount && services.codes[end] === services.codes[first]) end++
    const part = (name: string) => numbersOf(table, name).slice(first, end)
    const cpu = part('cpu_ms')
      .filter((value) => !Number.isNaN(value))
      .sort()
    facts.set(textAt(services, first)!, {
      cpuMsPerRequest: cpu[cpu.length >> 1] ?? Number.NaN,
      points: {
        load: part('core_load'),
        latencyMs: part('latency_p99_ms'),
        errorShare: part('error_share'),
      },
    })
    first = end
  }
  return facts
}

/** Servers that run by service and region: the usual number of the last week, of the type they are of. */
export async function readRunning(db: Database): Promise<capacity.StandingOrder[]> {
  const rows = await db.rows(
    `SELECT l.service_id, l.region, s.server_type_id, median(l.servers) AS servers
     FROM load l JOIN services s USING (service_id)
     WHERE l.servers > 0 AND s.server_type_id IS NOT NULL
       AND l.minute_at >= (SELECT max(minute_at) FROM load) - INTERVAL 7 DAY
     GROUP BY ALL ORDER BY ALL`,
  )
  return rows.map((row) => ({
    serviceId: String(row['service_id']),
    region: String(row['region']),
    serverTypeId: String(row['server_type_id']),
    servers: Math.round(Number(row['servers'])),
    fromMs: -Infinity,
    untilMs: Infinity,
  }))
}

/** Servers that are booked for a time beside those that run. */
export async function readBookings(db: Database): Promise<capacity.StandingOrder[]> {
  const rows = await db.rows('SELECT * FROM server_bookings ORDER BY ALL')
  return rows.map((row) => ({
    serviceId: String(row['service_id']),
    region: String(row['region']),
    serverTypeId: String(row['server_type_id']),
    servers: Number(row['servers']),
    fromMs: Number(row['starts_at']),
    untilMs: Number(row['ends_at']),
  }))
}
