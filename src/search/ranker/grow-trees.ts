import type { OnProgress } from '../../core/progress.ts'
import { meanOfDefined } from '../evaluate/evaluate-run.ts'
import { bestRound, fitTrees, validateTrees } from './fit-trees.ts'
import { type LeftOut, leaveOut, spreadOf } from './left-out.ts'
import { createRankModel, type RankPart } from './model.ts'
import { queryNdcg } from './query-ndcg.ts'
import type { RankRows } from './table.ts'
import type { TreeSetting } from './tree-settings.ts'

/** A setting with the rounds that were best on queries left out, and its weight among the others. */
interface GrownSetting {
  readonly setting: TreeSetting
  readonly rounds: number
  readonly weight: number
}

/** The trees of all settings together, and what they earn on queries left out. */
export interface GrownTrees extends LeftOut {
  readonly name: string
  /** The most of any setting. */
  readonly rounds: number
  readonly settings: readonly GrownSetting[]
}

/**
 * Trees of every setting, each scaled to the spread of its left-out scores, in equal parts. They are
 * not chosen among: objectives err in different places, their mean was no worse than the best of them
 * on films, and with few queries a choice would follow noise.
 */
export function growTrees(
  rows: RankRows,
  fold: Int32Array,
  settings: readonly TreeSetting[],
  at: number,
  onProgress: OnProgress,
  signal: AbortSignal | undefined,
): GrownTrees {
  const scores = new Float64Array(rows.rows)
  const grown = settings.map((setting, done): GrownSetting => {
    const total = settings.length
    onProgress({ step: 'train ranking model', done, total, note: `trying ${setting.name}` })
    const { rounds, scores: own } = leaveOutSetting(rows, fold, setting, at, signal)
    const weight = 1 / spreadOf(own, rows) / total
    for (let i = 0; i < scores.length; i++) scores[i]! += weight * own[i]!
    return { setting, rounds, weight }
  })
  return {
    name: settings.map(({ name }) => name).join(' + '),
    rounds: Math.max(...grown.map(({ rounds }) => rounds)),
    settings: grown,
    scores,
    ndcg: meanOfDefined(queryNdcg(scores, rows, at)),
  }
}

function leaveOutSetting(
  rows: RankRows,
  fold: Int32Array,
  setting: TreeSetting,
  at: number,
  signal: AbortSignal | undefined,
): { readonly rounds: number; readonly scores: Float64Array } {
  const { curve, scores } = validateTrees(rows, fold, setting, at, signal)
  const rounds = bestRound(curve)
  if (setting.bags === 1) return { rounds, scores }
  // With few queries each fold's own best round would flatter: all take the same, as the final model does.
  const same = leaveOut(rows, fold, at, (inner, held) => {
    const parts = fitSetting(inner, { setting, rounds, weight: 1 }, 1, signal)
    return createRankModel(rows.names, parts).score(held)
  })
  return { rounds, scores: same.scores }
}

/** The models of all settings, trained on all rows; `weight` is theirs together. */
export function fitGrown(
  rows: RankRows,
  { settings }: GrownTrees,
  weight: number,
  signal: AbortSignal | undefined,
): readonly RankPart[] {
  return settings.flatMap((of) => fitSetting(rows, of, weight, signal))
}

function fitSetting(
  rows: RankRows,
  { setting, rounds, weight: own }: GrownSetting,
  weight: number,
  signal: AbortSignal | undefined,
): readonly RankPart[] {
  return fitTrees(rows, setting, rounds, signal).map((model) => ({
    kind: 'trees' as const,
    model,
    weight: (weight * own) / setting.bags,
  }))
}
