/**
 * Solves A x = b for a symmetric positive definite A [n × n] of which the lower half is given; both are
 * overwritten, and b is returned as x. Cholesky; a pivot that is not positive is taken as tiny, which
 * drops the column.
 */
export function solveSymmetric(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length
  for (let j = 0; j < n; j++) {
    const rowJ = j * n
    let pivot = a[rowJ + j]!
    for (let k = 0; k < j; k++) pivot -= a[rowJ + k]! ** 2
    const diagonal = pivot > 0 ? Math.sqrt(pivot) : 1e150
    a[rowJ + j] = diagonal
    for (let i = j + 1; i < n; i++) {
      const rowI = i * n
      let sum = a[rowI + j]!
      for (let k = 0; k < j; k++) sum -= a[rowI + k]! * a[rowJ + k]!
      a[rowI + j] = sum / diagonal
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = b[i]!
    for (let k = 0; k < i; k++) sum -= a[i * n + k]! * b[k]!
    b[i] = sum / a[i * n + i]!
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!
    for (let k = i + 1; k < n; k++) sum -= a[k * n + i]! * b[k]!
    b[i] = sum / a[i * n + i]!
  }
  return b
}
