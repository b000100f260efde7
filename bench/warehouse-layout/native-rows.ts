import type { Answer } from '../../src/core/sql/answer.ts'
import type { Database } from '../../src/core/sql/database.ts'
import {
  type Action,
  adviseAll,
  design,
  inApplyOrder,
  layout,
  type Rewriter,
  standardParts,
  tuned,
  type Workload,
  workloadOfLog,
} from '../../src/warehouse/index.ts'
import { cpuSeconds } from '../figure.ts'
import { bestSortOf, type Measured, measured, statementsOn, taken } from './measure.ts'
import type { Task } from './tasks.ts'

/** What is learned from is asked each day of a year: that it pays is told beside, after how many queries. */
const DAYS = 365
const DAY_MS = 86_400_000
/** As the standard knobs have it: bytes, and share of the database. */
const LEAST_STORAGE = 64e6
const STORAGE_SHARE = 0.5

/**
 * A table of DuckDB with what views and layouts make of its database together, asked through the tuned
 * database, whose own time counts; undefined where no statement filters it.
 */
export async function measureRows(task: Task, table: string): Promise<Measured | undefined> {
  const { db } = task
  const mine = await statementsOn(db, task, table)
  if (mine === undefined) return undefined
  const answers: Answer[] = []
  const take = () => taken(db, table, mine.test, answers)
  const unsorted = await take()
  const bestSort = await bestSortOf(db, table, mine, take)
  if (bestSort === undefined) return undefined
  const workload = await yearOf(db, mine.train)
  const parts = await standardParts(db, 1)
  const before = await bytesOf(db)
  const since = process.cpuUsage()
  const advice = await adviseAll(
    workload,
    db,
    parts.advisers.filter(({ kind }) => kind === 'view' || kind === 'layout'),
    {
      ...{ seed: 1, now: workload.toMs, standing: [], leftAlone: new Set<string>() },
      storageBytes: Math.max(LEAST_STORAGE, STORAGE_SHARE * before),
      horizonDays: DAYS,
    },
  )
  const chosenMs = 1000 * cpuSeconds(since)
  const decision = { by: 'bench', now: workload.toMs }
  await design.propose(db, advice, () => [table], decision)
  for (const action of inApplyOrder(advice.actions)) {
    await design.apply(db, action.actionId, decision)
    await parts.service.serve(action, false)
  }
  await db.run('CHECKPOINT')
  const spentMs = 1000 * cpuSeconds(since)
  const grown = (await bytesOf(db)) - before
  const rewriter = parts.service.rewriter!
  const asked = tuned.tunedDatabase(db, { mode: 'automatic', rewriter, isPromising: () => true })
  const { cpuMs } = await taken(db, table, mine.test, answers, undefined, asked)
  const readShare = await shareRead(db, table, mine.test, rewriter, advice.actions)
  const { statements, rewritten } = asked.counts()
  for (const action of advice.actions) {
    await parts.service.withdraw(action)
    await design.undo(db, action.actionId, decision)
  }
  await db.run('CHECKPOINT')
  const words = [
    ...advice.actions.map(({ summary }) => summary).filter((words) => !/ cells of /.test(words)),
    `${advice.actions.filter(({ summary }) => / cells of /.test(summary)).length} views of cells`,
    ...advice.refusals.map(({ kind, target, reason }) => `no ${kind} ${target}: ${reason}`),
    `best single sort ${bestSort.column}`,
    `${rewritten} of ${statements} runs answered from views`,
    `${(grown / 1e6).toFixed(1)} MB beside ${(before / 1e6).toFixed(1)}`,
    `${Math.round(chosenMs)} CPU ms to choose, ${Math.round(spentMs - chosenMs)} to build`,
  ].join('; ')
  const learned = { cpuMs, readShare }
  return measured(table, unsorted, bestSort, learned, words, spentMs, mine.test.length)
}

async function yearOf(db: Database, statements: readonly string[]): Promise<Workload> {
  const entries = statements.map((sql, line) => ({ sql, line }))
  const day = await workloadOfLog(db, entries, { seed: 1, now: DAYS * DAY_MS })
  const templates = day.templates.map((load) => ({
    ...load,
    count: load.count * DAYS,
    totalCpuMs: load.totalCpuMs * DAYS,
  }))
  return { templates, fromMs: 0, toMs: DAYS * DAY_MS }
}

async function bytesOf(db: Database): Promise<number> {
  await db.run('CHECKPOINT')
  const [row] = await db.rows<{ bytes: number }>(
    'SELECT used_blocks * block_size AS bytes FROM pragma_database_size() WHERE database_name = current_database()',
  )
  return row!.bytes
}

/** Rows in row groups that statements cannot skip, of the table and of views, over the rows of the table. */
async function shareRead(
  db: Database,
  table: string,
  statements: readonly string[],
  rewriter: Rewriter,
  actions: readonly Action[],
): Promise<number> {
  const asked = statements.map((sql) => rewriter.rewrite({ sql } as never)?.sql ?? sql)
  const views = actions.filter(({ kind }) => kind === 'view')
  const tables = [table, ...views.map(({ target }) => `storewright_views.${target}`)]
  const counts = await Promise.all(
    tables.map((name) => db.rows<{ n: number }>(`SELECT count(*) AS n FROM ${name}`)),
  )
  let read = 0
  for (const [i, name] of tables.entries()) {
    const shares = await layout.groupsRead(db, name, asked)
    read += counts[i]![0]!.n * shares.reduce((sum, share) => sum + share, 0)
  }
  return read / (counts[0]![0]!.n * statements.length)
}
