import { normalCdf } from '../../../core/distributions/normal.ts'
import type { Database } from '../../../core/sql/database.ts'
import { capacity } from '../../../load/index.ts'
import type {
  CapacityOrderRow,
  CapacityOrders,
  HeldNow,
  NamedEvent,
  Settings,
} from '../../../loop/index.ts'
import type { LoadService, LoadSummary } from '../../schemas/load.ts'
import { clockOf, isoOf, type LoadFacts, nextEventOf } from './facts.ts'
import { costNow } from './orders.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Without an event, peaks of so many days are looked at. */
const AHEAD_MS = 14 * DAY_MS
const ABOUT_MS = 2 * HOUR_MS

/** What the page is about: the next event, or the days ahead. */
interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** The answer of the page Load, with what each service has and lacks. */
export async function readSummary(
  db: Database,
  facts: LoadFacts,
  orders: CapacityOrders | undefined,
  { store }: Settings,
  command: string,
): Promise<LoadSummary> {
  const { note, version } = facts
  const event = nextEventOf(facts)
  const span =
    event === undefined
      ? { fromMs: note.knownUntilMs, toMs: note.knownUntilMs + AHEAD_MS }
      : { fromMs: event.startMs - ABOUT_MS, toMs: event.endMs + ABOUT_MS }
  const services = await readServices(db, facts, orders?.rows ?? [], span)
  const next = event === undefined ? null : await readNext(db, facts, event)
  const planned = (orders?.rows ?? []).filter(({ gameday }) => gameday === undefined)
  const proposed = planned.filter(({ status }) => status === 'proposed')
  const times = proposed.map(({ order }) => order.orderByMs)
  return {
    version: version.version,
    madeAt: isoOf(version.createdAt),
    knownFrom: isoOf(note.knownFromMs),
    knownUntil: isoOf(note.knownUntilMs),
    forecastUntil: isoOf(untilOf(facts)),
    timeZone: store.time_zone,
    currency: store.currency,
    sentence: sentenceOf(next, event, services, store.time_zone),
    ...{ next, services },
    regions: [...new Set(note.series.map(({ region }) => region))],
    orders: {
      proposed: proposed.length,
      servers: proposed.reduce((sum, { servers }) => sum + servers, 0),
      costCents: Math.round(proposed.reduce((sum, row) => sum + costNow(row), 0)),
      decided: planned.length - proposed.length,
      orderBy: times.length === 0 ? null : isoOf(Math.min(...times)),
    },
    stale: await staleness(db, facts, store.time_zone, command),
  }
}

function untilOf({ note }: LoadFacts): number {
  return note.series
    .flatMap(({ grains }) => grains.map(({ untilMs }) => untilMs))
    .reduce((a, b) => Math.max(a, b), note.knownUntilMs)
}

async function staleness(
  db: Database,
  { note, record }: LoadFacts,
  timeZone: string,
  command: string,
) {
  const [row] = await db.rows('SELECT max(minute_at) AS last FROM load')
  const last = Number(row?.['last'] ?? 0)
  if (last < note.knownUntilMs) {
    const isOld = record.sequence > (note.calendarSequence ?? 0)
    return isOld
      ? { message: 'The calendar has changed since; the next run takes it in.', command }
      : null
  }
  const { day, time } = clockOf(timeZone)
  return {
    message: `There is load up to ${day(last)}, ${time(last)}, and the forecast knows it up to ${day(note.knownUntilMs)}, ${time(note.knownUntilMs)}.`,
    command,
  }
}

const PEAK_SQL = `
  SELECT max(coalesce(peak_q50, q50 / 60)) AS peak, max(coalesce(peak_q95, q90 / 60)) AS high
  FROM load_forecast WHERE version = $1 AND service_id = 'all' AND region = 'all' AND grain = 'hour'
    AND starts_at >= make_timestamp($2 * 1000) AND starts_at < make_timestamp($3 * 1000)`

const USUAL_SQL = `
  SELECT max(mean) AS usual FROM (
    SELECT f.starts_at, (any_value(f.mean) - coalesce(sum(p.requests), 0)) / 60 AS mean
    FROM load_forecast f LEFT JOIN load_parts p
      ON p.version = f.version AND p.grain = 'hour' AND p.starts_at = f.starts_at AND p.kind = 'event'
    WHERE f.version = $1 AND f.service_id = 'all' AND f.region = 'all' AND f.grain = 'hour'
      AND f.starts_at >= make_timestamp($2 * 1000) AND f.starts_at < make_timestamp($3 * 1000)
    GROUP BY f.starts_at)`

async function readNext(
  db: Database,
  { version }: LoadFacts,
  event: NamedEvent,
): Promise<NonNullable<LoadSummary['next']>> {
  const asked = [
    version.version,
    Math.floor((event.startMs - HOUR_MS) / HOUR_MS) * HOUR_MS,
    event.endMs + HOUR_MS,
  ]
  const [peak] = await db.rows(PEAK_SQL, asked)
  const [usual] = await db.rows(USUAL_SQL, asked)
  return {
    ...{ eventId: event.eventId, name: event.name },
    ...{ startsAt: isoOf(event.startMs), endsAt: isoOf(event.endMs) },
    peakPerMinute: known(peak?.['peak']),
    peakHighPerMinute: known(peak?.['high']),
    usualPerMinute: known(usual?.['usual']),
  }
}

