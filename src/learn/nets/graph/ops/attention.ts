import type { OpCode, OpRun } from './op-code.ts'

/** Scaled dot-product attention (Vaswani et al. 2017), masked, one head, sample by sample. */
export const eventAttention: OpCode = {
  scratch: (_, [query, keys, values]) => {
    const [h, d, t, v] = [query![0]!, query![1]!, keys![0]!, values![1]!]
    return { shares: h * t, dShares: h * t, turned: Math.max(d * t, v * t) }
  },
  forward(run) {
    const { kernels: k, x, y, scratch, samples } = run
    const { h, d, t, v } = attentionSize(run)
    const turned = scratch['turned']!
    for (let s = 0; s < samples; s++) {
      const shares = scratch['shares']! + s * h * t
      k.transpose(x[1]! + s * t * d, turned, t, d)
      k.gemm(x[0]! + s * h * d, d, turned, t, shares, t, h, t, d, -1, 0)
      k.maskedSoftmax(shares, x[3]! + s * h * t, h, t, 1 / Math.sqrt(d))
      k.gemm(shares, t, x[2]! + s * t * v, v, y + s * h * v, v, h, v, t, -1, 0)
    }
  },
  backward(run) {
    const { kernels: k, x, dx, dy, scratch, samples } = run
    const { h, d, t, v } = attentionSize(run)
    const [turned, dShares] = [scratch['turned']!, scratch['dShares']!]
    const [dQuery, dKeys, dValues] = [dx[0]!, dx[1]!, dx[2]!]
    for (let s = 0; s < samples; s++) {
      const shares = scratch['shares']! + s * h * t
      const gradient = dy + s * h * v
      if (dValues >= 0) {
        k.gemmLeftTransposed(shares, t, gradient, v, dValues + s * t * v, v, t, v, h)
      }
      if (dQuery < 0 && dKeys < 0) continue
      k.transpose(x[2]! + s * t * v, turned, t, v)
      k.gemm(gradient, v, turned, t, dShares, t, h, t, v, -1, 0)
      k.softmaxBack(shares, dShares, h, t, 1 / Math.sqrt(d))
      const [query, keys] = [x[0]! + s * h * d, x[1]! + s * t * d]
      if (dQuery >= 0) k.gemm(dShares, t, keys, d, dQuery + s * h * d, d, h, d, t, -1, 1)
      if (dKeys >= 0) k.gemmLeftTransposed(dShares, t, query, d, dKeys + s * t * d, d, t, d, h)
    }
  },
}

function attentionSize({ inputShapes }: OpRun) {
  const [query, keys, values] = inputShapes
  return { h: query![0]!, d: query![1]!, t: keys![0]!, v: values![1]! }
}
