import { StorewrightError } from '../core/errors.ts'
import { nearest } from '../core/knobs.ts'
import type { Panel } from '../core/panel.ts'
import { type ChooseOptions, chooseModels } from './classical/choose-models.ts'
import { CLASSICAL, classicalForecaster } from './classical/classical-forecaster.ts'
import type { ChosenForecaster } from './classical/fitted-choice.ts'
import { SERIES_MODELS } from './classical/models/registry.ts'
import { type CombinedForecaster, combineForecasters } from './combine/combined-forecaster.ts'
import { predictIn } from './combine/judged.ts'
import type { FittedForecaster, Forecaster } from './forecaster.ts'
import { autoMembers, LEARNED } from './learned-members.ts'
import { censorSuspected } from './lost-sales/suspected.ts'
import { classicalReadingEvents } from './occasions/event-forecaster.ts'
import { pickForecast } from './slice.ts'

/** What the choice of a forecaster may be told. */
export interface ChooseForecasterOptions extends ChooseOptions {
  /**
   * `auto` (default: classical and learned models combined), `classical`, or names of classical and
   * learned models: classical ones alone are chosen among, learned ones join them in a combination, a
   * learned one alone is asked alone. Several learned ones are combined beside all classical ones.
   */
  readonly models?: readonly string[]
  /** Learned forecasters that `auto` combines; default: those of the knobs demand.auto-…. */
  readonly learned?: readonly Forecaster[]
  /** Correct level and quantiles by what the past shows. Default true. */
  readonly calibrate?: boolean
  /** Keep what a combination said of the past, for a reconciliation. Default false. */
  readonly keepPast?: boolean
}

/** What the names of models mean. */
interface Asked {
  /** Names of classical models; undefined = none. */
  readonly classical: readonly string[] | undefined
  readonly learned: readonly Forecaster[]
}

/** Names that --model takes, beside auto. */
export function modelNames(): readonly string[] {
  return [
    CLASSICAL,
    ...LEARNED.map((forecaster) => forecaster.name),
    ...SERIES_MODELS.map((model) => model.name),
  ]
}

/**
 * Fits the forecaster that `options.models` names to what lies before `options.trainEnd`. Throws
 * ERR_ARGUMENT on unknown names, ERR_PANEL on an unusable panel, ERR_CANCELLED when stopped.
 */
export async function chooseForecaster(
  panel: Panel,
  options: ChooseForecasterOptions,
): Promise<ChosenForecaster | CombinedForecaster> {
  const { classical, learned } = readNames(options)
  if (learned.length === 0 && !classical?.includes('auto')) {
    return chooseModels(panel, { ...options, ...(classical ? { models: classical } : {}) })
  }
  if (classical === undefined && learned.length === 1) return alone(panel, learned[0]!, options)
  const floor = classicalReadingEvents(
    classicalForecaster({
      models: classical ?? ['auto'],
      ...(options.mixes === undefined ? {} : { mixes: options.mixes }),
    }),
  )
  if (learned.length === 0) return floor.fit(panel, options)
  return combineForecasters(panel, floor, learned, options)
}

function readNames(options: ChooseForecasterOptions): Asked {
  const names = [...new Set(options.models ?? ['auto'])]
  const auto = options.learned ?? autoMembers(options.settings)
  const known = [...auto, ...LEARNED]
  const learned: Forecaster[] = names.includes('auto') ? [...auto] : []
  const classical: string[] = []
  for (const name of names) {
    const found = known.find((forecaster) => forecaster.name === name)
    if (name === 'auto' || name === CLASSICAL) classical.push('auto')
    else if (found === undefined) classical.push(requireClassical(name))
    else if (!learned.includes(found)) learned.push(found)
  }
  return { classical: classical.length > 0 ? classical : undefined, learned }
}

function requireClassical(name: string): string {
  if (SERIES_MODELS.some((model) => model.name === name)) return name
  const names = ['auto', ...modelNames()]
  throw new StorewrightError('ERR_ARGUMENT', `there is no forecasting model "${name}"`, {
    next: `Did you mean ${nearest(name, names)}? There are: ${names.join(', ')}.`,
  })
}

/** One learned forecaster for all series, as it is. */
async function alone(
  given: Panel,
  forecaster: Forecaster,
  options: ChooseForecasterOptions,
): Promise<ChosenForecaster> {
  const end = options.trainEnd === undefined ? {} : { end: options.trainEnd }
  const panel = censorSuspected(given, { ...end, settings: options.settings ?? {} })
  const fitted: FittedForecaster = await forecaster.fit(panel, options)
  return {
    chosen: panel.ids.map(() => forecaster.name),
    backtest: [],
    backtestOrigins: [],
    predict: (origin, horizon, levels) => fitted.predict(origin, horizon, levels),
    predictSharded: async (origin, horizon, levels, run = {}) =>
      predictIn(fitted, origin, horizon, levels, run),
    async predictSeries(indices, origin, horizon, levels, run = {}) {
      return pickForecast(await predictIn(fitted, origin, horizon, levels, run), indices)
    },
  }
}
