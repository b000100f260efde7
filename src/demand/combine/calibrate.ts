import type { QuantileForecast } from '../../core/panel.ts'
import { repairCrossing } from '../../core/quantiles.ts'
import { BACKTEST_LEVELS } from '../score.ts'
import type { JudgedOrigin } from './judged.ts'
import { forEachPoint } from './points.ts'
import { SEGMENTS } from './segments.ts'
import type { WeightPriors } from './weights.ts'

/** Parts of the horizon that are corrected apart. */
const BANDS = 3

const MIDDLE = BACKTEST_LEVELS.indexOf(0.5)

/** Correction of quantiles learned from the past, and what it does to what it was not learned from. */
export interface Calibration {
  /** First bucket ahead of each band, from 0, and one past the last. */
  readonly bands: readonly number[]
  /** segments × bands × levels, in widths of the forecast's outer band. */
  readonly shift: Float64Array
  /**
   * The same learned without one fold each: an origin, or where there is one origin alone every other
   * series.
   */
  readonly without: readonly Float64Array[]
  /**
   * Share of points at or below each quantile, before and after; ties as far as they help. After:
   * each fold as corrected by what the others show.
   */
  readonly before: Float64Array
  readonly after: Float64Array
  /** Points that spoke for a level, its quantile being no atom: segments × bands × levels. */
  readonly points: Int32Array
}

/** Buckets ahead at which the bands of a horizon begin, and its end. */
export function bandsOf(horizon: number): number[] {
  const bounds = Array.from({ length: BANDS + 1 }, (_, b) => Math.round((b * horizon) / BANDS))
  return [...new Set(bounds)]
}

/**
 * Learns, by segment, band of the horizon and level, the shift of the quantile in units of the
 * forecast's own 5 % to 95 % width that would have put the right share of the past at or below it
 * (conformalized quantile regression, each level apart: Romano, Patterson & Candès 2019; scaled by
 * width: Kivaranta, Johnson & Leeb 2020). Quantiles of
 * zero stay; where many values are equal to another quantile, any share from P(y < q) to P(y ≤ q) is
 * right and nothing is shifted. Shifts of segments with few
 * series are drawn to the common one; that of the median to zero where origins are few, and the
 * other levels go with it.
 */
export function learnCalibration(
  origins: readonly JudgedOrigin[],
  combined: readonly QuantileForecast[],
  priors: WeightPriors,
  seriesOf: Float64Array,
): Calibration {
  const bands = bandsOf(origins[0]!.horizon)
  const folds = collectScores(origins, combined, bands)
  const all = mergeScores(folds)
  const shift = learnShift(all, origins.length, priors, seriesOf)
  const points = Int32Array.from(
    all.flatMap((of) => of.flatMap((band) => band.map((scores) => scores.length))),
  )
  const others = origins.length > 1 ? origins.length - 1 : 1
  // Halves of the series have half the series each.
  const part = origins.length > 1 ? seriesOf : seriesOf.map((n) => n / 2)
  const without = folds.map((_, fold) => {
    const rest = mergeScores(folds.filter((_own, k) => k !== fold))
    return learnShift(rest, others, priors, part)
  })
  const before = shares([all], [new Float64Array(shift.length)])
  return { bands, shift, without, before, after: shares(folds, without), points }
}

/** Fold of a series at the origin of that number, of so many. */
const foldOf = (origins: number, origin: number, series: number) =>
  origins > 1 ? origin : series % 2

