import { type Database, openDatabase } from '../../../core/sql/database.ts'
import type { Rewriter } from '../../types.ts'
import type { RunSeen } from '../../watch/watcher.ts'
import type { TunedOptions, TuningFault } from '../options.ts'
import { tunedDatabase } from '../tuned.ts'

const SETUP = [
  'CREATE TABLE t (a INTEGER, b DOUBLE)',
  'INSERT INTO t SELECT i % 7, i / 3 FROM range(50) AS r(i)',
  'CREATE TABLE u (a INTEGER)',
  'INSERT INTO u SELECT i FROM range(5) AS r(i)',
]

/** A small database of two tables. */
export async function fresh(): Promise<Database> {
  const db = await openDatabase(':memory:', { threads: 1 })
  for (const sql of SETUP) await db.run(sql)
  return db
}

/** Answers from a copy of t, as a view would: while t has not changed since the copy was made. */
export function copyRewriter(db: Database): Rewriter & { refresh(): Promise<void> } {
  let isFresh = false
  return {
    rewrite: ({ sql }) =>
      isFresh && /\bFROM t\b/.test(sql)
        ? { sql: sql.replaceAll(/\bFROM t\b/g, 'FROM copy_of_t AS t'), actionId: 'copy' }
        : undefined,
    changed: (table) => {
      if (table === undefined || table.toLowerCase() === 't') isFresh = false
    },
    async refresh() {
      await db.run('CREATE OR REPLACE TEMP TABLE copy_of_t AS FROM t')
      isFresh = true
    },
  }
}

/** A rewriter that need not know of changes. */
export const nothing = { changed: () => undefined }
/** Rewriters, good and bad, by what they do. */
export const REWRITERS: Readonly<Record<string, (db: Database) => Rewriter>> = {
  none: () => ({ ...nothing, rewrite: () => undefined }),
  copy: copyRewriter,
  nonsense: () => ({
    ...nothing,
    rewrite: () => ({ sql: 'SELECT a FROM nowhere', actionId: 'bad' }),
  }),
  'fails while it runs': () => ({
    ...nothing,
    rewrite: () => ({ sql: "SELECT error('no') FROM t", actionId: 'bad' }),
  }),
  throws: () => ({
    ...nothing,
    rewrite: () => {
      throw new Error('no')
    },
    meet: () => {
      throw new Error('no')
    },
  }),
}

/** What a steerer chooses. */
export const choice = (arm: string, set: string[], reset: string[], limitMs = Infinity) => ({
  ...{ arm, set, reset, limitMs },
})
/** Whatever a statement took, reading it was worth as much. */
export const SECOND_SIGHT = { 'warehouse.look-after': 1e-6 }

/** A tuned database over `fresh`, and what is told while it runs. */
export async function tunedWith(options: Partial<TunedOptions>) {
  const db = await fresh()
  const faults: TuningFault[] = []
  const runs: RunSeen[] = []
  const tuned = tunedDatabase(db, {
    mode: 'automatic',
    knobs: SECOND_SIGHT,
    onFault: (fault) => faults.push(fault),
    watcher: { observe: (_, run) => runs.push(run) },
    ...options,
  })
  return { db, tuned, faults, runs }
}
