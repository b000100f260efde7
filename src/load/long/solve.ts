import { StorewrightError } from '../../core/errors.ts'

/**
 * Factors a symmetric positive semidefinite matrix [n × n] as L Lᵀ in place of its lower triangle.
 * A pivot that rounding or an exactly known direction leaves at nothing gives a column of zeros.
 */
export function factorSemidefinite(matrix: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(n * n)
  for (let j = 0; j < n; j++) {
    let pivot = matrix[j * n + j]!
    for (let k = 0; k < j; k++) pivot -= factor[j * n + k]! ** 2
    if (!(pivot > 1e-14)) continue
    const root = Math.sqrt(pivot)
    factor[j * n + j] = root
    for (let i = j + 1; i < n; i++) {
      let sum = matrix[i * n + j]!
      for (let k = 0; k < j; k++) sum -= factor[i * n + k]! * factor[j * n + k]!
      factor[i * n + j] = sum / root
    }
  }
  return factor
}

/**
 * Solves A X = B for a symmetric positive definite A [n × n] and B [n × columns], row-major; B is
 * overwritten by X. Throws ERR_NOT_FINITE where A is not positive definite.
 */
export function solveInPlace(a: Float64Array, b: Float64Array, n: number, columns: number): void {
  const factor = factorSemidefinite(a, n)
  for (let i = 0; i < n; i++) {
    if (!(factor[i * n + i]! > 0)) {
      throw new StorewrightError('ERR_NOT_FINITE', 'the equations of a fit have no single solution')
    }
    for (let k = 0; k < i; k++) takeRow(b, i, k, factor[i * n + k]!, columns)
    scaleRow(b, i, 1 / factor[i * n + i]!, columns)
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) takeRow(b, i, k, factor[k * n + i]!, columns)
    scaleRow(b, i, 1 / factor[i * n + i]!, columns)
  }
}

function takeRow(b: Float64Array, to: number, from: number, times: number, columns: number): void {
  if (times === 0) return
  for (let c = 0; c < columns; c++) b[to * columns + c]! -= times * b[from * columns + c]!
}

function scaleRow(b: Float64Array, row: number, by: number, columns: number): void {
  for (let c = 0; c < columns; c++) b[row * columns + c]! *= by
}
