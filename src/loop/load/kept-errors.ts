import type { Database } from '../../core/sql/database.ts'
import { numbersOf } from '../../core/table.ts'
import { cascade, explain, type LoadEvent, type LoadHistory } from '../../load/index.ts'
import { listVersions, type Version } from '../versions.ts'
import { LOAD_LEVELS } from './series-task.ts'
import type { LoadNote } from './step.ts'

const HOUR_MS = 3_600_000
/** A version says what would have helped once this much of it has come. */
const LEAST_KNOWN_HOURS = 7 * 24

/** How far off forecasts of a service were, and what would have helped. */
export interface ForecastErrors {
  /** From versions that are kept; from forecasts made in hindsight while there are none; or nothing yet. */
  readonly basis: 'kept' | 'rehearsed' | 'none'
  /** Versions that hours since have met. */
  readonly versions: number
  readonly byHorizon: readonly cascade.HorizonError[]
  /** Largest first. */
  readonly reductions: readonly cascade.Reduction[]
  /** Against the version before; undefined before the second. */
  readonly change: SinceLast | undefined
}

export interface SinceLast extends explain.ForecastChange {
  /** Epoch ms at which the version before was made. */
  readonly beforeAtMs: number
}

/** Which series is meant; all: the sum. */
export interface SeriesName {
  readonly service: string
  readonly region: string
}

/**
 * Errors by distance ahead of the kept versions of a series' hours, what would reduce them most, and the
 * change since the version before. `version` is the one in force, `events` those that count.
 */
export async function readForecastErrors(
  db: Database,
  version: Version,
  series: SeriesName,
  events: readonly LoadEvent[],
): Promise<ForecastErrors> {
  const versions = await listVersions(db, 'load')
  const actual = await readHours(db, series)
  const kept = (await Promise.all(versions.map((one) => readKept(db, one, series)))).filter(
    (one) => one !== undefined,
  )
  const endMs = actual.axis.startMs + actual.axis.count * HOUR_MS
  const met = kept.filter(({ axis }) => axis.startMs < endMs)
  const now = kept.find((one) => one.version === version.version)
  const before = kept.find((one) => one.version < version.version)
  const change =
    now === undefined || before === undefined ? undefined : explain.changeSince(now, before)
  const since =
    change === undefined ? undefined : { ...change, beforeAtMs: versionTime(versions, before!) }
  if (met.length > 0) {
    return {
      ...{ basis: 'kept', versions: met.length, change: since },
      byHorizon: cascade.errorsByHorizon(met, actual),
      reductions: reductionsOf(met, actual, events),
    }
  }
  const note = JSON.parse(version.note) as LoadNote
  const own = note.rehearsed?.find(({ service }) => service === series.service)
  if (own === undefined || series.region !== 'all') {
    return { basis: 'none', versions: 0, byHorizon: [], reductions: [], change: since }
  }
  const { byHorizon, reductions, versions: count } = own
  return { basis: 'rehearsed', versions: count, byHorizon, reductions, change: since }
}

function versionTime(versions: readonly Version[], { version }: cascade.KeptForecast): number {
  return versions.find((one) => one.version === version)?.createdAt ?? 0
}

/** Of the version of which most has come, where that is a week or more. */
function reductionsOf(
  met: readonly cascade.KeptForecast[],
  actual: LoadHistory,
  events: readonly LoadEvent[],
): readonly cascade.Reduction[] {
  const endMs = actual.axis.startMs + actual.axis.count * HOUR_MS
  const knownHours = ({ axis }: cascade.KeptForecast) =>
    Math.min(axis.count, (endMs - axis.startMs) / HOUR_MS)
  const longest = met.reduce((a, b) => (knownHours(b) > knownHours(a) ? b : a))
  if (knownHours(longest) < LEAST_KNOWN_HOURS) return []
  return cascade.whatWouldReduceMost(longest, actual, events)
}

const KEPT_SQL = `
  SELECT starts_at, mean, q10, q50, q90, q99 FROM load_forecast
  WHERE version = $1 AND service_id = $2 AND region = $3 AND grain = 'hour' ORDER BY starts_at`

async function readKept(
  db: Database,
  { version, note }: Version,
  { service, region }: SeriesName,
): Promise<cascade.KeptForecast | undefined> {
  const table = await db.table(KEPT_SQL, [version, service, region])
  if (table.rowCount === 0) return undefined
  const column = (name: string) => Float64Array.from(numbersOf(table, name))
  return {
    ...{ version, forecaster: 'kept', levels: LOAD_LEVELS, mean: column('mean') },
    madeAtMs: (JSON.parse(note) as LoadNote).knownUntilMs,
    axis: { startMs: column('starts_at')[0]!, stepMs: HOUR_MS, count: table.rowCount },
    quantiles: ['q10', 'q50', 'q90', 'q99'].map(column),
  }
}

const HOURS_SQL = `
  SELECT starts_at, CASE WHEN minutes = 60 THEN requests END AS requests FROM (
    SELECT date_trunc('hour', minute_at) AS starts_at, sum(requests) AS requests,
      count(DISTINCT minute_at) AS minutes
    FROM load WHERE ($1 = 'all' OR service_id = $1) AND ($2 = 'all' OR region = $2)
    GROUP BY ALL) AS hours
  ORDER BY starts_at`

/** Load of whole hours; others are unknown. */
async function readHours(db: Database, { service, region }: SeriesName): Promise<LoadHistory> {
  const table = await db.table(HOURS_SQL, [service, region])
  const [at, requests] = [numbersOf(table, 'starts_at'), numbersOf(table, 'requests')]
  const startMs = at[0] ?? 0
  const count = table.rowCount === 0 ? 0 : Math.round((at.at(-1)! - startMs) / HOUR_MS) + 1
  const values = new Float64Array(count).fill(Number.NaN)
  at.forEach((ms, row) => {
    values[Math.round((ms - startMs) / HOUR_MS)] = requests[row]!
  })
  return { group: { service, region }, axis: { startMs, stepMs: HOUR_MS, count }, values }
}
