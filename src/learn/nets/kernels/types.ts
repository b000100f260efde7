/**
 * The arithmetic of the nets. All operands lie in one memory; an address is the number of the
 * element (float32 or int32, 4 bytes), not of the byte. `-1` stands for an operand that is absent.
 * "+=" adds to what is there. Two implementations: plain TypeScript, and AssemblyScript with SIMD.
 */
export interface Kernels {
  /** C[m × n] = A[m × k] B[k × n] + bias, or += without it when `accumulate` is 1. ld…: row strides. */
  gemm(
    ...operands: [
      a: number,
      lda: number,
      b: number,
      ldb: number,
      c: number,
      ldc: number,
      m: number,
      n: number,
      k: number,
      bias: number,
      accumulate: number,
    ]
  ): void
  /** C[m × n] += Aᵀ B with A: k × m, B: k × n. */
  gemmLeftTransposed(
    ...operands: [
      a: number,
      lda: number,
      b: number,
      ldb: number,
      c: number,
      ldc: number,
      m: number,
      n: number,
      k: number,
    ]
  ): void
  /** to[c, r] = from[r, c]; from: rows × columns. */
  transpose(from: number, to: number, rows: number, columns: number): void
  /** to[c] += Σ_r from[r, c]. */
  addColumnSums(from: number, to: number, rows: number, columns: number): void
  /** y = causal convolution of x (samples × time × channels) with w (width × channels × filters) + bias. */
  convForward(...operands: [x: number, w: number, bias: number, y: number, ...ConvSize]): void
  /** dx += the part of dy that went through w; wT: width × filters × channels. */
  convInput(...operands: [dy: number, wT: number, dx: number, unused: number, ...ConvSize]): void
  /** dw += xᵀ dy of each tap. */
  convWeights(...operands: [x: number, dy: number, dw: number, unused: number, ...ConvSize]): void

  /** y[i] = table[index[i]]. */
  gather(index: number, table: number, y: number, count: number, width: number): void
  /** dTable[index[i]] += dy[i]. */
  scatterAdd(index: number, dy: number, dTable: number, count: number, width: number): void
  /** y[b] = mean of table rows index[b, ·] that are ≥ 0. */
  bag(index: number, table: number, y: number, bags: number, n: number, width: number): void
  bagAdd(index: number, dy: number, dTable: number, bags: number, n: number, width: number): void
  /** y[s, i] = x[s, steps[i]]; x: samples × time × width, steps: count. */
  selectRows(...operands: SelectOperands): void
  /** x[s, steps[i]] += y[s, i]. */
  selectAdd(...operands: SelectOperands): void
  /** `rows` blocks of `width` from stride to stride. */
  copyBlocks(...operands: BlockOperands): void
  addBlocks(...operands: BlockOperands): void
  /** to[s, r] = from[s] for r < repeats; from: samples × width. */
  repeatBlocks(from: number, to: number, samples: number, repeats: number, width: number): void
  /** to[s] += Σ_r from[s, r]. */
  addRepeats(from: number, to: number, samples: number, repeats: number, width: number): void

  /** y = f(x); kind: ACTIVATIONS number. x and y may be the same but for gelu. */
  activate(kind: number, x: number, y: number, count: number): void
  /** dx = dy · f′, += when `accumulate` is 1; from y alone but for gelu, which reads x. */
  activateBack(
    ...operands: [
      kind: number,
      x: number,
      y: number,
      dy: number,
      dx: number,
      count: number,
      accumulate: number,
    ]
  ): void
  /** out[s, r] = x[s, r] + y[s]; x: samples × repeats × width, y: samples × width. */
  addRepeated(...operands: BroadcastOperands): void
  /** out[s, r] = x[s, r] · y[s]. */
  multiplyRepeated(...operands: BroadcastOperands): void
  /** out[s, r] += x[s, r] · y[s]. */
  addProductRepeated(...operands: BroadcastOperands): void
  /** out[s] += Σ_r x[s, r] · y[s, r]; y has the shape of x here. */
  addProductSums(...operands: BroadcastOperands): void
  scaleTo(x: number, y: number, count: number, factor: number): void
  /** y += factor · x. */
  addScaled(x: number, y: number, count: number, factor: number): void
  /** y = x/(1 − rate) where hash(seed, first + i) ≥ threshold, else 0; += when `accumulate` is 1. */
  dropout(
    ...operands: [
      x: number,
      y: number,
      count: number,
      seed: number,
      first: number,
      threshold: number,
      factor: number,
      accumulate: number,
    ]
  ): void
  /** stats: rows × 2, mean and 1/deviation. */
  layerNorm(
    ...operands: [
      x: number,
      gain: number,
      bias: number,
      y: number,
      stats: number,
      rows: number,
      width: number,
    ]
  ): void
  /** dx += (−1: none), dGain +=, dBias +=. */
  layerNormBack(
    ...operands: [
      x: number,
      gain: number,
      stats: number,
      dy: number,
      dx: number,
      dGain: number,
      dBias: number,
      rows: number,
      width: number,
    ]
  ): void

