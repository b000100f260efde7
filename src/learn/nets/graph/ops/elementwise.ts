import { ACTIVATIONS } from '../../kernels/types.ts'
import { product } from '../builder.ts'
import type { Activation } from '../types.ts'
import type { OpCode, OpRun } from './op-code.ts'

const count = ({ op, samples }: OpRun) => samples * product(op.shape)
const activationNumber = ({ op }: OpRun) => ACTIVATIONS[op.attributes['kind'] as Activation]

export const activation: OpCode = {
  forward(run) {
    run.kernels.activate(activationNumber(run), run.x[0]!, run.y, count(run))
  },
  backward(run) {
    const { x, y, dx, dy, inPlace } = run
    if (dx[0]! < 0) return
    const kind = activationNumber(run)
    run.kernels.activateBack(kind, x[0]!, y, dy, dx[0]!, count(run), inPlace ? 0 : 1)
  },
}

/** x is samples × repeats × width, y samples × width. */
function pairSize({ inputShapes, samples }: OpRun) {
  const width = product(inputShapes[1]!)
  return [samples, product(inputShapes[0]!) / width, width] as const
}

export const add: OpCode = {
  forward(run) {
    run.kernels.addRepeated(run.x[0]!, run.x[1]!, run.y, ...pairSize(run))
  },
  backward(run) {
    const { kernels, dx, dy } = run
    const total = count(run)
    if (dx[0]! >= 0) kernels.addBlocks(dy, total, dx[0]!, total, 1, total)
    if (dx[1]! >= 0) kernels.addRepeats(dy, dx[1]!, ...pairSize(run))
  },
}

export const multiply: OpCode = {
  forward(run) {
    run.kernels.multiplyRepeated(run.x[0]!, run.x[1]!, run.y, ...pairSize(run))
  },
  backward(run) {
    const { kernels, x, dx, dy } = run
    if (dx[0]! >= 0) kernels.addProductRepeated(dy, x[1]!, dx[0]!, ...pairSize(run))
    if (dx[1]! >= 0) kernels.addProductSums(dy, x[0]!, dx[1]!, ...pairSize(run))
  },
}

export const scale: OpCode = {
  forward(run) {
    run.kernels.scaleTo(run.x[0]!, run.y, count(run), Number(run.op.attributes['factor']))
  },
  backward(run) {
    if (run.dx[0]! < 0) return
    run.kernels.addScaled(run.dy, run.dx[0]!, count(run), Number(run.op.attributes['factor']))
  },
}

export const dropout: OpCode = {
  forward(run) {
    if (run.training) drop(run, run.x[0]!, run.y, 0)
    else run.kernels.scaleTo(run.x[0]!, run.y, count(run), 1)
  },
  backward(run) {
    if (run.dx[0]! >= 0) drop(run, run.dy, run.dx[0]!, 1)
  },
}

/** The mask depends on seed, op and place in the batch alone: the same in any thread, and twice. */
function drop(run: OpRun, from: number, to: number, accumulate: number): void {
  const rate = Number(run.op.attributes['rate'])
  const threshold = Math.round(rate * 2 ** 32) | 0
  const first = run.first * product(run.op.shape)
  const seed = Math.imul(run.seed, 0x9e3779b1) ^ Math.imul(run.op.id + 1, 0x85ebca6b)
  const factor = 1 / (1 - rate)
  run.kernels.dropout(from, to, count(run), seed, first, threshold, factor, accumulate)
}

export const layerNorm: OpCode = {
  scratch: (op) => ({ stats: (2 * product(op.shape)) / op.shape.at(-1)! }),
  forward(run) {
    const { x, y, parameter, scratch } = run
    const width = run.op.shape.at(-1)!
    const [gain, bias] = [parameter['gain']!, parameter['bias']!]
    run.kernels.layerNorm(x[0]!, gain, bias, y, scratch['stats']!, count(run) / width, width)
  },
  backward(run) {
    const { x, dx, dy, parameter, dParameter, scratch } = run
    const width = run.op.shape.at(-1)!
    const [dGain, dBias] = [dParameter['gain']!, dParameter['bias']!]
    const from = [x[0]!, parameter['gain']!, scratch['stats']!, dy, dx[0]!] as const
    run.kernels.layerNormBack(...from, dGain, dBias, count(run) / width, width)
  },
}
