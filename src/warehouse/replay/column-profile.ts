import { type Database, quoteName } from '../../core/sql/database.ts'
import type { ColumnType } from './table-files.ts'

/** What values of a column are, as far as moving them goes. */
export type ColumnNature =
  | 'integer'
  | 'decimal'
  | 'float'
  | 'day'
  | 'instant'
  | 'text'
  | 'uuid'
  | 'other'

/** One column of a table that is read, with what decides how its copies are moved. */
export interface ColumnProfile extends ColumnType {
  readonly table: string
  readonly nature: ColumnNature
  /** Rows with a value. */
  readonly filled: number
  readonly distinct: number
  /** Of whole numbers, and of days since 1970. */
  readonly minimum: number
  readonly maximum: number
}

const INTEGER = /^U?(TINY|SMALL|BIG|HUGE)INT$|^U?INTEGER$/

/** What a DuckDB type is, as far as moving its values goes. */
export function natureOf(type: string): ColumnNature {
  if (INTEGER.test(type)) return 'integer'
  if (type.startsWith('DECIMAL')) return 'decimal'
  if (type === 'FLOAT' || type === 'DOUBLE') return 'float'
  if (type === 'DATE') return 'day'
  if (type.startsWith('TIMESTAMP')) return 'instant'
  if (type === 'VARCHAR') return 'text'
  return type === 'UUID' ? 'uuid' : 'other'
}

function endOf(end: 'min' | 'max', value: string, type: string): string {
  const nature = natureOf(type)
  if (nature === 'integer') return `CAST(${end}(${value}) AS DOUBLE)`
  if (nature !== 'day') return 'NULL::DOUBLE'
  return `CAST(${end}(${value}) FILTER (isfinite(${value})) - DATE '1970-01-01' AS DOUBLE)`
}

/** Counts values and distinct values of all columns of a table in one pass. `at` is its quoted name. */
export async function profileColumns(
  db: Database,
  table: string,
  at: string,
  columns: readonly ColumnType[],
): Promise<readonly ColumnProfile[]> {
  const asked = columns.flatMap(({ name, type }, c) => {
    const value = quoteName(name)
    return [
      `count(${value}) AS f${c}`,
      `count(DISTINCT ${value}) AS d${c}`,
      `${endOf('min', value, type)} AS a${c}`,
      `${endOf('max', value, type)} AS b${c}`,
    ]
  })
  const [row] = await db.rows<Record<string, number | null>>(
    `SELECT ${asked.join(', ')} FROM ${at}`,
  )
  return columns.map(({ name, type }, c) => ({
    table,
    name,
    type,
    nature: natureOf(type),
    filled: row![`f${c}`] ?? 0,
    distinct: row![`d${c}`] ?? 0,
    minimum: row![`a${c}`] ?? 0,
    maximum: row![`b${c}`] ?? 0,
  }))
}