  /** One time step of an LSTM; gates (i, o, f, c) hold the sums and become the activated gates. */
  lstmCell(
    ...operands: [gates: number, gateStride: number, cellBefore: number, cell: number, ...CellSize]
  ): void
  /** gates become their gradients; dCell (samples × units) is carried backwards in time. */
  lstmCellBack(
    ...operands: [
      gates: number,
      gateStride: number,
      cellBefore: number,
      cell: number,
      dh: number,
      stride: number,
      dCell: number,
      samples: number,
      units: number,
    ]
  ): void
  /** One time step of a GRU; gates (z, r, h) and the recurrent sums lie with the same stride. */
  gruCell(
    ...operands: [
      gates: number,
      gateStride: number,
      recurrent: number,
      hBefore: number,
      ...CellSize,
    ]
  ): void
  /** gates and recurrent become their gradients; dhBefore += (−1: none). */
  gruCellBack(
    ...operands: [
      gates: number,
      gateStride: number,
      recurrent: number,
      hBefore: number,
      dh: number,
      dhBefore: number,
      stride: number,
      samples: number,
      units: number,
    ]
  ): void
  /** rows of softmax(factor · scores) where mask is not 0, else 0; in place. */
  maskedSoftmax(scores: number, mask: number, rows: number, width: number, factor: number): void
  /** dp becomes the gradient of the scores: factor · p (dp − Σ p dp). */
  softmaxBack(p: number, dp: number, rows: number, width: number, factor: number): void

  /** q of rows × levels: x at `anchor`, then ± softplus(x) outwards. */
  quantileHead(x: number, q: number, rows: number, levels: number, anchor: number): void
  quantileHeadBack(
    ...operands: [x: number, dq: number, dx: number, rows: number, levels: number, anchor: number]
  ): void
  /** factor · Σ weight Σ_l pinball; rows of weight 0 are not looked at, nor is dq. */
  pinballLoss(...operands: PinballOperands): number
  /** dq += its gradient. */
  pinballBack(...operands: PinballOperands): void

  /** y = x · f with f = 1 / √(|x|² + 1e-6) of each row, kept in `factors`. */
  unitRows(x: number, y: number, factors: number, rows: number, width: number): void
  /** dx += f (dy − y (y · dy)). */
  unitRowsBack(
    ...operands: [y: number, factors: number, dy: number, dx: number, rows: number, width: number]
  ): void
  /** factor · Σ_r weight[r] · −log shares[r, r]; rows of weight 0 are not looked at. */
  ownShareLoss(shares: number, weight: number, rows: number, width: number, factor: number): number
  /** dScores[r, j] = factor · weight[r] (shares[r, j] − [j = r]). */
  ownShareBack(
    ...operands: [
      shares: number,
      weight: number,
      dScores: number,
      rows: number,
      width: number,
      factor: number,
    ]
  ): void

  zero(x: number, count: number): void
  sum(x: number, count: number): number
  sumSquares(x: number, count: number): number
  /** to = Σ_p from[p · stride …], in order of p. */
  sumParts(from: number, stride: number, parts: number, to: number, count: number): void
  /** p −= rate (m̂/(√v̂ + ε) + decay · p) with m̂ = m · correction1, v̂ = v · correction2. */
  adam(
    ...operands: [
      parameter: number,
      moment1: number,
      moment2: number,
      gradient: number,
      count: number,
      gradientFactor: number,
      rate: number,
      beta1: number,
      beta2: number,
      epsilon: number,
      decay: number,
      correction1: number,
      correction2: number,
    ]
  ): void
}

/** Samples × time × channels to samples × time × filters. */
type ConvSize = [
  samples: number,
  time: number,
  channels: number,
  filters: number,
  width: number,
  dilation: number,
  /** Memory of `convolutionWork` elements for the compiled kernels; −1: they do without. */
  work: number,
]
type SelectOperands = [
  x: number,
  steps: number,
  y: number,
  samples: number,
  time: number,
  count: number,
  width: number,
]
type BlockOperands = [
  from: number,
  fromStride: number,
  to: number,
  toStride: number,
  rows: number,
  width: number,
]
type BroadcastOperands = [
  x: number,
  y: number,
  out: number,
  samples: number,
  repeats: number,
  width: number,
]
type CellSize = [h: number, stride: number, samples: number, units: number]
type PinballOperands = [
  q: number,
  target: number,
  weight: number,
  levels: number,
  rows: number,
  count: number,
  factor: number,
  dq: number,
]

/** Numbers of the activations, as the kernels know them. */
export const ACTIVATIONS = {
  linear: 0,
  relu: 1,
  tanh: 2,
  sigmoid: 3,
  softplus: 4,
  gelu: 5,
} as const

/** Elements of `work` of a convolution: transformed taps, rows and products of src/wasm/nets/winograd.ts. */
export function convolutionWork(time: number, channels: number, filters: number): number {
  return 4 * channels * filters + 2 * time * (channels + filters)
}

/** Memory of the plain kernels: the same elements as floats and as integers. */
export interface Heap {
  readonly floats: Float32Array | Float64Array
  readonly ints: Int32Array
}
