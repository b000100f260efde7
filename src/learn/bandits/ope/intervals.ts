import { gammaCdf } from '../../../core/distributions/counts.ts'
import { normalQuantile } from '../../../core/distributions/normal.ts'
import { createRandom } from '../../../core/random/random.ts'
import { ratioOf } from './estimators.ts'
import type { IntervalName, Terms } from './types.ts'

export interface IntervalOptions {
  /** Share of logs whose interval holds the true value, in (0, 1). Default 0.95. */
  readonly level?: number
  /** Draws of the bootstrap. Default 400. */
  readonly draws?: number
  readonly seed?: string | number
}

/** Sums of the terms by cluster, so that rows of one search count once. */
export function clusterTerms(terms: Terms, clusters: Int32Array | undefined): Terms {
  if (clusters === undefined) return terms
  const places = new Map<number, number>()
  for (const c of clusters) if (!places.has(c)) places.set(c, places.size)
  const sums = (column: Float64Array) => {
    const out = new Float64Array(places.size)
    clusters.forEach((c, i) => {
      const at = places.get(c)!
      out[at] = out[at]! + column[i]!
    })
    return out
  }
  const { numerator, denominator, events, scales } = terms
  return {
    numerator: sums(numerator),
    denominator: sums(denominator),
    ...(events === undefined ? {} : { events: sums(events) }),
    ...(scales === undefined ? {} : { scales: sums(scales) }),
  }
}

/**
 * Interval of a ratio of sums, from its terms by independent unit (row or cluster).
 * - gamma: for rewards that are never negative, as clicks and purchases are: a weighted sum of rare
 *   events has a gamma-like distribution whose variance grows with its mean (Fay & Feuer 1997, with
 *   one more event of average weight at the upper end: Tiwari, Clegg & Zou 2006), brought to the
 *   spread of the terms. It is above zero even where nothing was seen; without events, 'normal'.
 * - normal: value ± z s, s from the linearized terms e = (numerator − value × denominator) / mean
 *   denominator (delta method).
 * - bernstein: empirical Bernstein of the terms e over the range they were seen to have (Maurer &
 *   Pontil 2009, theorem 4): wide, for what may be rare and large.
 * - bootstrap: bootstrap-t, units drawn with replacement (Efron & Tibshirani 1993, section 12.5):
 *   follows the skewness of weighted clicks.
 */
export function intervalOf(
  name: IntervalName,
  terms: Terms,
  options: IntervalOptions = {},
): readonly [number, number] {
  const level = options.level ?? 0.95
  const value = ratioOf(terms)
  const residuals = residualsOf(terms, value)
  const error = standardErrorOf(residuals)
  if (name === 'gamma' && terms.events !== undefined)
    return gammaInterval(terms, value, error, level)
  if (error === 0) return [value, value]
  if (name === 'normal' || name === 'gamma') {
    const half = normalQuantile((1 + level) / 2) * error
    return [value - half, value + half]
  }
  if (name === 'bernstein') {
    const half = bernsteinHalf(residuals, 1 - level)
    return [value - half, value + half]
  }
  return bootstrapT(terms, value, error, level, options)
}

/**
 * With P the events' part of the value and v its variance: lower end P γ(k, α/2) / k, k = P²/v; the
 * upper end the same of P + m and v + m₂, m and m₂ the mean and mean square of one event's share.
 */
function gammaInterval(
  terms: Terms,
  value: number,
  error: number,
  level: number,
): readonly [number, number] {
  const { part, seen, expected, one, square } = momentsOf(terms)
  const variance = Math.max(seen, expected)
  const tail = (1 - level) / 2
  const low = variance > 0 ? gammaQuantile(tail, part, variance) : part
  const high = square > 0 ? gammaQuantile(1 - tail, part + one, variance + square) : part
  const spread = seen > 0 ? error / Math.sqrt(seen) : 1
  return [value + spread * (low - part), value + spread * (high - part)]
}

