import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, openDatabase, quoteName, quoteText } from '../../src/core/sql/database.ts'
import { replay } from '../../src/warehouse/index.ts'
import { makeShop, shopQueries, type WorkloadName } from './made.ts'

/** Tables, statements to learn from and others of the same templates to measure on. */
export interface Task {
  /** One thread. */
  readonly db: Database
  /** Each table as `NAME.parquet`, in the order in which its rows lie. */
  readonly folder: string
  /** Tables to lay out. */
  readonly tables: readonly string[]
  readonly allTables: readonly string[]
  readonly train: readonly string[]
  readonly test: readonly string[]
  readonly data: string
  /** Whether rows of Parquet may carry columns of joined tables. */
  readonly mayCarry: boolean
  /** Whether copies in other orders are made beside it, and in what room, as a share of its bytes. */
  readonly mayCopy: boolean
  readonly copyBytes: number
}

/** What is done with Parquet besides an order. */
export type TaskOptions = Pick<Task, 'mayCarry' | 'mayCopy' | 'copyBytes'>

const ORDER_ALONE: TaskOptions = { mayCarry: false, mayCopy: false, copyBytes: 0 }

const TEMPLATES: Record<WorkloadName, string> = {
  joined: 'category and days, category and price, days; the first two join products',
  either: 'as joined, of either of two categories',
  region: 'region and days; sellers and price; category, region and days',
  spread: 'site and days; price and days; seller and status',
  apart: 'site and some days; sellers and price; status, quantity and many days',
}

/** Order lines as `makeShop` makes them, once for all workloads, and queries whose parameters differ. */
export async function madeTasks(
  folder: string,
  rows: number,
  queries: number,
  workloads: readonly WorkloadName[],
  seed: number,
  options: TaskOptions = ORDER_ALONE,
): Promise<readonly Task[]> {
  const db = await openIn(folder)
  await makeShop(db, rows, seed)
  const allTables = ['order_lines', 'products']
  await writeTables(db, folder, allTables)
  return workloads.map((workload) => ({
    ...{ db, folder, allTables, tables: ['order_lines'], ...options },
    train: shopQueries(workload, queries, `${seed} train`),
    test: shopQueries(workload, queries, `${seed} test`),
    data: `made: ${rows} order lines in no order, ${queries} queries of three templates (${TEMPLATES[workload]}), others to learn from`,
  }))
}

const MOST_TRAIN = 180
const MOST_TEST = 90

/** Tables and the logs of a folder; the first half of each log to learn from, the second to measure on. */
export async function loadedTask(
  folder: string,
  data: string,
  scale: number,
  seed: number,
  options: TaskOptions = ORDER_ALONE,
): Promise<Task> {
  const db = await openIn(folder)
  const files = replay.listTableFiles(data)
  const logs = readdirSync(data).filter((name) => /\.(jsonl|sql)(\.gz)?$/.test(name))
  const statements = logs.map((name) =>
    replay.readStatements(join(data, name)).filter((sql) => /^\s*(SELECT|WITH)\b/i.test(sql)),
  )
  const allTables = files.map(({ name }) => name)
  await replay.loadTables(db, files, { scale, seed, statements: statements.flat() })
  await writeTables(db, folder, allTables)
  const half = (from: number, to: number, most: number) =>
    statements.flatMap((list) =>
      evenly(
        list.slice(Math.floor(from * list.length), Math.floor(to * list.length)),
        most / logs.length,
      ),
    )
  return {
    ...{ db, folder, allTables, tables: allTables, ...options },
    train: half(0, 0.5, MOST_TRAIN),
    test: half(0.5, 1, MOST_TEST),
    data: `${data.split('/').at(-1)} × ${scale}`,
  }
}

async function openIn(folder: string): Promise<Database> {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true })
  return openDatabase(join(folder, 'shop.duckdb'), { threads: 1 })
}

async function writeTables(db: Database, folder: string, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    const file = join(folder, `${table}.parquet`)
    await db.run(`COPY ${quoteName(table)} TO ${quoteText(file)} (FORMAT parquet)`)
  }
  await db.run('CHECKPOINT')
}

function evenly<T>(list: readonly T[], most: number): readonly T[] {
  const count = Math.min(Math.floor(most), list.length)
  return Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)]!)
}
