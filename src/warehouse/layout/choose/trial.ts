import { throwIfStopped } from '../../../core/progress.ts'
import type { Database } from '../../../core/sql/database.ts'
import { startWatch } from '../../../core/sql/observe.ts'
import { type Ast, isAst, parseSelects, textOf, writeSelects } from '../read/ast.ts'
import type { WeighedStatement } from '../read/statements.ts'
import { copyOf, type TrialCopy } from './trial-copies.ts'

/** What a layout did when it was tried on the whole table. */
export interface LayoutTrial {
  /** CPU of the statements tried on the new order over that on the old, weighed by their share. */
  readonly cpuShare: number
  /** Rows of the row groups that it did that in. */
  readonly groupRows: number
  /** CPU ms of building it once. */
  readonly buildCpuMs: number
  /** CPU ms of the whole trial. */
  readonly trialCpuMs: number
  readonly statements: number
}

/** How a layout is tried. */
export interface TrialOptions {
  /** Sizes of row groups that the table may get, ascending, and the one the order was chosen for. */
  readonly sizes: readonly number[]
  readonly groupRows: number
  /** In which rows lie now. */
  readonly groupRowsNow: number
  /** Share of the time that is given up for row groups of half the size. */
  readonly readWorth: number
  readonly signal?: AbortSignal
}

const AS_IT_LIES = 'storewright_trial_now'
const LAID_OUT = 'storewright_trial_then'
const OTHER_SIZE = 'storewright_trial_size'
export const ROUNDS = 2
/** Shares of the time now that may be chance: between these a trial is run again, and the worse counts. */
const DOUBTFUL = [0.7, 1] as const

/**
 * Copies a table twice, as it lies and laid out, and runs statements on both in turn. Both copies are
 * kept the same way, so that the order of rows and the size of row groups are all that differs. The order
 * is then cut into row groups of the sizes beside as long as statements run faster. The copies are gone
 * afterwards, whatever happens.
 */
export async function tryLayout(
  db: Database,
  table: { readonly name: string; readonly sql: string },
  orderBy: string,
  statements: readonly WeighedStatement[],
  options: TrialOptions,
): Promise<LayoutTrial | undefined> {
  const { signal } = options
  const spent = cpuOf(db)
  const all = `SELECT * FROM ${table.sql}`
  const now = await copyOf(db, AS_IT_LIES, all, options.groupRowsNow, spent)
  let then: TrialCopy | undefined
  try {
    then = await copyOf(db, LAID_OUT, `${all} ORDER BY ${orderBy}`, options.groupRows, spent)
    const { buildCpuMs } = then
    const sized = await bestSize(db, table.name, then, statements, options)
    then = sized.copy
    const compare = () => compareOn(db, table.name, statements, now.name, sized.copy.name, signal)
    const first = await compare()
    if (first.statements === 0) return undefined
    const isDoubtful = first.cpuShare > DOUBTFUL[0] && first.cpuShare < DOUBTFUL[1]
    const second = isDoubtful ? await compare() : undefined
    const cpuShare = Math.max(first.cpuShare, second?.cpuShare ?? 0)
    const comparedMs = first.spentCpuMs + (second?.spentCpuMs ?? 0)
    return {
      ...{ cpuShare, buildCpuMs, statements: first.statements },
      groupRows: then.groupRows ?? options.groupRows,
      trialCpuMs: now.buildCpuMs + buildCpuMs + sized.spentCpuMs + comparedMs,
    }
  } finally {
    await then?.drop()
    await now.drop()
  }
}

/** A copy in row groups of the size that statements run fastest in; smaller ones first. */
async function bestSize(
  db: Database,
  table: string,
  first: TrialCopy,
  statements: readonly WeighedStatement[],
  { sizes, groupRows, readWorth, signal }: TrialOptions,
): Promise<{ readonly copy: TrialCopy; readonly spentCpuMs: number }> {
  const from = sizes.indexOf(groupRows)
  let copy = first
  let spentCpuMs = 0
  // Temporary tables have no size to choose.
  if (first.groupRows === undefined) return { copy, spentCpuMs }
  let at = from
  for (const step of [-1, 1]) {
    if (step > 0 && at !== from) break
    for (let next = sizes[at + step]; next !== undefined; next = sizes[at + step]) {
      throwIfStopped(signal)
      const name = copy.name.startsWith(OTHER_SIZE) ? LAID_OUT : OTHER_SIZE
      const other = await copyOf(db, name, `SELECT * FROM ${copy.name}`, next, cpuOf(db))
      const tried = await compareOn(db, table, statements, copy.name, other.name, signal)
      spentCpuMs += other.buildCpuMs + tried.spentCpuMs
      const isBetter = tried.runShare < 1 - step * readWorth
      await (isBetter ? copy : other).drop()
      if (!isBetter) break
      copy = other
      at += step
    }
  }
  return { copy, spentCpuMs }
}

