import type { Panel } from '../../core/panel.ts'
import type { BacktestPlan } from '../backtest-plan.ts'
import { SCORE_SIZE } from '../score.ts'
import { type CandidateSet, modelNames } from './candidates.ts'
import type { ScoreTable } from './choose.ts'
import type { PanelContext } from './context.ts'
import { concatenate, mapShards, type RunOptions } from './sharded.ts'

/** What is judged: fitted models of a panel, at the origins of a plan, on nothing from `end` on. */
export interface Judgement {
  readonly panel: Panel
  readonly set: CandidateSet
  readonly plan: BacktestPlan
  readonly end: number
  readonly context: PanelContext
  readonly parameters: Float64Array
}

/** Fits the models of `members` (bits, one entry a series) in shards; series × parameters. */
export async function fit(
  panel: Panel,
  set: CandidateSet,
  context: PanelContext,
  members: Int32Array,
  step: string,
  run: RunOptions,
): Promise<Float64Array> {
  const models = modelNames(set)
  const taskOf = (part: Panel, from: number, to: number) => ({
    panel: part,
    context,
    models,
    members: members.slice(from, to),
  })
  return concatenate(await mapShards(panel, 'fitShard', step, taskOf, run))
}

/** Scores of `count` combinations of models (bits) of every series, in shards. */
export async function backtest(
  judgement: Judgement,
  combinations: Int32Array,
  count: number,
  step: string,
  run: RunOptions,
): Promise<ScoreTable> {
  const { panel, set, parameters, plan, end, context } = judgement
  const models = modelNames(set)
  const stride = set.offsets[set.models.length]!
  const taskOf = (part: Panel, from: number, to: number) => ({
    panel: part,
    context,
    models,
    parameters: parameters.slice(from * stride, to * stride),
    combinations: combinations.slice(from * count, to * count),
    combinationCount: count,
    origins: plan.origins,
    horizon: plan.horizon,
    end,
  })
  const parts = await mapShards(panel, 'backtestShard', step, taskOf, run)
  return { series: panel.ids.length, models: count, scores: concatenate(parts) }
}

/** The table with the one model of another as its last. */
export function appendModel(table: ScoreTable, last: ScoreTable): ScoreTable {
  const models = table.models + 1
  const scores = new Float64Array(table.series * models * SCORE_SIZE)
  for (let i = 0; i < table.series; i++) {
    const old = table.models * SCORE_SIZE
    scores.set(table.scores.subarray(i * old, (i + 1) * old), i * models * SCORE_SIZE)
    const at = (i * models + table.models) * SCORE_SIZE
    scores.set(last.scores.subarray(i * SCORE_SIZE, (i + 1) * SCORE_SIZE), at)
  }
  return { series: table.series, models, scores }
}
