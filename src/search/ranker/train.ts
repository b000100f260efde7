import { type Interval, studentInterval } from '../../core/distributions/student.ts'
import { requireArgument } from '../../core/errors.ts'
import { type OnProgress, silent } from '../../core/progress.ts'
import { meanOfDefined } from '../evaluate/evaluate-run.ts'
import { screenColumns } from './fit-trees.ts'
import { foldsByCluster } from './folds.ts'
import { fitGrown, type GrownTrees, growTrees } from './grow-trees.ts'
import { type LeftOut, leaveOut, spreadOf } from './left-out.ts'
import { type LinearRanker, linearScores, trainLinear } from './linear.ts'
import { createRankModel, type RankModel, type RankPart } from './model.ts'
import { queryNdcg } from './query-ndcg.ts'
import { queriesWhere, type RankRows } from './table.ts'
import { trainingPlan } from './tree-settings.ts'

export interface TrainRankerOptions {
  /** Columns that order documents by themselves; the best of them is what the model must beat. */
  readonly fallbacks: readonly string[]
  /** Cluster of each query: near-duplicates are learned from, and judged on, together. */
  readonly clusters?: ArrayLike<number>
  /** Parts of the cross-validation (5, or 3 with many rows). */
  readonly folds?: number
  /** 'light' tries one setting of coarse trees and one ridge: a tenth of the work, for every night. */
  readonly effort?: 'full' | 'light'
  /** Places that count (10). */
  readonly at?: number
  readonly seed?: string | number
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/** How a ranker came about: mean nDCG on queries left out, and what was chosen by it. */
export interface RankerVerdict {
  readonly queries: number
  readonly fallback: string
  /** Mean nDCG on left-out queries, by part. */
  readonly ndcg: Readonly<Record<'fallback' | 'linear' | 'trees' | 'chosen', number>>
  /** Chosen − fallback by query, 95 % interval. */
  readonly gain: Interval
  /** Share of the trees beside the linear part, 0 … 1; 0 where the fallback was kept. */
  readonly treeShare: number
  readonly ridge: number
  readonly setting: string
  readonly rounds: number
  /** The fallback stands, because nothing was better on left-out queries. */
  readonly isFallback: boolean
}

export interface TrainedRanker {
  readonly model: RankModel
  readonly verdict: RankerVerdict
}

const SHARES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
/** More queries than this teach a weighted sum no more. */
const LINEAR_QUERIES = 600

/**
 * Trains what orders documents: LambdaMART, a weighted sum of columns, and their mixture, every
 * choice by cross-validation over clusters of queries; where none beats the best single column on
 * queries left out, that column is the model. Throws ERR_ARGUMENT without rows or with an unknown fallback.
 */
export function trainRanker(all: RankRows, options: TrainRankerOptions): TrainedRanker {
  requireArgument(all.groups.length > 0, 'there are no judged queries to train from')
  const { at = 10, seed = 0, onProgress = silent, signal } = options
  const plan = trainingPlan(all, seed, options.effort)
  const clusters = options.clusters ?? Int32Array.from(all.groups, (_, q) => q)
  const folds = Math.min(options.folds ?? plan.folds, new Set(Array.from(clusters)).size)
  const floor = bestColumn(all, options.fallbacks, at)
  if (folds < 2) return keepFallback(all, floor)
  onProgress({ step: 'train ranking model', done: 0, note: 'choosing columns' })
  const rows = screenColumns(all, plan.settings[0]!, plan.columns)
  const fold = foldsByCluster(clusters, folds, seed)
  const linear = chooseLinear(rows, fold, plan.ridges, floor, at)
  const trees = growTrees(rows, fold, plan.settings, at, onProgress, signal)
  const mixture = chooseShare(rows, linear, trees, at)
  const ours = queryNdcg(mixture.scores, rows, at)
  const gain = studentInterval(
    [...ours].map((value, q) => value - floor.ndcg[q]!).filter((d) => !Number.isNaN(d)),
  )
  if (!(gain.mean > 0)) return keepFallback(all, floor)
  onProgress({ step: 'train ranking model', done: 0, note: 'on all queries' })
  return {
    model: fitAll(rows, linear, trees, mixture.share, signal),
    verdict: {
      queries: rows.groups.length,
      fallback: all.names[floor.column]!,
      ndcg: {
        fallback: meanOfDefined(floor.ndcg),
        linear: linear.ndcg,
        trees: trees.ndcg,
        chosen: mixture.ndcg,
      },
      gain,
      treeShare: mixture.share,
      ridge: linear.ridge,
      setting: trees.name,
      rounds: trees.rounds,
      isFallback: false,
    },
  }
}

/** A column that orders documents by itself, and what it earns on each query. */
interface Floor {
  readonly name: string
  readonly column: number
  readonly ndcg: Float64Array
}

/** The column among `names` with the best mean nDCG: a choice of one, so that no part is left out. */
function bestColumn(rows: RankRows, names: readonly string[], at: number): Floor {
  const floors = names.map((name): Floor => {
    const column = rows.names.indexOf(name)
    requireArgument(column >= 0, `there is no column ${name} to fall back on`)
    return { name, column, ndcg: queryNdcg(withoutGaps(rows.columns[column]!), rows, at) }
  })
  requireArgument(floors.length > 0, 'no column to fall back on is named')
  const mean = (floor: Floor) => meanOfDefined(floor.ndcg)
  return floors.reduce((best, floor) => (mean(floor) > mean(best) ? floor : best))
}

const withoutGaps = (column: Float32Array) =>
  column.map((value) => (Number.isNaN(value) ? -Infinity : value))

/** The model that is one column. */
function keepFallback(rows: RankRows, floor: Floor): TrainedRanker {
  const model = singleColumn(rows, floor.column)
  const ndcg = meanOfDefined(floor.ndcg)
  return {
    model: createRankModel(rows.names, [{ kind: 'linear', model, weight: 1 }]),
    verdict: {
      queries: rows.groups.length,
      fallback: rows.names[floor.column]!,
      ndcg: { fallback: ndcg, linear: Number.NaN, trees: Number.NaN, chosen: ndcg },
      gain: { mean: 0, low: 0, high: 0 },
      treeShare: 0,
      ridge: Number.NaN,
      setting: 'none',
      rounds: 0,
      isFallback: true,
    },
  }
}

interface LinearChoice extends LeftOut {
  /** Infinite where the best single column stands for the weighted sum. */
  readonly ridge: number
  readonly fit: (rows: RankRows) => LinearRanker
}

/** The weighted sum of the best ridge, or the best single column where few queries bear no better one. */
function chooseLinear(
  rows: RankRows,
  fold: Int32Array,
  ridges: readonly number[],
  floor: Floor,
  at: number,
): LinearChoice {
  const choices = ridges.map((ridge): LinearChoice => {
    const fit = (of: RankRows) => trainLinear(sampled(of), { ridge })
    const leftOut = leaveOut(rows, fold, at, (inner, held) => linearScores(fit(inner), held))
    return { ridge, fit, ...leftOut }
  })
  const column = rows.names.indexOf(floor.name)
  if (column >= 0) {
    const model = singleColumn(rows, column)
    const scores = linearScores(model, rows)
    const ndcg = meanOfDefined(queryNdcg(scores, rows, at))
    choices.push({ ridge: Infinity, fit: () => model, scores, ndcg })
  }
  return choices.reduce((best, of) => (of.ndcg > best.ndcg ? of : best))
}

/** The weighted sum that is one column; where it is missing it counts as 0, as an arm that found nothing. */
function singleColumn(rows: RankRows, column: number): LinearRanker {
  const slopes = new Float64Array(rows.columns.length)
  slopes[column] = 1
  return { means: new Float64Array(rows.columns.length), slopes }
}

/** Every n-th query, so that at most LINEAR_QUERIES remain. */
function sampled(rows: RankRows): RankRows {
  const every = Math.ceil(rows.groups.length / LINEAR_QUERIES)
  return every <= 1 ? rows : queriesWhere(rows, (q) => q % every === 0).rows
}

/** The share of the trees beside the weighted sum, both scaled to the spread of their left-out scores. */
function chooseShare(rows: RankRows, linear: LeftOut, trees: LeftOut, at: number) {
  const scales = { linear: spreadOf(linear.scores, rows), trees: spreadOf(trees.scores, rows) }
  const mixtures = SHARES.map((share) => {
    const scores = trees.scores.map(
      (score, i) =>
        (share * score) / scales.trees + ((1 - share) * linear.scores[i]!) / scales.linear,
    )
    return { share, scores, ndcg: meanOfDefined(queryNdcg(scores, rows, at)) }
  })
  return mixtures.reduce((best, of) => (of.ndcg > best.ndcg ? of : best))
}

function fitAll(
  rows: RankRows,
  linear: LinearChoice,
  trees: GrownTrees,
  share: number,
  signal: AbortSignal | undefined,
): RankModel {
  const parts: RankPart[] = []
  if (share > 0) {
    parts.push(...fitGrown(rows, trees, share / spreadOf(trees.scores, rows), signal))
  }
  if (share < 1) {
    const model = linear.fit(rows)
    parts.push({ kind: 'linear', model, weight: (1 - share) / spreadOf(linear.scores, rows) })
  }
  return createRankModel(rows.names, parts)
}
