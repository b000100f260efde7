import { readKnob } from '../../core/knobs.ts'
import type { Answer } from '../../core/sql/answer.ts'
import type { Database } from '../../core/sql/database.ts'
import { cpuNow, messageOf } from '../../core/sql/observe.ts'
import { apply, type Decision, decide, recordGain, undo } from '../design/design.ts'
import { type Example, readActions } from '../design/records.ts'
import { compareAnswers } from '../replay/compare.ts'
import { tunedDatabase } from '../tuned/tuned.ts'
import type { Action, Gain, Workload } from '../types.ts'
import { measureStatements, retreatShare } from './knobs.ts'
import { daysOf } from './measure-gain.ts'
import { servingParts } from './parts.ts'

/** What came of applying an action. */
export interface AppliedMeasured {
  readonly actionId: string
  /** Absent where no statement of it is known, or none runs. */
  readonly measured?: Gain
  /** Share of the time before that is saved; may be negative. */
  readonly share?: number
  /** Why it was taken back at once. */
  readonly takenBack?: string
}

export interface ApplyMeasuredOptions {
  readonly seed: number
  /** Whether what saves too little is taken back; what answers otherwise always is. */
  readonly isRetreating: boolean
  /** The same database without what stands in it, where `db` answers from that. */
  readonly plain?: Database
}

const MOST_TEMPLATES = 8
const LONGEST_STATEMENT = 10_000

/** Of each action some statements of the dearest templates it serves, with how often they are asked. */
export function examplesOf(workload: Workload): (action: Action) => readonly Example[] {
  const most = readKnob(measureStatements)
  const days = daysOf(workload)
  return ({ fingerprints }) =>
    workload.templates
      .filter(
        ({ template }) => template.kind === 'select' && fingerprints.includes(template.fingerprint),
      )
      .slice(0, MOST_TEMPLATES)
      .flatMap(({ sample, count, failures }) => {
        const usable = sample.flatMap(({ sql, failed }) =>
          sql === undefined || failed !== undefined || sql.length > LONGEST_STATEMENT ? [] : [sql],
        )
        const taken = spread(usable, most)
        const runsPerDay = (count - failures) / days / Math.max(1, taken.length)
        return taken.map((sql) => ({ sql, runsPerDay }))
      })
}

function spread(list: readonly string[], most: number): readonly string[] {
  const count = Math.min(most, list.length)
  return Array.from(
    { length: count },
    (_, i) => list[Math.floor(((i + 0.5) * list.length) / count)]!,
  )
}

/**
 * Applies an action and measures it on the statements that were kept with it: each runs before, and
 * after as it is then answered. The gain goes on its record. Throws as `apply` does.
 */
export async function applyMeasured(
  db: Database,
  actionId: string,
  decision: Decision,
  { seed, isRetreating, plain = db }: ApplyMeasuredOptions,
): Promise<AppliedMeasured> {
  const proposed = (await readActions(db)).find((action) => action.actionId === actionId)
  // Settings are measured by those who propose them, in turn with what stands.
  const isMeasured = proposed?.status !== 'applied' && proposed?.kind !== 'knob'
  const examples = isMeasured ? (proposed?.examples ?? []) : []
  const before: Run[] = []
  for (const { sql } of examples) before.push(await runTwice(plain, sql))
  const startedAt = cpuNow()
  const action = await apply(db, actionId, decision)
  const buildCpuMs = cpuNow() - startedAt
  if (examples.length === 0) return { actionId }
  const service = servingParts(plain, seed)
  try {
    await service.serve(action, false)
  } catch (error) {
    if (wasStopped(error)) return leaveOpen(db, action, decision)
    throw error
  }
  const { rewriter, steerer } = service
  const served = tunedDatabase(plain, {
    ...{ mode: 'automatic', rewriter, steerer },
    isPromising: () => true,
  })
  const sums = { before: 0, saved: 0 }
  for (const [i, { sql, runsPerDay }] of examples.entries()) {
    const [was, is] = [before[i]!, await runTwice(served, sql)]
    if (was.isStopped === true || is.isStopped === true) return leaveOpen(db, action, decision)
    if (was.answer === undefined) continue
    const why = whyWrong(sql, was.answer, is.answer)
    if (why !== undefined) return takeBack(db, actionId, why, decision)
    sums.before += was.cpuMs * runsPerDay
    sums.saved += (was.cpuMs - is.cpuMs) * runsPerDay
  }
  if (sums.before === 0) return { actionId }
  const measured = { ...action.predicted, buildCpuMs, savedCpuMsPerDay: sums.saved }
  await recordGain(db, actionId, measured, decision)
  const share = sums.saved / sums.before
  const why = isRetreating ? whyTooLittle(measured, share, examples.length) : undefined
  if (why === undefined) return { actionId, measured, share }
  return { ...(await takeBack(db, actionId, why, decision)), measured, share }
}

function whyWrong(sql: string, was: Answer, is: Answer | undefined): string | undefined {
  if (is === undefined) return 'a statement failed that ran before'
  return compareAnswers(sql, was, is) === 'different'
    ? 'an answer differed from that of the tables'
    : undefined
}

function whyTooLittle(
  { savedCpuMsPerDay, upkeepCpuMsPerDay }: Gain,
  share: number,
  statements: number,
): string | undefined {
  if (share < readKnob(retreatShare)) {
    return `it saved ${(100 * share).toFixed(1)} % of the time on ${statements} statements`
  }
  return savedCpuMsPerDay <= upkeepCpuMsPerDay
    ? `it saves ${savedCpuMsPerDay.toFixed(1)} ms a day and costs ${upkeepCpuMsPerDay.toFixed(1)} ms a day to keep`
    : undefined
}

async function takeBack(
  db: Database,
  actionId: string,
  why: string,
  decision: Decision,
): Promise<AppliedMeasured> {
  await undo(db, actionId, decision)
  await decide(db, actionId, 'refused', { ...decision, note: why })
  return { actionId, takenBack: why }
}

/** Takes back what somebody stopped the measuring of: nothing is known against it, and it may be applied again. */
async function leaveOpen(
  db: Database,
  { actionId }: Action,
  decision: Decision,
): Promise<AppliedMeasured> {
  const takenBack = 'it was stopped while it was measured; apply it again when there is time'
  await undo(db, actionId, decision)
  await decide(db, actionId, 'approved', { ...decision, note: takenBack })
  return { actionId, takenBack }
}

interface Run {
  readonly answer?: Answer
  /** Somebody interrupted it: it says nothing of the statement. */
  readonly isStopped?: boolean
  readonly cpuMs: number
}

/** The sooner of two runs: the first may read what is new. */
async function runTwice(db: Database, sql: string): Promise<Run> {
  try {
    const first = cpuNow()
    await db.answer(sql)
    const second = cpuNow()
    const answer = await db.answer(sql)
    return { answer, cpuMs: Math.min(second - first, cpuNow() - second) }
  } catch (error) {
    return { cpuMs: 0, isStopped: wasStopped(error) }
  }
}

const wasStopped = (error: unknown): boolean => /interrupt/i.test(messageOf(error))
