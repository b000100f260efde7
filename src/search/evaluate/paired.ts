import { type Interval, studentInterval } from '../../core/distributions/student.ts'
import { requireArgument } from '../../core/errors.ts'
import { createRandom } from '../../core/random/random.ts'

/** How one ranking does beside another on the same queries. */
export interface PairedDifference {
  /** Queries on which both are defined. */
  readonly queries: number
  /** Mean of (ours − other) and its 95 % interval by Student's t over queries. */
  readonly student: Interval
  /** The same by the bootstrap over queries (percentiles 2.5 and 97.5). */
  readonly bootstrap: Interval
  /** Queries on which ours is better, worse, and within `tie`. */
  readonly wins: number
  readonly losses: number
  readonly ties: number
  /** ours − other by query, NaN where either is not defined. */
  readonly differences: Float64Array
}

export interface PairedOptions {
  /** Redraws of the bootstrap (2,000). */
  readonly redraws?: number
  readonly seed?: string | number
  /** Differences up to this size are ties (1e-9). */
  readonly tie?: number
  /** Queries of one group are redrawn together: near-duplicates are no independent evidence. */
  readonly groups?: ArrayLike<number>
}

/**
 * Compares values query by query. Queries vary far more than rankings differ, so only the paired
 * difference says something (Smucker, Allan & Carterette 2007). Throws ERR_ARGUMENT when lengths differ.
 */
export function pairedDifference(
  ours: ArrayLike<number>,
  other: ArrayLike<number>,
  options: PairedOptions = {},
): PairedDifference {
  const { length } = ours
  requireArgument(length === other.length, `${length} values beside ${other.length}`)
  const { redraws = 2000, seed = 0, tie = 1e-9, groups } = options
  const differences = Float64Array.from({ length }, (_, q) => ours[q]! - other[q]!)
  const places = [...differences.keys()].filter((q) => !Number.isNaN(differences[q]!))
  const defined = places.map((q) => differences[q]!)
  const sums = groups === undefined ? defined.map(alone) : sumsByGroup(places, differences, groups)
  return {
    queries: defined.length,
    student: groups === undefined ? studentInterval(defined) : clusteredInterval(sums),
    bootstrap: bootstrapMean(sums, redraws, seed),
    wins: defined.filter((d) => d > tie).length,
    losses: defined.filter((d) => d < -tie).length,
    ties: defined.filter((d) => Math.abs(d) <= tie).length,
    differences,
  }
}

interface GroupSum {
  sum: number
  count: number
}

const alone = (sum: number): GroupSum => ({ sum, count: 1 })

function sumsByGroup(
  places: readonly number[],
  differences: Float64Array,
  groups: ArrayLike<number>,
): GroupSum[] {
  const sums = new Map<number, GroupSum>()
  for (const q of places) {
    const of = sums.get(groups[q]!) ?? { sum: 0, count: 0 }
    of.sum += differences[q]!
    of.count++
    sums.set(groups[q]!, of)
  }
  return [...sums.values()]
}

/**
 * Mean of clustered values as a ratio of sums, its spread by the residuals of the clusters:
 * s² = G/(G − 1) Σ (sum_g − mean × count_g)² / N², t with G − 1 degrees (Cochran 1977, 6.4).
 */
function clusteredInterval(groups: readonly GroupSum[]): Interval {
  const total = groups.reduce((n, { count }) => n + count, 0)
  const mean = groups.reduce((sum, group) => sum + group.sum, 0) / total
  // Residuals scaled so that their mean's interval is that of the ratio.
  const residuals = groups.map(({ sum, count }) => ((sum - mean * count) * groups.length) / total)
  const { low, high } = studentInterval(residuals)
  return { mean, low: mean + low, high: mean + high }
}

function bootstrapMean(
  groups: readonly GroupSum[],
  redraws: number,
  seed: string | number,
): Interval {
  const total = groups.reduce((n, { count }) => n + count, 0)
  const mean = groups.reduce((sum, group) => sum + group.sum, 0) / total
  if (groups.length < 2) return { mean, low: -Infinity, high: Infinity }
  const random = createRandom(seed)
  const means = Float64Array.from({ length: redraws }, () => {
    let sum = 0
    let count = 0
    for (let i = 0; i < groups.length; i++) {
      const drawn = groups[random.int(groups.length)]!
      sum += drawn.sum
      count += drawn.count
    }
    return sum / count
  }).sort()
  const at = (level: number) => means[Math.round(level * (redraws - 1))]!
  return { mean, low: at(0.025), high: at(0.975) }
}
