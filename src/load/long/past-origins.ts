import { type Layout, type Rows, STATE, YEAR_DAYS } from './columns.ts'
import { type Belief, copyBelief, type Dynamics, predict, rowMean } from './filter.ts'
import type { LevelProblem } from './fit-level.ts'

/** Days between origins, before the first of them, and in a window whose mean error counts. */
const EVERY_DAYS = 91
const FIRST_DAYS = 365
const WINDOW_DAYS = 28
/** No further ahead than people plan. */
const LONGEST_DAYS = 730
/** Independent errors that the model's own spread counts as. */
const PRIOR_ERRORS = 6
/** Errors of windows within so many days of one another count as one. */
const TOGETHER_DAYS = 182

/** Errors of windows ahead of one past origin, over what was believed of them. */
export interface OriginScore {
  /** Mean square of error / standard deviation over the windows. */
  readonly square: number
  /** How many independent errors they count as. */
  readonly weight: number
}

/** Whether a bucket is an origin: a quarter of a year apart, from a year on. */
export function isOrigin(bucket: number, bucketDays: number): boolean {
  const every = Math.max(1, Math.round(EVERY_DAYS / bucketDays))
  return bucket * bucketDays >= FIRST_DAYS && bucket % every === 0
}

/**
 * Forecasts the rest of the history from a belief at a past origin and compares means of four weeks
 * with the standard deviations believed of them: at the middle of the window, the fast swings averaged
 * over it.
 */
export function scoreOrigin(
  { level, rows, layout, bucketDays }: LevelProblem,
  d: Dynamics,
  origin: number,
  at: Belief,
  growthHalfLife: number,
): OriginScore | undefined {
  const width = Math.max(1, Math.round(WINDOW_DAYS / bucketDays))
  const last = Math.min(level.length, origin + 1 + Math.round(LONGEST_DAYS / bucketDays))
  const belief = copyBelief(at)
  let [squares, windows] = [0, 0]
  for (let from = origin + 1; from + width <= last; from += width) {
    let error = 0
    let known = 0
    let variance = 0
    for (let b = from; b < from + width; b++) {
      const years = ((b - origin) * bucketDays) / YEAR_DAYS
      predict(belief, layout, d, 0.5 ** (years / growthHalfLife))
      if (b === from + (width >> 1)) variance = windowVariance(belief, rows, from, width, layout, d)
      if (Number.isNaN(level[b]!)) continue
      error += level[b]! - rowMean(rows, b, belief.mean)
      known++
    }
    if (known < 0.5 * width) continue
    squares += (error / known) ** 2 / variance
    windows++
  }
  if (windows === 0) return undefined
  const days = (last - origin) * bucketDays
  return { square: squares / windows, weight: Math.max(0.5, days / TOGETHER_DAYS) }
}

/** Variance of the mean of a window: averaged row, covariance at its middle, noise and fast swings averaged. */
function windowVariance(
  { covariance }: Belief,
  rows: Rows,
  from: number,
  width: number,
  { size }: Layout,
  d: Dynamics,
): number {
  const row = new Float64Array(size)
  for (let k = rows.offsets[from]!; k < rows.offsets[from + width]!; k++) {
    row[rows.columns[k]!]! += rows.weights[k]! / width
  }
  // What decays within the window is averaged over about (1 + ρ) / (1 − ρ) buckets.
  const together = (1 + d.fastKept) / (1 - d.fastKept)
  const fast = covariance[STATE.fast * (size + 1)]! * Math.min(1, together / width)
  row[STATE.fast] = 0
  let sum = fast + d.noise ** 2 / width
  for (let i = 0; i < size; i++) {
    if (row[i] === 0) continue
    for (let j = 0; j < size; j++) sum += row[i]! * row[j]! * covariance[i * size + j]!
  }
  return sum
}

/**
 * Factor on the standard deviation of the level that past origins ask for. Origins overlap: each stretch
 * of history is seen by several of them, so that together they count as the years they cover, and the
 * model's own spread counts as PRIOR_ERRORS more.
 */
export function learnedSpread(scores: readonly OriginScore[], historyDays: number): number {
  const total = scores.reduce((sum, { weight }) => sum + weight, 0)
  if (total === 0) return 1
  const mean = scores.reduce((sum, { weight, square }) => sum + weight * square, 0) / total
  const errors = Math.min(total, Math.max(0, historyDays - FIRST_DAYS) / TOGETHER_DAYS)
  return Math.sqrt((errors * mean + PRIOR_ERRORS) / (errors + PRIOR_ERRORS))
}
