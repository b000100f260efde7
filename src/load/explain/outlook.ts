import { sortedQuantile } from '../../core/quantiles.ts'
import { quoted } from '../files/write-forecast.ts'
import type { LoadForecast } from '../types.ts'

/** What one region needs of one family of servers in a quarter: a line of the two-year outlook. */
export interface OutlookRow {
  readonly region: string
  readonly family: string
  /** First day of the quarter, epoch ms. */
  readonly quarterMs: number
  /** Load of the largest week of the quarter: median and upper quantile over courses. */
  readonly loadQ50: number
  readonly loadUpper: number
  /** Servers for it, rounded up. */
  readonly serversQ50: number
  readonly serversUpper: number
  /** serversUpper over the same quarter a year before, less 1; absent in the first year. */
  readonly yearOnYear?: number
}

/** What the outlook is made of: weeks of a region on one family of servers. */
export interface OutlookPart {
  readonly region: string
  readonly family: string
  /** Weekly load of the services that run on the family there. */
  readonly weeks: LoadForecast
  /** Load a week that one server holds: its rate at its latency objective × the week × mean over peak. */
  readonly loadPerServerWeek: number
}

/**
 * A two-year outlook per region and server family that a data-centre planner can take away: a line a
 * quarter, by its largest week, at the median and at `upper`.
 */
export function twoYearOutlook(parts: readonly OutlookPart[], upper = 0.95): readonly OutlookRow[] {
  return parts.flatMap((part) => {
    const rows = quarterRows(part, upper)
    return rows.map((row, at): OutlookRow => {
      const before = rows[at - 4]
      if (before === undefined || before.serversUpper === 0) return row
      return { ...row, yearOnYear: row.serversUpper / before.serversUpper - 1 }
    })
  })
}

function quarterRows(
  { region, family, weeks, loadPerServerWeek }: OutlookPart,
  upper: number,
): readonly OutlookRow[] {
  const { axis, pathCount } = weeks
  const quarterOf = Array.from({ length: axis.count }, (_, t) =>
    quarterStart(axis.startMs + t * axis.stepMs),
  )
  const quarters = [...new Set(quarterOf)]
  const at = quarterOf.map((start) => quarters.indexOf(start))
  const peaks = quarters.map(() => new Float64Array(pathCount))
  const path = new Float64Array(axis.count)
  for (let i = 0; i < pathCount; i++) {
    weeks.path(i, path)
    path.forEach((load, t) => {
      const own = peaks[at[t]!]!
      own[i] = Math.max(own[i]!, load)
    })
  }
  return quarters.map((quarterMs, q) => {
    const sorted = peaks[q]!.sort()
    const [loadQ50, loadUpper] = [sortedQuantile(sorted, 0.5), sortedQuantile(sorted, upper)]
    const servers = (load: number) => Math.ceil(load / loadPerServerWeek)
    return {
      ...{ region, family, quarterMs, loadQ50, loadUpper },
      ...{ serversQ50: servers(loadQ50), serversUpper: servers(loadUpper) },
    }
  })
}

function quarterStart(ms: number): number {
  const date = new Date(ms)
  return Date.UTC(date.getUTCFullYear(), 3 * Math.floor(date.getUTCMonth() / 3), 1)
}

/** The outlook as CSV, to take away. */
export function outlookCsv(rows: readonly OutlookRow[]): string {
  const head = 'region,family,quarter,load_q50,load_upper,servers_q50,servers_upper,year_on_year'
  const lines = rows.map((row) =>
    [
      ...[row.region, row.family].map(quoted),
      `${new Date(row.quarterMs).getUTCFullYear()}-Q${new Date(row.quarterMs).getUTCMonth() / 3 + 1}`,
      ...[Math.round(row.loadQ50), Math.round(row.loadUpper), row.serversQ50, row.serversUpper],
      row.yearOnYear === undefined ? '' : row.yearOnYear.toFixed(3),
    ].join(','),
  )
  return `${[head, ...lines].join('\n')}\n`
}
