import { throwIfStopped } from '../../core/progress.ts'
import type { Database } from '../../core/sql/database.ts'
import { startWatch } from '../../core/sql/observe.ts'
import { type Ast, isAst, parseSelects, textOf, writeSelects } from './ast.ts'
import type { WeighedStatement } from './statements.ts'

/** What a layout did when it was tried on the whole table. */
export interface LayoutTrial {
  /** CPU of the statements tried on the new order over that on the old, weighed by their share. */
  readonly cpuShare: number
  /** CPU ms of building it once. */
  readonly buildCpuMs: number
  /** CPU ms of the whole trial. */
  readonly trialCpuMs: number
  readonly statements: number
}

const AS_IT_LIES = 'storewright_trial_now'
const LAID_OUT = 'storewright_trial_then'
export const ROUNDS = 2
/** Shares of the time now that may be chance: between these a trial is run again, and the worse counts. */
const DOUBTFUL = [0.7, 1] as const

/**
 * Copies a table twice into temporary tables, as it lies and laid out, and runs statements on both in
 * turn. Both copies are kept the same way, so that the order of rows is all that differs. The
 * temporary tables are gone afterwards, whatever happens.
 */
export async function tryLayout(
  db: Database,
  table: { readonly name: string; readonly sql: string },
  orderBy: string,
  statements: readonly WeighedStatement[],
  signal?: AbortSignal,
): Promise<LayoutTrial | undefined> {
  const spent = cpuOf(db)
  try {
    const copyCpuMs = await spent(
      `CREATE OR REPLACE TEMP TABLE ${AS_IT_LIES} AS SELECT * FROM ${table.sql}`,
    )
    const buildCpuMs = await spent(
      `CREATE OR REPLACE TEMP TABLE ${LAID_OUT} AS SELECT * FROM ${table.sql} ORDER BY ${orderBy}`,
    )
    const compare = () => compareOn(db, table.name, statements, AS_IT_LIES, LAID_OUT, signal)
    const first = await compare()
    if (first.statements === 0) return undefined
    const isDoubtful = first.cpuShare > DOUBTFUL[0] && first.cpuShare < DOUBTFUL[1]
    const second = isDoubtful ? await compare() : undefined
    const cpuShare = Math.max(first.cpuShare, second?.cpuShare ?? 0)
    const comparedMs = first.spentCpuMs + (second?.spentCpuMs ?? 0)
    const trialCpuMs = copyCpuMs + buildCpuMs + comparedMs
    return { cpuShare, buildCpuMs, trialCpuMs, statements: first.statements }
  } finally {
    await db.run(`DROP TABLE IF EXISTS ${AS_IT_LIES}`)
    await db.run(`DROP TABLE IF EXISTS ${LAID_OUT}`)
  }
}

/**
 * Runs statements in turn on two tables or views that stand for the one they name, the least of two
 * runs each. `cpuShare` is CPU on `then` over CPU on `now` with each statement by what it takes in the
 * workload; `runShare` the same by how often it is run, for two that are laid out alike.
 */
export async function compareOn(
  db: Database,
  table: string,
  statements: readonly WeighedStatement[],
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
  statements: readonly WeighedStatement[],
  now: string,
  then: string,
): Promise<readonly Redirected[]> {
  const parsed = await parseSelects(
    db,
    statements.map(({ sql }) => sql),
  )
  const known = statements.flatMap(({ cpuMs, runs }, i) =>
    parsed[i] === undefined ? [] : [{ cpuMs, runs, select: parsed[i] }],
  )
  const to = (name: string) =>
    writeSelects(
      db,
      known.map(({ select }) => redirect(select, table, name)),
    )
  const before = await to(now)
  const after = await to(then)
  return known.map(({ cpuMs, runs }, i) => ({
    ...{ before: before[i]!, after: after[i]!, cpuMs, runs },
  }))
}

/** A statement that reads another table in place of `table`, under the name it had. */
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
  return { ...copy, alias, schema_name: '', catalog_name: '', table_name: to }
}
