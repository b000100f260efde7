import type { Action, Gain, TemplateLoad, Workload } from '../types.ts'

/** What an applied action was found to save on sampled statements. */
export interface GainFound {
  readonly gain: Gain
  /** Share of the time before that is saved, on the statements that were run; may be negative. */
  readonly share: number
  readonly statements: number
}

export interface MeasureGainOptions {
  /** Whole statements of a template whose time before is known, at most `most`. */
  readonly statementsOf: (load: TemplateLoad, most: number) => readonly TimedStatement[]
  /** Runs a statement on the database as it is now and gives its CPU, ms; undefined where it failed. */
  readonly run: (sql: string) => Promise<number | undefined>
  readonly statements: number
}

/** A statement and the CPU it took before, ms. */
export interface TimedStatement {
  readonly sql: string
  readonly cpuMs: number
}

const DAY_MS = 86_400_000

/** Days that a workload spans; one where it has no length. */
export function daysOf({ fromMs, toMs }: Workload): number {
  return toMs > fromMs ? (toMs - fromMs) / DAY_MS : 1
}

/**
 * Runs sampled statements of the templates that an action serves and compares them with what the same
 * statements took before: medians, so that one disturbed run decides nothing, after one run that reads
 * what is new. Undefined where none could be run.
 */
export async function measureGain(
  action: Action,
  workload: Workload,
  options: MeasureGainOptions,
): Promise<GainFound | undefined> {
  let beforeMs = 0
  let savedMs = 0
  let statements = 0
  for (const load of workload.templates) {
    if (!action.fingerprints.includes(load.template.fingerprint)) continue
    const timed = await timeTemplate(load, options)
    if (timed === undefined) continue
    const runs = load.count - load.failures
    beforeMs += timed.before * runs
    savedMs += (timed.before - timed.after) * runs
    statements += timed.statements
  }
  if (statements === 0 || beforeMs === 0) return undefined
  const gain = { ...action.predicted, savedCpuMsPerDay: savedMs / daysOf(workload) }
  return { gain, share: savedMs / beforeMs, statements }
}

async function timeTemplate(
  load: TemplateLoad,
  { statementsOf, run, statements }: MeasureGainOptions,
): Promise<{ before: number; after: number; statements: number } | undefined> {
  const asked = statementsOf(load, statements)
  if (asked.length === 0) return undefined
  await run(asked[0]!.sql)
  const after: number[] = []
  for (const { sql } of asked) {
    const cpuMs = await run(sql)
    if (cpuMs !== undefined) after.push(cpuMs)
  }
  if (after.length === 0) return undefined
  const before = median(asked.map(({ cpuMs }) => cpuMs))
  return { before, after: median(after), statements: after.length }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}
