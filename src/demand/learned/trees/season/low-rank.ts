/**
 * What the rows of a matrix have in common beside their mean: its first `rank` singular directions,
 * each singular value drawn towards zero by `shrink` times the next one after them (a soft threshold
 * as in Cai, Candès & Shen 2010). `rows` × `columns`, row-major; written to `into`.
 */
export function lowRank(
  matrix: Float64Array,
  rows: number,
  columns: number,
  rank: number,
  shrink: number,
  into: Float64Array,
): void {
  if (rows > columns) {
    const turned = transposed(matrix, rows, columns)
    const result = new Float64Array(rows * columns)
    lowRank(turned, columns, rows, rank, shrink, result)
    into.set(transposed(result, columns, rows))
    return
  }
  into.fill(0)
  const wanted = Math.min(rank + 1, rows, columns)
  if (wanted < 2) return
  const gram = gramOf(matrix, rows, columns)
  const { vectors, values } = leadingEigenvectors(gram, rows, wanted)
  const threshold = shrink * Math.sqrt(Math.max(0, values[wanted - 1]!))
  const projected = new Float64Array(columns)
  for (let k = 0; k < wanted - 1; k++) {
    const sigma = Math.sqrt(Math.max(0, values[k]!))
    if (sigma <= threshold || sigma === 0) continue
    addDirection(matrix, rows, columns, vectors, k, 1 - threshold / sigma, projected, into)
  }
}

function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const turned = new Float64Array(rows * columns)
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) turned[c * rows + r] = matrix[r * columns + c]!
  }
  return turned
}

/** into += weight · u uᵀ M, for direction `k` of `vectors` (rows × directions, column-major). */
function addDirection(
  matrix: Float64Array,
  rows: number,
  columns: number,
  vectors: Float64Array,
  k: number,
  weight: number,
  projected: Float64Array,
  into: Float64Array,
): void {
  projected.fill(0)
  for (let r = 0; r < rows; r++) {
    const u = vectors[k * rows + r]!
    for (let c = 0; c < columns; c++) projected[c]! += u * matrix[r * columns + c]!
  }
  for (let r = 0; r < rows; r++) {
    const u = weight * vectors[k * rows + r]!
    for (let c = 0; c < columns; c++) into[r * columns + c]! += u * projected[c]!
  }
}

/** M Mᵀ. */
function gramOf(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const gram = new Float64Array(rows * rows)
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0
      for (let c = 0; c < columns; c++) sum += matrix[a * columns + c]! * matrix[b * columns + c]!
      gram[a * rows + b] = sum
      gram[b * rows + a] = sum
    }
  }
  return gram
}

const ITERATIONS = 40

/**
 * The first `count` eigenvectors of a symmetric matrix (column-major, n × count) and their eigenvalues,
 * by orthogonal iteration with Gram–Schmidt steps. Source: Golub & Van Loan, Matrix Computations, 8.2.4.
 */
export function leadingEigenvectors(
  gram: Float64Array,
  n: number,
  count: number,
): { vectors: Float64Array; values: Float64Array } {
  const vectors = new Float64Array(n * count)
  // Fixed directions without a pattern: a start that no eigenvector is orthogonal to in practice.
  for (let k = 0; k < vectors.length; k++) vectors[k] = Math.sin(1 + 7.31 * k + 0.017 * k * k)
  const image = new Float64Array(n * count)
  const values = new Float64Array(count)
  orthonormalize(vectors, n, count, values)
  for (let round = 0; round < ITERATIONS; round++) {
    multiply(gram, vectors, n, count, image)
    vectors.set(image)
    orthonormalize(vectors, n, count, values)
  }
  return { vectors, values }
}

function multiply(
  gram: Float64Array,
  vectors: Float64Array,
  n: number,
  count: number,
  into: Float64Array,
): void {
  for (let k = 0; k < count; k++) {
    for (let r = 0; r < n; r++) {
      let sum = 0
      for (let c = 0; c < n; c++) sum += gram[r * n + c]! * vectors[k * n + c]!
      into[k * n + r] = sum
    }
  }
}

/** Gram–Schmidt in order; `lengths` are the lengths left after taking earlier directions out. */
function orthonormalize(
  vectors: Float64Array,
  n: number,
  count: number,
  lengths: Float64Array,
): void {
  for (let k = 0; k < count; k++) {
    const own = vectors.subarray(k * n, (k + 1) * n)
    for (let j = 0; j < k; j++) {
      const other = vectors.subarray(j * n, (j + 1) * n)
      let dot = 0
      for (let r = 0; r < n; r++) dot += own[r]! * other[r]!
      for (let r = 0; r < n; r++) own[r]! -= dot * other[r]!
    }
    let square = 0
    for (let r = 0; r < n; r++) square += own[r]! * own[r]!
    const length = Math.sqrt(square)
    lengths[k] = length
    if (length > 0) for (let r = 0; r < n; r++) own[r]! /= length
  }
}
