import { product } from '../builder.ts'
import type { OpCode, OpRun } from './op-code.ts'

/** A value that comes from outside. */
export const input: OpCode = { forward() {}, backward() {} }

/** Shares the memory of its input. */
export const reshape: OpCode = { forward() {}, backward() {} }

export const concat: OpCode = {
  forward(run) {
    forEachInput(run, (i, from, width, total, rows) => {
      run.kernels.copyBlocks(run.x[i]!, width, run.y + from, total, rows, width)
    })
  },
  backward(run) {
    forEachInput(run, (i, from, width, total, rows) => {
      if (run.dx[i]! < 0) return
      run.kernels.addBlocks(run.dy + from, total, run.dx[i]!, width, rows, width)
    })
  },
}

function forEachInput(
  { op, inputShapes, samples }: OpRun,
  visit: (i: number, from: number, width: number, total: number, rows: number) => void,
): void {
  const axis = Number(op.attributes['axis'])
  const rows = samples * product(op.shape.slice(0, axis))
  const total = product(op.shape.slice(axis))
  let from = 0
  inputShapes.forEach((shape, i) => {
    const width = product(shape.slice(axis))
    visit(i, from, width, total, rows)
    from += width
  })
}

export const repeat: OpCode = {
  forward({ kernels, op, inputShapes, x, y, samples }) {
    kernels.repeatBlocks(x[0]!, y, samples, op.shape[0]!, product(inputShapes[0]!))
  },
  backward({ kernels, op, inputShapes, dx, dy, samples }) {
    if (dx[0]! < 0) return
    kernels.addRepeats(dy, dx[0]!, samples, op.shape[0]!, product(inputShapes[0]!))
  },
}
