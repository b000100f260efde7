import type { Panel } from '../../core/panel.ts'
import { slotOf } from '../axis.ts'
import { describe, ForecastWriter, fitSeries, SeriesReader } from '../panel-forecaster.ts'
import { addScore, BACKTEST_LEVELS, SCORE_SIZE } from '../score.ts'
import { NOTHING, type Wanted } from '../wanted.ts'
import { type CandidateSet, candidateSet, parametersAt } from './candidates.ts'
import type { PanelContext } from './context.ts'
import { forecastMembers } from './mix.ts'
import type { SeriesForecast, SeriesView } from './series-model.ts'

/** Work on some series of a panel: plain data that travels to a worker. */
interface ShardTask {
  readonly panel: Panel
  readonly context: PanelContext
  readonly models: readonly string[]
}

export interface FitTask extends ShardTask {
  /** Bits of the models to fit, one entry a series. */
  readonly members: Int32Array
}

/** Fits the members of each series before context.trainEnd; returns series × parameters. */
export function fitShard(task: FitTask): Float64Array {
  const { panel, context } = task
  const set = candidateSet(task.models)
  const stride = set.offsets[set.models.length]!
  const reader = new SeriesReader(panel)
  const stored = new Float64Array(panel.ids.length * stride)
  for (let i = 0; i < panel.ids.length; i++) {
    const view = reader.read(i, context.trainEnd)
    const own = stored.subarray(i * stride, (i + 1) * stride)
    for (let m = 0; m < set.models.length; m++) {
      if ((task.members[i]! & (1 << m)) === 0) continue
      fitSeries(set.models[m]!, view, context, parametersAt(set, own, m))
    }
  }
  return stored
}

export interface PredictTask extends FitTask {
  readonly parameters: Float64Array
  readonly origin: number
  readonly horizon: number
  readonly levels: Float64Array
  /** What is wanted of each series; everything where it is not said. */
  readonly wanted?: Wanted
}

/** Forecasts every series that is wanted with its members; mean (series × horizon) and quantiles (… × levels). */
export function predictShard(task: PredictTask): {
  readonly mean: Float64Array
  readonly quantiles: Float64Array
} {
  const { panel, context, origin } = task
  const set = candidateSet(task.models)
  const stride = set.offsets[set.models.length]!
  const reader = new SeriesReader(panel)
  const writer = new ForecastWriter(panel, origin, task.horizon, task.levels)
  for (let i = 0; i < panel.ids.length; i++) {
    if (task.wanted?.[i] === NOTHING) continue
    const view = reader.read(i, origin)
    const own = task.parameters.subarray(i * stride, (i + 1) * stride)
    forecastMembers(set, task.members[i]!, view, context, own, writer.slots)
    writer.write(i)
  }
  return { mean: writer.forecast.mean, quantiles: writer.forecast.quantiles }
}

export interface BacktestTask extends ShardTask {
  readonly parameters: Float64Array
  /** Combinations of models to judge: series × combinations, bits; 0 = nothing. */
  readonly combinations: Int32Array
  readonly combinationCount: number
  /** Rising buckets, none before context.trainEnd. */
  readonly origins: readonly number[]
  readonly horizon: number
  /** Nothing from this bucket on is read. */
  readonly end: number
}

/** Scores combinations of models of every series over all origins: series × combinations × SCORE_SIZE. */
export function backtestShard(task: BacktestTask): Float64Array {
  const { panel, end, combinationCount: width } = task
  const set = candidateSet(task.models)
  const stride = set.offsets[set.models.length]!
  const reader = new SeriesReader(panel)
  const scores = new Float64Array(panel.ids.length * width * SCORE_SIZE)
  const slots = slotBuffer(task.horizon)
  for (let i = 0; i < panel.ids.length; i++) {
    const whole = reader.read(i, end)
    for (const origin of task.origins) {
      const slot = slotOf(reader.axis, origin)
      // A series that did not exist at the origin says nothing about how it would have been forecast.
      if (slot < whole.firstSlot) continue
      const view = viewBefore(whole, slot)
      const horizon = slotOf(reader.axis, Math.min(end, origin + task.horizon))
      const into = { ...slots, horizon: Math.max(0, horizon - slot) }
      for (let c = 0; c < width; c++) {
        const at = i * width + c
        const own = task.parameters.subarray(i * stride, (i + 1) * stride)
        const score = scores.subarray(at * SCORE_SIZE, (at + 1) * SCORE_SIZE)
        judge(set, task.combinations[at]!, view, task.context, own, into, whole, score)
      }
    }
  }
  return scores
}

function judge(
  set: CandidateSet,
  members: number,
  view: SeriesView,
  context: PanelContext,
  parameters: Float64Array,
  into: SeriesForecast,
  whole: SeriesView,
  score: Float64Array,
): void {
  if (members === 0) return
  forecastMembers(set, members, view, context, parameters, into)
  addScore(into, whole.y, view.length, Math.min(into.horizon, whole.length - view.length), score)
}

/** The same series as it was known at a slot. */
function viewBefore(whole: SeriesView, slot: number): SeriesView {
  const length = Math.max(0, Math.min(whole.length, slot - whole.firstSlot))
  return describe(whole.y, length, whole.firstSlot)
}

function slotBuffer(horizon: number): SeriesForecast {
  return {
    horizon,
    levels: BACKTEST_LEVELS,
    mean: new Float64Array(horizon),
    quantiles: new Float64Array(horizon * BACKTEST_LEVELS.length),
  }
}
