import type { Database } from '../../core/sql/database.ts'
import { addColumnSql, createTableSql } from '../declare/ddl.ts'
import { ALL_TABLES } from '../tables/all.ts'

/**
 * Makes every table that the store does not have yet, empty. Tables that are there stay and are
 * given the columns that have been declared since they were made.
 */
export async function createStoreTables(db: Database): Promise<void> {
  await db.run(ALL_TABLES.map(createTableSql).join(';\n'))
  const added = await missingColumns(db)
  if (added.length > 0) await db.run(added.join(';\n'))
}

/** True when a table or column has been declared since the store was made, or last written to. */
export async function lacksStoreTables(db: Database): Promise<boolean> {
  return (await missingColumns(db)).length > 0
}

/** Statements that add the declared columns which the database does not have. */
async function missingColumns(db: Database): Promise<string[]> {
  const rows = await db.rows<{ table_name: string; column_name: string }>(
    'SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND schema_name = current_schema()',
  )
  const present = new Set(rows.map((row) => `${row.table_name}.${row.column_name}`))
  return ALL_TABLES.flatMap(({ name, columns }) =>
    Object.entries(columns)
      .filter(([column]) => !present.has(`${name}.${column}`))
      .map(([column, declared]) => addColumnSql(name, column, declared)),
  )
}

/** True when the database holds the tables of a store. */
export async function hasStoreTables(db: Database): Promise<boolean> {
  const [row] = await db.rows<{ n: number }>(
    `SELECT count(*) AS n FROM duckdb_tables() WHERE NOT temporary AND table_name IN (${ALL_TABLES.map(
      ({ name }) => `'${name}'`,
    ).join(', ')})`,
  )
  return row?.n === ALL_TABLES.length
}
