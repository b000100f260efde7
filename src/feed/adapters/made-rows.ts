import { type Database, quoteName } from '../../core/sql/database.ts'
import type { TypedRows } from '../check/typed-rows.ts'
import { sqlDefault, sqlType } from '../declare/ddl.ts'
import type { TableDeclaration } from '../declare/table.ts'

/**
 * Rows that a SELECT makes, as typed rows of `table`: columns it leaves out get their default or
 * NULL and count as absent. `file` and `lineOf` say where a fault in them comes from.
 */
export async function makeRows(
  db: Database,
  table: TableDeclaration,
  select: string,
  from: Pick<TypedRows, 'file' | 'lineKind' | 'lineOf'>,
): Promise<TypedRows> {
  const name = `feed_out_${table.name}`
  const described = await db.rows<{ column_name: string }>(
    `SELECT column_name FROM (DESCRIBE ${select})`,
  )
  const has = new Set(described.map((row) => row.column_name))
  const columns = Object.entries(table.columns).map(([column, declared]) => {
    const value = has.has(column) ? `q.${quoteName(column)}` : (sqlDefault(declared) ?? 'NULL')
    return `CAST(${value} AS ${sqlType(declared)}) AS ${quoteName(column)}`
  })
  const row = has.has('_row') ? 'q._row' : 'row_number() OVER () - 1'
  await db.run(
    `CREATE OR REPLACE TEMP TABLE ${name} AS
     SELECT ${row} AS _row, ${columns.join(', ')} FROM (${select}) q`,
  )
  const [count] = await db.rows<{ n: number }>(`SELECT count(*) AS n FROM ${name}`)
  const present = Object.keys(table.columns).filter((column) => has.has(column))
  return { ...from, table, name, present, rowCount: count?.n ?? 0 }
}