/** Shifts by segment, band and level from scores of so many origins. */
function learnShift(
  scores: Scores,
  origins: number,
  priors: WeightPriors,
  seriesOf: Float64Array,
): Float64Array {
  const width = scores[0]!.length
  const size = BACKTEST_LEVELS.length
  const trust = origins / (origins + priors.origins)
  const shift = new Float64Array(SEGMENTS.length * width * size)
  for (let b = 0; b < width; b++) {
    const pooled = BACKTEST_LEVELS.map((level, l) => {
      return shiftOf(joined(scores.slice(0, -1).map((of) => of[b]![l]!)), level)
    })
    for (let s = 0; s < SEGMENTS.length; s++) {
      const counts = scores[s]![b]!.map((of) => of.length)
      const most = Math.max(...counts)
      const drawn = pooled.map((common, l) => {
        const n = (seriesOf[s]! * counts[l]!) / Math.max(1, most)
        const share = n / (n + priors.series) || 0
        const own = shiftOf(Float64Array.from(scores[s]![b]![l]!), BACKTEST_LEVELS[l]!)
        return share * own + (1 - share) * common
      })
      // What moves the middle moved all series at once and may not come again; the spread will.
      const middle = (1 - trust) * drawn[MIDDLE]!
      for (let l = 0; l < size; l++) shift[(s * width + b) * size + l] = drawn[l]! - middle
    }
  }
  return shift
}

/** By segment, band and level. */
type Scores = number[][][][]

/**
 * No quantile is shifted below what the models allow: zero where they all stay at or above it.
 */
export function leastOf(quantiles: readonly Float64Array[]): number {
  for (const of of quantiles) {
    for (let k = 0; k < of.length; k++) if (!(of[k]! >= 0)) return -Infinity
  }
  return 0
}

/**
 * A quantile of zero sits on the days without sales: any share from P(y < 0) to P(y ≤ 0) is right for
 * it, and the least shift up would put all of those days below it.
 */
const isAtom = (q: number, least: number) => q <= least

/** (y − q) / width by segment, band and level, where the quantile is no atom; one a fold. */
function collectScores(
  origins: readonly JudgedOrigin[],
  combined: readonly QuantileForecast[],
  bands: readonly number[],
): Scores[] {
  const size = BACKTEST_LEVELS.length
  const least = leastOf(combined.map(({ quantiles }) => quantiles))
  const folds = Array.from({ length: Math.max(2, origins.length) }, (): Scores => {
    return SEGMENTS.map(() => bands.slice(1).map(() => Array.from(BACKTEST_LEVELS, () => [])))
  })
  origins.forEach((judged, k) => {
    const { quantiles } = combined[k]!
    forEachPoint(judged, (i, at, segment, ahead) => {
      const from = at * size
      const width = quantiles[from + size - 1]! - quantiles[from]!
      if (!(width > 0)) return
      const into = folds[foldOf(origins.length, k, i)]![segment]![bandOf(bands, ahead)]!
      for (let l = 0; l < size; l++) {
        const q = quantiles[from + l]!
        if (!isAtom(q, least)) into[l]!.push((judged.actual[at]! - q) / width)
      }
    })
  })
  return folds
}

function mergeScores(folds: readonly Scores[]): Scores {
  return folds[0]!.map((of, s) =>
    of.map((band, b) => band.map((_, l) => folds.flatMap((fold) => fold[s]![b]![l]!))),
  )
}

/** Band of a bucket ahead; beyond the last one, the last. */
export function bandOf(bands: readonly number[], ahead: number): number {
  let b = 0
  while (b < bands.length - 2 && ahead >= bands[b + 1]!) b++
  return b
}

function joined(parts: readonly (readonly number[])[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) for (const value of part) all[at++] = value
  return all
}

/** The least shift (in size) with P(score < shift) ≤ level ≤ P(score ≤ shift). */
function shiftOf(scores: Float64Array, level: number): number {
  const n = scores.length
  if (n === 0) return 0
  let below = 0
  let at = 0
  for (const score of scores) {
    if (score < 0) below++
    else if (score === 0) at++
  }
  // One observation to come is counted in: the finite-sample correction of conformal prediction.
  const rank = level * (n + 1)
  if (below <= rank && rank <= below + at + 1) return 0
  const sorted = scores.sort()
  return sorted[Math.min(n - 1, Math.max(0, Math.ceil(rank) - 1))]!
}

