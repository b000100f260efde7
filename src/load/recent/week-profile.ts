import { type Autoregression, continueSeries, fitAutoregression } from './autoregression.ts'

/** The mean course of past weeks, late ones counting more, and an autoregression of what strays from it. */
export interface WeekProfile {
  /** The next `count` values after the first `known` of `series`, within `bounds`. */
  continue(
    series: Float64Array,
    known: number,
    count: number,
    bounds: readonly [number, number],
  ): Float64Array
}

const DAY_MS = 86_400_000
/** Weight of a week beside that of the week after it. */
const DECAY = 0.8
const FEWEST_WEEKS = 3

/** Undefined for steps of a day or more, seasons other than a day, and histories under three weeks. */
export function fitProfile(
  series: Float64Array,
  stepMs: number,
  season: number | undefined,
): WeekProfile | undefined {
  const day = Math.round(DAY_MS / stepMs)
  const week = 7 * day
  const isOfDays = season === undefined || season === day
  if (day < 4 || !isOfDays || series.length < FEWEST_WEEKS * week) return undefined
  const rest = without(series, series.length, profileOf(series, series.length, week))
  const lags = [1, 2, 3, day - 1, day, day + 1].filter((lag, i, all) => all.indexOf(lag) === i)
  lags.sort((a, b) => a - b)
  const fit = fitAutoregression(rest, { lags, isOfChanges: false, discount: 1 })
  return {
    continue: (full, known, count, bounds) => proceed(fit, full, known, count, week, bounds),
  }
}

function proceed(
  fit: Autoregression,
  series: Float64Array,
  known: number,
  count: number,
  week: number,
  [low, high]: readonly [number, number],
): Float64Array {
  const profile = profileOf(series, known, week)
  const rest = without(series, known, profile)
  const range = high - low
  return continueSeries(fit, rest, known, count, [-range, range]).map((value, t) =>
    Math.min(high, Math.max(low, value + profile[(known + t) % week]!)),
  )
}

/** [week] weighted mean of the first `known` values by their place in the week. */
function profileOf(series: Float64Array, known: number, week: number): Float64Array {
  const sum = new Float64Array(week)
  const total = new Float64Array(week)
  let weight = 1
  for (let t = known - 1; t >= 0; t--) {
    sum[t % week]! += weight * series[t]!
    total[t % week]! += weight
    if ((known - t) % week === 0) weight *= DECAY
  }
  return sum.map((value, i) => (total[i]! > 0 ? value / total[i]! : 0))
}

function without(series: Float64Array, known: number, profile: Float64Array): Float64Array {
  return series.subarray(0, known).map((value, t) => value - profile[t % profile.length]!)
}
