import { weekdayOf } from '../../core/calendar.ts'
import { type BucketValues, medianKnown } from './bucket-values.ts'
import { YEAR_DAYS } from './columns.ts'
import type { Grid } from './grid.ts'
import { solveInPlace } from './solve.ts'

/** The shape of a day: log load of each slot over the day's level, by time of year and weekday. */
export interface DayShape {
  readonly slots: number
  /** [FEATURES × slots] */
  readonly coefficients: Float64Array
  /** Day number at which the trend of the shape stands at its end. */
  readonly lastDay: number
}

const WAVES = 3
const WEEKEND_WAVES = 2
const YEARLY = 1 + 2 * WAVES
const FEATURES = YEARLY + 6 + 2 * WEEKEND_WAVES + 1
/** Ridge in days of data: what a weekday or a wave must show before it is believed. */
const RIDGE_DAYS = 8
/** The mean shape of a series of its own is barely drawn to flat. */
const MEAN_RIDGE_DAYS = 0.01

/** Features of a day: waves of the year, weekdays, waves by weekend, and a slow trend that ends with the history. */
function featuresOf(day: number, lastDay: number, into: Float64Array): void {
  const angle = (2 * Math.PI * day) / YEAR_DAYS
  const weekday = weekdayOf(day)
  into[0] = 1
  for (let k = 0; k < WAVES; k++) {
    into[1 + 2 * k] = Math.cos((k + 1) * angle)
    into[2 + 2 * k] = Math.sin((k + 1) * angle)
  }
  for (let c = 0; c < 6; c++) into[YEARLY + c] = weekday === c ? 1 : weekday === 6 ? -1 : 0
  const weekend = weekday >= 5 ? 5 / 7 : -2 / 7
  for (let k = 0; k < WEEKEND_WAVES; k++) {
    into[YEARLY + 6 + 2 * k] = weekend * Math.cos((k + 1) * angle)
    into[YEARLY + 7 + 2 * k] = weekend * Math.sin((k + 1) * angle)
  }
  into[FEATURES - 1] = Math.max(-3, Math.min(0, (day - lastDay) / YEAR_DAYS))
}

/** Weights of days, 0 where a day has gaps or is left out. */
function dayWeights(
  days: BucketValues,
  halfLifeDays: number,
  usable: (bucket: number) => boolean,
): Float64Array {
  return Float64Array.from({ length: days.count }, (_, d) => {
    const shape = days.shape.subarray(d * days.slots, (d + 1) * days.slots)
    if (!usable(d) || shape.some(Number.isNaN)) return 0
    return 0.5 ** ((days.count - 1 - d) / halfLifeDays)
  })
}

/**
 * Weighted ridge regression of the shape on time of year, weekday and their interaction, all slots by
 * one set of equations: (XᵀWX + λ) B = XᵀW S. Weights halve every half-life; days whose residual is
 * beyond three times the usual count less (Huber), found in a second round. `meanRidgeDays` draws the
 * mean shape to flat as so many days would.
 */
export function fitShape(
  days: BucketValues,
  grid: Grid,
  halfLifeDays: number,
  usable: (bucket: number) => boolean,
  meanRidgeDays = MEAN_RIDGE_DAYS,
): DayShape {
  const lastDay = grid.firstDay + days.count - 1
  const base = dayWeights(days, halfLifeDays, usable)
  const none = { slots: days.slots, coefficients: new Float64Array(FEATURES * days.slots), lastDay }
  if (days.slots === 1 || !base.some((w) => w > 0)) return none
  const first = solveShape(days, grid, base, lastDay, meanRidgeDays)
  const misses = base.map((w, d) => (w > 0 ? missOf(days, grid, first, d) : Number.NaN))
  const usual = medianKnown(misses)
  const robust = base.map((w, d) => {
    return w > 0 ? w * Math.min(1, (3 * usual) / Math.max(1e-9, misses[d]!)) : 0
  })
  return solveShape(days, grid, robust, lastDay, meanRidgeDays)
}

/** Root mean square residual of a day. */
function missOf(days: BucketValues, grid: Grid, shape: DayShape, d: number): number {
  const expected = shapeOn(shape, grid.firstDay + d)
  let sum = 0
  for (let s = 0; s < days.slots; s++) sum += (days.shape[d * days.slots + s]! - expected[s]!) ** 2
  return Math.sqrt(sum / days.slots)
}

function solveShape(
  days: BucketValues,
  grid: Grid,
  weights: Float64Array,
  lastDay: number,
  meanRidgeDays: number,
): DayShape {
  const { slots } = days
  const left = new Float64Array(FEATURES * FEATURES)
  const right = new Float64Array(FEATURES * slots)
  const x = new Float64Array(FEATURES)
  for (let d = 0; d < days.count; d++) {
    if (weights[d] === 0) continue
    featuresOf(grid.firstDay + d, lastDay, x)
    for (let i = 0; i < FEATURES; i++) {
      const wx = weights[d]! * x[i]!
      if (wx === 0) continue
      for (let j = 0; j < FEATURES; j++) left[i * FEATURES + j]! += wx * x[j]!
      for (let s = 0; s < slots; s++) right[i * slots + s]! += wx * days.shape[d * slots + s]!
    }
  }
  // The mean shape is barely drawn to flat, the trend (which is carried ahead) most.
  for (let i = 0; i < FEATURES; i++) {
    const ridge = i === 0 ? meanRidgeDays : i === FEATURES - 1 ? 20 * RIDGE_DAYS : RIDGE_DAYS
    left[i * (FEATURES + 1)]! += ridge
  }
  solveInPlace(left, right, FEATURES, slots)
  return { slots, coefficients: right, lastDay }
}

/** Sum of shapes, each times its weight. */
export function mixShapes(shapes: readonly DayShape[], weights: readonly number[]): DayShape {
  const { slots, lastDay } = shapes[0]!
  const coefficients = new Float64Array(FEATURES * slots)
  shapes.forEach((shape, i) => {
    shape.coefficients.forEach((v, k) => {
      coefficients[k]! += weights[i]! * v
    })
  })
  return { slots, coefficients, lastDay }
}

/** [slots] log load of each slot over the level on a day; the mean over the day is about 0. */
export function shapeOn({ slots, coefficients, lastDay }: DayShape, day: number): Float64Array {
  const x = new Float64Array(FEATURES)
  featuresOf(day, lastDay, x)
  const shape = new Float64Array(slots)
  for (let i = 0; i < FEATURES; i++) {
    for (let s = 0; s < slots; s++) shape[s]! += x[i]! * coefficients[i * slots + s]!
  }
  return shape
}
