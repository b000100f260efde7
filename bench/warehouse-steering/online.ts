import type { Database } from '../../src/core/sql/database.ts'
import { createWays, type WaysReport, type WaysState } from '../../src/warehouse/steering/door.ts'
import { tunedDatabase } from '../../src/warehouse/tuned/door.ts'
import type { KnownStatement, Steerer } from '../../src/warehouse/types.ts'
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
  let ways = createWays(steered, { seed })
  for (let round = 0; round < rounds; round++) {
    ways = createWays(steered, { seed, ...(state === undefined ? {} : { state }) })
    const { normal, again, tuned, wrong } = await runRound(
      { plain, steered },
      [ways],
      statements,
      round,
    )
    const [own] = tuned
    times.normal.push([...normal])
    times.again.push([...again])
    times.tuned.push([...own!.ms])
    const all = total(own!.ms) + own!.besideMs
    ratios.push(all / total(normal))
    sum.normal += total(normal) / rounds
    sum.tuned += all / rounds
    sum.beside += own!.besideMs / rounds
    sum.wrong += wrong
  }
  return {
    ...{ defaultMs: sum.normal, tunedMs: sum.tuned, ratios, besideMs: sum.beside },
    slower: slowdowns(times.normal, times.again, times.tuned),
    wrongAnswers: sum.wrong,
    report: ways.report(),
    state: ways.save(),
  }
}

/** What one round took: by default, by default on the other database, and steered, statement by statement, ms. */
export interface Round {
  readonly normal: Float64Array
  readonly again: Float64Array
  readonly tuned: readonly { readonly ms: Float64Array; readonly besideMs: number }[]
  /** Answers of steered sides that differ. */
  readonly wrong: number
}

/** Runs statements on all sides, block by block, in turn who is first. */
export async function runRound(
  { plain, steered }: { readonly plain: Database; readonly steered: Database },
  steerers: readonly Steerer[],
  statements: readonly KnownStatement[],
  round: number,
): Promise<Round> {
  const tuned = steerers.map((steerer) => tunedDatabase(steered, { mode: 'automatic', steerer }))
  const sides: readonly Pick<Database, 'answer'>[] = [plain, steered, ...tuned]
  const times = sides.map(() => new Float64Array(statements.length))
  const beside = tuned.map(() => 0)
  let wrong = 0
  for (let from = 0; from < statements.length; from += BLOCK) {
    const block = statements.slice(from, from + BLOCK)
    const answers = sides.map((): string[] => [])
    for (let turn = 0; turn < sides.length; turn++) {
      const side = (turn + round + from / BLOCK) % sides.length
      for (const [i, { sql }] of block.entries()) {
        const since = cpuMs()
        const answer = await sides[side]!.answer(sql)
        times[side]![from + i] = cpuMs() - since
        answers[side]!.push(answerText(answer))
        if (side >= 2) beside[side - 2]! += await settled(tuned[side - 2]!)
      }
    }
    const isWrong = (i: number) => answers.slice(2).some((own) => own[i] !== answers[0]![i])
    wrong += block.filter((_, i) => isWrong(i)).length
  }
  const [normal, again, ...own] = times as [Float64Array, Float64Array, ...Float64Array[]]
  return { normal, again, wrong, tuned: own.map((ms, k) => ({ ms, besideMs: beside[k]! })) }
}

async function settled(tuned: ReturnType<typeof tunedDatabase>): Promise<number> {
  const since = cpuMs()
  await tuned.settle()
  return cpuMs() - since
}

export function total(values: Float64Array): number {
  return values.reduce((sum, v) => sum + v, 0)
}
