import type { OnProgress } from '../../core/progress.ts'
import type { PreparedFeatures } from './prepare.ts'

/** One column of the table that trees learn from. */
export interface TreeFeature {
  readonly name: string
  readonly kind: 'number' | 'category'
  /** Numbers: NaN = missing. Categories: codes 0, 1, …; −1 (or NaN) = missing. */
  readonly values: Float32Array | Float64Array | Int32Array
  /** 1: the prediction never falls as the feature rises; −1: never rises. Numbers only. */
  readonly monotone?: -1 | 0 | 1
}

/** What to learn: features and, row by row, the target. */
export interface TreeData {
  readonly rows: number
  /** Columns, or the result of prepareTreeData (bins made once, used by many trainings). */
  readonly features: readonly TreeFeature[] | PreparedFeatures
  readonly target: Float64Array
  /** Weight of a row, ≥ 0; 1 where absent. */
  readonly weights?: Float64Array
  /** Ranking: number of rows of each query, in row order; their sum is `rows`. */
  readonly groups?: Int32Array
  /** Start score of a row (rows × outputs, on the scale of raw scores) in place of a constant. */
  readonly offset?: Float64Array
}

/** Columns to predict for: every feature the model knows, by name; order does not matter. */
export type TreeInput = readonly TreeFeature[] | PreparedFeatures

/** What the trees minimize. Raw scores are on the log scale for poisson, tweedie; logit for logistic. */
export type TreeObjective =
  | { readonly kind: 'squared' }
  | { readonly kind: 'poisson' }
  /** Compound Poisson-gamma deviance, 1 < power < 2. */
  | { readonly kind: 'tweedie'; readonly power: number }
  /**
   * Pinball loss at rising levels in (0, 1), one output a level. shared: one tree a round whose
   * leaves hold a value per level (default); else one series of trees a level.
   */
  | { readonly kind: 'quantile'; readonly levels: readonly number[]; readonly shared?: boolean }
  /** Targets 0 or 1 (or a probability between). */
  | { readonly kind: 'logistic' }
  /** LambdaMART: targets are grades 0, 1, …; gain of grade g is `gains[g]`, by default 2^g − 1. */
  | {
      readonly kind: 'lambdarank'
      /** Pairs count when one of the two stands within the first `truncation` places (default 30). */
      readonly truncation?: number
      readonly gains?: readonly number[]
      /** Scale each query's gradients by its number and spread of pairs (default true). */
      readonly normalize?: boolean
    }
  /** RankNet: logistic loss on every pair of a query with unequal targets. */
  | { readonly kind: 'pairwise' }

/** How trees grow; every absent value has the default in parentheses (see README.md). */
export interface TreeParameters {
  readonly objective: TreeObjective
  /** Boosting rounds at most (100). */
  readonly rounds?: number
  /** Shrinkage of every tree (0.1). */
  readonly learningRate?: number
  /** Leaves of a tree at most, grown best first (31). */
  readonly leaves?: number
  /** Splits from root to leaf at most (no limit). */
  readonly maxDepth?: number
  /** Rows in a leaf at least (20). */
  readonly minRows?: number
  /** Sum of second derivatives in a leaf at least (1e-3). */
  readonly minHessian?: number
  /** L1 and L2 penalty on leaf values (0, 0). */
  readonly lambda1?: number
  readonly lambda2?: number
  /** Gain of a split at least (0). */
  readonly minGain?: number
  /** Size of a leaf value at most before shrinkage (0 = no limit). */
  readonly maxStep?: number
  /** Bins of a number at most, 2 … 255 (255); ignored for prepared features. */
  readonly maxBins?: number
  /** Share of rows drawn for a tree without replacement (1), renewed every `rowEvery` rounds (1). */
  readonly rowFraction?: number
  readonly rowEvery?: number
  /** Gradient-based sampling in place of rowFraction: keep the `top` share, draw `other` of the rest. */
  readonly goss?: { readonly top: number; readonly other: number }
  /** Share of features drawn for a tree (1) and again for each node (1). */
  readonly columnFraction?: number
  readonly columnFractionByNode?: number
  /** Categories: pull of small ones to the mean (10), extra L2 (10), most on the smaller side (32), */
  readonly categorySmooth?: number
  readonly categoryLambda2?: number
  readonly maxCategories?: number
  /** categories at most to try one against the rest (4), rows of a group of categories at least (100). */
  readonly oneHotUpTo?: number
  readonly minCategoryRows?: number
  /** Stop after this many rounds without a better validation loss (0 = never). Needs validation. */
  readonly earlyStopping?: number
  /** Loss watched on validation; default: the objective's own. ndcg is reported as 1 − ndcg. */
  readonly metric?: TreeMetric
  readonly seed?: string | number
}

