import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { reconcile } from '../../learn/index.ts'
import { settled } from './apply-mint.ts'
import { errorsOf, type PastNodes } from './errors.ts'
import { reconcileMargin } from './knobs.ts'

/** bottom-up takes the sums of the bottom series; mint lets the aggregates speak too. */
export type ReconcileMethod = 'bottom-up' | 'mint'

/** How forecasts of one level did on the past: Σ |error| / Σ |actual| over its nodes and buckets. */
export interface LevelFigures {
  /** total, the name of a grouping, or series for the bottom. */
  readonly level: string
  readonly nodes: number
  /** Forecasts of the level itself, before they were made to add up. */
  readonly base: number
  readonly bottomUp: number
  readonly mint: number
}

/** Which method did better on the past, and by how much. */
export interface MethodChoice {
  readonly method: ReconcileMethod
  /** Whether MinT does better with the variances of past errors alone than with their covariance. */
  readonly isDiagonal: boolean
  /**
   * Error of MinT over that of bottom-up on origins that its covariance was not learned from, the
   * geometric mean over the levels; NaN where there was no past to judge on.
   */
  readonly ratio: number
  /** By level, the total first and the bottom series last. */
  readonly levels: readonly LevelFigures[]
  /** Of the method chosen, by aggregate: Σ |error| / Σ |actual|; NaN where nothing came. */
  readonly wape: Float64Array
  /** Σ (forecast − actual) / Σ |actual|. */
  readonly bias: Float64Array
}

/** Σ |error|, Σ error and Σ |actual| of each node. */
interface NodeSums {
  readonly absolute: Float64Array
  readonly signed: Float64Array
}

/**
 * Compares MinT with bottom-up on each past origin, with the covariance of the errors of the other
 * origins (of the other half of the buckets, and twice the margin, where there is one alone). Every
 * level counts alike. Errors of one window hang together, and a covariance learned from a few of them
 * can move parts wildly; so MinT with the variances alone is a candidate too.
 */
export function chooseMethod(
  hierarchy: reconcile.Hierarchy,
  past: readonly PastNodes[],
  settings?: KnobSettings,
): MethodChoice {
  const folds = past.length > 1 ? past : past.flatMap(halves)
  const nodes = hierarchy.aggregates + hierarchy.bottom
  const empty = (): NodeSums => ({
    absolute: new Float64Array(nodes),
    signed: new Float64Array(nodes),
  })
  const sums = { base: empty(), bottomUp: empty(), whole: empty(), diagonal: empty() }
  const size = new Float64Array(nodes)
  const plain = reconcile.bottomUp(hierarchy)
  folds.forEach((held, k) => {
    const others = folds.filter((_, other) => other !== k)
    const project = (isDiagonal: boolean) =>
      others.length > 0 ? projector(hierarchy, others, isDiagonal) : plain
    addErrors(hierarchy, sums.base, held)
    addErrors(hierarchy, sums.bottomUp, held, plain)
    addErrors(hierarchy, sums.whole, held, project(false))
    addErrors(hierarchy, sums.diagonal, held, project(true))
    held.actual.forEach((y, at) => {
      size[Math.floor(at / held.horizon)]! += Math.abs(y)
    })
  })
  const [whole, own] = [sums.whole, sums.diagonal].map((mint) =>
    figuresOf(hierarchy, { ...sums, mint }, size),
  )
  const isDiagonal = !(meanRatio(whole!) < meanRatio(own!))
  const levels = isDiagonal ? own! : whole!
  const ratio = meanRatio(levels)
  const margin = readKnob(reconcileMargin, settings) * (past.length > 1 ? 1 : 2)
  const method = ratio < 1 - margin ? 'mint' : 'bottom-up'
  const mint = isDiagonal ? sums.diagonal : sums.whole
  const { absolute, signed } = method === 'mint' ? mint : sums.bottomUp
  const share = (values: Float64Array) =>
    Float64Array.from({ length: hierarchy.aggregates }, (_, a) =>
      size[a]! > 0 ? values[a]! / size[a]! : Number.NaN,
    )
  return { method, isDiagonal, ratio, levels, wape: share(absolute), bias: share(signed) }
}

/**
 * MinT by the covariance of past errors, shrunk or (where few windows say too little of what goes
 * together) their variances alone; negative values are left for the caller to judge.
 */
export function projector(
  hierarchy: reconcile.Hierarchy,
  past: readonly PastNodes[],
  isDiagonal: boolean,
): reconcile.Reconciler {
  const nodes = hierarchy.aggregates + hierarchy.bottom
  const shrunk = reconcile.shrunkCovariance(errorsOf(past).errors, nodes)
  const covariance = isDiagonal ? reconcile.diagonal(shrunk.variance) : shrunk
  return reconcile.minTrace(hierarchy, covariance)
}

function halves({ horizon, actual, mean }: PastNodes): PastNodes[] {
  const nodes = actual.length / horizon
  const middle = Math.ceil(horizon / 2)
  const cut = (values: Float64Array, from: number, to: number) => {
    const part = new Float64Array(nodes * (to - from))
    for (let n = 0; n < nodes; n++) {
      part.set(values.subarray(n * horizon + from, n * horizon + to), n * (to - from))
    }
    return part
  }
  return [
    [0, middle],
    [middle, horizon],
  ]
    .filter(([from, to]) => to! > from!)
    .map(([from, to]) => ({
      horizon: to! - from!,
      actual: cut(actual, from!, to!),
      mean: cut(mean, from!, to!),
    }))
}

function addErrors(
  hierarchy: reconcile.Hierarchy,
  { absolute, signed }: NodeSums,
  { horizon, actual, mean }: PastNodes,
  project?: reconcile.Reconciler,
): void {
  for (let h = 0; h < horizon; h++) {
    const said = Float64Array.from(absolute, (_, n) => mean[n * horizon + h]!)
    const made = project ? settled(hierarchy, said, project.reconcile(said)) : said
    made.forEach((value, n) => {
      const error = value - actual[n * horizon + h]!
      absolute[n]! += Math.abs(error)
      signed[n]! += error
    })
  }
}

function figuresOf(
  hierarchy: reconcile.Hierarchy,
  sums: Readonly<Record<'base' | 'bottomUp' | 'mint', NodeSums>>,
  size: Float64Array,
): LevelFigures[] {
  const levels = new Map<string, number[]>()
  for (const { level, aggregate } of hierarchy.sums) {
    levels.set(level, [...(levels.get(level) ?? []), aggregate])
  }
  const bottom = Array.from({ length: hierarchy.bottom }, (_, i) => hierarchy.aggregates + i)
  return [...levels, [BOTTOM, bottom] as const].map(([level, of]) => {
    const total = (values: Float64Array) => of.reduce((sum, n) => sum + values[n]!, 0)
    const share = ({ absolute }: NodeSums) => total(absolute) / total(size)
    const { base, bottomUp, mint } = sums
    const nodes = of.length
    return { level, nodes, base: share(base), bottomUp: share(bottomUp), mint: share(mint) }
  })
}

/** Name of the level of the bottom series. */
const BOTTOM = 'series'

function meanRatio(levels: readonly LevelFigures[]): number {
  const logs = levels
    .map(({ mint, bottomUp }) => Math.log(mint / bottomUp))
    .filter((log) => Number.isFinite(log))
  return logs.length === 0 ? Number.NaN : Math.exp(logs.reduce((a, b) => a + b, 0) / logs.length)
}
