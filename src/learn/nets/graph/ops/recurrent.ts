import type { OpCode, OpRun } from './op-code.ts'

// Both cells: the products with x for all steps at once, those with h step by step. A time step is
// a strided matrix: rows are samples, `time · width` apart.

interface Size {
  readonly time: number
  readonly channels: number
  readonly units: number
  /** Width of all gates together. */
  readonly gates: number
}

function sizeOf(run: OpRun, gates: number): Size {
  const [time, channels] = run.inputShapes[0]!
  const units = run.op.shape[1]!
  return { time: time!, channels: channels!, units, gates: gates * units }
}

function derivedSizes(gates: number): NonNullable<OpCode['derived']> {
  return (op, [shape]) => {
    const units = op.shape[1]!
    return {
      weightTransposed: shape![1]! * gates * units,
      recurrentTransposed: units * gates * units,
    }
  }
}

function prepare(run: OpRun, gates: number): void {
  const { kernels, parameter, shared } = run
  const { channels, units, gates: width } = sizeOf(run, gates)
  kernels.transpose(parameter['weight']!, shared['weightTransposed']!, channels, width)
  kernels.transpose(parameter['recurrent']!, shared['recurrentTransposed']!, units, width)
}

function projectInput(run: OpRun, size: Size, to: number): void {
  const { kernels, x, parameter, samples } = run
  const { channels, gates, time } = size
  const [w, b] = [parameter['weight']!, parameter['bias']!]
  kernels.gemm(x[0]!, channels, w, gates, to, gates, samples * time, gates, channels, b, 0)
}

/** Gradients of what `projectInput` did. */
function projectInputBack(run: OpRun, size: Size, dGates: number): void {
  const { kernels, x, dx, dParameter, shared, samples } = run
  const { channels, gates, time } = size
  const rows = samples * time
  const dw = dParameter['weight']!
  kernels.gemmLeftTransposed(x[0]!, channels, dGates, gates, dw, gates, channels, gates, rows)
  kernels.addColumnSums(dGates, dParameter['bias']!, rows, gates)
  if (dx[0]! < 0) return
  const wT = shared['weightTransposed']!
  kernels.gemm(dGates, gates, wT, channels, dx[0]!, channels, rows, channels, gates, -1, 1)
}

/** Gradient of the recurrent matrix: h of a step times the gates of the next. */
function recurrentWeightsBack(run: OpRun, size: Size, dSums: number): void {
  const { kernels, y, dParameter, samples } = run
  const { units, gates, time } = size
  const dw = dParameter['recurrent']!
  for (let s = 0; s < samples; s++) {
    const h = y + s * time * units
    const next = dSums + (s * time + 1) * gates
    kernels.gemmLeftTransposed(h, units, next, gates, dw, gates, units, gates, time - 1)
  }
}

/** h of a step gets what the next step's sums owe it. */
function carryBack(run: OpRun, size: Size, dSums: number, t: number): void {
  const { kernels, dy, shared, samples } = run
  const { units, gates, time } = size
  const [from, to] = [dSums + t * gates, dy + (t - 1) * units]
  const wT = shared['recurrentTransposed']!
  kernels.gemm(from, time * gates, wT, units, to, time * units, samples, units, gates, -1, 1)
}

export const lstm: OpCode = {
  scratch: (op) => {
    const [time, units] = op.shape
    return { gates: time! * 4 * units!, cell: time! * units!, dCell: units! }
  },
  derived: derivedSizes(4),
  prepare: (run) => prepare(run, 4),
  forward(run) {
    const size = sizeOf(run, 4)
    const { time, units, gates: width } = size
    const { kernels: k, y, parameter, scratch, samples } = run
    const [gates, cell] = [scratch['gates']!, scratch['cell']!]
    const u = parameter['recurrent']!
    const [stride, step] = [time * width, time * units]
    projectInput(run, size, gates)
    for (let t = 0; t < time; t++) {
      const [now, h, c] = [gates + t * width, y + t * units, cell + t * units]
      if (t > 0) k.gemm(h - units, step, u, width, now, stride, samples, width, units, -1, 1)
      k.lstmCell(now, stride, t > 0 ? c - units : -1, c, h, step, samples, units)
    }
  },
  backward(run) {
    const size = sizeOf(run, 4)
    const { time, units, gates: width } = size
    const { kernels: k, dy, scratch, samples } = run
    const [gates, cell, dCell] = [scratch['gates']!, scratch['cell']!, scratch['dCell']!]
    const [stride, step] = [time * width, time * units]
    k.zero(dCell, samples * units)
    for (let t = time - 1; t >= 0; t--) {
      const [now, dh, c] = [gates + t * width, dy + t * units, cell + t * units]
      k.lstmCellBack(now, stride, t > 0 ? c - units : -1, c, dh, step, dCell, samples, units)
      if (t > 0) carryBack(run, size, gates, t)
    }
    recurrentWeightsBack(run, size, gates)
    projectInputBack(run, size, gates)
  },
}

export const gru: OpCode = {
  scratch: (op) => {
    const [time, units] = op.shape
    return { gates: time! * 3 * units!, recurrent: time! * 3 * units! }
  },
  derived: derivedSizes(3),
  prepare: (run) => prepare(run, 3),
  forward(run) {
    const size = sizeOf(run, 3)
    const { time, units, gates: width } = size
    const { kernels: k, y, parameter, scratch, samples } = run
    const [gates, sums] = [scratch['gates']!, scratch['recurrent']!]
    const [u, b] = [parameter['recurrent']!, parameter['recurrentBias']!]
    const [stride, step] = [time * width, time * units]
    projectInput(run, size, gates)
    for (let t = 0; t < time; t++) {
      const [now, sum, h] = [gates + t * width, sums + t * width, y + t * units]
      // Before the first step h is zero: a product over no columns leaves the bias.
      const inner = t > 0 ? units : 0
      k.gemm(h - inner, step, u, width, sum, stride, samples, width, inner, b, 0)
      k.gruCell(now, stride, sum, t > 0 ? h - units : -1, h, step, samples, units)
    }
  },
  backward(run) {
    const size = sizeOf(run, 3)
    const { time, units, gates: width } = size
    const { kernels: k, y, dy, dParameter, scratch, samples } = run
    const [gates, sums] = [scratch['gates']!, scratch['recurrent']!]
    const [stride, step] = [time * width, time * units]
    for (let t = time - 1; t >= 0; t--) {
      const [now, sum, dh, h] = [gates + t * width, sums + t * width, dy + t * units, y + t * units]
      const [before, dBefore] = t > 0 ? [h - units, dh - units] : [-1, -1]
      k.gruCellBack(now, stride, sum, before, dh, dBefore, step, samples, units)
      if (t > 0) carryBack(run, size, sums, t)
    }
    recurrentWeightsBack(run, size, sums)
    k.addColumnSums(sums, dParameter['recurrentBias']!, samples * time, width)
    projectInputBack(run, size, gates)
  },
}
