import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Answer, sameAnswer } from '../../src/core/sql/answer.ts'
import { type Database, openDatabase, quoteName, quoteText } from '../../src/core/sql/database.ts'
import { design, layout, type TemplateLoad, tuned } from '../../src/warehouse/index.ts'
import { cpuSeconds } from '../figure.ts'
import type { Task } from './tasks.ts'

const ROUNDS = 2
/** The best order is looked for, however long it takes to pay: that is told beside it. */
const HOWEVER_LONG = { 'warehouse.layout-pay-back-days': 365 }

/** What the test statements took on one layout. */
export interface Taken {
  readonly cpuMs: number
  /** Mean share of rows in row groups read. */
  readonly readShare: number
}

/** A table's layouts, measured. */
export interface Measured {
  readonly table: string
  readonly unsorted: Taken
  readonly bestSort: Taken
  readonly learned: Taken
  /** Read from the layout and copies in other orders beside it; absent where none were asked for. */
  readonly copied?: Taken & { readonly spentMs: number }
  readonly words: string
  /** Queries after which all that was spent on learning and rewriting has come back; Infinity for never. */
  payBack(base: Taken): number
}

export interface Statements {
  readonly train: readonly string[]
  readonly test: readonly string[]
}

/** Layouts of one table's Parquet file; undefined where no statement filters it. */
export async function measureParquet(
  task: Task,
  table: string,
  scratch: string,
): Promise<Measured | undefined> {
  const db = await openDatabase(':memory:', { threads: 1 })
  try {
    const asItLies = join(task.folder, `${table}.parquet`)
    for (const other of task.allTables) {
      const file = quoteText(join(task.folder, `${other}.parquet`))
      const kind = other === table ? 'VIEW' : 'TABLE'
      await db.run(`CREATE ${kind} ${quoteName(other)} AS SELECT * FROM read_parquet(${file})`)
    }
    const mine = await statementsOn(db, task, table)
    if (mine === undefined) return undefined
    const show = (file: string) => layout.openParquet(db, table, file)
    const answers: Answer[] = []
    const take = async (
      file: string,
      asked: Pick<Database, 'answer'> = db,
      sourceOf = () => file,
    ): Promise<Taken> => {
      await show(file)
      return taken(db, table, mine.test, answers, sourceOf, asked)
    }
    const sortTo = (column: string) => writtenAs(db, asItLies, scratch, column, 122_880, 'snappy')
    const unsorted = await take(asItLies)
    const columns = await layout.filteredColumns(db, table, mine.train)
    const sorted = new Map<string, string>()
    const glances = new Map<string, number>()
    for (const column of columns) {
      sorted.set(column, await sortTo(column))
      await show(sorted.get(column)!)
      glances.set(column, await glance(db, mine.test))
    }
    const sorts: (Taken & { readonly column: string })[] = []
    for (const column of bestOf(columns, glances)) {
      sorts.push({ column, ...(await take(sorted.get(column)!)) })
    }
    const bestSort = sorts.toSorted((a, b) => a.cpuMs - b.cpuMs)[0]
    if (bestSort === undefined) return undefined
    const file = join(scratch, 'learned.parquet')
    copyFileSync(asItLies, file)
    await show(asItLies)
    const statements = await weighed(db, mine.train)
    const since = process.cpuUsage()
    const mayCarry = task.mayCarry
    const outcome = await layout.layoutParquet(db, file, {
      ...{ table, statements, seed: 1, mayCarry, isOldKept: false },
    })
    const spentMs = 1000 * cpuSeconds(since)
    await show(file)
    const rewriter = layout.carryingRewriter(db)
    const isCarrying = await rewriter.serve(table, file)
    // What is rewritten is asked through the tuned database, whose own time counts.
    const asked = { mode: 'automatic', rewriter, isPromising: () => true } as const
    const learned = await take(file, isCarrying ? tuned.tunedDatabase(db, asked) : db)
    const copied = task.mayCopy ? await copies(db, task, table, file, statements, take) : undefined
    const groupRows = outcome.chosen?.groupRows ?? 122_880
    const codec = outcome.codec ?? 'snappy'
    const alike: Record<string, Taken> = {}
    for (const [name, by, rows] of [
      ['unsorted', undefined, 122_880],
      ['best sort', bestSort.column, 122_880],
      ['best sort in row groups of its size', bestSort.column, groupRows],
    ] as const) {
      alike[name] = await take(await writtenAs(db, asItLies, scratch, by, rows, codec))
    }
    const alikeWords = Object.entries(alike)
      .map(
        ([name, { cpuMs }]) =>
          `${name} ${Math.round(cpuMs)} ms (${(cpuMs / learned.cpuMs).toFixed(2)} times)`,
      )
      .join(', ')
    const words = [
      ...(copied === undefined ? [] : [copied.words]),
      `${outcome.isLaidOut ? '' : 'left as it was: '}${outcome.reasons.join('; ')}`,
      `best single sort ${bestSort.column}; all written ${codec}: ${alikeWords}`,
      `carried of joined tables: ${outcome.carried?.join(', ') || 'nothing'}`,
      `bytes ${outcome.bytes?.join(' to ') ?? 'as they were'}`,
      `predicted ${share(outcome.chosen)} of the scans`,
      `${Math.round(spentMs)} CPU ms to learn, rewrite and check, ${Math.round(outcome.buildCpuMs ?? 0)} of them to write`,
    ]
    const all = [unsorted, bestSort, learned] as const
    const found = measured(table, ...all, words.join(', '), spentMs, mine.test.length)
    if (copied === undefined) return found
    return { ...found, copied: { ...copied.taken, spentMs: spentMs + copied.spentMs } }
  } finally {
    db.close()
  }
}

