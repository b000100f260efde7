import { throwIfStopped } from '../../core/progress.ts'
import { trees } from '../../learn/index.ts'
import { treeFeatures } from './model.ts'
import { queriesWhere, type RankRows } from './table.ts'
import type { TreeSetting } from './tree-settings.ts'

/** The rows as trees take them. */
function treeData(rows: RankRows): trees.TreeData {
  const { groups, grades, weights } = rows
  return {
    rows: rows.rows,
    features: treeFeatures(rows, rows.directions),
    target: grades,
    groups,
    ...(weights === undefined ? {} : { weights }),
  }
}

/** The models of a setting at a number of rounds, one a bag. */
export function fitTrees(
  rows: RankRows,
  { parameters, bags }: TreeSetting,
  rounds: number,
  signal?: AbortSignal,
): readonly trees.TreeModel[] {
  const data = treeData(rows)
  return Array.from({ length: bags }, (_, bag) => {
    throwIfStopped(signal)
    const own = { ...parameters, rounds, seed: `${parameters.seed ?? 0}/${bag}` }
    return trees.trainTrees(data, own, signal === undefined ? {} : { signal })
  })
}

/**
 * Mean nDCG over the folds after each round, on queries left out. Folds count by their queries.
 */
export function validationCurve(
  rows: RankRows,
  fold: Int32Array,
  setting: TreeSetting,
  at: number,
  signal?: AbortSignal,
): Float64Array {
  const folds = fold.reduce((most, f) => Math.max(most, f + 1), 0)
  const { parameters } = setting
  const curve = new Float64Array(parameters.rounds ?? 100)
  for (let f = 0; f < folds; f++) {
    const inner = queriesWhere(rows, (q) => fold[q] !== f).rows
    const held = queriesWhere(rows, (q) => fold[q] === f).rows
    if (inner.rows === 0 || held.rows === 0) continue
    const { history } = trees.trainTrees(
      treeData(inner),
      { ...parameters, metric: { kind: 'ndcg', at } },
      { validation: treeData(held), ...(signal === undefined ? {} : { signal }) },
    )
    history.forEach((loss, round) => {
      curve[round]! += ((1 - loss) * held.groups.length) / rows.groups.length
    })
  }
  return curve
}

/** Round (from 1) at which a curve, smoothed over its neighbours, is highest. */
export function bestRound(curve: Float64Array): number {
  const reach = Math.max(1, Math.floor(curve.length / 40))
  let best = 0
  let most = -Infinity
  for (let r = 0; r < curve.length; r++) {
    const around = curve.subarray(Math.max(0, r - reach), r + reach + 1)
    const mean = around.reduce((a, b) => a + b, 0) / around.length
    if (mean > most + 1e-9) {
      most = mean
      best = r
    }
  }
  return best + 1
}
