import type { Workload } from '../../warehouse/index.ts'

const DAY_MS = 86_400_000

/**
 * A workload with a day at the least: what was asked in a first hour, with a nightly run in it, is not
 * asked every hour.
 */
export function overADay(workload: Workload): Workload {
  return { ...workload, fromMs: Math.min(workload.fromMs, workload.toMs - DAY_MS) }
}

/** Days that a workload stands for, one at the least. */
export function workloadDays(workload: Workload): number {
  const { fromMs, toMs } = overADay(workload)
  return (toMs - fromMs) / DAY_MS
}
