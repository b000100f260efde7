import type { ErrorCovariance } from './covariance.ts'
import type { Hierarchy } from './hierarchy.ts'

/** Solves C W Cᵀ z = gap; undefined where the matrix cannot be factored. */
export type GapSolver = (gap: Float64Array) => Float64Array

/** Aggregates up to which the system is written down and factored: 2 MB, a third of a second. */
export const MOST_DIRECT = 500

/**
 * Factors C W Cᵀ once (Cholesky), so that any number of gaps costs aggregates² each. It is made of
 * what the aggregates share: share · (own variance on the diagonal + variances of the bottom series
 * that two of them have in common) + (1 − share) / T · (C E)(C E)ᵀ. Undefined where the matrix is not
 * positive definite in doubles.
 */
export function directSolver(
  hierarchy: Hierarchy,
  covariance: ErrorCovariance,
): GapSolver | undefined {
  const n = hierarchy.aggregates
  const matrix = constraintCovariance(hierarchy, covariance)
  if (!factor(matrix, n)) return undefined
  return (gap) => {
    const z = gap.slice()
    for (let i = 0; i < n; i++) {
      let sum = z[i]!
      for (let k = 0; k < i; k++) sum -= matrix[i * n + k]! * z[k]!
      z[i] = sum / matrix[i * n + i]!
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = z[i]!
      for (let k = i + 1; k < n; k++) sum -= matrix[k * n + i]! * z[k]!
      z[i] = sum / matrix[i * n + i]!
    }
    return z
  }
}

/** C W Cᵀ, aggregates × aggregates. */
function constraintCovariance(
  hierarchy: Hierarchy,
  { variance, share, errors, points }: ErrorCovariance,
): Float64Array {
  const { aggregates: n, start, member } = hierarchy
  const matrix = new Float64Array(n * n)
  const owners: number[][] = Array.from({ length: hierarchy.bottom }, () => [])
  for (let a = 0; a < n; a++) {
    matrix[a * n + a] = share * variance[a]!
    for (let k = start[a]!; k < start[a + 1]!; k++) owners[member[k]!]!.push(a)
  }
  owners.forEach((of, i) => {
    const own = share * variance[n + i]!
    for (const a of of) for (const b of of) matrix[a * n + b]! += own
  })
  if (share === 1 || points === 0) return matrix
  const gaps = gapErrors(hierarchy, errors, points)
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0
      for (let t = 0; t < points; t++) sum += gaps[a * points + t]! * gaps[b * points + t]!
      matrix[a * n + b]! += ((1 - share) / points) * sum
      if (b < a) matrix[b * n + a] = matrix[a * n + b]!
    }
  }
  return matrix
}

/** C E: the error of each aggregate less those of its members; aggregates × T. */
function gapErrors(
  { aggregates, start, member }: Hierarchy,
  errors: Float64Array,
  points: number,
): Float64Array {
  const gaps = errors.slice(0, aggregates * points)
  for (let a = 0; a < aggregates; a++) {
    for (let k = start[a]!; k < start[a + 1]!; k++) {
      const from = (aggregates + member[k]!) * points
      for (let t = 0; t < points; t++) gaps[a * points + t]! -= errors[from + t]!
    }
  }
  return gaps
}

/** Lower Cholesky factor in place; false where a pivot is not clearly above zero. */
function factor(matrix: Float64Array, n: number): boolean {
  for (let j = 0; j < n; j++) {
    const before = matrix[j * n + j]!
    let pivot = before
    for (let k = 0; k < j; k++) pivot -= matrix[j * n + k]! ** 2
    if (!(pivot > 1e-12 * before)) return false
    const root = Math.sqrt(pivot)
    matrix[j * n + j] = root
    for (let i = j + 1; i < n; i++) {
      let sum = matrix[i * n + j]!
      for (let k = 0; k < j; k++) sum -= matrix[i * n + k]! * matrix[j * n + k]!
      matrix[i * n + j] = sum / root
    }
  }
  return true
}