/** Copies of a file that is laid out, and the statements read from whichever is cheapest. */
async function copies(
  db: Database,
  { mayCarry, copyBytes }: Task,
  table: string,
  file: string,
  statements: readonly layout.WeighedStatement[],
  take: (file: string, asked: Pick<Database, 'answer'>, sourceOf: () => string) => Promise<Taken>,
): Promise<{ readonly taken: Taken; readonly spentMs: number; readonly words: string }> {
  const since = process.cpuUsage()
  const knobs = { 'warehouse.layout-copy-bytes': copyBytes }
  const outcome = await layout.copyParquet(db, file, {
    ...{ table, statements, seed: 1, mayCarry, knobs },
  })
  const spentMs = 1000 * cpuSeconds(since)
  let last = ''
  const told: Database = {
    ...db,
    answer: (sql, ...rest) => {
      last = sql
      return db.answer(sql, ...rest)
    },
  }
  await layout.openParquet(db, table, file)
  const [copying, carrying] = [layout.copyingRewriter(db), layout.carryingRewriter(db)]
  for (const one of [copying, carrying]) await one.serve(table, file)
  const rewriter = tuned.rewriteTogether(db, [{ rewriter: copying }, { rewriter: carrying }])
  const asked = tuned.tunedDatabase(told, { mode: 'automatic', rewriter, isPromising: () => true })
  const taken = await take(file, asked, () => /'([^']+\.copy)'/.exec(last)?.[1] ?? file)
  const list = outcome.copies.map(
    ({ order, columns, carried, groupRows, codec, bytes, cpuShare, payBackStatements }) =>
      `${order} (${columns.length} columns, carried ${carried.join(', ') || 'nothing'}, row groups of ${groupRows}, ${codec}, ${bytes} bytes, ${cpuShare.toFixed(2)} of the time, pays after ${payBackStatements})`,
  )
  const words = `copies: ${list.join('; ')}; ${outcome.reasons.join('; ')}; bytes ${outcome.bytes.join(' and ')} in copies; ${Math.round(taken.cpuMs)} CPU ms, ${taken.readShare.toFixed(4)} of the rows in row groups read; ${Math.round(spentMs)} CPU ms to choose, write and try copies`
  return { taken, spentMs, words }
}

function share(
  chosen: { readonly costNow: number; readonly costThen: number } | undefined,
): string {
  return chosen === undefined ? 'no part' : (chosen.costThen / chosen.costNow).toFixed(3)
}

