import { requireArgument } from '../../core/errors.ts'
import { sortedQuantile } from '../../core/quantiles.ts'
import { createRandom } from '../../core/random/random.ts'
import { joinHistories, requireLoad, stepsAhead } from '../axis.ts'
import type {
  FittedLoad,
  ForecastRange,
  LoadContext,
  LoadForecast,
  LoadForecaster,
  LoadHistory,
} from '../types.ts'
import { type Ensemble, fitEnsemble } from './ensemble.ts'
import { fillGaps } from './fill-gaps.ts'
import { seasonOf } from './lag-sets.ts'
import { levelAround, type PastCourses, pastCourses } from './past-courses.ts'

const PATHS = 400
const FEWEST_KNOWN = 12
/** Largest shares of steps of which nothing is known. */
const MOST_UNKNOWN = 0.5
/** Steps further ahead than this many seasons are for other forecasters. */
const LONGEST_SEASONS = 60

/**
 * Load from its own recent past: an ensemble of autoregressions on lags around whole seasons, of load and
 * of its logarithm. Knows nothing of events; for horizons of a few seasons, and for series too short to
 * have a structure. Paths follow the errors of past origins.
 */
export const recentForecaster: LoadForecaster = {
  name: 'recent',
  suits({ values }) {
    let known = 0
    for (const value of values) if (!Number.isNaN(value)) known++
    return known >= FEWEST_KNOWN && known >= MOST_UNKNOWN * values.length
  },
  fit(history, context) {
    requireLoad(history, context)
    requireArgument(
      recentForecaster.suits(history, context),
      `recent: give at least ${FEWEST_KNOWN} known steps, and as many as unknown ones`,
    )
    return fitted(history, context)
  },
}

function fitted(history: LoadHistory, context: LoadContext): FittedLoad {
  const { stepMs } = history.axis
  const season = seasonOf(stepMs, context.season)
  const load = fillGaps(history.values, season)
  const ensemble = fitEnsemble(load, load.length, stepMs, context.season)
  // Errors are shown when a forecast is first asked for: choosing among means needs none.
  const known = new Map<number, PastCourses | undefined>()
  const coursesOf = (wanted: number) => {
    if (!known.has(wanted)) known.set(wanted, pastCourses(load, stepMs, context.season, wanted))
    return known.get(wanted)
  }
  return {
    notes: [`${ensemble.size} autoregressions of the recent past`],
    leftOut: [],
    forecast: (range) => forecast(history, load, ensemble, coursesOf, season, range, context.seed),
    extend: (further) => fitted(joinHistories(history, further), context),
  }
}

function forecast(
  history: LoadHistory,
  load: Float64Array,
  ensemble: Ensemble,
  coursesOf: (wanted: number) => PastCourses | undefined,
  season: number,
  range: ForecastRange,
  seed: number,
): LoadForecast {
  const ahead = stepsAhead(history.axis, range)
  const end = ahead + range.count
  const shown = Math.min(end, Math.max(2, LONGEST_SEASONS * season))
  const near = ensemble.continue(load, load.length, shown)
  const mean = Float64Array.from({ length: range.count }, (_, t) => stepOf(near, ahead + t, season))
  const errors = new ErrorCourses(coursesOf(shown), load, season)
  const at = (t: number) => ahead + t
  return {
    axis: { startMs: range.startMs, stepMs: history.axis.stepMs, count: range.count },
    mean,
    pathCount: PATHS,
    quantile(level) {
      requireArgument(level > 0 && level < 1, `quantile: ${level} is not between 0 and 1`)
      return mean.map((value, t) => Math.max(0, value + errors.quantile(at(t), level)))
    },
    path(index, into) {
      requireArgument(index >= 0 && index < PATHS, `path: ${index} is not one of ${PATHS}`)
      const random = createRandom(seed).split(`path ${index}`)
      const course = errors.course(random.next(), random.next() < 0.5 ? -1 : 1)
      for (let t = 0; t < mean.length; t++) into[t] = Math.max(0, mean[t]! + course(at(t)))
      return into
    },
    parts: () => [{ name: 'recent past', kind: 'recent', values: mean }],
  }
}

/** Beyond what was continued, the last season again. */
function stepOf(near: Float64Array, at: number, season: number): number {
  if (at < near.length) return near[at]!
  const last = Math.min(season, near.length)
  return near[near.length - last + ((at - near.length) % last)]!
}

/**
 * Errors to come: those of past origins at the level of now, either way round, growing with the root of
 * time beyond what they show.
 */
class ErrorCourses {
  private readonly errors: readonly Float64Array[]
  private readonly length: number
  private readonly level: number
  private readonly season: number
  private readonly sorted = new Map<number, Float64Array>()

  constructor(past: PastCourses | undefined, load: Float64Array, season: number) {
    this.level = levelAround(load, load.length)
    this.season = season
    this.errors = past?.errors ?? stepErrors(load, this.level)
    this.length = past?.length ?? 1
  }

  course(draw: number, sign: number): (at: number) => number {
    const errors = this.errors[Math.floor(draw * this.errors.length)]!
    return (at) => sign * this.level * this.widening(at) * errors[this.shownAt(at)]!
  }

  quantile(at: number, level: number): number {
    const shown = this.shownAt(at)
    let column = this.sorted.get(shown)
    if (column === undefined) {
      column = Float64Array.from(this.errors.flatMap((one) => [one[shown]!, -one[shown]!])).sort()
      this.sorted.set(shown, column)
    }
    return this.level * this.widening(at) * sortedQuantile(column, level)
  }

  private widening(at: number): number {
    return Math.sqrt(Math.max(1, (at + 1) / this.length))
  }

  private shownAt(at: number): number {
    if (at < this.length) return at
    const last = Math.min(this.season, this.length)
    return this.length - last + ((at - this.length) % last)
  }
}

/** Where no past origins show: changes from step to step, as errors one step ahead. */
function stepErrors(load: Float64Array, level: number): readonly Float64Array[] {
  return Array.from(load.subarray(1), (value, t) => Float64Array.of((value - load[t]!) / level))
}
