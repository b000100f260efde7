import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import type { Database } from '../../core/sql/database.ts'
import { type Arm, DEFAULT_ARM, switchStatements } from './arms.ts'

/** CPU of the process so far, ms: the clock of all measuring here. */
export type CpuClock = () => number

export interface LimitedRun<T> {
  readonly cpuMs: number
  /** Undefined where it was interrupted. */
  readonly result: T | undefined
}

/**
 * Runs `work` on a database and interrupts it once it has used `limitMs` of CPU (not wall time: a
 * busy machine is no reason). Throws what `work` throws for other reasons.
 */
export async function runWithLimit<T>(
  db: Pick<Database, 'interrupt'>,
  limitMs: number,
  cpu: CpuClock,
  work: () => Promise<T>,
): Promise<LimitedRun<T>> {
  const startedAt = cpu()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isInterrupted = false
  const watch = () => {
    const left = limitMs - (cpu() - startedAt)
    if (left <= 0) {
      isInterrupted = true
      db.interrupt()
    }
    // It may not have begun when it is first interrupted, so it is looked at again.
    timer = setTimeout(watch, Math.max(1, Math.ceil(left)))
  }
  if (Number.isFinite(limitMs)) timer = setTimeout(watch, Math.max(1, Math.ceil(limitMs)))
  try {
    const result = await work()
    return { cpuMs: cpu() - startedAt, result }
  } catch (error) {
    if (!isInterrupted) throw error
    return { cpuMs: cpu() - startedAt, result: undefined }
  } finally {
    clearTimeout(timer)
  }
}

/** A statement to measure, and the same counted through groups where that can be. */
export interface MeasuredStatement {
  readonly sql: string
  readonly byKey?: string | undefined
}

/** What each statement took under each arm; the first arm is the default. */
export interface ArmTimes {
  readonly arms: readonly Arm[]
  readonly statements: number
  /** statements × arms: median CPU, ms; where it was interrupted, what it had used by then. */
  readonly cpuMs: Float64Array
  /** statements × arms: 1 where it was interrupted. */
  readonly interrupted: Uint8Array
}

export interface MeasureOptions {
  readonly repeats: number
  /** A run is interrupted at this multiple of the default's time and `slackMs` more. */
  readonly limitTimes: number
  readonly slackMs: number
  readonly cpu: CpuClock
  readonly signal?: AbortSignal
  readonly onProgress?: OnProgress
  /** Stops taking further statements once so much CPU is used, ms. */
  readonly budgetMs?: number
}

/**
 * Runs each statement under each arm in turn, round by round, so that drift of the machine meets all
 * arms alike; medians count. Leaves the default in force. Statements that fail are left out.
 */
export async function measureArms(
  db: Database,
  statements: readonly MeasuredStatement[],
  arms: readonly Arm[],
  options: MeasureOptions,
): Promise<ArmTimes & { readonly kept: readonly number[] }> {
  const { cpu, signal, onProgress = silent, budgetMs = Infinity } = options
  const all = [DEFAULT_ARM, ...arms]
  const startedAt = cpu()
  const kept: number[] = []
  const times: number[] = []
  const cuts: number[] = []
  for (const [i, statement] of statements.entries()) {
    throwIfStopped(signal)
    if (cpu() - startedAt > budgetMs) break
    onProgress({ step: 'arms', done: i, total: statements.length })
    const row = await measureStatement(db, statement, all, options)
    if (row === undefined) continue
    kept.push(i)
    times.push(...row.map(({ cpuMs }) => cpuMs))
    cuts.push(...row.map(({ isInterrupted }) => (isInterrupted ? 1 : 0)))
  }
  return {
    arms: all,
    statements: kept.length,
    kept,
    cpuMs: Float64Array.from(times),
    interrupted: Uint8Array.from(cuts),
  }
}

interface ArmRun {
  readonly cpuMs: number
  readonly isInterrupted: boolean
}

async function measureStatement(
  db: Database,
  { sql, byKey }: MeasuredStatement,
  arms: readonly Arm[],
  { repeats, limitTimes, slackMs, cpu }: MeasureOptions,
): Promise<readonly ArmRun[] | undefined> {
  const runs = arms.map((): number[] => [])
  const cut = arms.map(() => false)
  let standing = DEFAULT_ARM
  const to = async (arm: Arm) => {
    for (const set of switchStatements(standing, arm)) await db.run(set)
    standing = arm
  }
  try {
    // The first run pays for what later ones find in memory.
    await db.answer(sql)
    for (let round = 0; round < repeats; round++) {
      for (const [a, arm] of arms.entries()) {
        // Where it cannot be counted through groups, such an arm is never chosen: as the default.
        const isSame = arm.byKey === true && byKey === undefined
        if (cut[a] || isSame) continue
        const text = arm.byKey === true ? byKey! : sql
        await to(arm)
        const limit = a === 0 ? Infinity : limitTimes * middle(runs[0]!) + slackMs
        const { cpuMs, result } = await runWithLimit(db, limit, cpu, () => db.answer(text))
        cut[a] = result === undefined
        if (cut[a]) runs[a] = [cpuMs]
        else runs[a]!.push(cpuMs)
      }
    }
    return runs.map((list, a) => ({
      cpuMs: middle(list.length === 0 ? runs[0]! : list),
      isInterrupted: cut[a]!,
    }))
  } catch {
    return undefined
  } finally {
    await to(DEFAULT_ARM)
  }
}

/** The middle one of some numbers; the lower of the two in the middle. */
export function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? Number.NaN
}