/** The rows of a file sorted by a column, or as they lie, in another format; the path. */
async function writtenAs(
  db: Database,
  from: string,
  scratch: string,
  by: string | undefined,
  groupRows: number,
  codec: string,
): Promise<string> {
  const to = join(scratch, `by-${by ?? 'nothing'}-${groupRows}-${codec}.parquet`)
  const order = by === undefined ? '' : `ORDER BY ${quoteName(by)}`
  await db.run(
    `COPY (SELECT * FROM read_parquet(${quoteText(from)}) ${order})
     TO ${quoteText(to)} (FORMAT parquet, CODEC ${quoteText(codec)}, ROW_GROUP_SIZE ${groupRows})`,
  )
  return to
}

/** Layouts of one table of DuckDB; undefined where no statement filters it. */
export async function measureNative(task: Task, table: string): Promise<Measured | undefined> {
  const { db } = task
  const mine = await statementsOn(db, task, table)
  if (mine === undefined) return undefined
  const answers: Answer[] = []
  const take = () => taken(db, table, mine.test, answers)
  const unsorted = await take()
  const statements = await weighed(db, mine.train)
  const bestSort = await bestSortOf(db, table, mine, take)
  if (bestSort === undefined) return undefined
  const since = process.cpuUsage()
  const advice = await layout
    .layoutAdviser({ knobs: HOWEVER_LONG })
    .advise(workloadOf(statements), db, {
      ...{ seed: 1, now: 0, storageBytes: Infinity, standing: [] },
    })
  const action = advice.actions.find(({ target }) => target === table)
  const decision = { by: 'bench', now: 0 }
  await design.propose(
    db,
    { actions: action === undefined ? [] : [action], refusals: [] },
    () => [table],
    decision,
  )
  if (action !== undefined) await design.apply(db, action.actionId, decision)
  const spentMs = 1000 * cpuSeconds(since)
  await db.run('CHECKPOINT')
  const learned = await take()
  if (action !== undefined) await design.undo(db, action.actionId, decision)
  const refusal = advice.refusals.find(({ target }) => target === table)
  const predicted = action === undefined ? 0 : action.predicted.savedCpuMsPerDay
  const words = [
    action?.summary ?? `left as it was: ${refusal?.reason}`,
    `best single sort ${bestSort.column}`,
    `predicted to save ${Math.round(predicted)} CPU ms of the queries learned from, tried on the table ${Math.round(action?.measured?.savedCpuMsPerDay ?? 0)}`,
    `${Math.round(spentMs)} CPU ms to learn, try and rewrite`,
  ]
  return measured(table, unsorted, bestSort, learned, words.join(', '), spentMs, mine.test.length)
}

/** The best sort of a table of DuckDB by one column; the table lies as it lay afterwards. */
export async function bestSortOf(
  db: Database,
  table: string,
  mine: Statements,
  take: () => Promise<Taken>,
): Promise<(Taken & { readonly column: string }) | undefined> {
  const name = quoteName(table)
  await db.run(`ALTER TABLE ${name} RENAME TO as_it_lies`)
  const sorts: (Taken & { readonly column: string })[] = []
  const glances = new Map<string, number>()
  await db.run(`CREATE TABLE ${name} AS SELECT * FROM as_it_lies LIMIT 0`)
  const sortBy = async (column: string) => {
    const by = quoteName(column)
    await db.run(`CREATE OR REPLACE TABLE ${name} AS SELECT * FROM as_it_lies ORDER BY ${by}`)
    await db.run('CHECKPOINT')
  }
  const columns = await layout.filteredColumns(db, table, mine.train)
  for (const column of columns) {
    await sortBy(column)
    glances.set(column, await glance(db, mine.test))
  }
  for (const column of bestOf(columns, glances)) {
    await sortBy(column)
    sorts.push({ column, ...(await take()) })
  }
  await db.run(`DROP TABLE ${name}`)
  await db.run(`ALTER TABLE as_it_lies RENAME TO ${name}`)
  await db.run('CHECKPOINT')
  return sorts.toSorted((a, b) => a.cpuMs - b.cpuMs)[0]
}

