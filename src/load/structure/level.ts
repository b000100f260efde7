import { robustScale } from './robust.ts'

/** How the level of days goes on: a smoothed level, a trend that fades, breaks, and its errors by horizon. */
export interface LevelModel {
  readonly alpha: number
  /** Log level after the last day, weekday taken out. */
  readonly level: number
  /** Log change a day at the end; fades by PHI a day. */
  readonly slope: number
  /** Variance that a day's level has about its course, day by day anew. */
  readonly transient: number
  /** Variance that each further day adds to the course, breaks left out. */
  readonly walk: number
  /** Chance of a break a day, and the variance of its size. */
  readonly breakChance: number
  readonly breakVariance: number
  /** Breaks found, by day of the series. */
  readonly breaks: readonly LevelBreak[]
}

export interface LevelBreak {
  /** Index of the first day of the new level. */
  readonly day: number
  /** Log change of the level. */
  readonly size: number
}

/** What is left of a trend the next day. */
const PHI = 0.98
const ALPHAS = [0.1, 0.2, 0.35, 0.5, 0.7, 0.9]
const HORIZONS = [1, 2, 3, 5, 7, 10, 14, 21, 28]
/** Imagined past errors that speak for a day-to-day change of a tenth, while few are known. */
const PRIOR_DAYS = 5
const PRIOR_VARIANCE = 0.01
/** Errors of days further back count less: half after so many days. */
const ERROR_HALF_LIFE = 45
/** Days since the last break that a trend is read from. */
const TREND_DAYS: readonly [least: number, most: number] = [28, 120]
/** Growth a day, in logs, that lasts: a tenth a month. */
const TREND_SPREAD = 0.003
/** Robust standard deviations that a break is beyond at sensitivity 0; 3 of them at 0.5. */
const BREAK_LIMIT = 6.7
/** Days that a history of daily changes lasts before breaks are looked for. */
const LEAST_DAYS = 10

/**
 * Fits the level to daily log levels (weekday taken out, none NaN): exponential smoothing whose constant
 * makes past errors over several horizons smallest; a change of more than 6.7 · 0.2^sensitivity robust
 * standard deviations, and any on a `declared` day, is a break when the next day confirms it (the level starts anew there) and a day to
 * be passed over when not; a trend from the days since the last break, drawn to 0 by its error; variances
 * from robust squares of errors on transient + walk × horizon.
 */
export function fitLevel(
  levels: Float64Array,
  sensitivity: number,
  declared: readonly number[] = [],
): LevelModel {
  let best = { score: Infinity, course: courseOf(levels, 0.5, sensitivity, declared), alpha: 0.5 }
  for (const alpha of ALPHAS) {
    const course = courseOf(levels, alpha, sensitivity, declared)
    const score = scoreOf(levels, course)
    if (score < best.score) best = { score, course, alpha }
  }
  const { course, alpha } = best
  const { breaks } = course
  const spread = variances(levels, course)
  const squares = breaks.reduce((sum, { size }) => sum + size * size, 0)
  return {
    alpha,
    level: course.level.at(-1) ?? 0,
    slope: trendOf(levels, breaks.at(-1)?.day ?? 0, spread.walk),
    ...spread,
    // A break of a fifth in a thousand days is imagined, so that none seen is not none to come.
    breakChance: (breaks.length + 0.2) / (levels.length + 200),
    breakVariance: (squares + 0.2 * 0.04) / (breaks.length + 0.2),
    breaks,
  }
}

/** Sum of a fading slope over `h` days. */
export function fading(h: number): number {
  return (PHI * (1 - PHI ** h)) / (1 - PHI)
}

interface Course {
  /** [days] level after each day. */
  readonly level: Float64Array
  readonly breaks: readonly LevelBreak[]
}

function courseOf(
  levels: Float64Array,
  alpha: number,
  sensitivity: number,
  declared: readonly number[],
): Course {
  const plain = smooth(levels, alpha, Infinity, declared)
  if (levels.length < LEAST_DAYS) return plain
  const errors = levels.slice(1).map((v, d) => v - plain.level[d]!)
  const limit = Math.max(0.05, BREAK_LIMIT * 0.2 ** sensitivity * robustScale(errors))
  return smooth(levels, alpha, limit, declared)
}

