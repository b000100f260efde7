import { readKnob } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, type Table, textAt, textsOf } from '../../core/table.ts'
import { capacity, cascade, explain, type LoadAxis, type LoadForecast } from '../../load/index.ts'
import type { CapacityNote, HeldNow } from './capacity-step.ts'
import { LOAD_LEVELS } from './series-task.ts'

const WEEK_SECONDS = 604_800
const WEEK_MS = 1000 * WEEK_SECONDS
const PATHS = 400
const SEED = 1

/** One service's weeks in a region, and the load that a server of its kind takes in a week. */
interface WeeksOf {
  readonly region: string
  readonly family: string
  readonly weeks: LoadForecast
  readonly perServerWeek: number
}

/**
 * The outlook of two years per region and family of server types (c7g of c7g.large), a line a quarter by its
 * largest week. A server takes in a week what it holds with a zone gone, over the ratio of the week's largest
 * minute to its mean; families that several services share take the mean of their services by load.
 */
export async function readOutlook(
  db: Database,
  version: number,
  { running }: CapacityNote,
  settings: Readonly<Record<string, number>>,
): Promise<readonly explain.OutlookRow[]> {
  const table = await db.table(WEEKS_SQL, [version])
  const peaks = await readPeakFactors(db, version)
  const persistence = readKnob(capacity.coursePersistence, settings)
  const usual = readKnob(capacity.hourPeakFactor, settings)
  const parts = weeksOf(table, persistence).flatMap(({ service, region, weeks }): WeeksOf[] => {
    const held = running.find((one) => one.service === service && one.region === region)
    if (held === undefined || held.servers === 0) return []
    const factor = Math.max(1, peaks.get(`${service}\u0000${region}`) ?? usual)
    const perServerWeek = (perSecondWithZoneGone(held) * WEEK_SECONDS) / factor
    return [{ region, family: familyOf(held.serverTypeId), weeks, perServerWeek }]
  })
  return explain.twoYearOutlook(joinFamilies(parts))
}

/** What each of the servers that run adds to what they hold together with a zone gone. */
const perSecondWithZoneGone = ({ perSecond, servers, perServer }: HeldNow): number =>
  perSecond > 0 ? perSecond / servers : perServer

/** The family of a server type: what stands before its size. */
function familyOf(serverTypeId: string): string {
  return serverTypeId.split('.')[0] ?? serverTypeId
}

function joinFamilies(parts: readonly WeeksOf[]): explain.OutlookPart[] {
  const groups = new Map<string, WeeksOf[]>()
  for (const part of parts) {
    const key = `${part.region}\u0000${part.family}`
    groups.set(key, [...(groups.get(key) ?? []), part])
  }
  return [...groups.values()].map((own) => {
    const { region, family } = own[0]!
    const load = (one: WeeksOf) => one.weeks.mean.reduce((sum, value) => sum + value, 0)
    const servers = own.reduce((sum, one) => sum + load(one) / one.perServerWeek, 0)
    return {
      ...{ region, family, weeks: cascade.sumOfForecasts(own.map(({ weeks }) => weeks)) },
      loadPerServerWeek: own.reduce((sum, one) => sum + load(one), 0) / servers,
    }
  })
}

const WEEKS_SQL = `
  SELECT service_id, region, starts_at, mean, q10, q50, q90, q99 FROM load_forecast
  WHERE version = $1 AND grain = 'week' AND service_id <> 'all'
    AND (region <> 'all' OR NOT EXISTS (
      SELECT 1 FROM load_forecast f WHERE f.version = $1 AND f.grain = 'week'
        AND f.service_id = load_forecast.service_id AND f.region <> 'all'))
  ORDER BY service_id, region, starts_at`

function weeksOf(table: Table, persistence: number) {
  const [services, regions] = [textsOf(table, 'service_id'), textsOf(table, 'region')]
  const column = (name: string) => numbersOf(table, name)
  const [starts, mean] = [column('starts_at'), column('mean')]
  const quantiles = ['q10', 'q50', 'q90', 'q99'].map(column)
  const found: { service: string; region: string; weeks: LoadForecast }[] = []
  for (let first = 0; first < table.rowCount; ) {
    let end = first
    const same = (row: number) =>
      services.codes[row] === services.codes[first] && regions.codes[row] === regions.codes[first]
    while (end < table.rowCount && same(end)) end++
    const axis: LoadAxis = { startMs: starts[first]!, stepMs: WEEK_MS, count: end - first }
    const paths = capacity.quantilePaths({
      ...{ axis, levels: LOAD_LEVELS, persistence, paths: PATHS, seed: SEED },
      mean: mean.slice(first, end),
      quantiles: quantiles.map((values) => values.slice(first, end)),
    })
    const weeks = { ...paths, parts: () => [] }
    found.push({ service: textAt(services, first)!, region: textAt(regions, first)!, weeks })
    first = end
  }
  return found
}

const PEAKS_SQL = `
  SELECT service_id, region, median(factor) AS factor FROM (
    SELECT service_id, region, max(coalesce(peak_q50, q50 / 60)) / (avg(mean) / 60) AS factor
    FROM load_forecast
    WHERE version = $1 AND grain = 'hour' AND service_id <> 'all'
    GROUP BY service_id, region, date_trunc('week', starts_at) HAVING avg(mean) > 0)
  GROUP BY ALL`

/** Largest minute of a week over its mean minute, the median of the weeks that hours are forecast of. */
async function readPeakFactors(db: Database, version: number) {
  const rows = await db.rows(PEAKS_SQL, [version])
  return new Map(
    rows.map((row) => [`${row['service_id']}\u0000${row['region']}`, Number(row['factor'])]),
  )
}
