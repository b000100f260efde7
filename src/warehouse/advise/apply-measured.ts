import { StorewrightError } from '../../core/errors.ts'
import { readKnob } from '../../core/knobs.ts'
import type { Answer } from '../../core/sql/answer.ts'
import type { Database } from '../../core/sql/database.ts'
import { cpuNow, messageOf } from '../../core/sql/observe.ts'
import { apply, type Decision, decide, recordGain, undo } from '../design/design.ts'
import { type Example, readActions, type StoredAction } from '../design/records.ts'
import { compareAnswers } from '../replay/compare.ts'
import { tunedDatabase } from '../tuned/tuned.ts'
import type { Action, Gain, Workload } from '../types.ts'
import { measureStatements, retreatShare } from './knobs.ts'
import { daysOf } from './measure-gain.ts'
import { type ServingParts, servingParts } from './parts.ts'
import type { PlanMemory } from './plan-part.ts'

/** What came of applying an action. */
export interface AppliedMeasured {
  readonly actionId: string
  /** Absent where no statement of it is known, or none runs. */
  readonly measured?: Gain
  /** Share of the time before that is saved; may be negative. */
  readonly share?: number
  /** Why it was taken back at once. */
  readonly takenBack?: string
  /** It stands, and its measuring was stopped: `measureOpen` ends it. */
  readonly isStopped?: boolean
}

