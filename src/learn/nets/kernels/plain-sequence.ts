import { sigmoid } from './plain-elements.ts'
import type { Heap, Kernels } from './types.ts'

type SequenceKernels = Pick<
  Kernels,
  'lstmCell' | 'lstmCellBack' | 'gruCell' | 'gruCellBack' | 'maskedSoftmax' | 'softmaxBack'
>

/** Cells of the recurrent nets and the softmax of attention. */
export function plainSequence({ floats: f }: Heap): SequenceKernels {
  return {
    lstmCell(gates, gateStride, cellBefore, cell, h, stride, samples, units) {
      for (let s = 0; s < samples; s++) {
        for (let u = 0; u < units; u++) {
          const g = gates + s * gateStride + u
          const [input, output] = [sigmoid(f[g]!), sigmoid(f[g + units]!)]
          const [forget, candidate] = [sigmoid(f[g + 2 * units]!), Math.tanh(f[g + 3 * units]!)]
          const at = s * stride + u
          const before = cellBefore < 0 ? 0 : f[cellBefore + at]!
          const now = forget * before + input * candidate
          f[g] = input
          f[g + units] = output
          f[g + 2 * units] = forget
          f[g + 3 * units] = candidate
          f[cell + at] = now
          f[h + at] = output * Math.tanh(now)
        }
      }
    },
    lstmCellBack(gates, gateStride, cellBefore, cell, dh, stride, dCell, samples, units) {
      for (let s = 0; s < samples; s++) {
        for (let u = 0; u < units; u++) {
          const g = gates + s * gateStride + u
          const [input, output] = [f[g]!, f[g + units]!]
          const [forget, candidate] = [f[g + 2 * units]!, f[g + 3 * units]!]
          const at = s * stride + u
          const before = cellBefore < 0 ? 0 : f[cellBefore + at]!
          const squashed = Math.tanh(f[cell + at]!)
          const gradient = f[dh + at]!
          const carried = f[dCell + s * units + u]!
          const inner = carried + gradient * output * (1 - squashed * squashed)
          f[g] = inner * candidate * input * (1 - input)
          f[g + units] = gradient * squashed * output * (1 - output)
          f[g + 2 * units] = inner * before * forget * (1 - forget)
          f[g + 3 * units] = inner * input * (1 - candidate * candidate)
          f[dCell + s * units + u] = inner * forget
        }
      }
    },
    gruCell(gates, gateStride, recurrent, hBefore, h, stride, samples, units) {
      for (let s = 0; s < samples; s++) {
        for (let u = 0; u < units; u++) {
          const [g, r] = [gates + s * gateStride + u, recurrent + s * gateStride + u]
          const update = sigmoid(f[g]! + f[r]!)
          const reset = sigmoid(f[g + units]! + f[r + units]!)
          const candidate = Math.tanh(f[g + 2 * units]! + reset * f[r + 2 * units]!)
          const before = hBefore < 0 ? 0 : f[hBefore + s * stride + u]!
          f[g] = update
          f[g + units] = reset
          f[g + 2 * units] = candidate
          f[h + s * stride + u] = (1 - update) * candidate + update * before
        }
      }
    },
    gruCellBack(gates, gateStride, recurrent, hBefore, dh, dhBefore, stride, samples, units) {
      for (let s = 0; s < samples; s++) {
        for (let u = 0; u < units; u++) {
          const [g, r] = [gates + s * gateStride + u, recurrent + s * gateStride + u]
          const [update, reset, candidate] = [f[g]!, f[g + units]!, f[g + 2 * units]!]
          const at = s * stride + u
          const before = hBefore < 0 ? 0 : f[hBefore + at]!
          const gradient = f[dh + at]!
          const inner = gradient * (1 - update) * (1 - candidate * candidate)
          const dUpdate = gradient * (before - candidate) * update * (1 - update)
          const dReset = inner * f[r + 2 * units]! * reset * (1 - reset)
          if (dhBefore >= 0) f[dhBefore + at]! += gradient * update
          f[g] = dUpdate
          f[g + units] = dReset
          f[g + 2 * units] = inner
          f[r] = dUpdate
          f[r + units] = dReset
          f[r + 2 * units] = inner * reset
        }
      }
    },
    maskedSoftmax(scores, mask, rows, width, factor) {
      for (let r = 0; r < rows; r++) {
        const [row, allowed] = [scores + r * width, mask + r * width]
        let top = -Infinity
        for (let i = 0; i < width; i++) {
          if (f[allowed + i] !== 0) top = Math.max(top, factor * f[row + i]!)
        }
        let sum = 0
        for (let i = 0; i < width; i++) {
          const e = f[allowed + i] === 0 ? 0 : Math.exp(factor * f[row + i]! - top)
          f[row + i] = e
          sum += e
        }
        if (sum > 0) for (let i = 0; i < width; i++) f[row + i]! /= sum
      }
    },
    softmaxBack(p, dp, rows, width, factor) {
      for (let r = 0; r < rows; r++) {
        const [row, gradient] = [p + r * width, dp + r * width]
        let sum = 0
        for (let i = 0; i < width; i++) sum += f[row + i]! * f[gradient + i]!
        for (let i = 0; i < width; i++) {
          f[gradient + i] = factor * f[row + i]! * (f[gradient + i]! - sum)
        }
      }
    },
  }
}
