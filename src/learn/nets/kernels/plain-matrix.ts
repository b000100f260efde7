import type { Heap, Kernels } from './types.ts'

type MatrixKernels = Pick<
  Kernels,
  | 'gemm'
  | 'gemmLeftTransposed'
  | 'transpose'
  | 'addColumnSums'
  | 'convForward'
  | 'convInput'
  | 'convWeights'
>

/** Matrix products and convolutions, as their definitions say. */
export function plainMatrix({ floats: f }: Heap): MatrixKernels {
  const gemm: Kernels['gemm'] = (a, lda, b, ldb, c, ldc, m, n, k, bias, accumulate) => {
    for (let i = 0; i < m; i++) {
      const row = c + i * ldc
      if (accumulate === 0) {
        for (let j = 0; j < n; j++) f[row + j] = bias < 0 ? 0 : f[bias + j]!
      }
      for (let p = 0; p < k; p++) {
        const factor = f[a + i * lda + p]!
        const other = b + p * ldb
        for (let j = 0; j < n; j++) f[row + j]! += factor * f[other + j]!
      }
    }
  }
  const gemmLeftTransposed: Kernels['gemmLeftTransposed'] = (a, lda, b, ldb, c, ldc, m, n, k) => {
    for (let p = 0; p < k; p++) {
      for (let i = 0; i < m; i++) {
        const factor = f[a + p * lda + i]!
        const row = c + i * ldc
        for (let j = 0; j < n; j++) f[row + j]! += factor * f[b + p * ldb + j]!
      }
    }
  }
  return {
    gemm,
    gemmLeftTransposed,
    transpose(from, to, rows, columns) {
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) f[to + c * rows + r] = f[from + r * columns + c]!
      }
    },
    addColumnSums(from, to, rows, columns) {
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) f[to + c]! += f[from + r * columns + c]!
      }
    },
    convForward(x, w, bias, y, samples, time, channels, filters, width, dilation) {
      const c = channels
      for (let s = 0; s < samples; s++) {
        const [from, to] = [x + s * time * c, y + s * time * filters]
        // The present tap writes bias and all rows, the past ones add where there is a past.
        for (let j = width - 1; j >= 0; j--) {
          const shift = (width - 1 - j) * dilation
          const [rows, tap] = [time - shift, w + j * c * filters]
          const row = to + shift * filters
          const past = shift > 0 ? 1 : 0
          gemm(from, c, tap, filters, row, filters, rows, filters, c, bias, past)
        }
      }
    },
    convInput(dy, wT, dx, _, samples, time, channels, filters, width, dilation) {
      const c = channels
      for (let s = 0; s < samples; s++) {
        const [from, to] = [dy + s * time * filters, dx + s * time * c]
        for (let j = 0; j < width; j++) {
          const shift = (width - 1 - j) * dilation
          const [rows, tap] = [time - shift, wT + j * c * filters]
          gemm(from + shift * filters, filters, tap, c, to, c, rows, c, filters, -1, 1)
        }
      }
    },
    convWeights(x, dy, dw, _, samples, time, channels, filters, width, dilation) {
      const c = channels
      for (let s = 0; s < samples; s++) {
        const [from, to] = [x + s * time * c, dy + s * time * filters]
        for (let j = 0; j < width; j++) {
          const shift = (width - 1 - j) * dilation
          const [row, tap] = [to + shift * filters, dw + j * c * filters]
          gemmLeftTransposed(from, c, row, filters, tap, filters, c, filters, time - shift)
        }
      }
    },
  }
}