const known = (value: string | number | null | undefined): number | null =>
  value === null || value === undefined ? null : Math.round(Number(value))

const SERVICES_SQL = `
  SELECT service_id, region, arg_max(starts_at, coalesce(peak_q50, q50 / 60)) AS at,
    max(coalesce(peak_q50, q50 / 60)) AS peak, max(coalesce(peak_q95, q90 / 60)) AS high
  FROM load_forecast
  WHERE version = $1 AND grain = 'hour' AND service_id <> 'all' AND region <> 'all'
    AND starts_at >= make_timestamp($2 * 1000) AND starts_at < make_timestamp($3 * 1000)
  GROUP BY ALL`

const LAST_HOUR_SQL = `
  SELECT service_id, region, avg(requests) AS mean FROM load
  WHERE minute_at >= (SELECT max(minute_at) FROM load) - INTERVAL 59 MINUTE GROUP BY ALL`

const WEEK_SQL = `
  SELECT service_id, region, list(round(mean / 60) ORDER BY starts_at)::VARCHAR AS week
  FROM load_forecast
  WHERE version = $1 AND grain = 'hour' AND service_id <> 'all' AND region <> 'all'
    AND starts_at < make_timestamp($2 * 1000)
  GROUP BY ALL`

const NAMES_SQL = 'SELECT service_id, name FROM services'

async function readServices(
  db: Database,
  facts: LoadFacts,
  orders: readonly CapacityOrderRow[],
  span: Span,
): Promise<LoadService[]> {
  const { note, version, capacity: plan } = facts
  const key = (service: unknown, region: unknown) => `${service}\u0000${region}`
  const byKey = async (sql: string, values: readonly number[] = []) =>
    new Map((await db.rows(sql, values)).map((row) => [key(row['service_id'], row['region']), row]))
  const peaks = await byKey(SERVICES_SQL, [version.version, span.fromMs, span.toMs])
  const last = await byKey(LAST_HOUR_SQL)
  const weeks = await byKey(WEEK_SQL, [version.version, note.knownUntilMs + 7 * DAY_MS])
  const names = new Map((await db.rows(NAMES_SQL)).map((row) => [row['service_id'], row['name']]))
  const starts = await readShortStarts(db, facts, span)
  const rows = note.series.map(({ service, region }): LoadService => {
    const peak = peaks.get(key(service, region))
    const running = plan?.running.find((one) => one.service === service && one.region === region)
    const booked = running?.booked?.find(
      ({ fromMs, untilMs }) => fromMs <= span.fromMs + ABOUT_MS && untilMs >= span.toMs - ABOUT_MS,
    )
    const decided = orders
      .filter(
        ({ order, status }) =>
          status !== 'proposed' &&
          order.serviceId === service &&
          order.region === region &&
          order.readyMs <= span.fromMs + ABOUT_MS &&
          order.untilMs >= span.toMs - ABOUT_MS,
      )
      .reduce((sum, { servers }) => sum + servers, 0)
    const standing = standingAt(running, booked?.servers ?? 0, decided)
    const [middle, high] = [known(peak?.['peak']), known(peak?.['high'])]
    const short = standing === undefined ? 0 : shortBy(standing, high ?? 0)
    const from = short === 0 ? undefined : starts.get(key(service, region))
    const risk = standing === undefined || short === 0 ? null : riskOf(standing, middle, high)
    const told = {
      ...{ serviceId: service, name: String(names.get(service) ?? service), region },
      lastHourPerMinute: known(last.get(key(service, region))?.['mean']),
      ...{ peakPerMinute: middle, peakHighPerMinute: high },
      peakAt: peak === undefined ? null : isoOf(Number(peak['at'])),
      servers: running?.servers ?? null,
      serverTypeId: running?.serverTypeId ?? null,
      heldPerMinute: standing === undefined ? null : Math.round(60 * standing.perSecond),
      bookedServers: (booked?.servers ?? 0) + decided,
      shortServers: short,
      shortFrom: short === 0 ? null : isoOf(from ?? span.fromMs + ABOUT_MS),
      risk,
      week: JSON.parse(String(weeks.get(key(service, region))?.['week'] ?? '[]')) as number[],
    }
    return { ...told, severity: severityOf(told), words: wordsOf(told) }
  })
  return rows.sort((a, b) => (b.risk ?? 0) - (a.risk ?? 0) || b.shortServers - a.shortServers)
}

/** Servers of a service while the event lasts, and what they hold together. */
interface Standing {
  readonly servers: number
  readonly perServer: number
  readonly zones: number
  readonly perSecond: number
}

