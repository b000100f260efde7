import { product } from '../builder.ts'
import type { OpCode, OpRun } from './op-code.ts'

export const quantileHead: OpCode = {
  forward({ kernels, op, x, y, samples }) {
    const levels = op.shape.at(-1)!
    const rows = (samples * product(op.shape)) / levels
    kernels.quantileHead(x[0]!, y, rows, levels, Number(op.attributes['anchor']))
  },
  backward({ kernels, op, x, dx, dy, samples }) {
    if (dx[0]! < 0) return
    const levels = op.shape.at(-1)!
    const rows = (samples * product(op.shape)) / levels
    kernels.quantileHeadBack(x[0]!, dy, dx[0]!, rows, levels, Number(op.attributes['anchor']))
  },
}

export const pinball: OpCode = {
  constants: (op) => ({
    levels: { kind: 'float', values: op.attributes['levels'] as readonly number[] },
  }),
  forward(run) {
    run.loss = run.kernels.pinballLoss(...operands(run), -1)
  },
  backward(run) {
    if (run.dx[0]! >= 0) run.kernels.pinballBack(...operands(run), run.dx[0]!)
  },
}

function operands({ inputShapes, x, shared, samples, lossFactor }: OpRun) {
  const levels = inputShapes[0]!.at(-1)!
  const rows = (samples * product(inputShapes[0]!)) / levels
  return [x[0]!, x[1]!, x[2]!, shared['levels']!, rows, levels, lossFactor] as const
}
