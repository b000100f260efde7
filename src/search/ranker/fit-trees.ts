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
    const seed = `${parameters.seed ?? 0}/${bag}`
    const own = { ...parameters, rounds, seed, earlyStopping: 0 }
    return trees.trainTrees(data, own, signal === undefined ? {} : { signal })
  })
}

export interface ValidatedTrees {
  /** Mean nDCG over the folds after each round, on queries left out. */
  readonly curve: Float64Array
  /** Scores of every row by the model of the other folds, at its own best round. */
  readonly scores: Float64Array
}

/** Trains on all folds but one, and watches the one left out. */
export function validateTrees(
  rows: RankRows,
  fold: Int32Array,
  { parameters }: TreeSetting,
  at: number,
  signal?: AbortSignal,
): ValidatedTrees {
  const folds = fold.reduce((most, f) => Math.max(most, f + 1), 0)
  const curve = new Float64Array(parameters.rounds ?? 100)
  const scores = new Float64Array(rows.rows)
  for (let f = 0; f < folds; f++) {
    throwIfStopped(signal)
    const inner = queriesWhere(rows, (q) => fold[q] !== f).rows
    const held = queriesWhere(rows, (q) => fold[q] === f)
    if (inner.rows === 0 || held.rows.rows === 0) continue
    const validation = treeData(held.rows)
    const model = trees.trainTrees(
      treeData(inner),
      { ...parameters, metric: { kind: 'ndcg', at } },
      { validation, ...(signal === undefined ? {} : { signal }) },
    )
    const share = held.rows.groups.length / rows.groups.length
    // A fold that stopped early would not have become better: its last value stands for the rest.
    for (let round = 0; round < curve.length; round++) {
      curve[round]! += (1 - (model.history[round] ?? model.history.at(-1)!)) * share
    }
    const own = model.predict(treeFeatures(held.rows))
    held.places.forEach((row, i) => {
      scores[row] = own[i]!
    })
  }
  return { curve, scores }
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

const PILOT_ROWS = 25_000
const PILOT_ROUNDS = 60

/** The `most` columns that a first, small model gains most from, in their order. */
export function screenColumns(rows: RankRows, { parameters }: TreeSetting, most: number): RankRows {
  if (rows.columns.length <= most) return rows
  const every = Math.ceil(rows.rows / PILOT_ROWS)
  const pilot = every <= 1 ? rows : queriesWhere(rows, (q) => q % every === 0).rows
  const model = trees.trainTrees(treeData(pilot), {
    ...parameters,
    rounds: PILOT_ROUNDS,
    learningRate: 0.15,
    earlyStopping: 0,
  })
  const gains = model.importance('gain')
  const ranked = [...gains.keys()].sort((a, b) => gains[b]! - gains[a]! || a - b)
  const kept = ranked.slice(0, most).sort((a, b) => a - b)
  return {
    ...rows,
    names: kept.map((c) => rows.names[c]!),
    columns: kept.map((c) => rows.columns[c]!),
    directions: kept.map((c) => rows.directions[c]!),
  }
}
