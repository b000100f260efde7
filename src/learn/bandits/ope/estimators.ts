import { requireArgument, requireFinite } from '../../../core/errors.ts'
import type { EstimatorName, OffPolicyLog, Terms } from './types.ts'

export interface EstimatorOptions {
  /** Largest weight of `clipped-ips`. Default √rows (Ionides 2008). */
  readonly clip?: number
  /** Largest weight that `switch-doubly-robust` corrects by; beyond it trusts the model. Default √rows. */
  readonly switchAt?: number
}

/**
 * Rows of an estimate, so that the estimate is Σ numerator / Σ denominator:
 * - ips: w r (Horvitz & Thompson 1952)
 * - clipped-ips: min(w, clip) r (Ionides 2008)
 * - snips: w r over w (Swaminathan & Joachims 2015)
 * - direct: q̂(x, π)
 * - doubly-robust: q̂(x, π) + w (r − q̂(x, a)) (Dudík, Langford & Li 2011)
 * - switch-doubly-robust: the same with w only where w ≤ τ (Wang, Agarwal & Dudík 2017)
 * Throws ERR_ARGUMENT where the log has no rows or not what the estimator needs.
 */
export function termsOf(
  name: EstimatorName,
  log: OffPolicyLog,
  options: EstimatorOptions = {},
): Terms {
  checkLog(log)
  const limit = Math.sqrt(log.rewards.length)
  switch (name) {
    case 'ips':
      return weighted(log, log.weights)
    case 'clipped-ips': {
      const clip = options.clip ?? limit
      return weighted(
        log,
        log.weights.map((w) => Math.min(w, clip)),
      )
    }
    case 'snips': {
      const terms = weighted(log, log.weights)
      return { ...terms, denominator: terms.denominator.map((d, i) => d * log.weights[i]!) }
    }
    case 'direct':
      return { numerator: predictionsOf(name, log).target.slice(), denominator: unitsOf(log) }
    case 'doubly-robust':
      return corrected(name, log, Infinity)
    case 'switch-doubly-robust':
      return corrected(name, log, options.switchAt ?? limit)
  }
}

/** Terms w r. */
function weighted(log: OffPolicyLog, weights: Float64Array): Terms {
  const numerator = log.rewards.map((reward, i) => weights[i]! * reward)
  return { numerator, denominator: unitsOf(log), ...eventsOf(log, weights) }
}

/** Terms q̂(x, π) + w (r − q̂(x, a)), w only up to `switchAt`. */
function corrected(name: EstimatorName, log: OffPolicyLog, switchAt: number): Terms {
  const { logged, target } = predictionsOf(name, log)
  const weights = log.weights.map((w) => (w <= switchAt ? w : 0))
  const numerator = target.map((value, i) => value + weights[i]! * (log.rewards[i]! - logged[i]!))
  return { numerator, denominator: unitsOf(log), ...eventsOf(log, weights) }
}

function eventsOf({ rewards }: OffPolicyLog, scales: Float64Array) {
  if (rewards.some((reward) => reward < 0)) return {}
  return { events: rewards.map((reward, i) => reward * scales[i]!), scales }
}

/** Σ numerator / Σ denominator. */
export function ratioOf({ numerator, denominator }: Terms): number {
  let top = 0
  let bottom = 0
  for (let i = 0; i < numerator.length; i++) {
    top += numerator[i]!
    bottom += denominator[i]!
  }
  return bottom === 0 ? 0 : top / bottom
}

/** What a row counts in the denominator: 1 by row, 1 / rows of its cluster by cluster. */
function unitsOf({ rewards, clusters, per }: OffPolicyLog): Float64Array {
  const units = new Float64Array(rewards.length).fill(1)
  if (per !== 'cluster' || clusters === undefined) return units
  const sizes = new Map<number, number>()
  for (const c of clusters) sizes.set(c, (sizes.get(c) ?? 0) + 1)
  return units.map((_, i) => 1 / sizes.get(clusters[i]!)!)
}

function predictionsOf(name: EstimatorName, log: OffPolicyLog) {
  const { predictedLogged: logged, predictedTarget: target } = log
  requireArgument(
    logged !== undefined && target !== undefined,
    `${name} needs a reward model: give predictedLogged and predictedTarget`,
  )
  return { logged, target }
}

function checkLog(log: OffPolicyLog): void {
  const rows = log.rewards.length
  requireArgument(rows >= 2, `a log of ${rows} rows: an estimate needs at least two`)
  const columns = { ...log, per: undefined }
  for (const [name, column] of Object.entries(columns)) {
    if (column === undefined) continue
    requireArgument(column.length === rows, `${column.length} ${name} of ${rows} rewards`)
    for (let i = 0; i < rows; i++) requireFinite(column[i]!, `${name} of row ${i}`)
  }
  for (let i = 0; i < rows; i++) {
    requireArgument(log.weights[i]! >= 0, `weight of row ${i} is ${log.weights[i]}: it must be ≥ 0`)
  }
}