/**
 * Moments of the events' part. Its variance as seen, Σ (w r)², misses the heavy rows that happened to
 * earn nothing; as expected were rewards alike in all rows, Σ w² × mean r², it does not.
 */
function momentsOf({ denominator, events, scales }: Terms) {
  const units = denominator.reduce((a, b) => a + b, 0)
  const rows = denominator.length
  const moments = { part: 0, seen: 0, one: 0, square: 0 }
  let rewardSquares = 0
  for (let i = 0; i < rows; i++) {
    const event = events![i]! / units
    const scale = scales![i]! / units
    moments.part += event
    moments.seen += event * event
    moments.one += scale / rows
    moments.square += (scale * scale) / rows
    if (scale > 0) rewardSquares += (event / scale) ** 2
  }
  return { ...moments, expected: moments.square * rewardSquares }
}

/** Quantile of the gamma distribution of a mean and a variance, by bisection. */
function gammaQuantile(p: number, mean: number, variance: number): number {
  const shape = (mean * mean) / variance
  let low = 0
  let high = Math.max(1, shape) + 40 * Math.sqrt(Math.max(1, shape))
  for (let i = 0; i < 100 && high - low > 1e-12 * high; i++) {
    const middle = (low + high) / 2
    if (gammaCdf(middle, shape, 1) < p) low = middle
    else high = middle
  }
  return (((low + high) / 2) * mean) / shape
}

/** (numerator − value × denominator) / mean denominator: sums to zero. */
function residualsOf({ numerator, denominator }: Terms, value: number): Float64Array {
  const mean = denominator.reduce((a, b) => a + b, 0) / denominator.length
  return numerator.map((top, i) => (mean === 0 ? 0 : (top - value * denominator[i]!) / mean))
}

/** Standard error of a mean from residuals that sum to zero: √(Σ e² / (n (n − 1))). */
export function standardErrorOf(residuals: Float64Array): number {
  const n = residuals.length
  return Math.sqrt(residuals.reduce((sum, e) => sum + e * e, 0) / (n * Math.max(1, n - 1)))
}

/** √(2 V ln(4/δ) / n) + 7 R ln(4/δ) / (3 (n − 1)), two-sided. */
function bernsteinHalf(residuals: Float64Array, delta: number): number {
  const n = residuals.length
  let [low, high] = [Infinity, -Infinity]
  for (const e of residuals) {
    low = Math.min(low, e)
    high = Math.max(high, e)
  }
  const log = Math.log(4 / delta)
  const variance = standardErrorOf(residuals) ** 2 * n
  return Math.sqrt((2 * variance * log) / n) + (7 * (high - low) * log) / (3 * Math.max(1, n - 1))
}

function bootstrapT(
  { numerator, denominator }: Terms,
  value: number,
  error: number,
  level: number,
  { draws = 400, seed = 1 }: IntervalOptions,
): readonly [number, number] {
  const random = createRandom(seed).split('bootstrap')
  const n = numerator.length
  const ts = new Float64Array(draws)
  for (let d = 0; d < draws; d++) {
    let [top, bottom, tt, tb, bb] = [0, 0, 0, 0, 0]
    for (let i = 0; i < n; i++) {
      const unit = random.int(n)
      const a = numerator[unit]!
      const b = denominator[unit]!
      top += a
      bottom += b
      tt += a * a
      tb += a * b
      bb += b * b
    }
    const drawn = bottom === 0 ? 0 : top / bottom
    const squares = Math.max(0, tt - 2 * drawn * tb + drawn * drawn * bb)
    const drawnError =
      (Math.sqrt(squares) / Math.max(Math.abs(bottom), Number.MIN_VALUE)) * Math.sqrt(n / (n - 1))
    // A draw without any variance says nothing of the shape.
    ts[d] = drawnError > 0 ? (drawn - value) / drawnError : 0
  }
  ts.sort()
  const at = (q: number) => ts[Math.min(draws - 1, Math.max(0, Math.round(q * (draws - 1))))]!
  return [value - error * at((1 + level) / 2), value - error * at((1 - level) / 2)]
}