/**
 * Share of the points of all folds at or below each quantile, each fold as shifted by its own shifts;
 * a tie counts as far as needed: the value nearest to the level in [P(score < shift), P(score ≤ shift)].
 */
function shares(folds: readonly Scores[], shifts: readonly Float64Array[]): Float64Array {
  const size = BACKTEST_LEVELS.length
  const width = folds[0]![0]!.length
  return shifts[0]!.map((_, at) => {
    const level = BACKTEST_LEVELS[at % size]!
    const [b, s] = [Math.floor(at / size) % width, Math.floor(at / size / width)]
    let [below, atMost, n] = [0, 0, 0]
    folds.forEach((fold, k) => {
      const shift = shifts[k]![at]!
      for (const score of fold[s]![b]![at % size]!) {
        n++
        if (score < shift) below++
        if (score <= shift) atMost++
      }
    })
    return n === 0 ? Number.NaN : Math.min(Math.max(level, below / n), atMost / n)
  })
}

/**
 * Shifts the quantiles of `forecast` in place by segment of the series; never crossing after, and
 * not below `floor`. Levels between those that were learned have shifts between theirs. The width is
 * that from the first to the last level of `outer` (series × horizon).
 */
export function applyCalibration(
  forecast: QuantileForecast,
  { bands, shift }: Calibration,
  segment: Int32Array,
  outer: Float64Array,
  floor: number,
): void {
  shiftQuantiles(forecast, bands, () => shift, segment, outer, floor)
}

/**
 * The same for the forecast of the origin of number `k`, of so many, that the correction was learned
 * from: each series as the folds that it is not in correct it.
 */
export function applyHeldOut(
  forecast: QuantileForecast,
  { bands, without }: Calibration,
  { k, origins }: { readonly k: number; readonly origins: number },
  segment: Int32Array,
  floor: number,
): void {
  const shiftOfSeries = (i: number) => without[foldOf(origins, k, i)]!
  shiftQuantiles(forecast, bands, shiftOfSeries, segment, outerWidth(forecast), floor)
}

function shiftQuantiles(
  forecast: QuantileForecast,
  bands: readonly number[],
  shiftOfSeries: (series: number) => Float64Array,
  segment: Int32Array,
  outer: Float64Array,
  floor: number,
): void {
  const { horizon, levels, quantiles } = forecast
  const size = levels.length
  const width = bands.length - 1
  const byLevel = Array.from(levels, weightsOfLevel)
  for (let i = 0; i < segment.length; i++) {
    const shift = shiftOfSeries(i)
    for (let h = 0; h < horizon; h++) {
      const from = (segment[i]! * width + bandOf(bands, h)) * BACKTEST_LEVELS.length
      const at = i * horizon + h
      for (let l = 0; l < size; l++) {
        const { below, above, share } = byLevel[l]!
        const a = shift[from + below]!
        const q = quantiles[at * size + l]!
        if (isAtom(q, floor)) continue
        const moved = a + share * (shift[from + above]! - a)
        quantiles[at * size + l] = Math.max(floor, q + moved * outer[at]!)
      }
    }
  }
  repairCrossing(quantiles, size)
}

/** From the first to the last level of each bucket: series × horizon. */
export function outerWidth({ mean, quantiles, levels }: QuantileForecast): Float64Array {
  const size = levels.length
  return mean.map((_, at) => quantiles[at * size + size - 1]! - quantiles[at * size]!)
}

/** The learned levels around a level, and where between them it lies. */
function weightsOfLevel(level: number): { below: number; above: number; share: number } {
  const last = BACKTEST_LEVELS.length - 1
  let above = 0
  while (above < last && BACKTEST_LEVELS[above]! < level) above++
  const below = Math.max(0, above - 1)
  const [low, high] = [BACKTEST_LEVELS[below]!, BACKTEST_LEVELS[above]!]
  const share = high > low ? Math.min(1, Math.max(0, (level - low) / (high - low))) : 0
  return { below, above, share }
}
