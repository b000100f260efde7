import type { Heap, Kernels } from './types.ts'

type LikenessKernels = Pick<Kernels, 'unitRows' | 'unitRowsBack' | 'ownShareLoss' | 'ownShareBack'>

/** Below this share the logarithm stops growing, so that a loss stays finite. */
export const LEAST_SHARE = 1e-30
/** Added to the squared length of a row. */
export const LENGTH_FLOOR = 1e-6

/** Rows of length 1, and the loss of finding one's own among others. */
export function plainLikeness({ floats: f }: Heap): LikenessKernels {
  return {
    unitRows(x, y, factors, rows, width) {
      for (let r = 0; r < rows; r++) {
        let squares = 0
        for (let i = 0; i < width; i++) squares += f[x + r * width + i]! ** 2
        const factor = 1 / Math.sqrt(squares + LENGTH_FLOOR)
        f[factors + r] = factor
        for (let i = 0; i < width; i++) f[y + r * width + i] = factor * f[x + r * width + i]!
      }
    },
    unitRowsBack(y, factors, dy, dx, rows, width) {
      for (let r = 0; r < rows; r++) {
        const at = r * width
        let along = 0
        for (let i = 0; i < width; i++) along += f[y + at + i]! * f[dy + at + i]!
        for (let i = 0; i < width; i++) {
          f[dx + at + i]! += f[factors + r]! * (f[dy + at + i]! - along * f[y + at + i]!)
        }
      }
    },
    ownShareLoss(shares, weight, rows, width, factor) {
      let total = 0
      for (let r = 0; r < rows; r++) {
        const w = f[weight + r]!
        if (w !== 0) total -= w * Math.log(Math.max(LEAST_SHARE, f[shares + r * width + r]!))
      }
      return factor * total
    },
    ownShareBack(shares, weight, dScores, rows, width, factor) {
      for (let r = 0; r < rows; r++) {
        const w = factor * f[weight + r]!
        for (let j = 0; j < width; j++) {
          f[dScores + r * width + j] = w * (f[shares + r * width + j]! - (j === r ? 1 : 0))
        }
      }
    },
  }
}
