import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, quoteName, quoteText } from '../../src/core/sql/database.ts'
import { watch } from '../../src/warehouse/index.ts'

/** A statement, and what it is known by. */
export interface Dashboard {
  readonly template: string
  readonly sql: string
}

const TABLE = /\.(parquet|csv|csv\.gz)$/i
const LOG = /\.(jsonl|ndjson|sql)(\.gz)?$/i

/**
 * Loads the tables of a folder, each row ten times so that a dashboard is worth waiting for, and gives
 * the SELECTs of its logs that DuckDB takes.
 */
export async function readDashboards(db: Database, folder: string): Promise<readonly Dashboard[]> {
  const files = readdirSync(folder)
  for (const file of files.filter((name) => TABLE.test(name))) {
    const source = quoteText(join(folder, file))
    await db.run(
      `CREATE TABLE ${quoteName(file.replace(TABLE, ''))} AS SELECT t.* FROM ${source} t, range(10)`,
    )
  }
  const templates = watch.createTemplates(10_000)
  const takes = new Map<string, boolean>()
  const found: Dashboard[] = []
  for (const file of files.filter((name) => LOG.test(name))) {
    for (const { sql } of watch.readLog(join(folder, file)).entries) {
      const { fingerprint, kind } = templates.know(sql).template
      if (kind !== 'select') continue
      const isKnown = takes.get(fingerprint)
      const does = isKnown ?? (await canRun(db, sql))
      takes.set(fingerprint, does)
      if (does) found.push({ template: fingerprint, sql })
    }
  }
  return found
}

const canRun = (db: Database, sql: string): Promise<boolean> =>
  db.run(`EXPLAIN ${sql}`).then(
    () => true,
    () => false,
  )
