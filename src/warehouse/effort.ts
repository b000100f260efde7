import type { AdviseOptions, Workload } from './types.ts'

const DAY_MS = 86_400_000

/** What may be spent on seeking something for statements. */
export interface Effort {
  /** CPU that the statements are asked until the horizon, ms. */
  readonly askedMs: number
  /** The share of it that may be saved, and so may be spent on seeking, ms. */
  readonly hopedMs: number
}

/** Days that a workload counts for; one that was seen for less than a day counts as a day's. */
export function daysSeen({ fromMs, toMs }: Pick<Workload, 'fromMs' | 'toMs'>): number {
  return Math.max(1, (toMs - fromMs) / DAY_MS)
}

/**
 * CPU (ms) that may go into seeking what saves statements that took `cpuMs` over the workload: a share
 * `hope` of what they are asked within the horizon. Nothing more can come back, so nothing more is spent.
 */
export function effortFor(
  workload: Pick<Workload, 'fromMs' | 'toMs'>,
  cpuMs: number,
  { horizonDays = Infinity }: Pick<AdviseOptions, 'horizonDays'>,
  hope: number,
): Effort {
  if (cpuMs <= 0) return { askedMs: 0, hopedMs: 0 }
  const askedMs = (cpuMs / daysSeen(workload)) * horizonDays
  return { askedMs, hopedMs: hope === 0 ? 0 : hope * askedMs }
}

/** Why nothing is sought where seeking takes `costMs`; undefined where that may pay. */
export function whyNotSought(what: string, costMs: number, effort: Effort): string | undefined {
  if (costMs <= effort.hopedMs) return undefined
  return effort.askedMs === 0
    ? `${what} would take about ${round(costMs)} CPU ms, and no statement that takes any is left for it`
    : `${what} would take about ${round(costMs)} CPU ms; of the ${round(effort.askedMs)} asked until it must have paid, ${round(effort.hopedMs)} may be saved`
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}
