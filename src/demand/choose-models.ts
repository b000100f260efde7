import { readKnob } from '../core/knobs.ts'
import { type Panel, panelEnd, type QuantileForecast } from '../core/panel.ts'
import { axisOf, seasonOf } from './axis.ts'
import { type BacktestPlan, planBacktest } from './backtest-plan.ts'
import { type BacktestRow, backtestRows } from './backtest-rows.ts'
import { type CandidateSet, candidateNames, candidateSet } from './candidates.ts'
import { guardedChoice, mixOfBest, type ScoreTable, shrunkRatios } from './choose.ts'
import { membersName } from './combine.ts'
import { learnContext, type PanelContext } from './context.ts'
import type { FitParameters, FittedForecaster } from './forecaster.ts'
import { backtestOrigins } from './knobs.ts'
import { ForecastWriter, SeriesReader } from './panel-forecaster.ts'
import { SCORE_SIZE } from './score.ts'
import { predictShard } from './shard.ts'
import { concatenate, mapShards, type RunOptions } from './sharded.ts'
import { pickPanel } from './slice.ts'

/** What the choice may be told. */
export interface ChooseOptions extends FitParameters, RunOptions {
  /** Buckets ahead that matter; the backtest judges them. */
  readonly horizon: number
  /** Candidates, the default first; `auto` stands for the usual ones. */
  readonly models?: readonly string[]
  /** Whether the mix of the best three models is a candidate too. Default true. */
  readonly mixes?: boolean
}

/** Models chosen for every series of a panel and fitted. */
export interface ChosenForecaster extends FittedForecaster {
  /** Name of the model of each series. */
  readonly chosen: readonly string[]
  /** Figures of every model on every series that could be judged. */
  readonly backtest: readonly BacktestRow[]
  /** Origins of the backtest; empty where the history was too short for one. */
  readonly backtestOrigins: readonly number[]
  /** As predict, cut into shards that a pool may share. */
  predictSharded(
    origin: number,
    horizon: number,
    levels: Float64Array,
    options?: RunOptions,
  ): Promise<QuantileForecast>
  /** The same for some series alone, by index and in that order. */
  predictSeries(
    indices: Int32Array,
    origin: number,
    horizon: number,
    levels: Float64Array,
    options?: RunOptions,
  ): Promise<QuantileForecast>
}

/**
 * Chooses for each series, by a rolling-origin backtest within the buckets before
 * `options.trainEnd`, the model or mix of three models with the least pinball loss (shrunk towards
 * what holds for series of its kind, guarded by the default), and fits it on all of them.
 * Source of the scheme: Tashman 2000 (rolling origins); parameters are estimated once before the
 * first origin. Throws ERR_ARGUMENT on unknown models, ERR_CANCELLED when stopped.
 */
export async function chooseModels(
  panel: Panel,
  options: ChooseOptions,
): Promise<ChosenForecaster> {
  const set = candidateSet(
    candidateNames(options.models, seasonOf(panel, axisOf(panel), options.season)),
  )
  const end = options.trainEnd ?? (panel.ids.length > 0 ? panelEnd(panel) : 0)
  const plan = planBacktest(panel, end, options.horizon, backtestCount(options), options.season)
  const choice: Choice = plan
    ? await judge(panel, set, plan, end, options)
    : {
        rows: [],
        members: defaultMembers(
          panel,
          set,
          learnContext(panel, { ...options, trainEnd: end }),
          end,
        ),
      }
  const context = learnContext(panel, { ...options, trainEnd: end })
  const parameters = await fit(panel, set, context, choice.members, 'fit chosen models', options)
  const task = { context, models: modelNames(set) }
  const predictSeries: ChosenForecaster['predictSeries'] = async (
    indices,
    origin,
    horizon,
    levels,
    run = {},
  ) => {
    const picked = pickPanel(panel, indices)
    const { forecast } = new ForecastWriter(picked, origin, horizon, levels)
    const taskOf = (part: Panel, from: number, to: number) => ({
      ...task,
      panel: part,
      members: indices.slice(from, to).map((i) => choice.members[i]!),
      parameters: pickRows(parameters, set.offsets[set.models.length]!, indices.slice(from, to)),
      origin,
      horizon,
      levels,
    })
    const parts = await mapShards(picked, 'predictShard', 'forecast', taskOf, run)
    const mean = concatenate(parts.map((part) => part.mean))
    return { ...forecast, mean, quantiles: concatenate(parts.map((part) => part.quantiles)) }
  }
  return {
    chosen: Array.from(choice.members, (bits) => membersName(set, bits)),
    backtest: choice.rows,
    backtestOrigins: plan?.origins ?? [],
    predict(origin, horizon, levels) {
      const writer = new ForecastWriter(panel, origin, horizon, levels)
      const members = choice.members
      return {
        ...writer.forecast,
        ...predictShard({ ...task, panel, members, parameters, origin, horizon, levels }),
      }
    },
    predictSeries,
    predictSharded: (origin, horizon, levels, run) =>
      predictSeries(
        Int32Array.from(panel.ids, (_, i) => i),
        origin,
        horizon,
        levels,
        run,
      ),
  }
}

const backtestCount = (options: ChooseOptions) =>
  Math.round(readKnob(backtestOrigins, options.settings))

