import type { Database } from '../../core/sql/database.ts'
import { createTableSql } from '../declare/ddl.ts'
import { ALL_TABLES } from '../tables/all.ts'

/** Makes every table that the store does not have yet, empty; tables that are there stay. */
export async function createStoreTables(db: Database): Promise<void> {
  await db.run(ALL_TABLES.map(createTableSql).join(';\n'))
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
