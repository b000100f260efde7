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
  const { rewards, weights } = log
  const rows = rewards.length
  const limit = Math.sqrt(rows)
  switch (name) {
    case 'ips':
      return byRow(log, (i) => weights[i]! * rewards[i]!)
    case 'clipped-ips': {
      const clip = options.clip ?? limit
      return byRow(log, (i) => Math.min(weights[i]!, clip) * rewards[i]!)
    }
    case 'snips': {
      const { numerator, denominator } = byRow(log, (i) => weights[i]! * rewards[i]!)
      return { numerator, denominator: denominator.map((d, i) => d * weights[i]!) }
    }
    case 'direct': {
      const { target } = predictionsOf(name, log)
      return byRow(log, (i) => target[i]!)
    }
    case 'doubly-robust':
      return corrected(name, log, Infinity)
    case 'switch-doubly-robust':
      return corrected(name, log, options.switchAt ?? limit)
  }
}

function corrected(name: EstimatorName, log: OffPolicyLog, switchAt: number): Terms {
  const { logged, target } = predictionsOf(name, log)
  return byRow(log, (i) => {
    const weight = log.weights[i]!
    return target[i]! + (weight <= switchAt ? weight * (log.rewards[i]! - logged[i]!) : 0)
  })
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

/** Terms of a mean by row, or of a mean of the clusters' sums. */
function byRow(log: OffPolicyLog, term: (row: number) => number): Terms {
  const numerator = Float64Array.from(log.rewards, (_, i) => term(i))
  const denominator = new Float64Array(numerator.length).fill(1)
  if (log.per === 'cluster' && log.clusters !== undefined) {
    const sizes = new Map<number, number>()
    for (const c of log.clusters) sizes.set(c, (sizes.get(c) ?? 0) + 1)
    log.clusters.forEach((c, i) => {
      denominator[i] = 1 / sizes.get(c)!
    })
  }
  return { numerator, denominator }
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
