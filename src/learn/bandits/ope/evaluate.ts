import { type EstimatorOptions, ratioOf, termsOf } from './estimators.ts'
import { clusterTerms, type IntervalOptions, intervalOf } from './intervals.ts'
import { type Overlap, type OverlapLimits, overlapOf } from './overlap.ts'
import type { EstimatorName, IntervalName, OffPolicyLog } from './types.ts'

/** One estimate of what a policy earns, and how sure it is. */
export interface OffPolicyEstimate {
  readonly estimator: EstimatorName
  readonly value: number
  readonly interval: readonly [number, number]
}

export interface OffPolicyOptions extends EstimatorOptions, IntervalOptions {
  /** Default 'gamma', which is 'normal' where rewards may be negative. */
  readonly interval?: IntervalName
  /** Default: all that the log has the columns for. */
  readonly estimators?: readonly EstimatorName[]
  /** By row, the probability that the policy puts on actions to which the log gave none. */
  readonly unsupported?: Float64Array
  readonly limits?: OverlapLimits
}

/**
 * What another policy would have earned on a log: each estimator with its interval, and how well the
 * log covers the policy. The direct method's interval is of its mean alone: it does not know how wrong
 * the model is. Throws ERR_ARGUMENT, ERR_NOT_FINITE on a log that is not one.
 */
export function evaluateOffPolicy(
  log: OffPolicyLog,
  options: OffPolicyOptions = {},
): { readonly estimates: readonly OffPolicyEstimate[]; readonly overlap: Overlap } {
  const names = options.estimators ?? estimatorsFor(log)
  const estimates = names.map((estimator) => {
    const terms = termsOf(estimator, log, options)
    const units = clusterTerms(terms, log.clusters)
    const interval = intervalOf(options.interval ?? 'gamma', units, options)
    return { estimator, value: ratioOf(terms), interval }
  })
  return { estimates, overlap: overlapOf(log.weights, options.unsupported, options.limits) }
}

/** The estimators that a log has the columns for. */
export function estimatorsFor(log: OffPolicyLog): readonly EstimatorName[] {
  const weighted = ['ips', 'clipped-ips', 'snips'] as const
  const modelled = ['direct', 'doubly-robust', 'switch-doubly-robust'] as const
  return log.predictedTarget === undefined || log.predictedLogged === undefined
    ? weighted
    : [...weighted, ...modelled]
}
