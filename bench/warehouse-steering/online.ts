import type { Database } from '../../src/core/sql/database.ts'
import {
  measurable,
  measureArms,
  openSteerer,
  type PlanSteerer,
  statisticsOf,
  trainSteering,
} from '../../src/warehouse/steering/door.ts'
import { tunedDatabase } from '../../src/warehouse/tuned/door.ts'
import type { KnownStatement } from '../../src/warehouse/types.ts'
import { cpuMs, findArms, MEASURED } from './matrix.ts'

export interface OnlineResult {
  readonly defaultMs: number
  /** All that the steered side took: choosing, switching, interrupted runs and their second runs. */
  readonly tunedMs: number
  readonly slowerShare: number
  /** Of the default run twice: how many second runs were a quarter and 2 ms slower than the first. */
  readonly slowerByChanceShare: number
  readonly wrongAnswers: number
  readonly trainingMs: number
  readonly steerer: PlanSteerer
}

/** Learns on one half alone, arms included, then runs the other on two databases in turn. */
export async function runOnline(
  plain: Database,
  steered: Database,
  train: readonly KnownStatement[],
  test: readonly KnownStatement[],
  { seed, samples }: { readonly seed: number; readonly samples: number },
): Promise<OnlineResult> {
  const since = cpuMs()
  const statistics = await statisticsOf(steered, train, { seed })
  const measured = train.map((statement) => measurable(statement, statistics))
  const { arms } = await findArms(steered, measured, samples)
  const times = await measureArms(steered, measured, arms, MEASURED)
  const kept = times.kept.map((i) => train[i]!)
  const steerer = await openSteerer(steered, trainSteering(kept, times, statistics, { seed }), {
    seed,
  })
  const trainingMs = cpuMs() - since
  const tuned = tunedDatabase(steered, { mode: 'automatic', steerer })
  const sum = { normal: 0, tuned: 0, slower: 0, chance: 0, wrong: 0 }
  // Both sides have read every table before they are timed.
  for (const { sql } of test.slice(0, 20)) await plain.answer(sql)
  for (const [i, statement] of test.entries()) {
    const byDefault = () => timed(() => plain.answer(statement.sql))
    const first = i % 2 === 0 ? await byDefault() : undefined
    const own = await timed(() => tuned.answer(statement.sql))
    const normal = first ?? (await byDefault())
    const again = await byDefault()
    sum.normal += normal.ms
    sum.tuned += own.ms
    if (own.ms > 1.25 * normal.ms && own.ms > normal.ms + 2) sum.slower++
    if (again.ms > 1.25 * normal.ms && again.ms > normal.ms + 2) sum.chance++
    if (text(normal.result) !== text(own.result)) sum.wrong++
  }
  return {
    defaultMs: sum.normal,
    tunedMs: sum.tuned,
    slowerShare: sum.slower / test.length,
    slowerByChanceShare: sum.chance / test.length,
    wrongAnswers: sum.wrong,
    trainingMs,
    steerer,
  }
}

async function timed<T>(
  work: () => Promise<T>,
): Promise<{ readonly ms: number; readonly result: T }> {
  const since = cpuMs()
  const result = await work()
  return { ms: cpuMs() - since, result }
}

/** An answer as text, rows in any order: enough for the small answers of a bench. */
function text({ columns, rowCount }: Awaited<ReturnType<Database['answer']>>): string {
  const rows = Array.from({ length: rowCount }, (_, r) =>
    columns.map((c) => String(c[r])).join('|'),
  )
  return rows.sort().join('\n')
}
