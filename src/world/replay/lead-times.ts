import { requireArgument } from '../../core/errors.ts'

/**
 * Lead times in whole days, as tables of equally likely values: one per distribution, shared by the
 * products that name it. An order placed in the morning of day d arrives before the sales of day
 * d + lead time, so the least is 1.
 */
export interface LeadTimes {
  /** Distribution of each product. */
  readonly distributionOf: Int32Array
  /** Table t holds values[offsets[t] … offsets[t+1]). */
  readonly offsets: Int32Array
  /** Days ≥ 1. */
  readonly values: Int32Array
}

/** One fixed lead time (days) for each product. */
export function fixedLeadTimes(days: ArrayLike<number>): LeadTimes {
  const distinct = [...new Set(Array.from(days))]
  return leadTimesOf(
    distinct.map((value) => [value]),
    Array.from(days, (value) => distinct.indexOf(value)),
  )
}

/**
 * Lead times from observed ones (each sample is as likely as any other; days, rounded, at least 1).
 * Throws ERR_ARGUMENT when a table is empty, a value is not finite or a product names no table.
 */
export function leadTimesOf(
  samples: readonly ArrayLike<number>[],
  distributionOf: ArrayLike<number>,
): LeadTimes {
  const offsets = new Int32Array(samples.length + 1)
  samples.forEach((table, t) => {
    requireArgument(table.length > 0, `lead times: distribution ${t} has no values`)
    offsets[t + 1] = offsets[t]! + table.length
  })
  const values = new Int32Array(offsets[samples.length]!)
  samples.forEach((table, t) => {
    for (let i = 0; i < table.length; i++) {
      const days = table[i]!
      requireArgument(Number.isFinite(days), `lead times: distribution ${t} holds ${days}`)
      values[offsets[t]! + i] = Math.max(1, Math.round(days))
    }
  })
  for (let p = 0; p < distributionOf.length; p++) {
    const t = distributionOf[p]!
    requireArgument(t >= 0 && t < samples.length, `lead times: product ${p} names table ${t}`)
  }
  return { distributionOf: Int32Array.from(distributionOf), offsets, values }
}

/**
 * A table of `size` equally likely values of a distribution given by its quantile function, at the
 * levels (i + ½) / size.
 */
export function discretize(quantile: (level: number) => number, size = 200): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => quantile((i + 0.5) / size))
}
