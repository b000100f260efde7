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
import { type PastErrors, pastErrors } from './past-errors.ts'

const DAY_MS = 86_400_000
const PATHS = 200

/**
 * The plain forecaster that all others are held to: load as at the same time last week (the season
 * that is given, yesterday or the last step where the history is shorter), with the errors that this
 * had in the past. A path follows the errors of past weeks day by day.
 */
export const lastWeek: LoadForecaster = {
  name: 'last-week',
  suits: ({ values }) => values.some((value) => !Number.isNaN(value)),
  fit(history, context) {
    requireLoad(history, context)
    requireArgument(lastWeek.suits(history, context), 'last-week: the history knows no step')
    return fitted(history, context)
  },
}

function fitted(history: LoadHistory, context: LoadContext): FittedLoad {
  const { stepMs, count } = history.axis
  const lag = lagOf(stepMs, count, context.season)
  const block = lag === 1 ? 1 : Math.min(lag, Math.max(1, Math.round(DAY_MS / stepMs)))
  const errors = pastErrors(history, lag, block)
  return {
    notes: [`the same as ${lagWords(lag, stepMs)}`, ...errors.notes],
    leftOut: [],
    forecast: (range) => forecast(history, range, errors, context.seed),
    extend: (further) => fitted(joinHistories(history, further), context),
  }
}

/** Steps to look back: the longest of season, week, day and one that the history holds with errors. */
function lagOf(stepMs: number, count: number, season: number | undefined): number {
  const day = Math.round(DAY_MS / stepMs)
  const week = Math.round((7 * DAY_MS) / stepMs)
  const candidates = season === undefined ? [week, day] : [season]
  return candidates.find((lag) => lag >= 1 && count >= lag + Math.min(lag, Math.max(1, day))) ?? 1
}

function lagWords(lag: number, stepMs: number): string {
  if (lag === 1) return 'in the last step'
  if (lag * stepMs === 7 * DAY_MS) return 'at the same time a week before'
  if (lag * stepMs === DAY_MS) return 'at the same time a day before'
  return `${lag} steps before`
}

function forecast(
  history: LoadHistory,
  range: ForecastRange,
  errors: PastErrors,
  seed: number,
): LoadForecast {
  const ahead = stepsAhead(history.axis, range)
  const { count: known, stepMs } = history.axis
  const mean = new Float64Array(range.count)
  const lags = new Int32Array(range.count)
  const phases = new Int32Array(range.count)
  for (let t = 0; t < range.count; t++) {
    const at = known + ahead + t
    lags[t] = Math.floor((at - known) / errors.lag) + 1
    phases[t] = at % errors.block
    mean[t] = errors.baseAt(at - lags[t]! * errors.lag)
  }
  return {
    axis: { startMs: range.startMs, stepMs, count: range.count },
    mean,
    pathCount: PATHS,
    quantile: (level) => quantile(mean, lags, phases, errors, level),
    path(index, into) {
      requireArgument(index >= 0 && index < PATHS, `path: ${index} is not one of ${PATHS}`)
      return path(mean, lags, phases, errors, createRandom(seed).split(`path ${index}`), into)
    },
    parts: () => [{ name: 'the same time before', kind: 'recent', values: mean }],
  }
}

function quantile(
  mean: Float64Array,
  lags: Int32Array,
  phases: Int32Array,
  errors: PastErrors,
  level: number,
): Float64Array {
  requireArgument(level > 0 && level < 1, `quantile: ${level} is not between 0 and 1`)
  const known = new Map<number, number>()
  return mean.map((base, t) => {
    const key = lags[t]! * errors.block + phases[t]!
    let error = known.get(key)
    if (error === undefined) {
      error = sortedQuantile(errors.at(lags[t]!, phases[t]!).toSorted(), level)
      known.set(key, error)
    }
    return Math.max(0, base + error * errors.widening(lags[t]!))
  })
}

/**
 * Errors of one stretch of past days after the other, as long as a lag, from a day drawn at random; the
 * first stretch starts anywhere within its length.
 */
function path(
  mean: Float64Array,
  lags: Int32Array,
  phases: Int32Array,
  errors: PastErrors,
  random: ReturnType<typeof createRandom>,
  into: Float64Array,
): Float64Array {
  const stretch = errors.stretch
  let start = random.next()
  let days = random.int(stretch)
  for (let t = 0; t < mean.length; t++) {
    if (t > 0 && phases[t]! === 0) {
      days++
      if (days % stretch === 0) start = random.next()
    }
    const own = errors.at(lags[t]!, phases[t]!)
    const pick = (Math.floor(start * own.length) + (days % stretch)) % own.length
    into[t] = Math.max(0, mean[t]! + own[pick]! * errors.widening(lags[t]!))
  }
  return into
}
