import { formatDay } from '../../core/calendar.ts'
import type { Database } from '../../core/sql/database.ts'
import { KEPT_LEVELS } from './context.ts'
import { hasTables } from './explain-tables.ts'

/** What is added up: everything, departments, categories, or places. */
export type GroupLevel = 'total' | 'department' | 'category' | 'place'

/** What a group will sell over the days shown, and how far off it was in the past. */
export interface GroupTotal {
  readonly level: GroupLevel
  readonly group: string
  readonly products: number
  readonly days: number
  /** Units. */
  readonly mean: number
  /** 0.05 and 0.95 quantiles of the sum. */
  readonly low: number
  readonly high: number
  readonly method: string
  readonly wape: number | null
  readonly bias: number | null
}

/** Expected units of a group, day by day. */
export interface GroupDay {
  readonly ds: string
  readonly mean: number
  /** At KEPT_LEVELS. */
  readonly quantiles: readonly number[]
}

const TABLES = ['group_forecast', 'forecast_groups'] as const

/** Every group of a forecast; empty where it was made before groups were forecast. */
export async function readGroups(db: Database, version: number): Promise<GroupTotal[]> {
  if (!(await hasTables(db, TABLES))) return []
  const rows = await db.rows(
    'SELECT * FROM forecast_groups WHERE version = $1 ORDER BY level, group_id',
    [version],
  )
  return rows.map((row) => ({
    level: String(row['level']) as GroupLevel,
    group: String(row['group_id']),
    products: Number(row['products']),
    days: Number(row['days']),
    mean: Number(row['mean']),
    low: Number(row['q0.05']),
    high: Number(row['q0.95']),
    method: String(row['method']),
    wape: row['wape'] as number | null,
    bias: row['bias'] as number | null,
  }))
}

/** The days of one group of a forecast, at most `days` of them. */
export async function readGroupDays(
  db: Database,
  version: number,
  { level, group }: Pick<GroupTotal, 'level' | 'group'>,
  days: number,
): Promise<GroupDay[]> {
  if (!(await hasTables(db, TABLES))) return []
  const rows = await db.rows(
    `SELECT * FROM group_forecast WHERE version = $1 AND level = $2 AND group_id = $3
     ORDER BY ds LIMIT CAST($4 AS INTEGER)`,
    [version, level, group, days],
  )
  return rows.map((row) => ({
    ds: formatDay(Number(row['ds'])),
    mean: Number(row['mean']),
    quantiles: KEPT_LEVELS.map((share) => Number(row[`q${share}`])),
  }))
}