function standingAt(
  running: HeldNow | undefined,
  booked: number,
  decided: number,
): Standing | undefined {
  if (running === undefined) return undefined
  const { perServer, zones = 3 } = running
  const servers = running.servers + booked + decided
  return { servers, perServer, zones, perSecond: capacity.heldBy(servers, perServer, zones) }
}

/** Servers that lack to hold a peak, a zone gone. */
function shortBy({ servers, perServer, zones }: Standing, perMinute: number): number {
  return Math.max(0, capacity.serversFor(perMinute / 60, perServer, zones) - servers)
}

const NORMAL_95 = 1.6449

/** Chance that the peak passes what is held, by a lognormal of its median and its 95 % quantile. */
function riskOf(
  { perSecond }: Standing,
  middle: number | null,
  high: number | null,
): number | null {
  if (middle === null || high === null || !(high > middle) || middle <= 0) return null
  if (perSecond <= 0) return 1
  const spread = Math.log(high / middle) / NORMAL_95
  return Math.round(1000 * normalCdf(Math.log(middle / (60 * perSecond)) / spread)) / 1000
}

type Told = Omit<LoadService, 'severity' | 'words'>

function severityOf({ shortServers, risk, peakHighPerMinute, heldPerMinute }: Told) {
  if (shortServers > 0) return (risk ?? 0) >= 0.2 ? 'bad' : 'warn'
  if (heldPerMinute === null || peakHighPerMinute === null) return 'ok'
  return peakHighPerMinute > heldPerMinute ? 'warn' : 'ok'
}

function wordsOf(told: Told): string {
  const { shortServers, servers, bookedServers, peakHighPerMinute, heldPerMinute } = told
  if (shortServers > 0) {
    const has = (servers ?? 0) + bookedServers
    return `${has} of ${has + shortServers} ${bookedServers > 0 ? 'run or booked' : 'run'}`
  }
  if (servers === null) return 'nothing says how many servers run'
  const isTight = (peakHighPerMinute ?? 0) > (heldPerMinute ?? Infinity)
  const all = bookedServers > 0 ? `${servers} run, ${bookedServers} booked` : `${servers} run`
  return isTight ? `${all}, no zone to spare` : all
}

const SHORT_SQL = `
  SELECT service_id, region, starts_at, q90 FROM load_forecast
  WHERE version = $1 AND grain = 'minute' AND service_id <> 'all' AND region <> 'all'
    AND starts_at >= make_timestamp($2 * 1000) AND starts_at < make_timestamp($3 * 1000)
  ORDER BY starts_at`

/** The first minute of which one in ten courses passes what the running servers hold. */
async function readShortStarts(
  db: Database,
  { version, capacity }: LoadFacts,
  span: Span,
): Promise<ReadonlyMap<string, number>> {
  const held = new Map(
    (capacity?.running ?? []).map((one) => {
      const booked = one.booked?.find(
        ({ fromMs, untilMs }) => fromMs <= span.toMs && untilMs > span.fromMs,
      )
      return [`${one.service}\u0000${one.region}`, 60 * (booked?.perSecond ?? one.perSecond)]
    }),
  )
  const starts = new Map<string, number>()
  for (const row of await db.rows(SHORT_SQL, [version.version, span.fromMs, span.toMs])) {
    const own = `${row['service_id']}\u0000${row['region']}`
    if (starts.has(own) || Number(row['q90']) <= (held.get(own) ?? Infinity)) continue
    starts.set(own, Number(row['starts_at']))
  }
  return starts
}

const count = (value: number) => {
  const digits = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 2)
  return (Math.round(value / digits) * digits).toLocaleString('en-GB')
}

/** "Deal night on 9 Apr peaks at 110,000 requests a minute; web in us-east is short by 3 servers from 19:00." */
function sentenceOf(
  next: LoadSummary['next'],
  event: NamedEvent | undefined,
  services: readonly LoadService[],
  timeZone: string,
): string {
  const { day, time } = clockOf(timeZone)
  const lacking = services.filter(({ shortServers }) => shortServers > 0)
  const [worst] = lacking
  const others =
    lacking.length > 1
      ? ` ${lacking.length - 1} ${lacking.length === 2 ? 'other is' : 'others are'} short too.`
      : ''
  const lack =
    worst === undefined
      ? 'the servers that run hold it.'
      : `${worst.name} in ${worst.region} is short by ${worst.shortServers} ${worst.shortServers === 1 ? 'server' : 'servers'}${worst.shortFrom === null ? '' : ` from ${time(Date.parse(worst.shortFrom))}`}.${others}`
  if (next === null || event === undefined) {
    return worst === undefined
      ? 'No event is planned; the servers that run hold the next two weeks.'
      : `No event is planned; ${lack}`
  }
  const peak =
    next.peakPerMinute === null
      ? `is on ${day(event.startMs)}`
      : `on ${day(event.startMs)} peaks at ${count(next.peakPerMinute)} requests a minute`
  return `${next.name} ${peak}; ${lack}`
}