function smooth(
  levels: Float64Array,
  alpha: number,
  limit: number,
  declared: readonly number[],
): Course {
  const level = new Float64Array(levels.length)
  const breaks: LevelBreak[] = []
  let l = levels[0] ?? 0
  for (let d = 0; d < levels.length; d++) {
    const error = levels[d]! - l
    const next = levels[d + 1] === undefined ? 0 : levels[d + 1]! - l
    if (declared.includes(d)) {
      breaks.push({ day: d, size: error })
      l = levels[d]!
    } else if (Math.abs(error) <= limit || d + 1 === levels.length) l += alpha * error
    else if (next * error > 0 && Math.abs(next) > 0.5 * Math.abs(error)) {
      breaks.push({ day: d, size: error })
      l = levels[d]!
    }
    level[d] = l
  }
  return { level, breaks }
}

/** Calls `visit(error, weight, horizon)` for past forecasts; those across a break are left out. */
function pastErrors(
  levels: Float64Array,
  { level, breaks }: Course,
  visit: (error: number, weight: number, horizon: number) => void,
): void {
  const n = levels.length
  const nextBreak = new Int32Array(n).fill(n)
  for (const { day } of breaks)
    for (let d = day - 1; d >= 0 && nextBreak[d] === n; d--) nextBreak[d] = day
  for (const h of HORIZONS) {
    if (h > n / 2) break
    for (let d = Math.min(7, n >> 2); d + h < n; d++) {
      if (d + h >= nextBreak[d]!) continue
      visit(levels[d + h]! - level[d]!, 0.5 ** ((n - 1 - d - h) / ERROR_HALF_LIFE), h)
    }
  }
}

function scoreOf(levels: Float64Array, course: Course): number {
  let [sum, total] = [0, 0]
  pastErrors(levels, course, (error, weight, h) => {
    sum += (weight * Math.abs(error)) / Math.sqrt(h)
    total += weight
  })
  return total > 0 ? sum / total : 0
}

function variances(levels: Float64Array, course: Course) {
  const byHorizon = new Map<number, { error: number; weight: number }[]>()
  pastErrors(levels, course, (error, weight, h) => {
    const list = byHorizon.get(h) ?? []
    list.push({ error: Math.abs(error), weight })
    byHorizon.set(h, list)
  })
  // Normal equations of e² = transient + walk · h, weights 1 / h² as squares grow with h.
  let [s0, s1, s2, y0, y1] = [0, 0, 0, 0, 0]
  const add = (square: number, weight: number, h: number) => {
    const w = weight / (h * h)
    s0 += w
    s1 += w * h
    s2 += w * h * h
    y0 += w * square
    y1 += w * h * square
  }
  for (const [h, list] of byHorizon) {
    const weight = list.reduce((sum, one) => sum + one.weight, 0)
    // Errors over h days overlap: h of them tell about as much as one.
    add((1.4826 * weightedMedian(list)) ** 2, weight / h, h)
  }
  for (const h of [1, 2]) add(PRIOR_VARIANCE * (0.5 + 0.5 * h), PRIOR_DAYS / 2, h)
  const determinant = s0 * s2 - s1 * s1
  let transient = determinant > 1e-12 ? (s2 * y0 - s1 * y1) / determinant : 0
  let walk = determinant > 1e-12 ? (s0 * y1 - s1 * y0) / determinant : y0 / s0
  if (walk < 0) [transient, walk] = [y0 / s0, 0]
  if (transient < 0) [transient, walk] = [0, y1 / s2]
  return { transient, walk }
}

function weightedMedian(list: { error: number; weight: number }[]): number {
  list.sort((a, b) => a.error - b.error)
  const half = list.reduce((sum, { weight }) => sum + weight, 0) / 2
  let run = 0
  for (const { error, weight } of list) {
    run += weight
    if (run >= half) return error
  }
  return 0
}

/**
 * Slope of the days since the last break by least squares, drawn to 0 by τ² / (τ² + error²): growth faster
 * than TREND_SPREAD a day seldom lasts, and what a walking level drifts by chance is no trend.
 */
function trendOf(levels: Float64Array, lastBreak: number, walk: number): number {
  const n = Math.min(TREND_DAYS[1], levels.length - lastBreak)
  if (n < TREND_DAYS[0]) return 0
  const own = levels.subarray(levels.length - n)
  const centre = (n - 1) / 2
  const mean = own.reduce((a, b) => a + b, 0) / n
  let [top, bottom] = [0, 0]
  own.forEach((v, k) => {
    top += (k - centre) * (v - mean)
    bottom += (k - centre) ** 2
  })
  const slope = top / bottom
  const square = own.reduce((sum, v, k) => sum + (v - mean - slope * (k - centre)) ** 2, 0)
  const error2 = square / (n - 2) / bottom + walk / n
  return (slope * TREND_SPREAD ** 2) / (TREND_SPREAD ** 2 + error2)
}
