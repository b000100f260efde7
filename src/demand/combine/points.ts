import { BACKTEST_LEVELS } from '../score.ts'
import type { JudgedOrigin } from './judged.ts'
import { SEGMENTS } from './segments.ts'

/** Points of a segment that are kept; more would not change its weights. */
const KEPT_PER_SEGMENT = 6000

/** Judged buckets of the past, beside what each member said of them. */
export interface Points {
  readonly count: number
  readonly members: number
  /** 1 for members that have a say on young series alone. */
  readonly forYoung: Uint8Array
  readonly levels: Float64Array
  readonly actual: Float64Array
  /** 1 / scale of the series, times how many points one stands for. */
  readonly weight: Float64Array
  /** points × members × levels. */
  readonly quantiles: Float64Array
  readonly segment: Int32Array
  /** Part of the cross-validation: the origin, or halves of the series where there is one alone. */
  readonly fold: Int32Array
  readonly folds: number
  /** Mean number of series judged at an origin, by segment. */
  readonly seriesOf: Float64Array
}

/**
 * Gathers judged points, evenly thinned to a few thousand a segment. Points of series that never
 * moved have no scale and are left out.
 */
export function gatherPoints(origins: readonly JudgedOrigin[], forYoung: Uint8Array): Points {
  const { total, seriesOf } = countPoints(origins)
  const stride = total.map((n) => Math.max(1, Math.ceil(n / KEPT_PER_SEGMENT)))
  const members = origins[0]!.forecasts.length
  const size = members * BACKTEST_LEVELS.length
  const capacity = total.reduce((sum, n, s) => sum + Math.ceil(n / stride[s]!), 0)
  const points = {
    members,
    forYoung,
    levels: BACKTEST_LEVELS,
    actual: new Float64Array(capacity),
    weight: new Float64Array(capacity),
    quantiles: new Float64Array(capacity * size),
    segment: new Int32Array(capacity),
    fold: new Int32Array(capacity),
    folds: Math.max(2, origins.length),
    seriesOf,
  }
  const seen = new Int32Array(SEGMENTS.length)
  let count = 0
  origins.forEach((judged, k) => {
    forEachPoint(judged, (i, at, segment) => {
      if (seen[segment]!++ % stride[segment]! !== 0) return
      points.actual[count] = judged.actual[at]!
      points.weight[count] = stride[segment]! / judged.scale[i]!
      points.segment[count] = segment
      points.fold[count] = origins.length > 1 ? k : i % 2
      copyQuantiles(judged, at, points.quantiles, count * size)
      count++
    })
  })
  return { ...points, count }
}

/** The level at which the pinball loss is half the absolute error. */
const MIDDLE = Float64Array.of(0.5)

/**
 * Sums over the horizon in place of buckets, one point a series and origin: what members' means add up
 * to, weighed by units. Series with a bucket missing are taken as far as they were seen.
 */
export function gatherSums(origins: readonly JudgedOrigin[], forYoung: Uint8Array): Points {
  const { seriesOf } = countPoints(origins)
  const members = origins[0]!.forecasts.length
  const capacity = origins.reduce((sum, { scale }) => sum + scale.length, 0)
  const actual = new Float64Array(capacity)
  const quantiles = new Float64Array(capacity * members)
  const segment = new Int32Array(capacity)
  const fold = new Int32Array(capacity)
  let count = 0
  origins.forEach((judged, k) => {
    let last = -1
    forEachPoint(judged, (i, at, s) => {
      if (i !== last) {
        segment[count] = s
        fold[count] = origins.length > 1 ? k : i % 2
        count++
        last = i
      }
      actual[count - 1]! += judged.actual[at]!
      judged.forecasts.forEach(({ mean }, m) => {
        quantiles[(count - 1) * members + m]! += mean[at]!
      })
    })
  })
  const weight = new Float64Array(capacity).fill(1)
  const folds = Math.max(2, origins.length)
  return {
    count,
    members,
    forYoung,
    levels: MIDDLE,
    actual,
    weight,
    quantiles,
    segment,
    fold,
    folds,
    seriesOf,
  }
}

function countPoints(origins: readonly JudgedOrigin[]) {
  const total = Array.from(SEGMENTS, () => 0)
  const seriesOf = new Float64Array(SEGMENTS.length)
  for (const judged of origins) {
    let last = -1
    forEachPoint(judged, (i, _at, segment) => {
      total[segment]! += 1
      if (i !== last) seriesOf[segment]! += 1 / origins.length
      last = i
    })
  }
  return { total, seriesOf }
}

/** Calls back for each judged point of a series that has a scale. */
export function forEachPoint(
  judged: JudgedOrigin,
  visit: (series: number, at: number, segment: number, ahead: number) => void,
): void {
  const { actual, horizon, scale, segment } = judged
  for (let i = 0; i < scale.length; i++) {
    if (!(scale[i]! > 0)) continue
    for (let h = 0; h < horizon; h++) {
      const at = i * horizon + h
      if (!Number.isNaN(actual[at]!)) visit(i, at, segment[i]!, h)
    }
  }
}

function copyQuantiles(judged: JudgedOrigin, at: number, into: Float64Array, to: number): void {
  const size = BACKTEST_LEVELS.length
  judged.forecasts.forEach(({ quantiles }, m) => {
    for (let l = 0; l < size; l++) into[to + m * size + l] = quantiles[at * size + l]!
  })
}
