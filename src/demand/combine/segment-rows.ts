import type { QuantileForecast } from '../../core/panel.ts'
import { pinballLoss } from '../../core/quantiles.ts'
import { BACKTEST_LEVELS } from '../score.ts'
import type { JudgedOrigin } from './judged.ts'
import { SEGMENTS } from './segments.ts'

/** How one model did in the backtest on the series of a segment. */
export interface SegmentRow {
  readonly segment: string
  readonly model: string
  /** Series of the segment now. */
  readonly series: number
  /** Units that came in the judged buckets. */
  readonly units: number
  /** Weight in the quantiles. */
  readonly weight: number
  /** Weight in the means, where it is told apart. */
  readonly meanWeight?: number
  /** Mean over points of pinball loss over the scale of the series; NaN where nothing was judged. */
  readonly scaledPinball: number
  /** Loss over that of the floor. */
  readonly floorRatio: number
  /** Error of sums over the horizon over that of the floor; of the combination alone. */
  readonly sumsRatio?: number
  /** Σ |error of the sum over the horizon| / Σ actual. */
  readonly wape: number
  /** Σ (mean − actual) / Σ actual. */
  readonly bias: number
  readonly coverage80: number
  readonly coverage90: number
  /** Whether the forecast of the segment has it in it. */
  readonly used: boolean
}

/** Sums over the judged points of a segment. */
export interface Sums {
  series: number
  absolute: number
  loss: number
  scaled: number
  units: number
  sumError: number
  bias: number
  inside80: number
  inside90: number
  points: number
}

/** Sums of one forecast at each origin, by segment. */
export function sumsBySegment(
  origins: readonly JudgedOrigin[],
  forecasts: readonly QuantileForecast[],
): Sums[] {
  const sums = SEGMENTS.map(() => ({
    series: 0,
    absolute: 0,
    loss: 0,
    scaled: 0,
    units: 0,
    sumError: 0,
    bias: 0,
    inside80: 0,
    inside90: 0,
    points: 0,
  }))
  origins.forEach((judged, k) => {
    judged.segment.forEach((segment, i) => {
      addSeries(judged, forecasts[k]!, i, sums[segment]!)
    })
  })
  return sums
}

function addSeries(judged: JudgedOrigin, forecast: QuantileForecast, i: number, into: Sums): void {
  const { horizon, actual, scale } = judged
  const { mean, quantiles } = forecast
  const size = BACKTEST_LEVELS.length
  let error = 0
  const before = into.points
  for (let at = i * horizon; at < (i + 1) * horizon; at++) {
    const y = actual[at]!
    if (Number.isNaN(y)) continue
    const q = (l: number) => quantiles[at * size + l]!
    error += mean[at]! - y
    into.absolute += Math.abs(mean[at]! - y)
    into.units += Math.abs(y)
    into.points += 1
    if (y >= q(1) && y <= q(size - 2)) into.inside80 += 1
    if (y >= q(0) && y <= q(size - 1)) into.inside90 += 1
    if (!(scale[i]! > 0)) continue
    let loss = 0
    for (let l = 0; l < size; l++) loss += pinballLoss(y, q(l), BACKTEST_LEVELS[l]!)
    into.loss += loss / size / scale[i]!
    into.scaled += 1
  }
  into.sumError += Math.abs(error)
  if (into.points > before) into.series += 1
  into.bias += error
}

/** Rows of one model for every segment that has series or was judged. */
export function segmentRows(
  model: string,
  sums: readonly Sums[],
  floor: readonly Sums[],
  seriesNow: Int32Array,
  weightOf: (segment: number) => number,
  usedIn: (segment: number) => boolean,
): SegmentRow[] {
  return SEGMENTS.flatMap((segment, s) => {
    const of = sums[s]!
    if (seriesNow[s] === 0 && of.points === 0) return []
    return {
      segment,
      model,
      series: seriesNow[s]!,
      units: of.units,
      weight: weightOf(s),
      scaledPinball: of.loss / of.scaled,
      floorRatio: floor[s]!.loss > 0 ? of.loss / floor[s]!.loss : Number.NaN,
      wape: of.units > 0 ? of.sumError / of.units : Number.NaN,
      bias: of.units > 0 ? of.bias / of.units : Number.NaN,
      coverage80: of.inside80 / of.points,
      coverage90: of.inside90 / of.points,
      used: usedIn(s),
    }
  })
}
