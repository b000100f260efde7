import { sigmoid, softplus } from './plain-elements.ts'
import type { Heap, Kernels } from './types.ts'

type TrainingKernels = Pick<
  Kernels,
  | 'quantileHead'
  | 'quantileHeadBack'
  | 'pinballLoss'
  | 'pinballBack'
  | 'zero'
  | 'sum'
  | 'sumSquares'
  | 'sumParts'
  | 'adam'
>

/** The head, its loss, and the step of the optimizer (Kingma and Ba 2015; Loshchilov and Hutter 2019). */
export function plainTraining({ floats: f }: Heap): TrainingKernels {
  return {
    quantileHead(x, q, rows, levels, anchor) {
      for (let r = 0; r < rows * levels; r += levels) {
        f[q + r + anchor] = f[x + r + anchor]!
        for (let l = anchor + 1; l < levels; l++) {
          f[q + r + l] = f[q + r + l - 1]! + softplus(f[x + r + l]!)
        }
        for (let l = anchor - 1; l >= 0; l--) {
          f[q + r + l] = f[q + r + l + 1]! - softplus(f[x + r + l]!)
        }
      }
    },
    quantileHeadBack(x, dq, dx, rows, levels, anchor) {
      for (let r = 0; r < rows * levels; r += levels) {
        // What lies outwards moves with every step that leads there.
        let above = 0
        for (let l = levels - 1; l > anchor; l--) {
          above += f[dq + r + l]!
          f[dx + r + l]! += above * sigmoid(f[x + r + l]!)
        }
        let below = 0
        for (let l = 0; l < anchor; l++) {
          below += f[dq + r + l]!
          f[dx + r + l]! -= below * sigmoid(f[x + r + l]!)
        }
        f[dx + r + anchor]! += above + below + f[dq + r + anchor]!
      }
    },
    pinballLoss(q, target, weight, levels, rows, count, factor) {
      let total = 0
      for (let r = 0; r < rows; r++) {
        const w = f[weight + r]!
        if (w === 0) continue
        for (let l = 0; l < count; l++) {
          const [tau, error] = [f[levels + l]!, f[target + r]! - f[q + r * count + l]!]
          total += w * Math.max(tau * error, (tau - 1) * error)
        }
      }
      return factor * total
    },
    pinballBack(q, target, weight, levels, rows, count, factor, dq) {
      for (let r = 0; r < rows; r++) {
        const w = factor * f[weight + r]!
        if (w === 0) continue
        for (let l = 0; l < count; l++) {
          const [tau, error] = [f[levels + l]!, f[target + r]! - f[q + r * count + l]!]
          f[dq + r * count + l]! += error > 0 ? -w * tau : w * (1 - tau)
        }
      }
    },
    zero(x, count) {
      f.fill(0, x, x + count)
    },
    sum(x, count) {
      let total = 0
      for (let i = 0; i < count; i++) total += f[x + i]!
      return total
    },
    sumSquares(x, count) {
      let total = 0
      for (let i = 0; i < count; i++) total += f[x + i]! ** 2
      return total
    },
    sumParts(from, stride, parts, to, count) {
      for (let i = 0; i < count; i++) {
        let total = 0
        for (let p = 0; p < parts; p++) total += f[from + p * stride + i]!
        f[to + i] = total
      }
    },
    adam(p, m, v, g, count, factor, rate, beta1, beta2, epsilon, decay, correction1, correction2) {
      for (let i = 0; i < count; i++) {
        const gradient = factor * f[g + i]!
        f[m + i] = beta1 * f[m + i]! + (1 - beta1) * gradient
        f[v + i] = beta2 * f[v + i]! + (1 - beta2) * gradient * gradient
        const step = (f[m + i]! * correction1) / (Math.sqrt(f[v + i]! * correction2) + epsilon)
        f[p + i]! -= rate * (step + decay * f[p + i]!)
      }
    },
  }
}
