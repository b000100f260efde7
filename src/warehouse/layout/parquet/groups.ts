import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathBeside } from '../../../core/files.ts'
import { type Database, quoteName, quoteText } from '../../../core/sql/database.ts'
import { cpuOf } from '../choose/trial.ts'
import type { TableColumn } from '../read/columns.ts'

const ROWS = 262_144
const SMALL = 2048
const ROUNDS = 8

/** What a row group costs beside its rows, CPU ms. */
export interface GroupCosts {
  /** Where it is read. */
  readonly groupReadMs: number
  /** Where it is there, read or not. */
  readonly groupThereMs: number
}

/**
 * Measures what row groups cost on this machine: the same rows written with many groups and with
 * one, read in full and by a filter that rules all of them out. CPU times, the least of eight.
 */
export async function calibrateGroups(
  db: Database,
  from: string,
  columns: readonly TableColumn[],
): Promise<GroupCosts> {
  const list = columns.filter(({ encoding }) => encoding !== undefined).slice(0, 5)
  const by = list.find(({ encoding }) => encoding === 'number' || encoding === 'time')
  if (by === undefined) return { groupReadMs: 0, groupThereMs: 0 }
  const few = pathBeside(join(tmpdir(), 'storewright-few'))
  const many = pathBeside(join(tmpdir(), 'storewright-many'))
  try {
    const rows = `SELECT * FROM ${from} LIMIT ${ROWS}`
    await db.run(`COPY (${rows}) TO ${quoteText(few)} (FORMAT parquet, ROW_GROUP_SIZE ${ROWS})`)
    await db.run(`COPY (${rows}) TO ${quoteText(many)} (FORMAT parquet, ROW_GROUP_SIZE ${SMALL})`)
    const [count] = await db.rows<{ n: number; low: string | null }>(
      `SELECT count(*) AS n, CAST(min(${quoteName(by.name)}) AS VARCHAR) AS low FROM read_parquet(${quoteText(few)})`,
    )
    const groups = Math.max(1, Math.ceil(count!.n / SMALL) - 1)
    const all = list.map(({ name }) => `max(${quoteName(name)})`).join(', ')
    const below = `WHERE ${quoteName(by.name)} < CAST(${quoteText(count!.low ?? '0')} AS ${by.type})`
    const read = (file: string, filter = '') =>
      leastCpu(db, `SELECT ${all} FROM read_parquet(${quoteText(file)}) ${filter}`)
    const there = Math.max(0, (await read(many, below)) - (await read(few, below))) / groups
    const both = Math.max(0, (await read(many)) - (await read(few))) / groups
    return { groupReadMs: Math.max(0, both - there), groupThereMs: there }
  } finally {
    rmSync(few, { force: true })
    rmSync(many, { force: true })
  }
}

async function leastCpu(db: Database, sql: string): Promise<number> {
  const run = cpuOf(db)
  let least = Infinity
  for (let i = 0; i < ROUNDS; i++) least = Math.min(least, await run(sql))
  return least
}
