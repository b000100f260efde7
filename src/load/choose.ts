import { requireArgument, StorewrightError } from '../core/errors.ts'
import { type KnobSettings, readKnob } from '../core/knobs.ts'
import { type Decision, decide, poolVerdicts } from './choice/decide.ts'
import { judge, type Mix, mixesOf, type Verdict } from './choice/judge.ts'
import { poolForecasts } from './choice/pool-forecasts.ts'
import { LOAD_FORECASTERS } from './forecasters.ts'
import { choiceShrink, chooseOrigins, chooseSteps, guardMargin, memberPrice } from './knobs.ts'
import type {
  FittedLoad,
  ForecastRange,
  LeftOut,
  LoadContext,
  LoadForecast,
  LoadForecaster,
  LoadHistory,
} from './types.ts'

/** A forecast with the forecasters that serve it and what is to be said of it. */
export interface ChosenForecast {
  /** "structure", or "structure 0.75 + last-week 0.25". */
  readonly name: string
  readonly forecast: LoadForecast
  readonly notes: readonly string[]
  readonly leftOut: readonly LeftOut[]
  /** The mix that was decided on. */
  readonly decision: Decision
}

/** Which forecasters there are to choose from, and how the choice is made. */
export interface ChooseOptions {
  /** The floor first; default all of the room. */
  readonly forecasters?: readonly LoadForecaster[]
  readonly knobs?: KnobSettings
}

/**
 * How all forecasters and mixes of two of them did on past windows of a history that are like the
 * range: the costly half of a choice. What it costs is bounded by the knobs load.choose-origins and
 * load.choose-steps.
 */
export function judgeForecasters(
  history: LoadHistory,
  context: LoadContext,
  range: ForecastRange,
  { forecasters = LOAD_FORECASTERS, knobs }: ChooseOptions = {},
): Verdict {
  const mixes = mixesOf(forecasters.length)
  if (forecasters.length === 1) return { windows: 0, logRatios: new Float64Array(1), failures: [] }
  const affordable = Math.floor(readKnob(chooseSteps, knobs) / Math.max(1, history.axis.count))
  const origins = Math.max(1, Math.min(readKnob(chooseOrigins, knobs), affordable))
  return judge(history, context, range, { forecasters, mixes, origins })
}

/**
 * Which mix serves each series: its own verdict, shrunk towards that of all. The floor serves unless a
 * mix gains on it, and where nothing could be judged.
 */
export function decideMixes(
  verdicts: readonly Verdict[],
  { forecasters = LOAD_FORECASTERS, knobs }: ChooseOptions = {},
): readonly Decision[] {
  const mixes = mixesOf(forecasters.length)
  const pooled = poolVerdicts(verdicts, mixes.length)
  const options = {
    shrink: readKnob(choiceShrink, knobs),
    margin: readKnob(guardMargin, knobs),
    memberPrice: readKnob(memberPrice, knobs),
    unjudged: mixes[0]!,
  }
  return verdicts.map((verdict) => decide(verdict, pooled, mixes, options))
}

/** Forecasters fitted to one series with their shares; further steps are read without fitting anew. */
export interface ChosenFit extends FittedLoad {
  readonly name: string
  readonly decision: Decision
  extend(further: LoadHistory): ChosenFit
}

/**
 * Fits the mix that was decided on. A member that fails leaves its share to the others, and to the floor
 * where none is left; the notes say so. Throws ERR_ARGUMENT where the floor fails too.
 */
export function fitByMix(
  history: LoadHistory,
  context: LoadContext,
  decision: Decision,
  { forecasters = LOAD_FORECASTERS }: ChooseOptions = {},
): ChosenFit {
  const floor = forecasters[0]!
  const failures: string[] = []
  let members = fitMembers(history, context, decision.mix, forecasters, failures)
  if (members.length === 0) members = fitMembers(history, context, [1], [floor], failures)
  if (members.length === 0) {
    throw new StorewrightError('ERR_ARGUMENT', `nothing can be forecast: ${failures.join('; ')}`, {
      next: 'Give a history with at least one known step before the first step wanted.',
    })
  }
  return chosenFit(members, decision, [...reasonFor(decision, floor), ...failures])
}

