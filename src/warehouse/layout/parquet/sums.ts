import type { Database } from '../../../core/sql/database.ts'

/** The number of rows of what stands after FROM and a checksum of them that no order changes. */
export async function sumOfRows(db: Database, from: string): Promise<string> {
  const [row] = await db.rows(
    `SELECT count(*) AS n, CAST(sum(hash(v)) AS VARCHAR) AS h FROM ${from} AS v`,
  )
  return JSON.stringify(row)
}
