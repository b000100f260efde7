import { fitEnsemble } from './ensemble.ts'

/** How forecasts from past origins missed, step by step ahead. */
export interface PastCourses {
  /** Steps ahead that they show. */
  readonly length: number
  /** [origins][length] truth less forecast, as a share of the load around the origin. */
  readonly errors: readonly Float64Array[]
}

/** Share of the history that is kept from the regressions whose errors are shown. */
const KEPT_BACK = 0.25
const MOST_ORIGINS = 60
const FEWEST_ORIGINS = 8
const SHORTEST = 24

/**
 * The errors of an ensemble that was fitted to the first three quarters of a history, from origins in
 * the last: out of sample, so that the many coefficients do not flatter it. Undefined where the
 * history is too short for it.
 */
export function pastCourses(
  load: Float64Array,
  stepMs: number,
  season: number | undefined,
  wanted: number,
): PastCourses | undefined {
  const n = load.length
  const known = Math.floor((1 - KEPT_BACK) * n)
  if (n - known < FEWEST_ORIGINS + 1 || n < SHORTEST) return undefined
  const length = Math.max(1, Math.min(wanted, Math.floor((n - known) * 0.7)))
  const ensemble = fitEnsemble(load, known, stepMs, season)
  const last = n - length
  const step = Math.max(1, Math.floor((last - known) / MOST_ORIGINS))
  const errors: Float64Array[] = []
  for (let origin = last; origin >= known && errors.length < MOST_ORIGINS; origin -= step) {
    const course = ensemble.continue(load, origin, length)
    const around = levelAround(load, origin)
    errors.push(course.map((value, t) => (load[origin + t]! - value) / around))
  }
  return { length, errors }
}

/** Mean load of the steps before an origin: what errors are measured by. */
export function levelAround(load: Float64Array, origin: number): number {
  const from = Math.max(0, origin - Math.max(SHORTEST, Math.floor(load.length / 8)))
  let sum = 0
  for (let t = from; t < origin; t++) sum += load[t]!
  return Math.max(sum / Math.max(1, origin - from), Number.MIN_VALUE)
}
