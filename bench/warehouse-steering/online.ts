import type { Database } from '../../src/core/sql/database.ts'
import { createWays, type WaysReport, type WaysState } from '../../src/warehouse/steering/door.ts'
import { tunedDatabase } from '../../src/warehouse/tuned/door.ts'
import type { KnownStatement } from '../../src/warehouse/types.ts'
import { cpuMs } from './matrix.ts'

export interface OnlineResult {
  readonly defaultMs: number
  /** All that the steered side took: reading tables, choosing, stopped runs and their second runs. */
  readonly tunedMs: number
  readonly slowerShare: number
  /** Of the default run twice: how many second runs were a quarter and 2 ms slower than the first. */
  readonly slowerByChanceShare: number
  readonly wrongAnswers: number
  readonly report: WaysReport
  readonly state: WaysState
}

/** Statements that one side runs before the other runs them: neither finds the caches of the other. */
const BLOCK = 32

/**
 * Runs statements on two databases, block by block, the tuned one choosing ways to ask: with `state`
 * from what was learned before, without it from nothing at all.
 */
export async function runOnline(
  plain: Database,
  steered: Database,
  statements: readonly KnownStatement[],
  { seed, state }: { readonly seed: number; readonly state?: WaysState },
): Promise<OnlineResult> {
  const ways = createWays(steered, { seed, ...(state === undefined ? {} : { state }) })
  const tuned = tunedDatabase(steered, { mode: 'automatic', steerer: ways })
  const sum = { normal: 0, tuned: 0, slower: 0, chance: 0, wrong: 0 }
  // Both sides have read every table before they are timed.
  for (const db of [plain, steered]) {
    for (const { sql } of statements.slice(0, 10)) await db.answer(sql)
  }
  for (let from = 0; from < statements.length; from += BLOCK) {
    const block = statements.slice(from, from + BLOCK)
    const isPlainFirst = (from / BLOCK) % 2 === 0
    const before = isPlainFirst ? await runAll(plain, block) : undefined
    const own = await runAll(tuned, block)
    const normal = before ?? (await runAll(plain, block))
    const again = await runAll(plain, block)
    block.forEach((_, i) => {
      sum.normal += normal[i]!.ms
      sum.tuned += own[i]!.ms
      if (isSlower(own[i]!.ms, normal[i]!.ms)) sum.slower++
      if (isSlower(again[i]!.ms, normal[i]!.ms)) sum.chance++
      if (text(normal[i]!.result) !== text(own[i]!.result)) sum.wrong++
    })
  }
  return {
    defaultMs: sum.normal,
    tunedMs: sum.tuned,
    slowerShare: sum.slower / statements.length,
    slowerByChanceShare: sum.chance / statements.length,
    wrongAnswers: sum.wrong,
    report: ways.report(),
    state: ways.save(),
  }
}

function isSlower(ms: number, normalMs: number): boolean {
  return ms > 1.25 * normalMs && ms > normalMs + 2
}

type Timed = { readonly ms: number; readonly result: Awaited<ReturnType<Database['answer']>> }

async function runAll(
  db: Pick<Database, 'answer'>,
  block: readonly KnownStatement[],
): Promise<readonly Timed[]> {
  const runs: Timed[] = []
  for (const { sql } of block) {
    const since = cpuMs()
    const result = await db.answer(sql)
    runs.push({ ms: cpuMs() - since, result })
  }
  return runs
}

/** An answer as text with its names and types, rows in any order: enough for the small answers of a bench. */
function text({ names, types, columns, rowCount }: Timed['result']): string {
  const rows = Array.from({ length: rowCount }, (_, r) =>
    columns.map((c) => String(c[r])).join('|'),
  )
  return [names.join('|'), types.join('|'), ...rows.sort()].join('\n')
}
