import type { Database } from '../../core/sql/database.ts'
import type { NamedEvent } from '../gameday/store-load.ts'
import { currentVersion } from '../versions.ts'
import { eventsInForce, isPlanned, readCalendar } from './calendar.ts'
import type { CalendarRecord } from './calendar-events.ts'
import type { CapacityNote } from './capacity-step.ts'
import { adviceOf, describeSince, sentenceOfErrors } from './error-words.ts'
import { type ForecastErrors, readForecastErrors } from './kept-errors.ts'
import type { LoadNote } from './step.ts'

/** Load and its servers, for the report. */
export interface LoadReport {
  readonly next: NamedEvent | undefined
  /** Requests a minute of all services at the next event's height: median and 95 %; null beyond the hours. */
  readonly peak: number | null
  readonly peakHigh: number | null
  readonly errors: ForecastErrors
  readonly orders: number
  readonly costCents: number
}

const PEAK_SQL = `
  SELECT max(coalesce(peak_q50, q50 / 60)) AS peak, max(coalesce(peak_q95, q90 / 60)) AS high
  FROM load_forecast WHERE version = $1 AND service_id = 'all' AND region = 'all' AND grain = 'hour'
    AND starts_at >= make_timestamp(($2 - 3600000) * 1000) AND starts_at < make_timestamp($3 * 1000)`

/** What the report says of load; undefined before the first forecast of load. */
export async function readLoadReport(
  db: Database,
  record: CalendarRecord,
): Promise<LoadReport | undefined> {
  const version = await currentVersion(db, 'load')
  if (version === undefined) return undefined
  const events = eventsInForce(await readCalendar(db, record))
  const { knownUntilMs } = JSON.parse(version.note) as LoadNote
  const next = events.find((event) => event.endMs > knownUntilMs && isPlanned(event))
  const asked = next === undefined ? [0, 0] : [next.startMs, next.endMs]
  const [row] = await db.rows(PEAK_SQL, [version.version, ...asked])
  const capacity = await currentVersion(db, 'capacity')
  const plan = capacity === undefined ? undefined : (JSON.parse(capacity.note) as CapacityNote)
  return {
    next,
    peak: row?.['peak'] == null ? null : Number(row['peak']),
    peakHigh: row?.['high'] == null ? null : Number(row['high']),
    errors: await readForecastErrors(db, version, { service: 'all', region: 'all' }, events),
    orders: plan?.orders ?? 0,
    costCents: plan?.costCents ?? 0,
  }
}

/** The same in words, a line an entry. */
export function describeLoad(report: LoadReport, currency: string): string[] {
  const { next, peak, peakHigh, errors, orders, costCents } = report
  const count = (value: number) => Math.round(value).toLocaleString('en-GB')
  const money = new Intl.NumberFormat('en-GB', {
    ...{ style: 'currency', currency, currencyDisplay: 'narrowSymbol', maximumFractionDigits: 0 },
  })
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  const advice = adviceOf(errors)
  const height =
    peak === null || peakHigh === null
      ? ''
      : ` peaks at ${count(peak)} requests a minute, below ${count(peakHigh)} with 95 %`
  return [
    'Will the servers hold?',
    next === undefined
      ? '  No event is planned.'
      : `  ${next.name} (${next.eventId}, ${day(next.startMs)})${height}.`,
    `  The plan proposes ${orders} orders for servers${orders === 0 ? '' : `, ${money.format(costCents / 100)} in all`}: storewright load orders --store DIR`,
    `  ${sentenceOfErrors(errors)}`,
    ...(advice === undefined ? [] : [`  ${advice}`]),
    ...(errors.change === undefined ? [] : [`  ${describeSince(errors.change)}`]),
  ]
}
