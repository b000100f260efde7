import { requireArgument } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { endOfAxis } from '../axis.ts'
import { type ChooseOptions, type ChosenForecast, chooseForecast } from '../choose.ts'
import { LOAD_FORECASTERS } from '../forecasters.ts'
import { lastWeek } from '../plain/last-week.ts'
import { structureForecaster } from '../structure/structure.ts'
import type { ForecastRange, LoadContext, LoadForecast, LoadHistory } from '../types.ts'
import { alignUp, coarserHistory } from './coarser.ts'
import { dayHorizon, hourHorizon, minuteHorizon, spreadMinutes, weekHorizon } from './knobs.ts'
import { measurePull } from './pull.ts'
import { refined } from './refine.ts'
import { agree } from './temporal.ts'

/** Grains of the cascade, coarsest first. */
export const GRAINS = ['week', 'day', 'hour', 'minute'] as const
export type Grain = (typeof GRAINS)[number]

/** Length of a step of each grain, ms. */
export const GRAIN_MS: Readonly<Record<Grain, number>> = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
}

/** The forecast of one grain, in agreement with the others. */
export interface CascadeGrain {
  readonly grain: Grain
  /** What serves it: "structure", "long 0.50 + structure 0.50". */
  readonly forecaster: string
  readonly forecast: LoadForecast
  /** How much it follows itself rather than the finer grain; see GrainForecast. */
  readonly pull: number
  readonly notes: readonly string[]
}

/** All grains of one series. */
export interface Cascade {
  readonly group: Readonly<Record<string, string>>
  /** Coarsest first. */
  readonly grains: readonly CascadeGrain[]
}

/** What a cascade can be told. */
export interface CascadeOptions {
  readonly knobs?: KnobSettings
  /** First instant wanted; default the end of the history. */
  readonly fromMs?: number
  /** Grains wanted; default all that the history is fine enough for. */
  readonly grains?: readonly Grain[]
}

/** Steps of a grain that a history must have to be forecast at it. */
const FEWEST_STEPS = 8

/**
 * Forecasts one series at every grain: weeks to two years, days to one, hours and minutes to months (by
 * the horizon knobs), each by what serves it best, then all made to agree course by course. A grain
 * starts with its first whole step at or after `fromMs`. Throws ERR_ARGUMENT where no grain has enough
 * history.
 */
export function forecastCascade(
  history: LoadHistory,
  context: LoadContext,
  options: CascadeOptions = {},
): Cascade {
  const fromMs = options.fromMs ?? endOfAxis(history.axis)
  const wanted = (options.grains ?? GRAINS).filter((g) => GRAIN_MS[g] % history.axis.stepMs === 0)
  const made = wanted.flatMap((grain) => forecastGrain(grain, history, context, fromMs, options))
  requireArgument(
    made.length > 0,
    `cascade: ${history.axis.count} steps are too few for any grain; give ${FEWEST_STEPS} of one`,
  )
  const pulls = made.map((own, at) => {
    const finer = made[at + 1]
    return finer === undefined ? 1 : measurePull(own, finer, context, options.knobs)
  })
  const forecasts = agree(
    made.map(({ chosen }, at) => ({ forecast: chosen.forecast, pull: pulls[at]! })),
  )
  return {
    group: history.group,
    grains: made.map(({ grain, chosen }, at) => ({
      grain,
      forecaster: chosen.name,
      forecast: forecasts[at]!,
      pull: pulls[at]!,
      notes: chosen.notes,
    })),
  }
}

/** One grain before it agrees with the others. */
export interface MadeGrain {
  readonly grain: Grain
  readonly history: LoadHistory
  readonly range: ForecastRange
  readonly chosen: ChosenForecast
  readonly choose: ChooseOptions
}

function forecastGrain(
  grain: Grain,
  history: LoadHistory,
  context: LoadContext,
  fromMs: number,
  { knobs }: CascadeOptions,
): readonly MadeGrain[] {
  const longMs = GRAIN_MS[grain]
  const own = coarserHistory(history, longMs / history.axis.stepMs)
  const startMs = Math.max(alignUp(fromMs, longMs), endOfAxis(own.axis))
  const range = { startMs, count: stepsOf(grain, knobs) }
  if (own.axis.count < FEWEST_STEPS || range.count < 1) return []
  const choose = chooseOptions(grain, knobs)
  const chosen = chooseForecast(own, ownContext(context, history, grain), range, choose)
  return [{ grain, history: own, range, chosen, choose }]
}

/** The season that is named is one of the history's own steps. */
function ownContext(context: LoadContext, history: LoadHistory, grain: Grain): LoadContext {
  if (context.season === undefined || history.axis.stepMs === GRAIN_MS[grain]) return context
  const { season: _, ...others } = context
  return others
}

function stepsOf(grain: Grain, knobs: KnobSettings | undefined): number {
  switch (grain) {
    case 'week':
      return readKnob(weekHorizon, knobs)
    case 'day':
      return readKnob(dayHorizon, knobs)
    case 'hour':
      return readKnob(hourHorizon, knobs) * 24
    case 'minute':
      return readKnob(minuteHorizon, knobs) * 1440
  }
}

/** Minutes of months are spread over longer steps; the other grains choose among all forecasters. */
function chooseOptions(grain: Grain, knobs: KnobSettings | undefined): ChooseOptions {
  const settings = knobs === undefined ? {} : { knobs }
  if (grain !== 'minute') return { forecasters: LOAD_FORECASTERS, ...settings }
  return { forecasters: minuteForecasters(knobs), ...settings }
}

/** What serves minutes where they are many: last week, and the structure of longer steps spread. */
export function minuteForecasters(knobs: KnobSettings = {}) {
  const factor = Math.round(readKnob(spreadMinutes, knobs))
  return [lastWeek, refined(structureForecaster(knobs), factor)]
}
