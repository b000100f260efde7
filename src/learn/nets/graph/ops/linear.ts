import { convolutionWork } from '../../kernels/types.ts'
import { product } from '../builder.ts'
import type { OpCode, OpRun } from './op-code.ts'

export const dense: OpCode = {
  derived: (op, [shape]) => ({ transposed: shape!.at(-1)! * op.shape.at(-1)! }),
  prepare({ kernels, inputShapes, op, parameter, shared }) {
    const [width, units] = [inputShapes[0]!.at(-1)!, op.shape.at(-1)!]
    kernels.transpose(parameter['weight']!, shared['transposed']!, width, units)
  },
  forward(run) {
    const { rows, width, units } = denseSize(run)
    const { x, y, parameter } = run
    const bias = parameter['bias'] ?? -1
    run.kernels.gemm(
      x[0]!,
      width,
      parameter['weight']!,
      units,
      y,
      units,
      rows,
      units,
      width,
      bias,
      0,
    )
  },
  backward(run) {
    const { rows, width, units } = denseSize(run)
    const { kernels, x, dx, dy, dParameter, shared } = run
    const dw = dParameter['weight']!
    kernels.gemmLeftTransposed(x[0]!, width, dy, units, dw, units, width, units, rows)
    const db = dParameter['bias']
    if (db !== undefined) kernels.addColumnSums(dy, db, rows, units)
    if (dx[0]! < 0) return
    const wT = shared['transposed']!
    kernels.gemm(dy, units, wT, width, dx[0]!, width, rows, width, units, -1, 1)
  },
}

function denseSize({ op, inputShapes, samples }: OpRun) {
  const [width, units] = [inputShapes[0]!.at(-1)!, op.shape.at(-1)!]
  return { rows: (samples * product(op.shape)) / units, width, units }
}

export const causalConv: OpCode = {
  work: (op, [shape]) => convolutionWork(shape![0]!, shape![1]!, op.shape[1]!),
  derived: (op, [shape]) => ({
    transposed: shape![1]! * op.shape[1]! * Number(op.attributes['width']),
  }),
  prepare(run) {
    const { kernels, parameter, shared } = run
    const { channels, filters, width } = convSize(run)
    for (let j = 0; j < width; j++) {
      const tap = j * channels * filters
      kernels.transpose(parameter['weight']! + tap, shared['transposed']! + tap, channels, filters)
    }
  },
  forward(run) {
    const { time, channels, filters, width, dilation } = convSize(run)
    const { kernels, x, y, parameter, samples, work } = run
    const [w, b] = [parameter['weight']!, parameter['bias']!]
    kernels.convForward(x[0]!, w, b, y, samples, time, channels, filters, width, dilation, work)
  },
  backward(run) {
    const { time, channels, filters, width, dilation } = convSize(run)
    const { kernels, x, dx, dy, dParameter, shared, samples, work } = run
    const size = [samples, time, channels, filters, width, dilation, work] as const
    kernels.convWeights(x[0]!, dy, dParameter['weight']!, -1, ...size)
    kernels.addColumnSums(dy, dParameter['bias']!, samples * time, filters)
    if (dx[0]! >= 0) kernels.convInput(dy, shared['transposed']!, dx[0]!, -1, ...size)
  },
}

function convSize({ op, inputShapes }: OpRun) {
  const [time, channels] = inputShapes[0]!
  const { width, dilation } = op.attributes
  return {
    time: time!,
    channels: channels!,
    filters: op.shape[1]!,
    width: Number(width),
    dilation: Number(dilation),
  }
}
