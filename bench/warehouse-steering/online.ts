import type { Database } from '../../src/core/sql/database.ts'
import { createWays, type WaysReport, type WaysState } from '../../src/warehouse/steering/door.ts'
import { tunedDatabase } from '../../src/warehouse/tuned/door.ts'
import type { KnownStatement } from '../../src/warehouse/types.ts'
import { cpuMs } from './matrix.ts'
import { answerText, type Slowdowns, slowdowns } from './slowdowns.ts'

export interface OnlineResult {
  /** Mean over the rounds. */
  readonly defaultMs: number
  /** All that the steered side took: reading tables, choosing, stopped runs and their second runs. */
  readonly tunedMs: number
  /** tuned / default of each round. */
  readonly ratios: readonly number[]
  /** CPU a round that went to reading tables beside the statements, ms. */
  readonly besideMs: number
  readonly slower: Slowdowns
  readonly wrongAnswers: number
  /** Of the last round, as the state. */
  readonly report: WaysReport
  readonly state: WaysState
}

/** Statements that one side runs before the others run them: none finds the caches of another. */
const BLOCK = 32

export interface OnlineOptions {
  readonly seed: number
  /** What was learned before; without it each round begins with nothing. */
  readonly state?: WaysState
  readonly rounds: number
}

/**
 * Runs statements on two databases, block by block and in turn who is first: by default, by default
 * again on the other database (for chance), and with a choice among ways to ask. Each round begins
 * anew, so that a statement is judged by the medians of its runs.
 */
export async function runOnline(
  plain: Database,
  steered: Database,
  statements: readonly KnownStatement[],
  { seed, state, rounds }: OnlineOptions,
): Promise<OnlineResult> {
  // All sides have read every table before they are timed.
  for (const db of [plain, steered]) {
    for (const { sql } of statements.slice(0, 10)) await db.answer(sql)
  }
  const times = { normal: [] as number[][], again: [] as number[][], tuned: [] as number[][] }
  const ratios: number[] = []
  const sum = { normal: 0, tuned: 0, beside: 0, wrong: 0 }
  let last: OnlineRound | undefined
  for (let round = 0; round < rounds; round++) {
    const ways = createWays(steered, { seed, ...(state === undefined ? {} : { state }) })
    last = await runRound({ plain, steered }, ways, statements, round)
    times.normal.push([...last.normal])
    times.again.push([...last.again])
    times.tuned.push([...last.tuned])
    const normal = total(last.normal)
    const tuned = total(last.tuned) + last.besideMs
    ratios.push(tuned / normal)
    sum.normal += normal / rounds
    sum.tuned += tuned / rounds
    sum.beside += last.besideMs / rounds
    sum.wrong += last.wrong
  }
  return {
    ...{ defaultMs: sum.normal, tunedMs: sum.tuned, ratios, besideMs: sum.beside },
    slower: slowdowns(times.normal, times.again, times.tuned),
    wrongAnswers: sum.wrong,
    report: last!.ways.report(),
    state: last!.ways.save(),
  }
}

interface OnlineRound {
  readonly ways: ReturnType<typeof createWays>
  readonly normal: Float64Array
  readonly again: Float64Array
  readonly tuned: Float64Array
  readonly besideMs: number
  readonly wrong: number
}

async function runRound(
  { plain, steered }: { readonly plain: Database; readonly steered: Database },
  ways: ReturnType<typeof createWays>,
  statements: readonly KnownStatement[],
  round: number,
): Promise<OnlineRound> {
  const tuned = tunedDatabase(steered, { mode: 'automatic', steerer: ways })
  const sides = [plain, steered, tuned]
  const times = sides.map(() => new Float64Array(statements.length))
  let wrong = 0
  let besideMs = 0
  for (let from = 0; from < statements.length; from += BLOCK) {
    const block = statements.slice(from, from + BLOCK)
    const answers: string[][] = [[], [], []]
    for (let turn = 0; turn < sides.length; turn++) {
      const side = (turn + round + from / BLOCK) % sides.length
      for (const [i, { sql }] of block.entries()) {
        const since = cpuMs()
        const answer = await sides[side]!.answer(sql)
        times[side]![from + i] = cpuMs() - since
        answers[side]!.push(answerText(answer))
        if (side === 2) besideMs += await settled(tuned)
      }
    }
    wrong += block.filter((_, i) => answers[0]![i] !== answers[2]![i]).length
  }
  const [normal, again, own] = times as [Float64Array, Float64Array, Float64Array]
  return { ways, normal, again, tuned: own, besideMs, wrong }
}

async function settled(tuned: ReturnType<typeof tunedDatabase>): Promise<number> {
  const since = cpuMs()
  await tuned.settle()
  return cpuMs() - since
}

function total(values: Float64Array): number {
  return values.reduce((sum, v) => sum + v, 0)
}
