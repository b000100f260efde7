import { readKnob } from '../../core/knobs.ts'
import type { Answer } from '../../core/sql/answer.ts'
import type { Database } from '../../core/sql/database.ts'
import { cpuNow } from '../../core/sql/observe.ts'
import {
  design,
  measureGain,
  measureStatements,
  replay,
  retreatShare,
  servingParts,
  type TemplateLoad,
  tuned,
  type Workload,
} from '../../warehouse/index.ts'

export interface ToJudge {
  /** What was applied just now. */
  readonly applied: readonly string[]
  readonly workload: Workload
  readonly decision: design.Decision
}

/** Kinds whose gain is seen by running statements with them and without. */
const JUDGED = ['view', 'plan']
const SEED = 1

/**
 * Measures what was applied on statements that were watched, as they run on the tables and with it, and
 * takes back what answers otherwise or saves too little. `db` follows changes, `plain` answers.
 */
export async function judgeApplied(
  db: Database,
  plain: Database,
  { applied, workload, decision }: ToJudge,
): Promise<void> {
  for (const action of await design.readActions(db)) {
    if (!applied.includes(action.actionId) || !JUDGED.includes(action.kind)) continue
    const service = servingParts(plain, SEED)
    await service.serve(action, true)
    const served = tuned.tunedDatabase(plain, {
      ...{ mode: 'automatic', rewriter: service.rewriter, steerer: service.steerer },
      isPromising: () => true,
    })
    const why = await whyNotKept(db, { plain, served, action, workload, decision })
    if (why === undefined) continue
    await design.undo(db, action.actionId, decision)
    await design.decide(db, action.actionId, 'refused', { ...decision, note: why })
  }
}

interface Judged {
  readonly plain: Database
  readonly served: Database
  readonly action: design.StoredAction
  readonly workload: Workload
  readonly decision: design.Decision
}

async function whyNotKept(
  db: Database,
  { plain, served, action, workload, decision }: Judged,
): Promise<string | undefined> {
  const before = new Map<TemplateLoad, readonly { sql: string; cpuMs: number }[]>()
  const most = readKnob(measureStatements)
  for (const load of workload.templates) {
    if (!action.fingerprints.includes(load.template.fingerprint)) continue
    const timed: { sql: string; cpuMs: number }[] = []
    for (const sql of statementsOf(load, most)) {
      const asked = await runTimed(plain, sql)
      const answered = await runTimed(served, sql)
      if (asked.answer === undefined) continue
      const isAlike =
        answered.answer !== undefined &&
        replay.compareAnswers(sql, asked.answer, answered.answer) !== 'different'
      if (!isAlike) return 'an answer differed from that of the tables'
      timed.push({ sql, cpuMs: (await runTimed(plain, sql)).cpuMs })
    }
    before.set(load, timed)
  }
  const found = await measureGain(action, workload, {
    statements: most,
    statementsOf: (load) => before.get(load) ?? [],
    run: async (sql) => (await runTimed(served, sql)).cpuMs,
  })
  if (found === undefined) return undefined
  const upkeepCpuMsPerDay = (action.measured ?? action.predicted).upkeepCpuMsPerDay
  await design.recordGain(db, action.actionId, { ...found.gain, upkeepCpuMsPerDay }, decision)
  const savedCpuMs = found.gain.savedCpuMsPerDay
  if (savedCpuMs <= upkeepCpuMsPerDay) {
    return `it saves ${savedCpuMs.toFixed(1)} ms a day and costs ${upkeepCpuMsPerDay.toFixed(1)} ms a day to keep`
  }
  if (found.share >= readKnob(retreatShare)) return undefined
  return `it saved ${(100 * found.share).toFixed(1)} % of the time on ${found.statements} statements`
}

async function runTimed(
  db: Database,
  sql: string,
): Promise<{ readonly answer?: Answer; readonly cpuMs: number }> {
  const startedAt = cpuNow()
  try {
    const answer = await db.answer(sql)
    return { answer, cpuMs: cpuNow() - startedAt }
  } catch {
    return { cpuMs: cpuNow() - startedAt }
  }
}

/** Statements spread over those that are kept and did not fail. */
function statementsOf({ sample }: TemplateLoad, most: number): readonly string[] {
  const usable = sample.flatMap(({ sql, failed }) =>
    sql === undefined || failed !== undefined ? [] : [sql],
  )
  const step = Math.max(1, usable.length / most)
  return usable.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step)).slice(0, most)
}
