import { requireArgument } from '../../core/errors.ts'
import type { Random } from '../../core/random/random.ts'
import { type Layout, STATE } from './columns.ts'
import { rowMean } from './filter.ts'
import type { Laid } from './fitted.ts'
import { drawResiduals } from './residuals.ts'
import { factorSemidefinite } from './solve.ts'

const PATH_COUNT = 200

/** Buckets between two moves of the season's waves, which drift slowly. */
const DRIFT_EVERY = 28

export interface Paths {
  readonly count: number
  path(index: number, into: Float64Array): Float64Array
}

/** Standard normal draws of which a part is the same for all series of one seed. */
type Draw = () => number

/**
 * Sample paths of a range: a draw of what is believed at the end of the history (level, growth, season,
 * events: one for the whole path), moved on with new innovations, and residual shapes of past days in
 * blocks. `shared` is the correlation with the same path of other series.
 */
export function preparePaths(
  laid: Laid,
  random: Random,
  group: Readonly<Record<string, string>>,
  shared: number,
): Paths {
  const { model } = laid.fitted
  const n = model.layout.size
  let factor: Float64Array | undefined
  const name = Object.entries(group).map(([key, value]) => `${key}=${value}`)
  return {
    count: PATH_COUNT,
    path(index, into) {
      requireArgument(
        index >= 0 && index < PATH_COUNT,
        `path ${index}; give 0 to ${PATH_COUNT - 1}`,
      )
      factor ??= factorSemidefinite(model.belief.covariance, n)
      const own = random.split(`own ${index} ${name.join(',')}`)
      const common = random.split(`all ${index}`)
      const draw = () => Math.sqrt(shared) * common.normal() + Math.sqrt(1 - shared) * own.normal()
      const level = drawLevel(laid, factor, draw)
      return withShapes(laid, level, own, into)
    },
  }
}

/** [course.count] a drawn course of the log level. */
function drawLevel({ course, fitted }: Laid, factor: Float64Array, draw: Draw): Float64Array {
  const { layout, dynamics: d, belief } = fitted.model
  const state = drawState(belief.mean, factor, fitted.model.spread, draw)
  const level = new Float64Array(course.count)
  const wide = fitted.model.spread
  for (let h = 0; h < course.count; h++) {
    if (h > 0) {
      const growth = (course.growthLeft[h]! * state[STATE.growth]!) / d.bucketsPerYear
      state[STATE.level]! += state[STATE.slope]! + growth + wide * d.level * draw()
      state[STATE.slope] = d.slopeKept * state[STATE.slope]! + wide * d.slope * draw()
      state[STATE.fast] = d.fastKept * state[STATE.fast]! + wide * d.fast * draw()
      state[STATE.slow] = d.slowKept * state[STATE.slow]! + wide * d.slow * draw()
      if (h % DRIFT_EVERY === 0) driftSeason(state, layout, wide * d.season, draw)
    }
    const noise = Math.sqrt(d.noise ** 2 + course.unsettled[h]!)
    level[h] = rowMean(course.rows, h, state) + course.declared[h]! + noise * draw()
  }
  return level
}

function driftSeason(state: Float64Array, { year, weekYear }: Layout, sd: number, draw: Draw) {
  for (let k = year[0]; k < weekYear[0]; k++) state[k]! += Math.sqrt(DRIFT_EVERY) * sd * draw()
}

function drawState(
  mean: Float64Array,
  factor: Float64Array,
  spread: number,
  draw: Draw,
): Float64Array {
  const n = mean.length
  const state = mean.slice()
  for (let k = 0; k < n; k++) {
    const z = spread * draw()
    for (let i = k; i < n; i++) state[i]! += factor[i * n + k]! * z
  }
  return state
}

function withShapes(laid: Laid, level: Float64Array, random: Random, into: Float64Array) {
  const { course, at, slot, shape, fitted } = laid
  const { grid, days } = fitted.model
  const { residuals } = fitted
  const numbers = Float64Array.from({ length: course.count }, (_, h) => {
    return grid.firstDay + course.from + h
  })
  const drawn = grid.slots > 1 ? drawResiduals(residuals, numbers, random) : undefined
  for (let t = 0; t < at.length; t++) {
    const h = at[t]!
    const from = drawn?.[h] ?? -1
    const residual = from < 0 ? 0 : residuals.values[from + slot[t]!]!
    const log = level[h]! + shape[h * grid.slots + slot[t]!]! + residual
    into[t] = Math.max(0, Math.exp(log) - days.offset)
  }
  return into
}
