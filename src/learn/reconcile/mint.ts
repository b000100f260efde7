import { requireArgument, StorewrightError } from '../../core/errors.ts'
import { type ErrorCovariance, timesCovariance } from './covariance.ts'
import { directSolver, MOST_DIRECT } from './direct.ts'
import { aggregate, type Hierarchy } from './hierarchy.ts'

/** Projects base forecasts onto those that add up. */
export interface Reconciler {
  /**
   * Reconciled values of all nodes (aggregates, then bottom series) from base values of all nodes;
   * aggregates are exactly the sums of the bottom values. Throws ERR_ARGUMENT on values that are not
   * finite.
   */
  reconcile(base: Float64Array): Float64Array
}

export interface ReconcilerOptions {
  /**
   * No bottom value below zero: negative ones are set to zero and the sums follow (the heuristic of
   * Di Fonzo & Girolimetto 2023). Default false.
   */
  readonly nonNegative?: boolean
  /**
   * Solve once for every aggregate and keep the gain W Cᵀ (C W Cᵀ)⁻¹ (bottom × aggregates): worth it
   * where many vectors are reconciled, as samples are. Default false.
   */
  readonly keepGain?: boolean
  /**
   * How the system of the size of the aggregates is solved: `direct` factors it once, `iterative` never
   * writes it down. Default: direct up to 500 aggregates.
   */
  readonly solver?: 'direct' | 'iterative'
}

/** Takes the bottom values as they are; aggregates become their sums. */
export function bottomUp(hierarchy: Hierarchy, options: ReconcilerOptions = {}): Reconciler {
  return {
    reconcile: (base) =>
      finish(hierarchy, base.slice(requireAll(hierarchy, base)), options.nonNegative === true),
  }
}

/**
 * Minimum-trace reconciliation under the error covariance W: ỹ = ŷ − W Cᵀ (C W Cᵀ)⁻¹ C ŷ with
 * C = [I, −A], equal to S (Sᵀ W⁻¹ S)⁻¹ Sᵀ W⁻¹ ŷ. Only a system of the size of the aggregates is
 * solved, factored or by conjugate gradients on products with the sparse A; nothing of the size of
 * bottom × bottom is made. Source: Wickramasuriya, Athanasopoulos & Hyndman 2019, eq. 9 and lemma 1.
 */
export function minTrace(
  hierarchy: Hierarchy,
  covariance: ErrorCovariance,
  options: ReconcilerOptions = {},
): Reconciler {
  const nodes = hierarchy.aggregates + hierarchy.bottom
  requireArgument(
    covariance.variance.length === nodes,
    `minTrace: variances of ${covariance.variance.length} nodes, not ${nodes}`,
  )
  const solve = solverOf(hierarchy, covariance, options)
  /** What the bottom values lose for a gap between aggregates and sums. */
  const stepOf = (gap: Float64Array) => {
    const solved = solve(gap)
    return timesCovariance(covariance, transposed(hierarchy, solved)).subarray(hierarchy.aggregates)
  }
  const step = options.keepGain ? gainOf(hierarchy, stepOf) : stepOf
  return {
    reconcile(base) {
      requireAll(hierarchy, base)
      const taken = step(constraint(hierarchy, base))
      const bottom = base.slice(hierarchy.aggregates)
      for (let i = 0; i < bottom.length; i++) bottom[i]! -= taken[i]!
      return finish(hierarchy, bottom, options.nonNegative === true)
    },
  }
}

function solverOf(
  hierarchy: Hierarchy,
  covariance: ErrorCovariance,
  { solver }: ReconcilerOptions,
): (gap: Float64Array) => Float64Array {
  const isDirect = solver === 'direct' || (!solver && hierarchy.aggregates <= MOST_DIRECT)
  const direct = isDirect ? directSolver(hierarchy, covariance) : undefined
  if (direct !== undefined) return direct
  const preconditioner = diagonalOf(hierarchy, covariance)
  const times = (x: Float64Array) =>
    constraint(hierarchy, timesCovariance(covariance, transposed(hierarchy, x)))
  return (gap) => conjugateGradients(times, gap, preconditioner)
}

