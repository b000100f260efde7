/** How the level of days goes on: a smoothed level with a slope that fades, and its errors by horizon. */
export interface LevelModel {
  readonly alpha: number
  readonly beta: number
  /** Log level after the last day, weekday taken out. */
  readonly level: number
  /** Log change a day at the end; fades by PHI a day. */
  readonly slope: number
  /** Variance that a day's level has about its course, day by day anew. */
  readonly transient: number
  /** Variance that each further day adds to the course. */
  readonly walk: number
}

/** What is left of a slope the next day. */
export const PHI = 0.9
const ALPHAS = [0.1, 0.2, 0.35, 0.5, 0.7, 0.9]
const BETAS = [0]
const HORIZONS = [1, 2, 3, 5, 7, 10, 14, 21, 28]
/** Imagined past days that speak for a day-to-day change of a tenth, while few are known. */
const PRIOR_DAYS = 4
const PRIOR_VARIANCE = 0.01
/** Errors of days further back count less: half after so many days. */
const ERROR_HALF_LIFE = 45

/**
 * Fits level and slope to daily log levels (weekday taken out, none NaN): smoothing constants by the
 * weighted absolute errors over several horizons, variances by least squares of squared errors on
 * transient + walk × horizon (Holt's damped method, Gardner & McKenzie 1985).
 */
export function fitLevel(levels: Float64Array): LevelModel {
  let best = { score: Infinity, alpha: 0.5, beta: 0 }
  for (const beta of BETAS) {
    for (const alpha of ALPHAS) {
      const score = scoreOf(levels, alpha, beta)
      // A slope has to earn its keep: it is taken when it is better by a twentieth.
      if (score < best.score * (beta > best.beta ? 0.95 : 1)) best = { score, alpha, beta }
    }
  }
  const { alpha, beta } = best
  const { level, slope } = smooth(levels, alpha, beta)
  return {
    alpha,
    beta,
    level: level.at(-1) ?? 0,
    slope: slope.at(-1) ?? 0,
    ...variances(levels, alpha, beta),
  }
}

/** Sum of a fading slope over `h` days. */
export function fading(h: number): number {
  return (PHI * (1 - PHI ** h)) / (1 - PHI)
}

function smooth(levels: Float64Array, alpha: number, beta: number) {
  const level = new Float64Array(levels.length)
  const slope = new Float64Array(levels.length)
  let [l, b] = [levels[0] ?? 0, 0]
  for (let d = 0; d < levels.length; d++) {
    const expected = l + PHI * b
    const next = expected + alpha * (levels[d]! - expected)
    b = PHI * b + beta * (next - l - PHI * b)
    l = next
    level[d] = l
    slope[d] = b
  }
  return { level, slope }
}

/** Calls `visit(error, weight, horizon)` for past forecasts made at least a week in. */
function pastErrors(
  levels: Float64Array,
  alpha: number,
  beta: number,
  visit: (error: number, weight: number, horizon: number) => void,
): void {
  const { level, slope } = smooth(levels, alpha, beta)
  const n = levels.length
  for (const h of HORIZONS) {
    if (h > n / 2) break
    for (let d = Math.min(7, n >> 2); d + h < n; d++) {
      const weight = 0.5 ** ((n - 1 - d - h) / ERROR_HALF_LIFE)
      visit(levels[d + h]! - level[d]! - slope[d]! * fading(h), weight, h)
    }
  }
}

function scoreOf(levels: Float64Array, alpha: number, beta: number): number {
  let [sum, total] = [0, 0]
  pastErrors(levels, alpha, beta, (error, weight, h) => {
    sum += (weight * Math.abs(error)) / Math.sqrt(h)
    total += weight
  })
  return total > 0 ? sum / total : 0
}

function variances(levels: Float64Array, alpha: number, beta: number) {
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
  pastErrors(levels, alpha, beta, (error, weight, h) => add(Math.min(1, error * error), weight, h))
  for (const h of [1, 2]) add(PRIOR_VARIANCE * (0.5 + 0.5 * h), PRIOR_DAYS, h)
  const determinant = s0 * s2 - s1 * s1
  let transient = determinant > 1e-12 ? (s2 * y0 - s1 * y1) / determinant : 0
  let walk = determinant > 1e-12 ? (s0 * y1 - s1 * y0) / determinant : y0 / s0
  if (walk < 0) [transient, walk] = [y0 / s0, 0]
  if (transient < 0) [transient, walk] = [0, y1 / s2]
  return { transient, walk }
}
