import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { throwIfStopped } from '../../../core/progress.ts'
import type { Database } from '../../../core/sql/database.ts'
import type { SampleColumn } from '../choose/sample.ts'
import { cpuOf } from '../choose/trial.ts'
import { orderBySql } from '../native.ts'
import type { Layout } from '../orders/candidates.ts'
import { keySql } from '../orders/keys.ts'
import { copySql, type ParquetFormat } from './files.ts'

export interface RowsToWrite {
  /** SQL of the rows, with `filename` and `file_row_number`. */
  readonly from: string
  readonly layout: Layout
  readonly columns: readonly SampleColumn[]
  /** About how many rows a file gets; absent: all lie in one file. */
  readonly fileRows?: number
  readonly signal?: AbortSignal
}

const STAGE = 'storewright_parquet_stage'
const CELL = 'storewright_cell'

/**
 * Writes rows in order: one file, or a folder of files that follow each other, cut where cells of the order
 * end. Returns CPU ms.
 */
export async function writeInOrder(
  db: Database,
  to: string,
  format: ParquetFormat,
  { from, layout, columns, fileRows, signal }: RowsToWrite,
): Promise<number> {
  const run = cpuOf(db)
  const orderBy = orderBySql(layout, columns, 'filename, file_row_number')
  const sorted = (more: string) =>
    `SELECT * EXCLUDE (file_row_number, filename)${more} FROM ${from} ORDER BY ${orderBy}`
  if (fileRows === undefined) return run(copySql(sorted(''), to, format))
  rmSync(to, { recursive: true, force: true })
  mkdirSync(to)
  const cell = `, ${keySql(layout.keys[0]!, columns)} AS ${CELL}`
  try {
    let spent = await run(`CREATE OR REPLACE TEMP TABLE ${STAGE} AS ${sorted(cell)}`)
    const starts = await fileStarts(db, fileRows, format.groupRows)
    for (const [i, start] of starts.entries()) {
      throwIfStopped(signal)
      const file = join(to, `part-${String(i).padStart(4, '0')}.parquet`)
      const next = starts[i + 1]
      const range = `rowid >= ${start}${next === undefined ? '' : ` AND rowid < ${next}`}`
      const rows = `SELECT * EXCLUDE (${CELL}) FROM ${STAGE} WHERE ${range} ORDER BY rowid`
      spent += await run(copySql(rows, file, format))
    }
    return spent
  } finally {
    await db.run(`DROP TABLE IF EXISTS ${STAGE}`)
  }
}

/**
 * Places of the first row of each file: those near every `fileRows` rows where what the order sorts by
 * first changes, so that no cell lies in two files; where it changes nowhere near, whole row groups.
 */
async function fileStarts(
  db: Database,
  fileRows: number,
  groupRows: number,
): Promise<readonly number[]> {
  const size = Math.ceil(fileRows / groupRows) * groupRows
  const near = Math.floor(size / 4)
  const [counted] = await db.rows<{ n: number }>(`SELECT count(*) AS n FROM ${STAGE}`)
  const starts = [0]
  for (let place = size; place + near < counted!.n; place += size) {
    const [cut] = await db.rows<{ at: number }>(
      `SELECT CAST(place AS DOUBLE) AS at FROM
         (SELECT rowid AS place, ${CELL}, lag(${CELL}) OVER (ORDER BY rowid) AS before_it
          FROM ${STAGE} WHERE rowid BETWEEN ${place - near - 1} AND ${place + near})
       WHERE place >= ${place - near} AND ${CELL} IS DISTINCT FROM before_it
       ORDER BY abs(place - ${place}), place LIMIT 1`,
    )
    starts.push(cut?.at ?? place)
  }
  return starts
}