/** The same linear map as a matrix, bottom × aggregates. */
function gainOf(
  { aggregates, bottom }: Hierarchy,
  stepOf: (gap: Float64Array) => Float64Array,
): (gap: Float64Array) => Float64Array {
  const gain = new Float64Array(bottom * aggregates)
  for (let a = 0; a < aggregates; a++) {
    const unit = new Float64Array(aggregates)
    unit[a] = 1
    stepOf(unit).forEach((v, i) => {
      gain[i * aggregates + a] = v
    })
  }
  return (gap) =>
    Float64Array.from({ length: bottom }, (_, i) => {
      let sum = 0
      for (let a = 0; a < aggregates; a++) sum += gain[i * aggregates + a]! * gap[a]!
      return sum
    })
}

function requireAll({ aggregates, bottom }: Hierarchy, base: Float64Array): number {
  requireArgument(
    base.length === aggregates + bottom,
    `reconcile: ${base.length} values, not ${aggregates} aggregates and ${bottom} bottom series`,
  )
  for (let i = 0; i < base.length; i++) {
    requireArgument(Number.isFinite(base[i]!), `reconcile: value ${i} is ${base[i]}`)
  }
  return aggregates
}

function finish(hierarchy: Hierarchy, bottom: Float64Array, nonNegative: boolean): Float64Array {
  if (nonNegative) for (let i = 0; i < bottom.length; i++) bottom[i] = Math.max(0, bottom[i]!)
  return aggregate(hierarchy, bottom)
}

/** C x = aggregates of x − sums of its bottom part. */
function constraint({ aggregates, start, member }: Hierarchy, x: Float64Array): Float64Array {
  const out = new Float64Array(aggregates)
  for (let a = 0; a < aggregates; a++) {
    let sum = x[a]!
    for (let k = start[a]!; k < start[a + 1]!; k++) sum -= x[aggregates + member[k]!]!
    out[a] = sum
  }
  return out
}

/** Cᵀ x. */
function transposed(hierarchy: Hierarchy, x: Float64Array): Float64Array {
  const { aggregates, start, member } = hierarchy
  const out = new Float64Array(aggregates + hierarchy.bottom)
  for (let a = 0; a < aggregates; a++) {
    out[a] = x[a]!
    for (let k = start[a]!; k < start[a + 1]!; k++) out[aggregates + member[k]!]! -= x[a]!
  }
  return out
}

/** The diagonal of C diag(W) Cᵀ: own variance and those of the members. */
function diagonalOf(hierarchy: Hierarchy, { variance }: ErrorCovariance): Float64Array {
  const { aggregates, start, member } = hierarchy
  return Float64Array.from({ length: aggregates }, (_, a) => {
    let sum = variance[a]!
    for (let k = start[a]!; k < start[a + 1]!; k++) sum += variance[aggregates + member[k]!]!
    return sum
  })
}

const TOLERANCE = 1e-13

/**
 * Solves M x = b for a symmetric positive (semi-)definite M, preconditioned by a diagonal. Throws
 * ERR_ARGUMENT where the numbers are not finite. Source: Hestenes & Stiefel 1952.
 */
function conjugateGradients(
  times: (x: Float64Array) => Float64Array,
  b: Float64Array,
  diagonal: Float64Array,
): Float64Array {
  const n = b.length
  const x = new Float64Array(n)
  const r = b.slice()
  const precondition = (v: Float64Array) => v.map((value, i) => value / diagonal[i]!)
  let z = precondition(r)
  const p = z.slice()
  let rz = dot(r, z)
  const target = TOLERANCE * TOLERANCE * rz
  for (let step = 0; step < 20 * n + 50 && rz > target; step++) {
    const q = times(p)
    const curvature = dot(p, q)
    if (!Number.isFinite(curvature)) {
      throw new StorewrightError('ERR_ARGUMENT', 'reconcile: the numbers are not finite')
    }
    if (curvature <= 0) break
    const alpha = rz / curvature
    for (let i = 0; i < n; i++) {
      x[i]! += alpha * p[i]!
      r[i]! -= alpha * q[i]!
    }
    z = precondition(r)
    const next = dot(r, z)
    for (let i = 0; i < n; i++) p[i] = z[i]! + (next / rz) * p[i]!
    rz = next
  }
  return x
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
