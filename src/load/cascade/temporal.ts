import { requireArgument } from '../../core/errors.ts'
import { sortedQuantile } from '../../core/quantiles.ts'
import type { LoadAxis, LoadForecast } from '../types.ts'

/** One grain of a cascade: its own forecast, before grains agree. */
export interface GrainForecast {
  readonly forecast: LoadForecast
  /**
   * How much a step of this grain follows its own forecast rather than the sum of the finer ones, 0 to
   * 1: v_sum / (v_own + v_sum), variances of their errors.
   */
  readonly pull: number
}

/** Steps up to which a grain's quantiles are read from its courses; longer ones move with their mean. */
const MOST_SORTED = 20_000

/**
 * Makes grains agree, coarsest first: each course of every grain is moved so that finer steps add up to
 * coarser ones. From below, a coarse step becomes pull · own + (1 − pull) · sum of the finer; from above,
 * the finer ones are scaled to what it became. That is minimum-trace reconciliation of each sum with
 * variances in proportion to load (learn/reconcile is the plain reference; Wickramasuriya,
 * Athanasopoulos & Hyndman 2019; Athanasopoulos et al. 2017 for temporal hierarchies), in time linear in
 * the steps and with one course in memory. Steps that the finer grain does not cover whole stay alone.
 */
export function agree(grains: readonly GrainForecast[]): readonly LoadForecast[] {
  requireArgument(grains.length > 0, 'agree: there are no grains')
  const ties = grains
    .slice(1)
    .map((fine, at) => tieOf(grains[at]!.forecast.axis, fine.forecast.axis))
  const pulls = grains.map(({ pull }) => pull)
  const means = grains.map(({ forecast }) => forecast.mean.slice())
  moveTogether(means, ties, pulls)
  const courses = courseKeeper(grains, ties, pulls)
  return grains.map(({ forecast }, at) => agreed(forecast, at, means[at]!, courses))
}

/** Which fine steps make up which coarse ones. */
interface Tie {
  /** Fine steps of a coarse one. */
  readonly factor: number
  /** First coarse step that is covered whole, and how many are. */
  readonly first: number
  readonly count: number
  /** Fine step at which the first one starts. */
  readonly offset: number
}

function tieOf(coarse: LoadAxis, fine: LoadAxis): Tie {
  const factor = coarse.stepMs / fine.stepMs
  const shift = (fine.startMs - coarse.startMs) / fine.stepMs
  requireArgument(
    Number.isInteger(factor) && factor > 1 && Number.isInteger(shift),
    'agree: finer steps do not lie within coarser ones; give grains from coarse to fine',
  )
  const first = Math.max(0, Math.ceil(shift / factor))
  const offset = first * factor - shift
  const count = Math.min(coarse.count - first, Math.floor((fine.count - offset) / factor))
  return { factor, first, count: Math.max(0, count), offset }
}

/** Reconciles one course of all grains in place; coarsest first. */
function moveTogether(
  values: readonly Float64Array[],
  ties: readonly Tie[],
  pulls: readonly number[],
): void {
  const sums = ties.map(({ count }) => new Float64Array(count))
  for (let at = ties.length - 1; at >= 0; at--) {
    const { factor, first, count, offset } = ties[at]!
    const [coarse, fine] = [values[at]!, values[at + 1]!]
    for (let b = 0; b < count; b++) {
      let sum = 0
      for (let j = 0; j < factor; j++) sum += fine[offset + b * factor + j]!
      sums[at]![b] = sum
      coarse[first + b] = pulls[at]! * coarse[first + b]! + (1 - pulls[at]!) * sum
    }
  }
  ties.forEach(({ factor, first, count, offset }, at) => {
    const [coarse, fine] = [values[at]!, values[at + 1]!]
    for (let b = 0; b < count; b++) {
      const from = offset + b * factor
      const whole = coarse[first + b]!
      const sum = sums[at]![b]!
      if (sum > 0) for (let j = 0; j < factor; j++) fine[from + j]! *= whole / sum
      else fine.fill(whole / factor, from, from + factor)
    }
  })
}

/** Courses of all grains, one index at a time: asking grain after grain for one index costs it once. */
interface CourseKeeper {
  course(index: number): readonly Float64Array[]
  readonly count: number
}

function courseKeeper(
  grains: readonly GrainForecast[],
  ties: readonly Tie[],
  pulls: readonly number[],
): CourseKeeper {
  let kept = -1
  const values = grains.map(({ forecast }) => new Float64Array(forecast.axis.count))
  return {
    count: Math.min(...grains.map(({ forecast }) => forecast.pathCount)),
    course(index) {
      if (index !== kept) {
        for (const [at, { forecast }] of grains.entries()) forecast.path(index, values[at]!)
        moveTogether(values, ties, pulls)
        kept = index
      }
      return values
    },
  }
}

function agreed(
  own: LoadForecast,
  at: number,
  mean: Float64Array,
  courses: CourseKeeper,
): LoadForecast {
  let sorted: readonly Float32Array[] | undefined
  const ratio = (t: number) => (own.mean[t]! > 0 ? mean[t]! / own.mean[t]! : 1)
  return {
    axis: own.axis,
    mean,
    pathCount: courses.count,
    quantile(level) {
      requireArgument(level > 0 && level < 1, `quantile: ${level} is not between 0 and 1`)
      if (mean.length > MOST_SORTED) return own.quantile(level).map((v, t) => v * ratio(t))
      sorted ??= sortCourses(mean.length, courses, at)
      return Float64Array.from(sorted, (loads) => sortedQuantile(loads, level))
    },
    path(index, into) {
      requireArgument(
        index >= 0 && index < courses.count && into.length === mean.length,
        `path: there is no path ${index} of ${into.length} steps`,
      )
      into.set(courses.course(index)[at]!)
      return into
    },
    parts: () =>
      own.parts().map((part) => ({ ...part, values: part.values.map((v, t) => v * ratio(t)) })),
  }
}

function sortCourses(steps: number, courses: CourseKeeper, at: number): readonly Float32Array[] {
  const loads = Array.from({ length: steps }, () => new Float32Array(courses.count))
  for (let i = 0; i < courses.count; i++) {
    const course = courses.course(i)[at]!
    for (let t = 0; t < steps; t++) loads[t]![i] = course[t]!
  }
  for (const own of loads) own.sort()
  return loads
}
