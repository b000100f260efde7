/**
 * Lower Cholesky factors of symmetric positive definite matrices, row-major in full squares of
 * `n × n` doubles; what lies above the diagonal is neither read nor written.
 */

/**
 * Factors `matrix + ridge × I` into `factor` (L Lᵀ). Returns false where the sum is not positive
 * definite to working precision; `factor` is then unusable.
 */
export function factorize(
  matrix: Float64Array,
  ridge: number,
  n: number,
  factor: Float64Array,
): boolean {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]! + (i === j ? ridge : 0)
      for (let k = 0; k < j; k++) sum -= factor[i * n + k]! * factor[j * n + k]!
      if (i > j) factor[i * n + j] = sum / factor[j * n + j]!
      else if (sum > 0 && Number.isFinite(sum)) factor[i * n + i] = Math.sqrt(sum)
      else return false
    }
  }
  return true
}

/**
 * Turns the factor of M into that of M + x xᵀ in place, in n² steps by Givens rotations; `x` is
 * used up. It only adds, so it stays positive definite. Source: Gill, Golub, Murray & Saunders 1974,
 * method C1.
 */
export function updateFactor(factor: Float64Array, n: number, x: Float64Array): void {
  for (let k = 0; k < n; k++) {
    const xk = x[k]!
    if (xk === 0) continue
    const old = factor[k * n + k]!
    const now = Math.hypot(old, xk)
    const c = now / old
    const s = xk / old
    factor[k * n + k] = now
    for (let i = k + 1; i < n; i++) {
      const value = (factor[i * n + k]! + s * x[i]!) / c
      factor[i * n + k] = value
      x[i] = c * x[i]! - s * value
    }
  }
}

/** Solves L y = x, `x` from `from` on; y goes to `out` from `to` on. */
export function solveLower(
  factor: Float64Array,
  n: number,
  x: Float64Array,
  from: number,
  out: Float64Array,
  to: number,
): void {
  for (let i = 0; i < n; i++) {
    let sum = x[from + i]!
    const row = i * n
    for (let k = 0; k < i; k++) sum -= factor[row + k]! * out[to + k]!
    out[to + i] = sum / factor[row + i]!
  }
}

/** Solves Lᵀ y = x in place. */
export function solveUpper(factor: Float64Array, n: number, x: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    const value = x[i]! / factor[i * n + i]!
    x[i] = value
    const row = i * n
    for (let k = 0; k < i; k++) x[k] = x[k]! - factor[row + k]! * value
  }
}