export interface MeasuringOptions {
  readonly seed: number
  /** Whether what saves too little is taken back; what answers otherwise always is. */
  readonly isRetreating: boolean
  /** The same database without what stands in it, where `db` answers from that. */
  readonly plain?: Database
  /** Where steering begins while it is measured, and what it learns is kept. */
  readonly memory?: PlanMemory
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
 * after as it is then answered. The gain goes on its record. Where somebody stops the measuring, the action
 * stands and `measureOpen` ends it later. Throws as `apply` does, and ERR_CANCELLED where it is stopped
 * before anything was applied.
 */
export async function applyMeasured(
  db: Database,
  actionId: string,
  decision: Decision,
  options: MeasuringOptions,
): Promise<AppliedMeasured> {
  const { plain = db } = options
  const proposed = (await readActions(db)).find((action) => action.actionId === actionId)
  // Settings are measured by those who propose them, in turn with what stands.
  const isMeasured = proposed?.status !== 'applied' && proposed?.kind !== 'knob'
  const before: Before[] = []
  for (const example of isMeasured ? (proposed?.examples ?? []) : []) {
    const { answer, cpuMs, error } = await runTwice(plain, example.sql)
    if (wasStopped(error)) throw stoppedBefore(actionId)
    if (answer !== undefined) before.push({ ...example, beforeCpuMs: cpuMs, answer })
  }
  const startedAt = cpuNow()
  const toMeasure = before.map(({ answer: _long, ...example }) => example)
  const action = await apply(db, actionId, decision, toMeasure)
  const buildCpuMs = cpuNow() - startedAt
  if (before.length === 0) return { actionId }
  const service = serviceFor(plain, options)
  const open: Open = { action, before, service, gain: { ...action.predicted, buildCpuMs } }
  return endedIfStopped(actionId, async () => {
    await service.serve(action, false)
    return measure(db, open, decision, options)
  })
}

/**
 * Measures the applied actions whose measuring was cut off, by a kill or by somebody who stopped it, on the
 * statements kept on their records: what these took before is on record too, else they run as asked beside
 * as they are answered. Views are brought up to date first. What cannot be measured now stays open.
 */
export async function measureOpen(
  db: Database,
  decision: Decision,
  options: MeasuringOptions,
): Promise<readonly AppliedMeasured[]> {
  const { plain = db } = options
  const done: AppliedMeasured[] = []
  for (const action of (await readActions(db)).filter(isMeasuringOpen)) {
    const service = serviceFor(plain, options)
    const measured = await endedIfStopped(action.actionId, async () => {
      await service.serve(action, true)
      const refreshed = await service.refreshViews()
      if (refreshed.some(({ refreshed }) => refreshed === 'failed')) return undefined
      const before = await runsAsked(plain, action)
      const gain = action.measured ?? action.predicted
      return measure(db, { action, before, service, gain }, decision, options)
    })
    if (measured !== undefined) done.push(measured)
    if (measured?.isStopped === true) break
  }
  return done
}

/** Whether an action stands whose measuring has not ended. */
export function isMeasuringOpen({ status, toMeasure }: StoredAction): boolean {
  return status === 'applied' && toMeasure !== undefined
}

/** A statement as it ran before the action served it. */
type Before = Example & { readonly beforeCpuMs: number; readonly answer: Answer }

/** An applied action that is to be measured, served. */
interface Open {
  readonly action: StoredAction
  readonly before: readonly Before[]
  readonly service: ServingParts
  /** What is known of its gain but for what it saves. */
  readonly gain: Gain
}

async function measure(
  db: Database,
  { action: { actionId, kind }, before, service, gain }: Open,
  decision: Decision,
  { plain = db, isRetreating }: MeasuringOptions,
): Promise<AppliedMeasured> {
  const { rewriter, steerer } = service
  const served = tunedDatabase(plain, {
    ...{ mode: 'automatic', rewriter, steerer },
    isPromising: () => true,
  })
  let timed: Timed[] = []
  for (const one of before) {
    const is = await runTwice(served, one.sql)
    if (wasStopped(is.error)) return { actionId, isStopped: true }
    const why = whyWrong(one.sql, one.answer, is.answer)
    if (why !== undefined) return takeBack(db, actionId, why, decision)
    timed.push({ ...one, afterCpuMs: is.cpuMs })
  }
  const judged = () => {
    const { share, savedCpuMsPerDay } = savedOf(timed)
    const measured = { ...gain, savedCpuMsPerDay }
    const why = isRetreating ? whyTooLittle(measured, share, timed.length) : undefined
    return { measured, share, why }
  }
  if (judged().why !== undefined && isAskedBeside(kind)) timed = await again(plain, served, timed)
  leave(service)
  if (timed.every(({ beforeCpuMs }) => beforeCpuMs === 0)) {
    await recordGain(db, actionId, undefined, decision)
    return { actionId }
  }
  const { measured, share, why } = judged()
  await recordGain(db, actionId, measured, decision)
  if (why === undefined) return { actionId, measured, share }
  return { ...(await takeBack(db, actionId, why, decision)), measured, share }
}

/** A statement as it ran before the action served it and with it. */
type Timed = Before & { readonly afterCpuMs: number }

function savedOf(timed: readonly Timed[]): { share: number; savedCpuMsPerDay: number } {
  const sum = (value: (one: Timed) => number) => timed.reduce((all, one) => all + value(one), 0)
  const before = sum((one) => one.beforeCpuMs * one.runsPerDay)
  const saved = before - sum((one) => one.afterCpuMs * one.runsPerDay)
  return { share: before === 0 ? 0 : saved / before, savedCpuMsPerDay: saved }
}

/** Whether statements can run as asked while an action of a kind stands. */
function isAskedBeside(kind: Action['kind']): boolean {
  return kind === 'view' || kind === 'plan'
}

const ROUNDS_AGAIN = 2

/**
 * Before something is taken back for saving too little: as asked and as served in turn, each the least of
 * all its runs, because what else the machine did during two runs says nothing of an action.
 */
async function again(plain: Database, served: Database, timed: readonly Timed[]): Promise<Timed[]> {
  const result: Timed[] = []
  for (const one of timed) {
    let { beforeCpuMs, afterCpuMs } = one
    for (let round = 0; round < ROUNDS_AGAIN; round++) {
      const asked = await runTwice(plain, one.sql)
      const is = await runTwice(served, one.sql)
      const error = asked.error ?? is.error
      if (wasStopped(error)) throw error
      if (error !== undefined) continue
      beforeCpuMs = Math.min(beforeCpuMs, asked.cpuMs)
      afterCpuMs = Math.min(afterCpuMs, is.cpuMs)
    }
    result.push({ ...one, beforeCpuMs, afterCpuMs })
  }
  return result
}

function serviceFor(plain: Database, { seed, memory }: MeasuringOptions): ServingParts {
  return servingParts(plain, seed, undefined, undefined, memory)
}

/** Keeps what steering learned; a disk that takes nothing more keeps no action from standing. */
function leave({ steerer }: ServingParts): void {
  try {
    steerer.leave?.()
  } catch (error) {
    process.emitWarning(`what steering learned was not kept: ${messageOf(error)}`)
  }
}

/** What the statements of an open action answer from the tables, and what they took before. */
async function runsAsked(plain: Database, { kind, toMeasure }: StoredAction): Promise<Before[]> {
  const before: Before[] = []
  for (const example of toMeasure ?? []) {
    // In a new order of rows nothing says what they took in the old one.
    const isKnown = example.beforeCpuMs !== undefined
    if (!isKnown && !isAskedBeside(kind)) continue
    const { answer, cpuMs, error } = await runTwice(plain, example.sql)
    if (wasStopped(error)) throw error
    if (answer !== undefined)
      before.push({ ...example, beforeCpuMs: example.beforeCpuMs ?? cpuMs, answer })
  }
  return before
}

/** What was stopped on its way stands, and stays open. */
async function endedIfStopped<T>(
  actionId: string,
  work: () => Promise<T>,
): Promise<T | AppliedMeasured> {
  try {
    return await work()
  } catch (error) {
    if (!wasStopped(error)) throw error
    return { actionId, isStopped: true }
  }
}

function stoppedBefore(actionId: string): StorewrightError {
  return new StorewrightError('ERR_CANCELLED', `${actionId} was stopped before it was applied`, {
    next: 'It is proposed still: storewright warehouse apply makes it.',
  })
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

interface Run {
  readonly answer?: Answer
  /** What it failed by. */
  readonly error?: unknown
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
    return { cpuMs: 0, error }
  }
}

const wasStopped = (error: unknown): boolean =>
  (error instanceof StorewrightError && error.code === 'ERR_CANCELLED') ||
  /interrupt/i.test(messageOf(error))
