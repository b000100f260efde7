import { reconcile } from '../../learn/index.ts'
import { errorsOf, type PastNodes } from './errors.ts'

/** bottom-up takes the sums of the bottom series; mint lets the aggregates speak too. */
export type ReconcileMethod = 'bottom-up' | 'mint'

/** Which method did better on the past, and by how much. */
export interface MethodChoice {
  readonly method: ReconcileMethod
  /** Loss of MinT over that of bottom-up on origins that its covariance was not learned from. */
  readonly ratio: number
}

/** What MinT must save to replace the plain sums. */
const MARGIN = 0.01

/**
 * Compares MinT with bottom-up on each past origin, with the covariance of the errors of the other
 * origins (of the other half of the buckets where there is one alone). The loss is the mean, over
 * the level of aggregates and the level of bottom series, of Σ |error| / Σ |actual|.
 */
export function chooseMethod(
  hierarchy: reconcile.Hierarchy,
  past: readonly PastNodes[],
): MethodChoice {
  const folds = past.length > 1 ? past : halves(past[0]!)
  let [mint, plain] = [0, 0]
  folds.forEach((held, k) => {
    const others = folds.filter((_, other) => other !== k)
    const project = projector(hierarchy, others)
    mint += lossOf(hierarchy, held, project)
    plain += lossOf(hierarchy, held, reconcile.bottomUp(hierarchy))
  })
  const ratio = plain > 0 ? mint / plain : 1
  return { method: ratio < 1 - MARGIN ? 'mint' : 'bottom-up', ratio }
}

/** MinT by the shrunk covariance of past errors. */
export function projector(
  hierarchy: reconcile.Hierarchy,
  past: readonly PastNodes[],
): reconcile.Reconciler {
  const nodes = hierarchy.aggregates + hierarchy.bottom
  const covariance = reconcile.shrunkCovariance(errorsOf(past), nodes)
  return reconcile.minTrace(hierarchy, covariance, { nonNegative: true, keepGain: true })
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

function lossOf(
  hierarchy: reconcile.Hierarchy,
  { horizon, actual, mean }: PastNodes,
  { reconcile: project }: reconcile.Reconciler,
): number {
  const nodes = hierarchy.aggregates + hierarchy.bottom
  const error = [0, 0]
  const size = [0, 0]
  for (let h = 0; h < horizon; h++) {
    const made = project(Float64Array.from({ length: nodes }, (_, n) => mean[n * horizon + h]!))
    for (let n = 0; n < nodes; n++) {
      const level = n < hierarchy.aggregates ? 0 : 1
      error[level]! += Math.abs(made[n]! - actual[n * horizon + h]!)
      size[level]! += Math.abs(actual[n * horizon + h]!)
    }
  }
  return size[0]! > 0 && size[1]! > 0 ? error[0]! / size[0]! + error[1]! / size[1]! : 0
}
