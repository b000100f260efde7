import { requireArgument } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { endOfAxis, joinHistories } from '../axis.ts'
import { type ChooseOptions, type ChosenFit, chooseFit } from '../choose.ts'
import { LOAD_FORECASTERS } from '../forecasters.ts'
import { lastWeek } from '../plain/last-week.ts'
import { structureForecaster } from '../structure/structure.ts'
import type { LoadContext, LoadForecast, LoadHistory } from '../types.ts'
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

/** A cascade fitted to a history, to forecast from and to read further steps into. */
export interface FittedCascade {
  /** All grains from `fromMs` on (default: the end of the history), in agreement. */
  forecast(fromMs?: number): Cascade
  /** The same cascade with further steps read: refreshed, not chosen or fitted anew. */
  extend(further: LoadHistory): FittedCascade
}

/**
 * Fits one series at every grain (weeks to two years ahead, days to one, hours and minutes to months, by
 * the horizon knobs), each by what serves it best on past windows, and learns how the grains steer each
 * other. Throws ERR_ARGUMENT where no grain has enough history.
 */
export function fitCascade(
  history: LoadHistory,
  context: LoadContext,
  options: CascadeOptions = {},
): FittedCascade {
  const wanted = (options.grains ?? GRAINS).filter((g) => GRAIN_MS[g] % history.axis.stepMs === 0)
  const made = wanted.flatMap((grain) => fitGrain(grain, history, context, options))
  requireArgument(
    made.length > 0,
    `cascade: ${history.axis.count} steps are too few for any grain; give ${FEWEST_STEPS} of one`,
  )
  const pulls = made.map((own, at) => {
    const finer = made[at + 1]
    return finer === undefined ? 1 : measurePull(own, finer, context, options.knobs)
  })
  return fitted(history, made, pulls)
}

/** Fits a cascade and forecasts from it. */
export function forecastCascade(
  history: LoadHistory,
  context: LoadContext,
  options: CascadeOptions = {},
): Cascade {
  return fitCascade(history, context, options).forecast(options.fromMs)
}

/** One grain before it agrees with the others. */
export interface MadeGrain {
  readonly grain: Grain
  readonly history: LoadHistory
  /** Steps that are forecast. */
  readonly count: number
  readonly fit: ChosenFit
  readonly choose: ChooseOptions
}

function fitGrain(
  grain: Grain,
  history: LoadHistory,
  context: LoadContext,
  { knobs }: CascadeOptions,
): readonly MadeGrain[] {
  const own = coarserHistory(history, GRAIN_MS[grain] / history.axis.stepMs)
  const count = stepsOf(grain, knobs)
  if (own.axis.count < FEWEST_STEPS || count < 1) return []
  const choose = chooseOptions(grain, knobs)
  const range = { startMs: endOfAxis(own.axis), count }
  const fit = chooseFit(own, ownContext(context, history, grain), range, choose)
  return [{ grain, history: own, count, fit, choose }]
}

function fitted(
  history: LoadHistory,
  made: readonly MadeGrain[],
  pulls: readonly number[],
): FittedCascade {
  return {
    forecast(fromMs = endOfAxis(history.axis)) {
      const forecasts = agree(
        made.map(({ grain, history: own, count, fit }, at) => {
          const startMs = Math.max(alignUp(fromMs, GRAIN_MS[grain]), endOfAxis(own.axis))
          return { forecast: fit.forecast({ startMs, count }), pull: pulls[at]! }
        }),
      )
      const grains = made.map(({ grain, fit: { name, notes } }, at): CascadeGrain => {
        return { grain, forecaster: name, forecast: forecasts[at]!, pull: pulls[at]!, notes }
      })
      return { group: history.group, grains }
    },
    extend(further) {
      const longer = joinHistories(history, further)
      return fitted(
        longer,
        made.map((own) => extendGrain(own, longer)),
        pulls,
      )
    },
  }
}

/** Reads the whole steps of a grain that are new. */
function extendGrain(made: MadeGrain, longer: LoadHistory): MadeGrain {
  const { grain, history, fit } = made
  const own = coarserHistory(longer, GRAIN_MS[grain] / longer.axis.stepMs)
  const fresh = own.axis.count - history.axis.count
  if (fresh <= 0) return made
  const further = {
    group: own.group,
    axis: { ...own.axis, startMs: endOfAxis(history.axis), count: fresh },
    values: own.values.subarray(history.axis.count),
  }
  return { ...made, history: own, fit: fit.extend(further) }
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
