import { type Layout, type Rows, STATE } from './columns.ts'

/** How the level moves, all per bucket on the log scale; standard deviations of what is new. */
export interface Dynamics {
  readonly noise: number
  readonly level: number
  readonly slope: number
  /** Share of a passing slope that is left after a bucket. */
  readonly slopeKept: number
  readonly fast: number
  readonly fastKept: number
  readonly slow: number
  readonly slowKept: number
  /** Of each wave of the year and each weekday. */
  readonly season: number
  /** Buckets a year, by which growth a year is divided. */
  readonly bucketsPerYear: number
}

/** Mean [size] and covariance [size × size] of what is known. */
export interface Belief {
  readonly mean: Float64Array
  readonly covariance: Float64Array
}

/** Deviations beyond this many standard deviations count as if they were there. */
const CLIP = 3

export function copyBelief({ mean, covariance }: Belief): Belief {
  return { mean: mean.slice(), covariance: covariance.slice() }
}

/**
 * Moves a belief one bucket on, in place: level += slope + growth / year; slope, fast and slow decay.
 * `growthLeft` is the share of the growth that still counts; `shock` extra variance of the level.
 */
export function predict(
  { mean, covariance }: Belief,
  layout: Layout,
  d: Dynamics,
  growthLeft = 1,
  shock = 0,
): void {
  const n = mean.length
  const growth = growthLeft / d.bucketsPerYear
  mean[STATE.level]! += mean[STATE.slope]! + growth * mean[STATE.growth]!
  addRowAndColumn(covariance, n, STATE.level, STATE.slope, 1)
  addRowAndColumn(covariance, n, STATE.level, STATE.growth, growth)
  for (const [at, kept] of [
    [STATE.slope, d.slopeKept],
    [STATE.fast, d.fastKept],
    [STATE.slow, d.slowKept],
  ] as const) {
    mean[at]! *= kept
    for (let k = 0; k < n; k++) covariance[at * n + k]! *= kept
    for (let k = 0; k < n; k++) covariance[k * n + at]! *= kept
  }
  const add = (at: number, variance: number) => {
    covariance[at * (n + 1)]! += variance
  }
  add(STATE.level, d.level ** 2 + shock)
  add(STATE.slope, d.slope ** 2)
  add(STATE.fast, d.fast ** 2)
  add(STATE.slow, d.slow ** 2)
  for (let k = layout.year[0]; k < layout.weekYear[0]; k++) add(k, d.season ** 2)
}

/** covariance := (I + w e_to e_fromᵀ) covariance (I + w e_to e_fromᵀ)ᵀ */
function addRowAndColumn(c: Float64Array, n: number, to: number, from: number, w: number): void {
  for (let k = 0; k < n; k++) c[to * n + k]! += w * c[from * n + k]!
  for (let k = 0; k < n; k++) c[k * n + to]! += w * c[k * n + from]!
}

/** Mean of a row's value, without noise. */
export function rowMean(rows: Rows, row: number, mean: Float64Array): number {
  let sum = 0
  for (let k = rows.offsets[row]!; k < rows.offsets[row + 1]!; k++) {
    sum += rows.weights[k]! * mean[rows.columns[k]!]!
  }
  return sum
}

/** Variance of a row's value, without noise; `product` [size] becomes covariance × row. */
export function rowVariance(
  rows: Rows,
  row: number,
  covariance: Float64Array,
  product: Float64Array,
): number {
  const n = product.length
  product.fill(0)
  for (let k = rows.offsets[row]!; k < rows.offsets[row + 1]!; k++) {
    const at = rows.columns[k]! * n
    const weight = rows.weights[k]!
    for (let i = 0; i < n; i++) product[i]! += weight * covariance[at + i]!
  }
  let sum = 0
  for (let k = rows.offsets[row]!; k < rows.offsets[row + 1]!; k++) {
    sum += rows.weights[k]! * product[rows.columns[k]!]!
  }
  return sum
}

/** Room for the products of a filter of `size` states. */
export function filterScratch(size: number): Float64Array {
  return new Float64Array(size)
}

/**
 * Reads one value into a belief, in place (Kalman 1960). A value beyond CLIP standard deviations
 * moves it as one at CLIP would (Huber 1964), so that single strange days do little and lasting
 * changes get through. Returns minus twice the robust log-likelihood.
 */
export function update(
  belief: Belief,
  rows: Rows,
  row: number,
  value: number,
  noiseVariance: number,
  scratch: Float64Array,
): { readonly loss: number; readonly score: number } {
  const { mean, covariance } = belief
  const n = mean.length
  const spread = rowVariance(rows, row, covariance, scratch) + noiseVariance
  const error = value - rowMean(rows, row, mean)
  const score = error / Math.sqrt(spread)
  const size = Math.abs(score)
  const total = size > CLIP ? (spread * size) / CLIP : spread
  for (let i = 0; i < n; i++) {
    const gain = scratch[i]! / total
    if (gain === 0) continue
    mean[i]! += gain * error
    const at = i * n
    for (let j = 0; j < n; j++) covariance[at + j]! -= gain * scratch[j]!
  }
  const loss = Math.log(spread) + (size > CLIP ? 2 * CLIP * size - CLIP * CLIP : size * size)
  return { loss, score }
}
