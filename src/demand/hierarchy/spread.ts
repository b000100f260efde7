import type { QuantileForecast } from '../../core/panel.ts'
import type { reconcile } from '../../learn/index.ts'

/** The paths' middle share that is held to the past, from their outer quantiles. */
const MIDDLE_SHARE = 0.9

/** Bands are never made wider than so many times the paths'. */
const MOST_WIDER = 4

/** What the sums of one past window were forecast to be, and what they came to. */
export interface PastSums {
  /** Quantiles at levels of which the first and the last hold the middle 90 %. */
  readonly aggregates: QuantileForecast
  /** aggregates × horizon. */
  readonly actual: Float64Array
  /** Of the sums over the first `span` buckets: aggregates × levels. */
  readonly spanQuantiles: Float64Array
  readonly span: number
}

/** How much wider the bands of one level are made than its paths spread, and what that does. */
export interface SpreadRow {
  /** total, or the name of a grouping. */
  readonly level: string
  /** For single buckets; 1 = as the paths are. */
  readonly factor: number
  /** For sums over the span. */
  readonly spanFactor: number
  /** Share of the past inside the middle 90 % of the paths; NaN where nothing could be said. */
  readonly before: number
  /** The same of bands made wider by what the other windows show; NaN with one window. */
  readonly after: number
}

/**
 * Learns by level of the hierarchy how much wider the bands of sums must be than their sample paths:
 * paths follow few windows, which hold less than can happen to many series at once. The score of a
 * past point is |actual − mean| over the distance of the outer quantile on its side from the mean.
 * Points of a window miss together, so that windows count, not points: q is the 0.9 quantile over the
 * windows (the largest of fewer than nine) of each window's own 0.9 quantile of scores, one to come
 * counted in at both layers (conformal prediction with normalised scores: Lei et al. 2018; of two
 * layers: Dunn, Wasserman & Ramdas 2022). The factor f is drawn to 1: ln f = K / (K + prior) · ln q
 * with K windows; never below 1, since few windows speak. Each window of `past` is to be told by paths
 * that it gave nothing to.
 */
export function learnSpread(
  { sums }: reconcile.Hierarchy,
  past: readonly PastSums[],
  prior: number,
): SpreadRow[] {
  const levels = [...new Set(sums.map(({ level }) => level))]
  return levels.map((level) => {
    const nodes = sums.flatMap((sum) => (sum.level === level ? [sum.aggregate] : []))
    const scores = past.map((window) => bucketScores(window, nodes))
    const factor = factorOf(scores, prior)
    const spanFactor = factorOf(
      past.map((window) => spanScores(window, nodes)),
      prior,
    )
    const without = scores.map((_, k) =>
      factorOf(
        scores.filter((_own, other) => other !== k),
        prior,
      ),
    )
    const before = shareWithin(scores, () => 1)
    const after = past.length > 1 ? shareWithin(scores, (k) => without[k]!) : Number.NaN
    return { level, factor, spanFactor, before, after }
  })
}

/** Of each aggregate, by the first level that it is a sum of. */
export function factorsOfAggregates(
  { sums, aggregates }: reconcile.Hierarchy,
  rows: readonly SpreadRow[],
  key: 'factor' | 'spanFactor',
): Float64Array {
  const factors = new Float64Array(aggregates).fill(Number.NaN)
  for (const { level, aggregate } of sums) {
    if (!Number.isNaN(factors[aggregate]!)) continue
    factors[aggregate] = rows.find((row) => row.level === level)![key]
  }
  return factors
}

/**
 * Stretches quantiles (points × levels) in place about their means: q → mean + f · (q − mean), not
 * below `floor`. Means stay, so sums still add up.
 */
export function stretch(
  quantiles: Float64Array,
  mean: Float64Array,
  factorAt: (point: number) => number,
  floor: number,
): void {
  const size = quantiles.length / mean.length
  for (let at = 0; at < quantiles.length; at++) {
    const point = Math.floor(at / size)
    const f = factorAt(point)
    if (f === 1) continue
    quantiles[at] = Math.max(floor, mean[point]! + f * (quantiles[at]! - mean[point]!))
  }
}

function bucketScores({ aggregates, actual }: PastSums, nodes: readonly number[]): number[] {
  const { horizon, mean, quantiles, levels } = aggregates
  return nodes.flatMap((a) =>
    Array.from({ length: horizon }, (_, h) => {
      const at = a * horizon + h
      return scoreOf(actual[at]!, mean[at]!, quantiles, at * levels.length, levels.length)
    }).filter((score) => !Number.isNaN(score)),
  )
}

function spanScores(
  { aggregates, actual, spanQuantiles, span }: PastSums,
  nodes: readonly number[],
): number[] {
  const { horizon, mean, levels } = aggregates
  const sum = (values: Float64Array, a: number) =>
    values.subarray(a * horizon, a * horizon + span).reduce((x, y) => x + y, 0)
  return nodes
    .map((a) => {
      const from = a * levels.length
      return scoreOf(sum(actual, a), sum(mean, a), spanQuantiles, from, levels.length)
    })
    .filter((score) => !Number.isNaN(score))
}

/** NaN where the band has no width: closed, or surely nothing. */
function scoreOf(
  actual: number,
  mean: number,
  quantiles: Float64Array,
  from: number,
  size: number,
): number {
  const [low, high] = [quantiles[from]!, quantiles[from + size - 1]!]
  if (!(high > low)) return Number.NaN
  const error = actual - mean
  const side = error > 0 ? high - mean : mean - low
  // A mean outside its own band has no distance on one side: half of the width stands in.
  return Math.abs(error) / (side > 0 ? side : (high - low) / 2)
}

/** Of the windows' scores; windows without any say nothing. */
function factorOf(windows: readonly (readonly number[])[], prior: number): number {
  const own = windows.filter((scores) => scores.length > 0).map(conformalQuantile)
  if (own.length === 0) return 1
  const trust = own.length / (own.length + prior)
  return Math.min(MOST_WIDER, Math.max(1, conformalQuantile(own)) ** trust)
}

/** The value that one more of its kind stays below with that chance; the largest where they are few. */
function conformalQuantile(values: readonly number[]): number {
  const rank = Math.min(values.length, Math.ceil(MIDDLE_SHARE * (values.length + 1)))
  return values.toSorted((a, b) => a - b)[rank - 1]!
}

function shareWithin(
  windows: readonly (readonly number[])[],
  factorOfWindow: (k: number) => number,
): number {
  const counts = windows.map(
    (scores, k) => scores.filter((score) => score <= factorOfWindow(k)).length,
  )
  const points = windows.reduce((sum, scores) => sum + scores.length, 0)
  return points > 0 ? counts.reduce((a, b) => a + b, 0) / points : Number.NaN
}