function chosenFit(
  members: readonly Member[],
  decision: Decision,
  reasons: readonly string[],
): ChosenFit {
  return {
    name: nameOf(members),
    decision,
    notes: [...reasons, ...members.flatMap(({ fit }) => fit.notes)],
    leftOut: members.flatMap(({ fit }) => fit.leftOut),
    forecast: (range) =>
      poolForecasts(
        members.map(({ name, weight, fit }) => ({ name, weight, forecast: fit.forecast(range) })),
      ),
    extend(further) {
      const longer = members.map((member) => ({ ...member, fit: member.fit.extend(further) }))
      return chosenFit(longer, decision, reasons)
    },
  }
}

/**
 * Forecasts a range by the mix that was decided on; where a member cannot forecast it after all, by the
 * floor.
 */
export function forecastByMix(
  history: LoadHistory,
  context: LoadContext,
  range: ForecastRange,
  decision: Decision,
  options: ChooseOptions = {},
): ChosenForecast {
  const fit = fitByMix(history, context, decision, options)
  const { name, notes, leftOut } = fit
  try {
    return { name, notes, leftOut, decision, forecast: fit.forecast(range) }
  } catch (error) {
    const floor = (options.forecasters ?? LOAD_FORECASTERS)[0]!
    if (name === floor.name) throw error
    const failure = `${name}: ${error instanceof Error ? error.message : String(error)}`
    const forecast = floor.fit(history, context).forecast(range)
    return { name: floor.name, notes: [failure, ...notes], leftOut, decision, forecast }
  }
}

/** Fits what serves a range like `range` of one series best. Throws ERR_ARGUMENT. */
export function chooseFit(
  history: LoadHistory,
  context: LoadContext,
  range: ForecastRange,
  options: ChooseOptions = {},
): ChosenFit {
  const verdict = judgeForecasters(history, context, range, options)
  const [decision] = decideMixes([verdict], options)
  return fitByMix(history, context, decision!, options)
}

/** Forecasts a range of one series by what serves it best. Throws ERR_ARGUMENT. */
export function chooseForecast(
  history: LoadHistory,
  context: LoadContext,
  range: ForecastRange,
  options: ChooseOptions = {},
): ChosenForecast {
  requireArgument(history.axis.count > 0, 'chooseForecast: the history has no steps')
  const verdict = judgeForecasters(history, context, range, options)
  const [decision] = decideMixes([verdict], options)
  const chosen = forecastByMix(history, context, range, decision!, options)
  return { ...chosen, notes: [...chosen.notes, ...verdict.failures] }
}

interface Member {
  readonly name: string
  readonly weight: number
  readonly fit: FittedLoad
}

function fitMembers(
  history: LoadHistory,
  context: LoadContext,
  mix: Mix,
  forecasters: readonly LoadForecaster[],
  failures: string[],
): readonly Member[] {
  const members = forecasters.flatMap((forecaster, at): Member[] => {
    const weight = mix[at] ?? 0
    if (weight === 0) return []
    try {
      return [{ name: forecaster.name, weight, fit: forecaster.fit(history, context) }]
    } catch (error) {
      failures.push(`${forecaster.name}: ${error instanceof Error ? error.message : String(error)}`)
      return []
    }
  })
  const total = members.reduce((sum, { weight }) => sum + weight, 0)
  return members.map((member) => ({ ...member, weight: member.weight / total }))
}

function nameOf(members: readonly Member[]): string {
  if (members.length === 1) return members[0]!.name
  return members.map(({ name, weight }) => `${name} ${weight.toFixed(2)}`).join(' + ')
}

function reasonFor({ isJudged, ratio, mix }: Decision, floor: LoadForecaster): readonly string[] {
  if (!isJudged) return []
  if (mix[0] === 1) return [`nothing did better than ${floor.name} on past windows`]
  return [`${ratio.toFixed(3)} of the loss of ${floor.name} on past windows`]
}
