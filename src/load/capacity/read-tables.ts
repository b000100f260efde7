import { StorewrightError } from '../../core/errors.ts'
import { type NamedRow, type NamedRows, readNamedRows } from '../files/named-rows.ts'
import type { StandingOrder } from './decisions.ts'
import type { TransferPoints } from './transfer.ts'

/** A service as its owner states it. */
export interface ServiceFacts {
  readonly id: string
  readonly latencyTargetMs: number
  /** NaN where unknown. */
  readonly cpuMsPerRequest: number
  readonly startupSeconds: number
}

export interface TypeFacts {
  readonly id: string
  readonly cores: number
  /** Of a core, relative to the others'. */
  readonly coreSpeed: number
  readonly centsPerHour: number
  /** NaN: not to be had by term. */
  readonly reservedCentsPerHour: number
  readonly leadDays: number
}

/** One way to have servers, as it stands in a file. */
export interface OfferFacts {
  readonly type: string
  readonly location: string
  readonly term: 'hourly' | 'reserved'
  readonly centsPerHour: number
  readonly termWeeks: number
  readonly leadDays: number
  /** Epoch ms; NaN: always. */
  readonly fromMs: number
  readonly untilMs: number
  /** Infinity: no limit. */
  readonly mostServers: number
}

export interface LocationFacts {
  readonly id: string
  readonly region: string
  readonly zones: number
}

/** A load test's step: requests/s on one server of a type. */
export interface TestStep {
  readonly service: string
  readonly type: string
  readonly load: number
  readonly latencyMs: number
  readonly errorShare: number
}

const NAN = Number.NaN
const DEFAULT_LATENCY_MS = 200

export async function readServices(path: string): Promise<ServiceFacts[]> {
  const { rows } = await unique(await readNamedRows(path, ['service_id']), ['service_id'])
  return rows.map((row) => ({
    id: row.text('service_id'),
    latencyTargetMs: row.number('latency_target_ms', 0.001, DEFAULT_LATENCY_MS),
    cpuMsPerRequest: row.number('cpu_ms_per_request', 0, NAN),
    startupSeconds: row.number('startup_seconds', 0, 0),
  }))
}

export async function readTypes(path: string): Promise<TypeFacts[]> {
  const needed = ['server_type_id', 'cpu_cores', 'cost_per_hour_cents']
  const { rows } = await unique(await readNamedRows(path, needed), ['server_type_id'])
  return rows.map((row) => ({
    id: row.text('server_type_id'),
    cores: row.number('cpu_cores', 0.001),
    coreSpeed: row.number('core_speed', 0.001, 1),
    centsPerHour: row.number('cost_per_hour_cents', 0),
    reservedCentsPerHour: row.number('reserved_cost_per_hour_cents', 0, NAN),
    leadDays: row.number('lead_time_days', 0, 0),
  }))
}

export async function readOffers(path: string): Promise<OfferFacts[]> {
  const needed = ['server_type_id', 'location_id', 'term', 'cost_per_hour_cents']
  const named = await readNamedRows(path, needed)
  return named.rows.map((row) => ({
    type: row.text('server_type_id'),
    location: row.text('location_id'),
    term: termOf(named.file, row),
    centsPerHour: row.number('cost_per_hour_cents', 0),
    termWeeks: row.text('term') === 'hourly' ? 1 : row.number('term_weeks', 1, 52),
    leadDays: row.number('lead_time_days', 0, 0),
    fromMs: row.instant('available_from', NAN),
    untilMs: row.instant('available_until', NAN),
    mostServers: row.number('most_servers', 0, Infinity),
  }))
}

function termOf(file: string, row: NamedRow): 'hourly' | 'reserved' {
  const term = row.text('term')
  if (term === 'hourly' || term === 'reserved') return term
  throw new StorewrightError('ERR_FEED_BAD_VALUE', `"${term}" is no term`, {
    file,
    line: row.line,
    column: 'term',
    value: term,
    next: 'Write hourly or reserved.',
  })
}