const modelNames = (set: CandidateSet) => set.models.map((model) => model.name)

/** Fits the models of `members` (bits, one entry a series) in shards. */
async function fit(
  panel: Panel,
  set: CandidateSet,
  context: PanelContext,
  members: Int32Array,
  step: string,
  options: RunOptions,
): Promise<Float64Array> {
  const models = modelNames(set)
  const taskOf = (part: Panel, from: number, to: number) => ({
    panel: part,
    context,
    models,
    members: members.slice(from, to),
  })
  return concatenate(await mapShards(panel, 'fitShard', step, taskOf, options))
}

/** Bits of the models of each series, and how all did. */
interface Choice {
  readonly members: Int32Array
  readonly rows: readonly BacktestRow[]
}

/** Backtest of every model, then of the mix of the best; the choice and the rows to show. */
async function judge(
  panel: Panel,
  set: CandidateSet,
  plan: BacktestPlan,
  end: number,
  options: ChooseOptions,
): Promise<Choice> {
  const series = panel.ids.length
  const width = set.models.length
  const settings = options.settings ?? {}
  const context = learnContext(panel, { ...options, trainEnd: plan.origins[0]! })
  const suited = suitedMembers(panel, set, context, plan.origins[0]!)
  const parameters = await fit(panel, set, context, suited, 'fit all models', options)
  const run = (combinations: Int32Array, count: number, step: string) =>
    backtest({ panel, set, context, plan, end, parameters, combinations, count, step, options })
  const singles = new Int32Array(series * width)
  for (let k = 0; k < singles.length; k++) {
    singles[k] = suited[Math.floor(k / width)]! & (1 << (k % width))
  }
  const first = await run(singles, width, 'backtest')
  const defaults = suited.map(lowestBit)
  const mixes =
    options.mixes === false
      ? new Int32Array(series)
      : mixOfBest(shrunkRatios(first, defaults, settings), series, width)
  const second = await run(mixes, 1, 'backtest of mixes')
  const table = appendColumn(first, second.scores)
  const ratios = shrunkRatios(table, defaults, settings)
  const columns = guardedChoice(ratios, defaults, width + 1, settings)
  const members = columns.map((c, i) => (c === width ? mixes[i]! : 1 << c))
  return { members, rows: backtestRows(panel, set, mixes, table, context, plan.origins[0]!) }
}

interface BacktestRun {
  readonly panel: Panel
  readonly set: CandidateSet
  readonly context: PanelContext
  readonly plan: BacktestPlan
  readonly end: number
  readonly parameters: Float64Array
  readonly combinations: Int32Array
  readonly count: number
  readonly step: string
  readonly options: RunOptions
}

async function backtest(run: BacktestRun): Promise<ScoreTable> {
  const { panel, set, parameters, combinations, count } = run
  const stride = set.offsets[set.models.length]!
  const taskOf = (part: Panel, from: number, to: number) => ({
    panel: part,
    context: run.context,
    models: modelNames(set),
    parameters: parameters.slice(from * stride, to * stride),
    combinations: combinations.slice(from * count, to * count),
    combinationCount: count,
    origins: run.plan.origins,
    horizon: run.plan.horizon,
    end: run.end,
  })
  const parts = await mapShards(panel, 'backtestShard', run.step, taskOf, run.options)
  return { series: panel.ids.length, models: count, scores: concatenate(parts) }
}

/** Bits of the models that can say something on each series; the first model at least. */
function suitedMembers(
  panel: Panel,
  set: CandidateSet,
  context: PanelContext,
  origin: number,
): Int32Array {
  const reader = new SeriesReader(panel)
  return Int32Array.from(panel.ids, (_, i) => {
    const view = reader.read(i, origin)
    let bits = 0
    set.models.forEach((model, m) => {
      if (model.suits?.(view, context) ?? true) bits |= 1 << m
    })
    return bits === 0 ? 1 : bits
  })
}

function defaultMembers(
  panel: Panel,
  set: CandidateSet,
  context: PanelContext,
  origin: number,
): Int32Array {
  return suitedMembers(panel, set, context, origin).map((bits) => 1 << lowestBit(bits))
}

const lowestBit = (bits: number) => 31 - Math.clz32(bits & -bits)

/** Rows of `stride` numbers at `indices`. */
function pickRows(values: Float64Array, stride: number, indices: Int32Array): Float64Array {
  const picked = new Float64Array(indices.length * stride)
  indices.forEach((i, k) => {
    picked.set(values.subarray(i * stride, (i + 1) * stride), k * stride)
  })
  return picked
}

/** The table with one more model. */
function appendColumn(table: ScoreTable, column: Float64Array): ScoreTable {
  const models = table.models + 1
  const scores = new Float64Array(table.series * models * SCORE_SIZE)
  for (let i = 0; i < table.series; i++) {
    const old = table.models * SCORE_SIZE
    scores.set(table.scores.subarray(i * old, (i + 1) * old), i * models * SCORE_SIZE)
    const at = (i * models + table.models) * SCORE_SIZE
    scores.set(column.subarray(i * SCORE_SIZE, (i + 1) * SCORE_SIZE), at)
  }
  return { series: table.series, models, scores }
}
