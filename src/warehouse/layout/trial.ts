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
const ROUNDS = 2

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
  const pairs = await redirected(db, table.name, statements)
  if (pairs.length === 0) return undefined
  const spent = cpuOf(db)
  let trialCpuMs = 0
  const run = async (sql: string) => {
    signal?.throwIfAborted()
    const cpuMs = await spent(sql)
    trialCpuMs += cpuMs
    return cpuMs
  }
  try {
    await run(`CREATE OR REPLACE TEMP TABLE ${AS_IT_LIES} AS SELECT * FROM ${table.sql}`)
    const buildCpuMs = await run(
      `CREATE OR REPLACE TEMP TABLE ${LAID_OUT} AS SELECT * FROM ${table.sql} ORDER BY ${orderBy}`,
    )
    let now = 0
    let then = 0
    for (const { before, after, cpuMs } of pairs) {
      const rounds = Array.from({ length: ROUNDS })
      let nowMs = Infinity
      let thenMs = Infinity
      for (const _ of rounds) {
        nowMs = Math.min(nowMs, await run(before))
        thenMs = Math.min(thenMs, await run(after))
      }
      now += cpuMs
      then += (cpuMs * thenMs) / Math.max(1e-3, nowMs)
    }
    return {
      cpuShare: then / Math.max(1e-9, now),
      buildCpuMs,
      trialCpuMs,
      statements: pairs.length,
    }
  } finally {
    await db.run(`DROP TABLE IF EXISTS ${AS_IT_LIES}`)
    await db.run(`DROP TABLE IF EXISTS ${LAID_OUT}`)
  }
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

async function redirected(
  db: Database,
  table: string,
  statements: readonly WeighedStatement[],
): Promise<readonly { readonly before: string; readonly after: string; readonly cpuMs: number }[]> {
  const parsed = await parseSelects(
    db,
    statements.map(({ sql }) => sql),
  )
  const known = statements.flatMap(({ cpuMs }, i) =>
    parsed[i] === undefined ? [] : [{ cpuMs, select: parsed[i] }],
  )
  const to = (name: string) =>
    writeSelects(
      db,
      known.map(({ select }) => redirect(select, table, name)),
    )
  const before = await to(AS_IT_LIES)
  const after = await to(LAID_OUT)
  return known.map(({ cpuMs }, i) => ({ before: before[i]!, after: after[i]!, cpuMs }))
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
