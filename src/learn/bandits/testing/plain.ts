/** (matrix + ridge I)⁻¹ by Gauss-Jordan, row-major n × n: the plain way. */
export function plainInverse(matrix: readonly number[], ridge: number, n: number): number[] {
  const width = 2 * n
  const rows = Array.from({ length: n }, (_, i) =>
    Array.from({ length: width }, (_, j) =>
      j < n ? matrix[i * n + j]! + (i === j ? ridge : 0) : j - n === i ? 1 : 0,
    ),
  )
  for (let k = 0; k < n; k++) {
    let pivot = k
    for (let i = k; i < n; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i
    const [a, b] = [rows[k]!, rows[pivot]!]
    rows[k] = b
    rows[pivot] = a
    const scale = rows[k]![k]!
    rows[k] = rows[k]!.map((v) => v / scale)
    for (let i = 0; i < n; i++) {
      if (i === k) continue
      const factor = rows[i]![k]!
      rows[i] = rows[i]!.map((v, j) => v - factor * rows[k]![j]!)
    }
  }
  return rows.flatMap((row) => row.slice(n))
}