/** Losses to watch; smaller is better in all of them. */
export type TreeMetric =
  | { readonly kind: 'objective' }
  | { readonly kind: 'absolute' }
  | { readonly kind: 'squared' }
  | { readonly kind: 'ndcg'; readonly at: number }

export interface TrainOptions {
  /** Rows to watch the loss on. */
  readonly validation?: TreeData
  readonly onProgress?: OnProgress
  /** Stops between rounds with ERR_CANCELLED. */
  readonly signal?: AbortSignal
}

export interface ParallelOptions extends TrainOptions {
  /** Threads (2). The model is the same, bit for bit, whatever their number. */
  readonly threads?: number
}

/** A trained model. Outputs: 1, or one a quantile level. */
export interface TreeModel {
  readonly objective: TreeObjective
  readonly outputs: number
  readonly featureNames: readonly string[]
  /** Rounds kept: the best by validation when early stopping was on. */
  readonly bestRound: number
  readonly treeCount: number
  /** Validation loss after each round that ran; empty without validation. */
  readonly history: readonly number[]
  /**
   * Predictions, rows × outputs row-major, on the scale of the target (mean, probability, quantiles
   * in rising order, ranking score). `offset` as in TreeData. Throws ERR_ARGUMENT when a feature is
   * missing or lengths differ.
   */
  predict(input: TreeInput, options?: PredictOptions): Float64Array
  /**
   * TreeSHAP: rows × outputs × (features + 1), the last column the expected score; each row of it
   * sums to the raw score. Quantile outputs come in the order of `predict`.
   */
  contributions(input: TreeInput, options?: PredictOptions): Float64Array
  /** Rows under the model's bins, to predict and explain the same rows more than once. */
  prepare(features: readonly TreeFeature[]): PreparedFeatures
  /** Per feature, in the order of featureNames: total gain of its splits, or their number. */
  importance(kind: 'gain' | 'splits'): Float64Array
  /** What predicts small tables one after another fastest. Throws ERR_ARGUMENT on several outputs. */
  reader(): TreeReader
  /** The whole model as one file; treeModelFromBytes reads it. */
  toBytes(): Uint8Array
}

/**
 * Predicts one small table after another, as serving does: values are read where they lie, nothing is
 * made for a column, and columns that no tree splits on are not asked for.
 */
export interface TreeReader {
  /** Numbers (places in featureNames) of the features that any tree splits on. */
  readonly used: readonly number[]
  /** Starts a table of `rows` rows. */
  begin(rows: number): void
  /**
   * The values of a feature: row i has values[from + i × step]; one that is not finite is missing.
   * All used features must be put before `scores`.
   */
  put(feature: number, values: Float32Array, from: number, step: number): void
  /** What `predict` says of the table, bit for bit. */
  scores(): Float64Array
}

export interface PredictOptions {
  /** Raw scores (before exp or logistic) in place of predictions. */
  readonly raw?: boolean
  /** Written to and returned, where given. */
  readonly into?: Float64Array
  /** Start scores, rows × outputs, in place of the model's constant. */
  readonly offset?: Float64Array
}
