import type { Database } from '../../core/sql/database.ts'

/** True when the store has all these tables: one made by an older version may lack some. */
export async function hasTables(db: Database, names: readonly string[]): Promise<boolean> {
  const list = names.map((_, i) => `$${i + 1}`).join(', ')
  const [row] = await db.rows(
    `SELECT count(*) AS n FROM duckdb_tables() WHERE NOT temporary AND table_name IN (${list})`,
    names,
  )
  return row?.['n'] === names.length
}
