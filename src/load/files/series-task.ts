import { sortedQuantile } from '../../core/quantiles.ts'
import { minuteForecasters } from '../cascade/cascade.ts'
import type { Decision } from '../choice/decide.ts'
import type { Verdict } from '../choice/judge.ts'
import { type ChooseOptions, forecastByMix, judgeForecasters } from '../choose.ts'
import { peakDistribution } from '../peaks.ts'
import type {
  ForecastRange,
  LeftOut,
  LoadAxis,
  LoadContext,
  LoadForecast,
  LoadHistory,
  LoadPart,
} from '../types.ts'

/** What a thread needs to judge forecasters on a series. */
export interface JudgeTask {
  readonly history: LoadHistory
  readonly context: LoadContext
  readonly range: ForecastRange
  /** Minutes are spread over longer steps, because there are many. */
  readonly thrifty?: boolean
}

/** What a thread needs to forecast a series. */
export interface ForecastTask extends JudgeTask {
  readonly decision: Decision
  readonly levels: readonly number[]
  /** Levels at which peaks are told; none: no peaks. */
  readonly peakLevels: readonly number[]
  readonly withParts: boolean
}

/** A forecast as numbers, so that it passes between threads. */
export interface ForecastNumbers {
  readonly axis: LoadAxis
  readonly mean: Float64Array
  /** [levels][count]. */
  readonly quantiles: readonly Float64Array[]
}

/** The forecast of one series, with what is told of it. */
export interface SeriesForecast extends ForecastNumbers {
  readonly group: Readonly<Record<string, string>>
  readonly forecaster: string
  readonly notes: readonly string[]
  readonly leftOut: readonly LeftOut[]
  readonly parts: readonly LoadPart[]
  readonly peaks: readonly DayPeak[]
  readonly pathCount: number
}

/** The largest step of a day, over sample paths. */
export interface DayPeak {
  readonly startMs: number
  /** When the mean is largest, epoch ms. */
  readonly atMs: number
  /** At the peak levels. */
  readonly quantiles: readonly number[]
}

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** Minutes are smoothed over five before a peak is read, as capacity is bought for five minutes and more. */
const PEAK_MINUTES = 5

/** Judges the forecasters on one series. */
export function judgeSeries(task: JudgeTask): Verdict {
  return judgeForecasters(task.history, task.context, task.range, optionsOf(task))
}

/** Which forecasters a task may choose from. */
export function optionsOf({ thrifty }: Pick<JudgeTask, 'thrifty'>): ChooseOptions {
  return thrifty ? { forecasters: minuteForecasters() } : {}
}

/** Forecasts one series by the mix that was decided on. */
export function forecastSeries(task: ForecastTask): SeriesForecast {
  const { history, context, range, decision, levels, peakLevels, withParts } = task
  const { forecast, name, notes, leftOut } = forecastByMix(
    history,
    context,
    range,
    decision,
    optionsOf(task),
  )
  return {
    group: history.group,
    forecaster: name,
    notes,
    leftOut,
    axis: forecast.axis,
    mean: forecast.mean,
    quantiles: levels.map((level) => forecast.quantile(level)),
    parts: withParts ? forecast.parts() : [],
    peaks: peakLevels.length === 0 ? [] : peaksOf(forecast, peakLevels),
    pathCount: forecast.pathCount,
  }
}

function peaksOf(forecast: LoadForecast, levels: readonly number[]): readonly DayPeak[] {
  const { stepMs, startMs } = forecast.axis
  const smooth = Math.max(
    1,
    Math.min(PEAK_MINUTES, Math.floor((PEAK_MINUTES * MINUTE_MS) / stepMs)),
  )
  const peaks = peakDistribution(forecast, Math.max(DAY_MS, stepMs), smooth)
  return peaks.sorted.map((sorted, s) => ({
    startMs: peaks.startsMs[s]!,
    atMs: startMs + peaks.meanAt[s]! * stepMs,
    quantiles: levels.map((level) => sortedQuantile(sorted, level)),
  }))
}
