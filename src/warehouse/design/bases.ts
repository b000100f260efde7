import type { Database } from '../../core/sql/database.ts'
import type { BaseTable } from './records.ts'

/** The columns of tables as they are now; a table that is not there has none. */
export async function readBases(
  db: Database,
  tables: readonly string[],
): Promise<readonly BaseTable[]> {
  const rows = await db.rows<{ table_name: string; column_name: string; data_type: string }>(
    `SELECT table_name, column_name, data_type FROM duckdb_columns()
     WHERE database_name = current_database() AND schema_name = current_schema()
     ORDER BY table_name, column_index`,
  )
  return tables.map((table) => ({
    table,
    columns: rows
      .filter((row) => row.table_name.toLowerCase() === table.toLowerCase())
      .map((row) => `${row.column_name} ${row.data_type}`),
  }))
}

/** What changed of a table since, in words; undefined where nothing did. */
export function changeOf(was: BaseTable, is: BaseTable): string | undefined {
  if (is.columns.length === 0)
    return was.columns.length === 0 ? undefined : `table ${was.table} is gone`
  const gone = was.columns.filter((column) => !is.columns.includes(column))
  const come = is.columns.filter((column) => !was.columns.includes(column))
  if (gone.length > 0) return `table ${was.table} no longer has ${gone.join(', ')}`
  if (come.length > 0) return `table ${was.table} now has ${come.join(', ')}`
  const isMoved = was.columns.some((column, c) => column !== is.columns[c])
  return isMoved ? `the columns of table ${was.table} stand in another order` : undefined
}
