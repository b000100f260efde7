import { renameSync, rmSync } from 'node:fs'
import type { Database } from '../../../core/sql/database.ts'
import { compareOn } from '../choose/trial.ts'
import type { WeighedStatement } from '../read/statements.ts'
import { filesOf, type ParquetFormat, readSql, recut } from './files.ts'

const ONE = 'storewright_parquet_one'
const OTHER = 'storewright_parquet_other'

export interface SizeTrial {
  /** How the statements name the table. */
  readonly table: string
  readonly statements: readonly WeighedStatement[]
  /** Sizes of row groups to choose from, ascending. */
  readonly sizes: readonly number[]
  /** Share of the time that is given up for row groups of half the size. */
  readonly readWorth: number
  readonly signal?: AbortSignal
}

/**
 * Cuts what lies at `path` into row groups of the sizes beside its own while statements get faster by
 * it, and leaves the best at `path`: what a row group costs depends on more than a calibration sees, and
 * order is kept, so that a trial takes no sort. Returns the size and the CPU ms of writing.
 */
export async function tryGroupSizes(
  db: Database,
  path: string,
  isFolder: boolean,
  format: ParquetFormat,
  trial: SizeTrial,
): Promise<{ readonly groupRows: number; readonly writeCpuMs: number }> {
  const { groupRows } = format
  const beside = besideOfSize(path)
  const from = trial.sizes.indexOf(groupRows)
  let at = from
  let writeCpuMs = 0
  try {
    for (const step of [1, -1]) {
      if (step < 0 && at !== from) break
      for (let next = trial.sizes[at + step]; next !== undefined; next = trial.sizes[at + step]) {
        writeCpuMs += await recut(db, filesOf(path), beside, isFolder, {
          ...format,
          groupRows: next,
        })
        if (!(await isBetter(db, beside, path, step, trial))) break
        rmSync(path, { recursive: true, force: true })
        renameSync(beside, path)
        at += step
      }
    }
    return { groupRows: trial.sizes[at] ?? groupRows, writeCpuMs }
  } finally {
    rmSync(beside, { recursive: true, force: true })
  }
}

/** Where another size is written while it is tried. */
export function besideOfSize(path: string): string {
  return `${path}.storewright-size`
}

/** Whether statements run faster on `one`; the more so where its row groups are larger. */
async function isBetter(
  db: Database,
  one: string,
  other: string,
  step: number,
  { table, statements, readWorth, signal }: SizeTrial,
): Promise<boolean> {
  try {
    await db.run(`CREATE OR REPLACE TEMP VIEW ${ONE} AS SELECT * FROM ${readSql(filesOf(one))}`)
    await db.run(`CREATE OR REPLACE TEMP VIEW ${OTHER} AS SELECT * FROM ${readSql(filesOf(other))}`)
    const { runShare } = await compareOn(db, table, statements, OTHER, ONE, signal)
    return runShare < 1 - step * readWorth
  } finally {
    await db.run(`DROP VIEW IF EXISTS ${ONE}`)
    await db.run(`DROP VIEW IF EXISTS ${OTHER}`)
  }
}