/** A statement to compare, with another text for what it is asked of then. */
export interface ComparedStatement extends WeighedStatement {
  readonly sqlThen?: string
}

/**
 * Runs statements in turn on two tables or views that stand for the one they name, the least of two
 * runs each. `cpuShare` is CPU on `then` over CPU on `now` with each statement by what it takes in the
 * workload; `runShare` the same by how often it is run, for two that are laid out alike.
 */
export async function compareOn(
  db: Database,
  table: string,
  statements: readonly ComparedStatement[],
  now: string,
  then: string,
  signal?: AbortSignal,
): Promise<{
  readonly cpuShare: number
  readonly runShare: number
  readonly spentCpuMs: number
  readonly statements: number
}> {
  const pairs = await redirected(db, table, statements, now, then)
  const spent = cpuOf(db)
  let nowMs = 0
  let thenMs = 0
  const ran = [0, 0]
  let spentCpuMs = 0
  for (const { before, after, cpuMs, runs } of pairs) {
    const least = [Infinity, Infinity]
    for (let round = 0; round < ROUNDS; round++) {
      for (const [side, sql] of [before, after].entries()) {
        throwIfStopped(signal)
        const took = await spent(sql)
        spentCpuMs += took
        least[side] = Math.min(least[side]!, took)
      }
    }
    nowMs += cpuMs
    thenMs += (cpuMs * least[1]!) / Math.max(1e-3, least[0]!)
    ran[0]! += runs * least[0]!
    ran[1]! += runs * least[1]!
  }
  const cpuShare = thenMs / Math.max(1e-9, nowMs)
  const runShare = ran[1]! / Math.max(1e-9, ran[0]!)
  return { cpuShare, runShare, spentCpuMs, statements: pairs.length }
}

/** CPU time of a statement, ms; wall time where others ran beside it. */
export function cpuOf(db: Database): (sql: string) => Promise<number> {
  return async (sql) => {
    const stop = startWatch()
    await db.answer(sql)
    const { cpuMs, wallMs } = stop()
    return cpuMs ?? wallMs
  }
}

interface Redirected {
  readonly before: string
  readonly after: string
  readonly cpuMs: number
  readonly runs: number
}

async function redirected(
  db: Database,
  table: string,
  statements: readonly ComparedStatement[],
  now: string,
  then: string,
): Promise<readonly Redirected[]> {
  const parsed = await parseSelects(db, [
    ...statements.map(({ sql }) => sql),
    ...statements.map(({ sql, sqlThen = sql }) => sqlThen),
  ])
  const known = statements.flatMap(({ cpuMs, runs }, i) => {
    const [selectNow, selectThen] = [parsed[i], parsed[statements.length + i]]
    return selectNow === undefined || selectThen === undefined
      ? []
      : [{ cpuMs, runs, selectNow, selectThen }]
  })
  const to = (selects: readonly Ast[], name: string) =>
    writeSelects(
      db,
      selects.map((select) => redirect(select, table, name)),
    )
  const before = await to(
    known.map(({ selectNow }) => selectNow),
    now,
  )
  const after = await to(
    known.map(({ selectThen }) => selectThen),
    then,
  )
  return known.map(({ cpuMs, runs }, i) => ({
    ...{ before: before[i]!, after: after[i]!, cpuMs, runs },
  }))
}

/** A statement that reads another table in place of `table`, under the name it had; `to` may begin with its database. */
export function redirect(node: Ast, table: string, to: string): Ast {
  const copy: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(node)) {
    copy[key] = isAst(value)
      ? redirect(value, table, to)
      : Array.isArray(value)
        ? value.map((item: unknown) => (isAst(item) ? redirect(item, table, to) : item))
        : value
  }
  if (textOf(node, 'type') !== 'BASE_TABLE') return copy
  const schema = textOf(node, 'schema_name')
  const name = textOf(node, 'table_name')
  const full = schema === '' || schema === 'main' ? name : `${schema}.${name}`
  if (full.toLowerCase() !== table.toLowerCase()) return copy
  const alias = textOf(node, 'alias') || name
  const [database = '', other] = to.split('.')
  const at = other === undefined ? ['', database] : [database, other]
  return { ...copy, alias, catalog_name: '', schema_name: at[0]!, table_name: at[1]! }
}
