import { readKnob } from '../../core/knobs.ts'
import { type Panel, panelEnd } from '../../core/panel.ts'
import { axisOf, seasonOf } from '../axis.ts'
import { type BacktestPlan, planBacktest } from '../backtest-plan.ts'
import { backtestRows } from '../backtest-rows.ts'
import type { FitParameters } from '../forecaster.ts'
import { backtestOrigins } from '../knobs.ts'
import { censorSuspected } from '../lost-sales/suspected.ts'
import { SeriesReader } from '../panel-forecaster.ts'
import { appendModel, backtest, fit, type Judgement } from './backtest-run.ts'
import { type CandidateSet, candidateNames, candidateSet } from './candidates.ts'
import { guardedChoice, mixOfBest, type ScoreTable, shrunkRatios } from './choose.ts'
import { learnContext } from './context.ts'
import { type ChosenForecaster, chosenForecaster } from './fitted-choice.ts'
import type { RunOptions } from './sharded.ts'

/** What the choice may be told. */
export interface ChooseOptions extends FitParameters, RunOptions {
  /** Buckets ahead that matter; the backtest judges them. */
  readonly horizon: number
  /** Candidates, the default first; `auto` stands for the usual ones. */
  readonly models?: readonly string[]
  /** Whether the mix of the best three models is a candidate too. Default true. */
  readonly mixes?: boolean
}

/**
 * Chooses for each series, by a rolling-origin backtest within the buckets before
 * `options.trainEnd`, the model or mix of three models with the least pinball loss (shrunk towards
 * what holds for series of its kind, guarded by the default), and fits it on all of them.
 * Source of the scheme: Tashman 2000 (rolling origins); parameters are estimated once before the
 * first origin. Throws ERR_ARGUMENT on unknown models, ERR_CANCELLED when stopped.
 */
export async function chooseModels(
  given: Panel,
  options: ChooseOptions,
): Promise<ChosenForecaster> {
  const end = options.trainEnd ?? (given.ids.length > 0 ? panelEnd(given) : 0)
  const plan = planClassical(given, end, options)
  const { settings = {} } = options
  const panel = censorSuspected(given, { end, origins: plan?.origins ?? [], settings })
  const season = seasonOf(panel, axisOf(panel), options.season)
  const set = candidateSet(candidateNames(options.models, season))
  const context = learnContext(panel, { ...options, trainEnd: end })
  const choice = plan
    ? await judge({ panel, set, plan, end, options })
    : {
        rows: [],
        members: suitedMembers(panel, set, end, context.season).map((bits) => bits & -bits),
      }
  const { members } = choice
  const parameters = await fit(panel, set, context, members, 'fit chosen models', options)
  return chosenForecaster({
    panel,
    set,
    context,
    members,
    parameters,
    backtest: choice.rows,
    backtestOrigins: plan?.origins ?? [],
  })
}

/** Where the choice is judged before `end`. */
export function planClassical(
  panel: Panel,
  end: number,
  { horizon, season, settings }: ChooseOptions,
): BacktestPlan | undefined {
  const count = Math.round(readKnob(backtestOrigins, settings))
  return planBacktest(panel, end, horizon, count, season)
}

/** Backtest of every model, then of the mix of the best; the bits chosen and the rows to show. */
async function judge(
  asked: Omit<Judgement, 'context' | 'parameters'> & { readonly options: ChooseOptions },
) {
  const { panel, set, plan, end, options } = asked
  const width = set.models.length
  const origin = plan.origins[0]!
  const context = learnContext(panel, { ...options, trainEnd: origin })
  // Asked of all data: what is chosen must suit the series as it is now.
  const suited = suitedMembers(panel, set, end, context.season)
  const parameters = await fit(panel, set, context, suited, 'fit all models', options)
  const judgement = { ...asked, context, parameters }
  const singles = await backtest(judgement, eachAlone(suited, width), width, 'backtest', options)
  const defaults = suited.map((bits) => 31 - Math.clz32(bits & -bits))
  const mixes = mixesOf(singles, defaults, options)
  const mixed = await backtest(judgement, mixes, 1, 'backtest of mixes', options)
  const table = appendModel(singles, mixed)
  const ratios = shrunkRatios(table, defaults, options.settings ?? {})
  const columns = guardedChoice(ratios, defaults, width + 1, options.settings ?? {})
  const members = columns.map((c, i) => (c === width ? mixes[i]! : 1 << c))
  return { members, rows: backtestRows(panel, set, mixes, table, context, origin) }
}

/** Bits of the mix to judge on each series; 0 = none. */
function mixesOf(table: ScoreTable, defaults: Int32Array, options: ChooseOptions): Int32Array {
  if (options.mixes === false) return new Int32Array(table.series)
  const ratios = shrunkRatios(table, defaults, options.settings ?? {})
  return mixOfBest(ratios, table.series, table.models)
}

/** Series × models: the model's bit where it suits the series. */
function eachAlone(suited: Int32Array, width: number): Int32Array {
  const singles = new Int32Array(suited.length * width)
  for (let k = 0; k < singles.length; k++) {
    singles[k] = suited[Math.floor(k / width)]! & (1 << (k % width))
  }
  return singles
}

/** Bits of the models that can say something on each series; the first model at least. */
function suitedMembers(
  panel: Panel,
  set: CandidateSet,
  origin: number,
  season: number,
): Int32Array {
  const reader = new SeriesReader(panel)
  return Int32Array.from(panel.ids, (_, i) => {
    const view = reader.read(i, origin)
    let bits = 0
    set.models.forEach((model, m) => {
      if (model.suits?.(view, season) ?? true) bits |= 1 << m
    })
    return bits === 0 ? 1 : bits
  })
}