export function measured(
  table: string,
  unsorted: Taken,
  bestSort: Taken,
  learned: Taken,
  words: string,
  spentMs: number,
  queries: number,
): Measured {
  const payBack = ({ cpuMs }: Taken) => {
    const saved = cpuMs - learned.cpuMs
    return saved > 0 ? Math.ceil((spentMs * queries) / saved) : Infinity
  }
  const all = [unsorted, bestSort, learned]
  const times = all.map(({ cpuMs }) => Math.round(cpuMs)).join(', ')
  const reads = all.map(({ readShare }) => readShare.toFixed(4)).join(', ')
  const text = `unsorted, best single sort and laid out: ${times} CPU ms for ${queries} queries, ${reads} of the rows in row groups read`
  return { table, unsorted, bestSort, learned, words: `${text}; ${words}`, payBack }
}

/** Statements that read the table, of both sets; undefined where there are none. */
export async function statementsOn(
  db: Database,
  { train, test }: Task,
  table: string,
): Promise<Statements | undefined> {
  const mine = {
    train: await layout.statementsReading(db, table, train),
    test: await layout.statementsReading(db, table, test),
  }
  return mine.train.length === 0 || mine.test.length === 0 ? undefined : mine
}

/** Sorts that a glance at a quarter of the statements finds best are measured in full. */
const SORTS_IN_FULL = 2

async function glance(db: Database, statements: readonly string[]): Promise<number> {
  const since = process.cpuUsage()
  for (const [i, sql] of statements.entries()) if (i % 4 === 0) await db.answer(sql)
  return cpuSeconds(since)
}

function bestOf(
  columns: readonly string[],
  glances: ReadonlyMap<string, number>,
): readonly string[] {
  return columns.toSorted((a, b) => glances.get(a)! - glances.get(b)!).slice(0, SORTS_IN_FULL)
}

/**
 * CPU of the statements, the least of some runs each; answers must be those of the first layout.
 * `sourceOf` names the file that the statement before was read from, where it was one.
 */
export async function taken(
  db: Database,
  table: string,
  statements: readonly string[],
  answers: Answer[],
  sourceOf: () => string | undefined = () => undefined,
  asked: Pick<Database, 'answer'> = db,
): Promise<Taken> {
  let cpuMs = 0
  const sources = new Map<string | undefined, string[]>()
  for (const [i, sql] of statements.entries()) {
    let least = Infinity
    for (let round = 0; round < ROUNDS; round++) {
      const since = process.cpuUsage()
      const answer = await asked.answer(sql)
      least = Math.min(least, 1000 * cpuSeconds(since))
      const before = answers[i] ?? answer
      answers[i] = before
      if (round === 0 && !sameAnswer(before, answer, false)) {
        throw new Error(`another answer: ${sql}`)
      }
    }
    cpuMs += least
    const source = sourceOf()
    sources.set(source, [...(sources.get(source) ?? []), sql])
  }
  const shares: number[] = []
  for (const [file, mine] of sources)
    shares.push(...(await layout.groupsRead(db, table, mine, file)))
  return { cpuMs, readShare: shares.reduce((sum, read) => sum + read, 0) / shares.length }
}

async function weighed(
  db: Database,
  statements: readonly string[],
): Promise<readonly layout.WeighedStatement[]> {
  const result: layout.WeighedStatement[] = []
  for (const sql of statements) {
    const since = process.cpuUsage()
    await db.answer(sql)
    // Templates of people's logs are told by their text without constants.
    const fingerprint = sql.replace(/'[^']*'|\b\d+(\.\d+)?\b/g, '?')
    result.push({ sql, fingerprint, cpuMs: 1000 * cpuSeconds(since), runs: 1 })
  }
  return result
}

function workloadOf(statements: readonly layout.WeighedStatement[]) {
  const templates = statements.map(({ sql, fingerprint, cpuMs }): TemplateLoad => {
    const run = { fingerprint, sql, at: 0, constants: [], wallMs: cpuMs, rowsReturned: 1 }
    return {
      template: { fingerprint, sql, kind: 'select', tables: [] },
      ...{ count: 1, failures: 0, totalCpuMs: cpuMs, p50CpuMs: cpuMs, p95CpuMs: cpuMs },
      ...{ firstAt: 0, lastAt: 0, sample: [run], example: sql },
    }
  })
  return { templates, fromMs: 0, toMs: 0 }
}
