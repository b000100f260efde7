import type { Random } from '../../core/random/random.ts'
import type { BucketValues } from './bucket-values.ts'
import { YEAR_DAYS } from './columns.ts'

/** What shapes of single days were off by, and how much that is by time of year. */
export interface ShapeResiduals {
  readonly slots: number
  readonly count: number
  /** [count × slots]; NaN on days with gaps. */
  readonly values: Float64Array
  /** [MONTHS × slots] variance of each slot by twelfth of the year. */
  readonly variance: Float64Array
  readonly firstDay: number
}

const MONTHS = 12
/** Days in a twelfth of a year that a slot's variance over the year counts as. */
const PRIOR_DAYS = 20

const twelfthOf = (day: number) => {
  const share = day / YEAR_DAYS
  return Math.min(MONTHS - 1, Math.floor((share - Math.floor(share)) * MONTHS))
}

/** Residuals with their variances; a twelfth of the year borrows from its neighbours and the year. */
export function shapeResiduals(
  days: BucketValues,
  firstDay: number,
  expected: (bucket: number) => Float64Array,
): ShapeResiduals {
  const { count, slots } = days
  const values = new Float64Array(count * slots).fill(Number.NaN)
  const sums = new Float64Array(MONTHS * slots)
  const known = new Float64Array(MONTHS)
  for (let b = 0; b < count && slots > 1; b++) {
    const seen = days.shape.subarray(b * slots, (b + 1) * slots)
    if (seen.some(Number.isNaN)) continue
    const usual = expected(b)
    const month = twelfthOf(firstDay + b)
    known[month]!++
    for (let s = 0; s < slots; s++) {
      const residual = seen[s]! - usual[s]!
      values[b * slots + s] = residual
      sums[month * slots + s]! += residual * residual
    }
  }
  return { slots, count, values, firstDay, variance: variances(sums, known, slots) }
}

function variances(sums: Float64Array, known: Float64Array, slots: number): Float64Array {
  const total = known.reduce((a, b) => a + b, 0)
  const variance = new Float64Array(MONTHS * slots)
  for (let s = 0; s < slots; s++) {
    let all = 0
    for (let m = 0; m < MONTHS; m++) all += sums[m * slots + s]!
    const year = total > 0 ? all / total : 0
    for (let m = 0; m < MONTHS; m++) {
      let sum = PRIOR_DAYS * year
      let weight = PRIOR_DAYS
      for (const [by, share] of [
        [-1, 0.5],
        [0, 1],
        [1, 0.5],
      ] as const) {
        const near = (m + by + MONTHS) % MONTHS
        sum += share * sums[near * slots + s]!
        weight += share * known[near]!
      }
      variance[m * slots + s] = sum / weight
    }
  }
  return variance
}

/** [slots] variance of the residuals of a day. */
export function varianceOn({ slots, variance }: ShapeResiduals, day: number): Float64Array {
  const month = twelfthOf(day)
  return variance.subarray(month * slots, (month + 1) * slots)
}

/** Days that are drawn together, so that what lasts a few days does so in a path. */
const BLOCK_DAYS = 7
const REACH_WEEKS = 4
const TRIES = 12

/**
 * Draws residual shapes for days in order: blocks of a week from a random past year, from the same
 * weekday within four weeks of the same date (seasonal block bootstrap; Politis 2001). The result is
 * the first bucket-times-slots index of each day's residuals, −1 for none.
 */
export function drawResiduals(
  residuals: ShapeResiduals,
  days: ArrayLike<number>,
  random: Random,
): Int32Array {
  const { count, slots, firstDay, values } = residuals
  const known = (b: number) => b >= 0 && b < count && !Number.isNaN(values[b * slots]!)
  const drawn = new Int32Array(days.length).fill(-1)
  let shift = 0
  for (let k = 0; k < days.length; k++) {
    const day = days[k]! - firstDay
    for (let attempt = 0; attempt < TRIES; attempt++) {
      if (k % BLOCK_DAYS === 0 || attempt > 0) {
        const years = Math.max(1, Math.ceil(day / YEAR_DAYS))
        const weeks = 52 * (1 + random.int(years)) + random.int(2 * REACH_WEEKS + 1) - REACH_WEEKS
        // With less than a year of history any past week must do.
        shift = count < 400 ? 7 * Math.ceil((day - random.int(count)) / 7) : 7 * weeks
      }
      if (!known(day - shift)) continue
      drawn[k] = (day - shift) * slots
      break
    }
  }
  return drawn
}
