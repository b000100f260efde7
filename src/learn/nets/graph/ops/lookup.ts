import { product } from '../builder.ts'
import type { OpCode, OpRun } from './op-code.ts'

export const embedding: OpCode = {
  forward({ kernels, op, x, y, parameter, samples }) {
    const width = op.shape.at(-1)!
    const count = (samples * product(op.shape)) / width
    kernels.gather(x[0]!, parameter['table']!, y, count, width)
  },
  backward({ kernels, op, x, dy, dParameter, samples }) {
    const width = op.shape.at(-1)!
    const count = (samples * product(op.shape)) / width
    kernels.scatterAdd(x[0]!, dy, dParameter['table']!, count, width)
  },
}

export const embeddingBag: OpCode = {
  forward(run) {
    const { bags, n, width } = bagSize(run)
    run.kernels.bag(run.x[0]!, run.parameter['table']!, run.y, bags, n, width)
  },
  backward(run) {
    const { bags, n, width } = bagSize(run)
    run.kernels.bagAdd(run.x[0]!, run.dy, run.dParameter['table']!, bags, n, width)
  },
}

function bagSize({ op, inputShapes, samples }: OpRun) {
  const width = op.shape.at(-1)!
  const bags = (samples * product(op.shape)) / width
  return { bags, n: inputShapes[0]!.at(-1)!, width }
}

export const select: OpCode = {
  constants: (op) => ({
    steps: { kind: 'int', values: op.attributes['steps'] as readonly number[] },
  }),
  forward({ kernels, op, inputShapes, x, y, shared, samples }) {
    const [time, ...rest] = inputShapes[0]!
    const steps = shared['steps']!
    kernels.selectRows(x[0]!, steps, y, samples, time!, op.shape[0]!, product(rest))
  },
  backward({ kernels, op, inputShapes, dx, dy, shared, samples }) {
    if (dx[0]! < 0) return
    const [time, ...rest] = inputShapes[0]!
    const steps = shared['steps']!
    kernels.selectAdd(dx[0]!, steps, dy, samples, time!, op.shape[0]!, product(rest))
  },
}