export async function readLocations(path: string): Promise<LocationFacts[]> {
  const { rows } = await unique(await readNamedRows(path, ['location_id']), ['location_id'])
  return rows.map((row) => ({
    id: row.text('location_id'),
    region: row.text('region') || row.text('location_id'),
    zones: Math.floor(row.number('zones', 1, 3)),
  }))
}

export async function readTests(path: string): Promise<TestStep[]> {
  const needed = ['service_id', 'server_type_id', 'requests_per_second', 'latency_p99_ms']
  const { rows } = await readNamedRows(path, needed)
  return rows.map((row) => ({
    service: row.text('service_id'),
    type: row.text('server_type_id'),
    load: row.number('requests_per_second', 0),
    latencyMs: row.number('latency_p99_ms', 0, NAN),
    errorShare: row.number('error_share', 0, NAN),
  }))
}

export async function readStanding(path: string): Promise<StandingOrder[]> {
  const needed = ['service_id', 'location_id', 'server_type_id', 'servers']
  const { rows } = await readNamedRows(path, needed)
  return rows.map((row) => ({
    serviceId: row.text('service_id'),
    region: row.text('location_id'),
    serverTypeId: row.text('server_type_id'),
    servers: row.number('servers', 0),
    fromMs: row.instant('from', -Infinity),
    untilMs: row.instant('until', Infinity),
  }))
}

/** What minutes of history say of a service: CPU time a request, and load a core where cores are told. */
export interface HistoryFacts {
  readonly cpuMsPerRequest: number
  readonly points: TransferPoints
}

/**
 * Reads service_id, requests (a minute), and as far as there are: cpu_seconds, cores (that served in the
 * minute), latency_p99_ms, errors. CPU time of a request is the median over minutes with at least 30 requests.
 */
export async function readLoadHistory(path: string): Promise<Map<string, HistoryFacts>> {
  const { rows } = await readNamedRows(path, ['service_id', 'requests'])
  const byService = new Map<string, NamedRow[]>()
  for (const row of rows) {
    const id = row.text('service_id')
    const own = byService.get(id)
    if (own === undefined) byService.set(id, [row])
    else own.push(row)
  }
  return new Map([...byService].map(([id, own]) => [id, historyOf(own)]))
}

function historyOf(rows: readonly NamedRow[]): HistoryFacts {
  const cpu = rows
    .filter((row) => row.number('requests', 0) >= 30 && row.text('cpu_seconds') !== '')
    .map((row) => (1000 * row.number('cpu_seconds', 0)) / row.number('requests', 0))
    .sort((a, b) => a - b)
  const cored = rows.filter((row) => row.text('cores') !== '' && row.number('requests', 0) > 0)
  return {
    cpuMsPerRequest: cpu.length === 0 ? NAN : cpu[cpu.length >> 1]!,
    points: {
      load: Float64Array.from(
        cored,
        (row) => row.number('requests') / 60 / row.number('cores', 0.001),
      ),
      latencyMs: Float64Array.from(cored, (row) => row.number('latency_p99_ms', 0, NAN)),
      errorShare: Float64Array.from(
        cored,
        (row) => row.number('errors', 0, NAN) / row.number('requests'),
      ),
    },
  }
}

/** Throws ERR_FEED_DUPLICATE_KEY where two rows have the same key. */
async function unique(named: NamedRows, key: readonly string[]): Promise<NamedRows> {
  const seen = new Map<string, number>()
  for (const row of named.rows) {
    const value = key.map((column) => row.text(column)).join(' ')
    const before = seen.get(value)
    if (before !== undefined) {
      throw new StorewrightError(
        'ERR_FEED_DUPLICATE_KEY',
        `${value} stands in line ${before} already`,
        {
          file: named.file,
          line: row.line,
          column: key[0]!,
          value,
          next: 'Keep one of the rows.',
        },
      )
    }
    seen.set(value, row.line)
  }
  return named
}
