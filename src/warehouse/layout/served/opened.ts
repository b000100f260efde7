import type { Database } from '../../../core/sql/database.ts'
import { type Carried, excludeCarried } from '../joined/carried.ts'
import { readSql } from '../parquet/files.ts'

const PROBE = 'storewright_opened'

/** Whether a name is the view that `openParquet` makes of the files and nothing else. */
export async function isOpened(
  db: Database,
  name: string,
  files: readonly string[],
  carried: Carried,
): Promise<boolean> {
  const own = `SELECT *${excludeCarried(carried)} FROM ${readSql(files)}`
  await db.run(`CREATE OR REPLACE TEMP VIEW ${PROBE} AS ${own}`)
  try {
    const rows = await db.rows<{ view_name: string; sql: string }>(
      `SELECT view_name, sql FROM duckdb_views() WHERE NOT internal AND (view_name = '${PROBE}'
         OR (lower(view_name) = lower($1) AND database_name = current_database() AND schema_name = current_schema()))`,
      [name],
    )
    const bodies = rows.map(({ sql }) => sql.slice(sql.indexOf(' AS SELECT ')))
    return rows.length === 2 && bodies[0] === bodies[1]
  } finally {
    await db.run(`DROP VIEW IF EXISTS ${PROBE}`)
  }
}
