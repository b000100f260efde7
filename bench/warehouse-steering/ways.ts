import type { Database } from '../../src/core/sql/database.ts'
import { createWays, type Ways } from '../../src/warehouse/steering/door.ts'
import type { KnownStatement } from '../../src/warehouse/types.ts'
import { median } from '../figure.ts'
import { cpuMs } from './matrix.ts'
import { isSlower } from './slowdowns.ts'

/** What came of one half that was not seen, on measured times. */
export interface WaySplit {
  readonly defaultMs: number
  /** Stopped runs and their second runs, reading of tables, choosing and learning counted. */
  readonly tunedMs: number
  readonly bestMs: number
  readonly slowerShare: number
  readonly readMs: number
  readonly chooseMsPerStatement: number
}

/** CPU of statements, each measured when it is first asked for: medians of some runs. */
export function createTimes(db: Database, repeats: number): (sql: string) => Promise<number> {
  const known = new Map<string, number>()
  return async (sql) => {
    const time = known.get(sql)
    if (time !== undefined) return time
    const runs: number[] = []
    await db.answer(sql)
    for (let r = 0; r < repeats; r++) {
      const since = cpuMs()
      await db.answer(sql)
      runs.push(cpuMs() - since)
    }
    known.set(sql, median(runs))
    return known.get(sql)!
  }
}

/** Lets ways learn from one part of the statements, then replays the other part on measured times. */
export async function replayWays(
  db: Database,
  times: (sql: string) => Promise<number>,
  train: readonly KnownStatement[],
  test: readonly KnownStatement[],
  seed: number,
): Promise<WaySplit> {
  const ways = createWays(db, { seed })
  for (const statement of train) await replayOne(ways, statement, times)
  const sum = { normal: 0, tuned: 0, best: 0, slower: 0, read: 0, choose: 0 }
  for (const statement of test) {
    const normal = await times(statement.sql)
    const run = await replayOne(ways, statement, times)
    const tuned = run.ranMs + run.readMs + run.behindMs + run.chooseMs
    sum.normal += normal
    sum.tuned += tuned
    sum.best += Math.min(normal, run.otherMs)
    sum.read += run.readMs + run.behindMs
    sum.choose += run.chooseMs
    // What is read behind a statement holds up no answer.
    if (isSlower(tuned - run.behindMs, normal)) sum.slower++
  }
  return {
    defaultMs: sum.normal,
    tunedMs: sum.tuned,
    bestMs: sum.best,
    slowerShare: sum.slower / test.length,
    readMs: sum.read,
    chooseMsPerStatement: sum.choose / test.length,
  }
}

/** What the tuned database does with a statement, with measured times in place of runs. */
async function replayOne(
  ways: Ways,
  statement: KnownStatement,
  times: (sql: string) => Promise<number>,
) {
  const sum = { ranMs: 0, readMs: 0, behindMs: 0, chooseMs: 0, otherMs: Infinity }
  for (let restarts = 0; ; restarts++) {
    if (restarts > 0) sum.readMs += await readDue(ways, statement)
    const since = cpuMs()
    const choice = restarts > 2 ? undefined : ways.choose(statement)
    sum.chooseMs += cpuMs() - since
    const arm = choice?.arm ?? 'default'
    const time = await times(choice?.sql ?? statement.sql)
    const limitMs = choice?.limitMs ?? Infinity
    const interrupted = time > limitMs
    const ran = interrupted ? limitMs + STOP_MS : time
    sum.ranMs += ran
    if (arm !== 'default') sum.otherMs = time
    const learning = cpuMs()
    ways.learn(statement, { arm, cpuMs: ran, interrupted })
    sum.chooseMs += cpuMs() - learning
    if (interrupted) continue
    sum.behindMs = await readDue(ways, statement)
    return sum
  }
}

/** Reads all that has become worth it; the CPU of it, ms. */
async function readDue(ways: Ways, statement: KnownStatement): Promise<number> {
  const since = cpuMs()
  for (;;) {
    const read = ways.due?.(statement)
    if (read === undefined) return cpuMs() - since
    await read()
  }
}

/** CPU from the limit until an interrupted statement has ended. */
const STOP_MS = 2
