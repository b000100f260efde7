import type { Panel, QuantileForecast } from '../../core/panel.ts'
import { throwIfStopped } from '../../core/progress.ts'
import { axisOf, isOpenBucket, seasonOf } from '../axis.ts'
import type { BacktestPlan } from '../backtest-plan.ts'
import type { RunOptions } from '../classical/sharded.ts'
import type { FitParameters, FittedForecaster, Forecaster } from '../forecaster.ts'
import { SeriesReader } from '../panel-forecaster.ts'
import { BACKTEST_LEVELS, seriesScale } from '../score.ts'
import type { Wanted } from '../wanted.ts'
import { patched } from './blend.ts'

/** What was forecast at one past origin, and what came. */
export interface JudgedOrigin {
  readonly origin: number
  readonly horizon: number
  /** series × horizon; NaN = not judged (closed, missing, or the series did not exist yet). */
  readonly actual: Float64Array
  /** Mean size of the naive step of each series before the origin; NaN for one that never moved. */
  readonly scale: Float64Array
  /** Segment of each series as of the origin. */
  readonly segment: Int32Array
  /** One a member, at BACKTEST_LEVELS. */
  readonly forecasts: readonly QuantileForecast[]
}

/** A fitted forecaster that can share its work with the threads of a pool. */
interface ShardedForecaster extends FittedForecaster {
  predictSharded(
    origin: number,
    horizon: number,
    levels: Float64Array,
    options?: RunOptions,
    wanted?: Wanted,
  ): Promise<QuantileForecast>
}

/** The forecast of a fitted forecaster, in threads where it can. */
export function predictIn(
  fitted: FittedForecaster,
  origin: number,
  horizon: number,
  levels: Float64Array,
  run: RunOptions,
  wanted?: Wanted,
): QuantileForecast | Promise<QuantileForecast> {
  const sharded = fitted as Partial<ShardedForecaster>
  return (
    sharded.predictSharded?.(origin, horizon, levels, run, wanted) ??
    fitted.predict(origin, horizon, levels, wanted)
  )
}

/**
 * Fits every member once before the first origin of the plan and has it forecast from each origin.
 * Nothing from `end` on is read.
 */
export async function judgeMembers(
  panel: Panel,
  members: readonly Forecaster[],
  plan: BacktestPlan,
  end: number,
  segmentsOf: (origin: number) => Int32Array,
  parameters: FitParameters,
): Promise<JudgedOrigin[]> {
  const { onProgress, signal } = parameters
  const season = seasonOf(panel, axisOf(panel), parameters.season)
  const forecasts: QuantileForecast[][] = plan.origins.map(() => [])
  for (const [m, member] of members.entries()) {
    throwIfStopped(signal)
    onProgress?.({ step: `backtest ${member.name}`, done: m, total: members.length })
    const trainEnd = plan.origins[0]!
    const fitted = await member.fit(panel, { ...parameters, trainEnd })
    for (const [k, origin] of plan.origins.entries()) {
      const run = { ...parameters }
      forecasts[k]!.push(await predictIn(fitted, origin, plan.horizon, BACKTEST_LEVELS, run))
    }
  }
  return plan.origins.map((origin, k) => {
    const parts = patched(forecasts[k]!)
    return judgedOrigin(panel, origin, end, segmentsOf(origin), parts, season)
  })
}

/** Forecasts made at an origin (all of one horizon) beside what came before `end`. */
export function judgedOrigin(
  panel: Panel,
  origin: number,
  end: number,
  segment: Int32Array,
  forecasts: readonly QuantileForecast[],
  season: number,
): JudgedOrigin {
  const { horizon } = forecasts[0]!
  return {
    origin,
    horizon,
    actual: actualsOf(panel, origin, Math.min(end, origin + horizon), horizon),
    scale: scalesOf(panel, origin, season),
    segment,
    forecasts,
  }
}

/** What came in the buckets [origin, to); NaN where nothing is to be judged. */
export function actualsOf(panel: Panel, origin: number, to: number, horizon: number): Float64Array {
  const actual = new Float64Array(panel.ids.length * horizon).fill(Number.NaN)
  for (let i = 0; i < panel.ids.length; i++) {
    const first = panel.firstBucket[i]!
    // That a series was to come was not known before it came.
    if (first >= origin) continue
    const end = Math.min(to, first + panel.offsets[i + 1]! - panel.offsets[i]!)
    for (let bucket = origin; bucket < end; bucket++) {
      if (!isOpenBucket(panel, bucket)) continue
      actual[i * horizon + bucket - origin] = panel.values[panel.offsets[i]! + bucket - first]!
    }
  }
  return actual
}

function scalesOf(panel: Panel, origin: number, season: number): Float64Array {
  const reader = new SeriesReader(panel)
  return Float64Array.from(panel.ids, (_, i) => seriesScale(reader.read(i, origin), season))
}
