import { product } from '../builder.ts'
import type { OpCode, OpRun } from './op-code.ts'

/** Rows of length 1. */
export const unitRows: OpCode = {
  scratch: (op) => ({ factors: product(op.shape.slice(0, -1)) }),
  forward(run) {
    const { rows, width } = rowSize(run)
    run.kernels.unitRows(run.x[0]!, run.y, run.scratch['factors']!, rows, width)
  },
  backward(run) {
    if (run.dx[0]! < 0) return
    const { rows, width } = rowSize(run)
    const { kernels, y, dy, dx, scratch } = run
    kernels.unitRowsBack(y, scratch['factors']!, dy, dx[0]!, rows, width)
  },
}

function rowSize({ op, samples }: OpRun) {
  const width = op.shape.at(-1)!
  return { rows: (samples * product(op.shape)) / width, width }
}

/** Each row of x finds its own row of y among the others, sample by sample. */
export const contrast: OpCode = {
  scratch: (_, [x, y]) => ({
    shares: x![0]! * y![0]!,
    dShares: x![0]! * y![0]!,
    turned: y![0]! * y![1]!,
  }),
  forward(run) {
    const { kernels: k, x, scratch, samples, lossFactor } = run
    const { rows, candidates, width, scale } = contrastSize(run)
    const turned = scratch['turned']!
    run.loss = 0
    for (let s = 0; s < samples; s++) {
      const shares = scratch['shares']! + s * rows * candidates
      k.transpose(x[1]! + s * candidates * width, turned, candidates, width)
      const from = x[0]! + s * rows * width
      k.gemm(from, width, turned, candidates, shares, candidates, rows, candidates, width, -1, 0)
      k.maskedSoftmax(shares, x[2]! + s * rows * candidates, rows, candidates, scale)
      run.loss += k.ownShareLoss(shares, x[3]! + s * rows, rows, candidates, lossFactor)
    }
  },
  backward(run) {
    const { kernels: k, x, dx, scratch, samples, lossFactor } = run
    const { rows, candidates: c, width, scale } = contrastSize(run)
    const dShares = scratch['dShares']!
    for (let s = 0; s < samples; s++) {
      const shares = scratch['shares']! + s * rows * c
      const [from, to] = [x[0]! + s * rows * width, x[1]! + s * c * width]
      k.ownShareBack(shares, x[3]! + s * rows, dShares, rows, c, lossFactor * scale)
      if (dx[0]! >= 0) {
        const gradient = dx[0]! + s * rows * width
        k.gemm(dShares, c, to, width, gradient, width, rows, width, c, -1, 1)
      }
      if (dx[1]! >= 0) {
        const gradient = dx[1]! + s * c * width
        k.gemmLeftTransposed(dShares, c, from, width, gradient, width, c, width, rows)
      }
    }
  },
}

function contrastSize({ op, inputShapes }: OpRun) {
  const [x, y] = inputShapes
  const scale = Number(op.attributes['scale'])
  return { rows: x![0]!, candidates: y![0]!, width: x![1]!, scale }
}
