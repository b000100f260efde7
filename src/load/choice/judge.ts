import { pinballLoss } from '../../core/quantiles.ts'
import { historyBefore } from '../axis.ts'
import type {
  ForecastRange,
  LoadContext,
  LoadForecast,
  LoadForecaster,
  LoadHistory,
} from '../types.ts'
import { type PastWindow, pastWindows } from './windows.ts'

/** How mixes of forecasters did on past windows of one series. */
export interface Verdict {
  readonly windows: number
  /** [mixes] mean over windows of ln(loss / loss of the floor); NaN where a member had no forecast. */
  readonly logRatios: Float64Array
  /** What went wrong, for people. */
  readonly failures: readonly string[]
}

/** Weights over forecasters; they sum to 1. */
export type Mix = readonly number[]

/** Quantile levels that are judged, beside the mean. */
const JUDGED = [0.05, 0.25, 0.5, 0.75, 0.95] as const
/** Shares of a mix are multiples of a quarter: finer ones cannot be told apart on a few windows. */
const SHARES = 4

/** All mixes of at most two of `count` forecasters in quarters; the first is the floor alone. */
export function mixesOf(count: number): readonly Mix[] {
  const alone = Array.from({ length: count }, (_, at) => at)
  const mixes: number[][] = alone.map((at) => alone.map((other) => (other === at ? 1 : 0)))
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      for (let share = 1; share < SHARES; share++) {
        mixes.push(
          alone.map((at) => {
            if (at === a) return share / SHARES
            return at === b ? 1 - share / SHARES : 0
          }),
        )
      }
    }
  }
  return mixes
}

/** How to judge. */
export interface JudgeOptions {
  /** The floor first. */
  readonly forecasters: readonly LoadForecaster[]
  readonly mixes: readonly Mix[]
  readonly origins: number
}

/**
 * Judges forecasters and mixes of them on past windows of a history by rolling origin. The loss of a
 * window is half the mean absolute error and half the mean pinball loss (doubled, so that both are in
 * load), and counts relative to the floor's.
 */
export function judge(
  history: LoadHistory,
  context: LoadContext,
  range: ForecastRange,
  { forecasters, mixes, origins }: JudgeOptions,
): Verdict {
  const { startMs, stepMs, count } = history.axis
  const ahead = Math.round((range.startMs - startMs) / stepMs) - count
  const windows = pastWindows(count, ahead, range.count, origins)
  const sums = new Float64Array(mixes.length)
  const failures = new Set<string>()
  let judged = 0
  for (const window of windows) {
    const actual = history.values.subarray(window.start, window.start + window.count)
    const known = historyBefore(history, startMs + window.known * stepMs)
    const forecasts = forecasters.map((forecaster) =>
      tryForecast(forecaster, known, context, windowRange(history, window), failures),
    )
    const losses = lossesOf(actual, forecasts, mixes)
    if (losses === undefined || !(losses[0]! > 0)) continue
    judged++
    for (let m = 0; m < mixes.length; m++) sums[m]! += Math.log(losses[m]! / losses[0]!)
  }
  const smears = hasEventNear(context, range, stepMs)
  const logRatios = sums.map((sum, m) => {
    const mixesFloor = mixes[m]![0]! > 0 && mixes[m]![0]! < 1
    return judged === 0 || (smears && mixesFloor) ? Number.NaN : sum / judged
  })
  return { windows: judged, logRatios, failures: [...failures] }
}

/**
 * Whether an event lies in the range or in the week before it. Repeating last week puts events where
 * they were: mixed in, it would flatten the peaks to come and raise others that never come.
 */
function hasEventNear(context: LoadContext, range: ForecastRange, stepMs: number): boolean {
  const endMs = range.startMs + range.count * stepMs
  const sinceMs = range.startMs - 7 * 86_400_000
  return context.events.some((event) => event.startMs < endMs && event.endMs > sinceMs)
}

function windowRange({ axis }: LoadHistory, window: PastWindow): ForecastRange {
  return { startMs: axis.startMs + window.start * axis.stepMs, count: window.count }
}

/** A forecaster that cannot forecast is out of the choice, and why is said; it must not stop the others. */
export function tryForecast(
  forecaster: LoadForecaster,
  history: LoadHistory,
  context: LoadContext,
  range: ForecastRange,
  failures: Set<string>,
): LoadForecast | undefined {
  try {
    if (!forecaster.suits(history, context)) return undefined
    return forecaster.fit(history, context).forecast(range)
  } catch (error) {
    failures.add(`${forecaster.name}: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

/** The loss of each mix over the steps that are known; undefined where none is. */
function lossesOf(
  actual: Float64Array,
  forecasts: readonly (LoadForecast | undefined)[],
  mixes: readonly Mix[],
): Float64Array | undefined {
  const tracks = forecasts.map((forecast) =>
    forecast === undefined
      ? undefined
      : [forecast.mean, ...JUDGED.map((level) => forecast.quantile(level))],
  )
  const known = Array.from(actual.keys()).filter((t) => !Number.isNaN(actual[t]!))
  if (known.length === 0) return undefined
  return Float64Array.from(mixes, (mix) => {
    const members = mix.flatMap((weight, at) => (weight > 0 ? [{ weight, of: tracks[at] }] : []))
    if (members.some(({ of }) => of === undefined)) return Number.NaN
    let loss = 0
    for (const t of known) {
      for (let track = 0; track <= JUDGED.length; track++) {
        let value = 0
        for (const { weight, of } of members) value += weight * of![track]![t]!
        const y = actual[t]!
        if (track === 0) loss += Math.abs(y - value)
        else loss += (2 * pinballLoss(y, value, JUDGED[track - 1]!)) / JUDGED.length
      }
    }
    return loss / known.length
  })
}
