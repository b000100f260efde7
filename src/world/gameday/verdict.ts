import type { DriveResult } from './open-loop.ts'
import { type StepTally, total } from './tally.ts'

/** When and why a service stopped holding within a run. */
export interface Break {
  readonly service: string
  /** End of the first window in which it did not hold, s from the beginning. */
  readonly atSecond: number
  readonly what: 'latency' | 'errors'
  /** Requests a second in that window, and over the peak that is forecast. */
  readonly perSecond: number
  readonly multipleOfPeak: number
  readonly words: string
}

/** One service in one run. */
export interface ServiceVerdict {
  readonly service: string
  readonly planned: number
  readonly sent: number
  readonly answered: number
  readonly declined: number
  readonly failed: number
  readonly causes: Readonly<Record<string, number>>
  /** From the due moment, ms. */
  readonly latency: Percentiles
  /** From the moment of writing, ms: what a driver that waits for answers would have reported. */
  readonly uncorrected: Percentiles
  /** Objective of the 99th percentile, ms. */
  readonly objectiveMs: number
  /** Largest rate of answers within the objective (mean of a window) until it broke, or at all. */
  readonly heldPerSecond: number
  readonly broke: Break | undefined
}

export interface Percentiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

/** What a service has to hold. */
export interface Objective {
  readonly p99Ms: number
  readonly errorShare: number
  /** Peak that is forecast, requests a second. */
  readonly peak: number
}

/** Seconds over which shares and rates are taken, and bad outcomes that are no accident. */
const WINDOW_SECONDS = 5
const FEWEST_BAD = 5

/** What each service of a run held and where it broke. */
export function judgeRun(
  { steps }: DriveResult,
  objectives: readonly Objective[],
): readonly ServiceVerdict[] {
  return steps.map((tally, s) => judgeService(tally, objectives[s]!))
}

function judgeService(tally: StepTally, objective: Objective): ServiceVerdict {
  const broke = findBreak(tally, objective)
  const good = tally.answered.map((count, t) => Math.max(0, count - tally.slow[t]!))
  return {
    service: tally.step,
    planned: total(tally.planned),
    sent: total(tally.sent),
    answered: total(tally.answered),
    declined: tally.declined,
    failed: total(tally.failed),
    causes: Object.fromEntries(tally.causes),
    latency: percentilesOf(tally.latency),
    uncorrected: percentilesOf(tally.service),
    objectiveMs: objective.p99Ms,
    heldPerSecond: largestRate(good, broke?.atSecond ?? good.length),
    broke,
  }
}

function percentilesOf(histogram: StepTally['latency']): Percentiles {
  const at = (level: number) => histogram.quantile(level)
  const max = histogram.maxMs
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), p999: at(0.999), max }
}

/** Sum of a list over the window that ends before `end`, at most WINDOW_SECONDS long. */
function windowSum(list: ArrayLike<number>, end: number): number {
  let sum = 0
  for (let i = Math.max(0, end - WINDOW_SECONDS); i < end; i++) sum += list[i]!
  return sum
}

function largestRate(counts: Uint32Array, until: number): number {
  let largest = 0
  for (let end = Math.min(WINDOW_SECONDS, until); end <= until; end++) {
    largest = Math.max(largest, windowSum(counts, end) / Math.min(WINDOW_SECONDS, end))
  }
  return largest
}

/** The first window in which more than 1 % is slow, or more fails than the objective allows. */
function findBreak(tally: StepTally, objective: Objective): Break | undefined {
  for (let end = 1; end <= tally.due.length; end++) {
    const asked = windowSum(tally.due, end)
    const failed = windowSum(tally.failed, end)
    const slow = windowSum(tally.slow, end)
    const isFailing = failed >= FEWEST_BAD && failed > objective.errorShare * asked
    const isSlow = slow >= FEWEST_BAD && slow > 0.01 * asked
    if (!isFailing && !isSlow) continue
    const what = isFailing ? 'errors' : 'latency'
    const perSecond = asked / Math.min(WINDOW_SECONDS, end)
    const multipleOfPeak = objective.peak > 0 ? perSecond / objective.peak : Number.NaN
    const words = isFailing
      ? `${percent(failed / asked)} of its requests failed`
      : `${percent(slow / asked)} of its requests took longer than ${objective.p99Ms} ms`
    return { service: tally.step, atSecond: end, what, perSecond, multipleOfPeak, words }
  }
  return undefined
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
}
