import { readKnob } from '../../core/knobs.ts'
import { type Panel, panelEnd, type QuantileForecast } from '../../core/panel.ts'
import type { DirectForecaster, FitParameters, FittedForecaster } from '../forecaster.ts'
import { forecasterOf } from '../forecasters.ts'
import { MEANS, NOTHING, wantedSeries } from '../wanted.ts'
import { ageClock, learnStart, openBuckets, phaseOf } from './evidence.ts'
import { SIZE_PRIOR, YOUNG_DAYS } from './knobs.ts'
import { likenessIndex } from './likeness.ts'
import {
  binAt,
  borrow,
  type ColdStart,
  type Level,
  type Levels,
  launchFactor,
  levelsAt,
  posterior,
} from './prior.ts'

/** A series that a young one leans on. */
export interface ColdStartLike {
  readonly id: string
  /** Share of what was borrowed; those of all likes sum to less than 1, the rest is of all series. */
  readonly weight: number
  /** What they share, in words. */
  readonly reason: string
  /** What it sells in seven buckets (days) at the young one's age, or now when its start was not seen. */
  readonly unitsPerWeek: number
}

/** A fitted cold start, which also says whom it leans on. */
export interface FittedColdStart extends FittedForecaster {
  /** The likes of series `i` as of bucket `origin`, most weight first. */
  likes(i: number, origin: number): ColdStartLike[]
  /** True where series `i` is young at `origin`, so that it is forecast from its likes. */
  isYoung(i: number, origin: number): boolean
}

export interface ColdStartForecaster extends DirectForecaster {
  fit(panel: Panel, parameters?: FitParameters): FittedColdStart
}

/** Who forecasts the series that are not young. */
const GROWN = 'weighted-history'

/**
 * Forecasts young series and those without any history. Sales are split into how often (rate of
 * buckets with a sale, relative to what is usual at that age) and how much at once. Each has a
 * gamma-Poisson posterior: prior from the likes (attributes, words of the title, price), evidence
 * from the series' own first weeks; the first bucket, which is a sale by definition, says nothing of
 * the rate, and a strong first day is drawn towards the likes' sizes. Quantiles of a bucket: zero
 * with probability 1 − rate, else the pooled shape of sizes around the expected size. Grown series,
 * and panels with negative values, are forecast by the weighted history.
 */
export const COLD_START: ColdStartForecaster = {
  name: 'cold-start',
  fit(panel, parameters = {}) {
    const grown = forecasterOf(GROWN).fit(panel, parameters)
    const model = learn(panel, parameters)
    let kept: Levels | undefined
    const isYoung = (i: number, origin: number) =>
      model !== undefined && origin - panel.firstBucket[i]! < model.clock.young
    return {
      isYoung,
      predict(origin, horizon, levels, wanted) {
        const ofGrown = wanted?.map((what, i) => (isYoung(i, origin) ? NOTHING : what))
        const forecast = grown.predict(origin, horizon, levels, ofGrown)
        const isAsked = (i: number) => isYoung(i, origin) && wanted?.[i] !== NOTHING
        if (model) addYoung(model, forecast, isAsked)
        return forecast
      },
      likes(i, origin) {
        if (!model) return []
        if (kept?.origin !== origin) kept = levelsAt(model, origin)
        return likesOf(model, kept, i)
      },
    }
  },
}

function learn(panel: Panel, { trainEnd, settings = {} }: FitParameters): ColdStart | undefined {
  if (panel.ids.length === 0) return undefined
  const end = trainEnd ?? panelEnd(panel)
  for (let i = 0; i < panel.ids.length; i++) {
    const from = panel.offsets[i]!
    const stop = Math.min(panel.offsets[i + 1]!, from + Math.max(0, end - panel.firstBucket[i]!))
    for (let at = from; at < stop; at++) if (panel.values[at]! < 0) return undefined
  }
  const clock = ageClock(panel, readKnob(YOUNG_DAYS, settings))
  const profile = learnStart(panel, clock, end)
  const model = { panel, clock, profile, index: likenessIndex(panel), settings }
  return { ...model, launch: launchFactor(model, end) }
}

function addYoung(
  model: ColdStart,
  forecast: QuantileForecast,
  isAsked: (i: number) => boolean,
): void {
  const asked = wantedSeries(model.panel.ids.length, undefined, MEANS).filter(isAsked)
  if (asked.length === 0) return
  const levels = levelsAt(model, forecast.origin)
  for (const i of asked) {
    const { level } = borrow(model, levels, i)
    const prior = { rate: level.rate * model.launch, size: level.size }
    const own = levels.evidence[i]!
    writeSeries(model, forecast, i, posterior(model, prior, own), own.sized)
  }
}

/** Writes the forecast of one series over that of the grown. */
function writeSeries(
  model: ColdStart,
  { origin, horizon, levels, mean, quantiles }: QuantileForecast,
  i: number,
  level: Level,
  sized: number,
): void {
  const { panel, clock, profile, settings } = model
  const isSeller = openBuckets(panel)
  const shape = widened(profile.sizes, 1 / (readKnob(SIZE_PRIOR, settings) + sized))
  for (let h = 0; h < horizon; h++) {
    const bucket = origin + h
    const at = i * horizon + h
    const usual = profile.rate[binAt(model, i, bucket, origin)]!
    const phase = profile.phases[phaseOf(bucket, clock.season)]!
    const rate = isSeller(bucket) ? Math.min(1, level.rate * usual * phase) : 0
    mean[at] = rate * level.size
    for (let l = 0; l < levels.length; l++) {
      const tail = (levels[l]! - (1 - rate)) / rate
      const place = Math.min(shape.length - 1, Math.floor(tail * shape.length))
      quantiles[at * levels.length + l] = tail > 0 ? level.size * shape[place]! : 0
    }
  }
}

/**
 * Sizes spread further in logs for what is not known of the series' own mean size: by √(1 + v) with
 * v of their own variance, mean 1 again.
 */
function widened(sizes: Float64Array, share: number): Float64Array {
  const power = Math.sqrt(1 + share)
  const wide = sizes.map((x) => x ** power)
  const mean = wide.reduce((a, b) => a + b, 0) / wide.length
  return wide.map((x) => x / mean)
}

const SHOWN = 10

function likesOf(model: ColdStart, levels: Levels, i: number): ColdStartLike[] {
  const { panel, clock, profile, index } = model
  const { origin } = levels
  const { likes } = borrow(model, levels, i)
  const isSeller = openBuckets(panel)
  let open = 0
  for (let d = 0; d < 7; d++) if (isSeller(origin + d)) open++
  return likes.slice(0, SHOWN).map(({ series, weight }) => {
    const { rate, size } = posterior(model, levels.all, levels.evidence[series]!)
    const isBorn = panel.firstBucket[series]! >= profile.bornFrom
    const bin = isBorn ? binAt(model, i, origin, origin) : profile.rate.length - 1
    const aDay = Math.min(1, rate * profile.rate[bin]!) * size
    return {
      id: panel.ids[series]!,
      weight,
      reason: index.reason(i, series),
      unitsPerWeek: aDay * (clock.binWidth === 7 ? open : 7),
    }
  })
}
