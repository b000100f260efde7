/** What follows a linear part. `gelu` is the exact one: x · Φ(x) with the error function. */
export type Activation = 'linear' | 'relu' | 'tanh' | 'sigmoid' | 'softplus' | 'gelu'

export type InputKind = 'float' | 'index'

/** The operations a net is made of. */
export type OpKind =
  | 'input'
  | 'dense'
  | 'causalConv'
  | 'lstm'
  | 'gru'
  | 'embedding'
  | 'embeddingBag'
  | 'activation'
  | 'concat'
  | 'repeat'
  | 'select'
  | 'reshape'
  | 'add'
  | 'multiply'
  | 'scale'
  | 'dropout'
  | 'layerNorm'
  | 'eventAttention'
  | 'quantileHead'
  | 'unitRows'
  | 'pinball'
  | 'contrast'

/** Kinds that end in a loss: nothing reads them, and only training needs them. */
const LOSSES: ReadonlySet<OpKind> = new Set(['pinball', 'contrast'])

export const isLoss = (kind: OpKind): boolean => LOSSES.has(kind)

/** One value of the graph. */
export interface Node {
  /** Its place in `Graph.ops`. */
  readonly id: number
  /** Shape of one sample; the batch is not included. */
  readonly shape: readonly number[]
}

/** How a parameter starts. `scale` is the half width of `uniform`, the deviation of `normal`. */
export interface Initial {
  readonly kind: 'zeros' | 'ones' | 'uniform' | 'normal'
  readonly scale: number
}

/** A trained array. */
export interface ParameterSpec {
  /** `opName/part`, for instance `conv1/weight`. */
  readonly name: string
  readonly shape: readonly number[]
  readonly initial: Initial
  /** Whether weight decay applies: to matrices, not to biases and norms. */
  readonly decays: boolean
}

/**
 * One operation: its kind, what it reads and what it learned. Plain data, so that it goes to
 * threads and to an exporter as it is. Attributes and parameters of each kind stand in README.md.
 */
export interface Op {
  readonly id: number
  readonly kind: OpKind
  readonly name: string
  readonly inputs: readonly number[]
  readonly shape: readonly number[]
  readonly attributes: Readonly<Record<string, number | string | readonly number[]>>
  /** Part (`weight`, `bias`, `recurrent`, `table` …) to index in `Graph.parameters`. */
  readonly parameters: Readonly<Record<string, number>>
}

/** A net as data; `ops` are in order of computation. */
export interface Graph {
  readonly ops: readonly Op[]
  readonly parameters: readonly ParameterSpec[]
  /** Inputs by name: their op. */
  readonly inputs: Readonly<Record<string, number>>
  /** Outputs by name: their op. */
  readonly outputs: Readonly<Record<string, number>>
}

/** Optional settings of any op with parameters. */
export interface Naming {
  /** Names the op and its parameters; `kind` + number without it. Two ops never share a name. */
  readonly name?: string
}

/** Describes a net. Shapes are those of one sample. All throw ERR_ARGUMENT on shapes that do not fit. */
export interface NetBuilder {
  /** Data from outside: float32, or int32 for `index`. */
  input(name: string, shape: readonly number[], kind?: InputKind): Node
  /** x · W + b over the last axis; leading axes are rows. W: in × units. */
  dense(
    x: Node,
    units: number,
    activation?: Activation,
    options?: Naming & { bias?: boolean },
  ): Node
  /**
   * y[t] = b + Σ_j x[t − (width − 1 − j) · dilation] · W[j], zeros before the start: tap width − 1 is
   * the present. x: time × channels; W: width × channels × filters.
   */
  causalConv(x: Node, options: ConvOptions): Node
  /** Hidden states, time × units. Gates in ONNX order: input, output, forget, cell. */
  lstm(x: Node, units: number, options?: Naming): Node
  /** Hidden states, time × units. Gates in ONNX order: update, reset, hidden; reset after the product. */
  gru(x: Node, units: number, options?: Naming): Node
  /** Rows of a learned table. index: any shape of int32; result: that shape × width. */
  embedding(index: Node, rows: number, width: number, options?: Naming): Node
  /** Mean of the rows of a table that are not −1 (padding); zeros where all are. index: … × n → … × width. */
  embeddingBag(index: Node, rows: number, width: number, options?: Naming): Node
  activation(x: Node, kind: Activation): Node
  /** Joins along `axis` (default: the last; negative counts from the end). */
  concat(nodes: readonly Node[], axis?: number): Node
  /** Adds a leading axis of `times` copies. */
  repeat(x: Node, times: number): Node
  /** Rows `steps` of the first axis, in that order; a row may come several times. */
  select(x: Node, steps: readonly number[]): Node
  reshape(x: Node, shape: readonly number[]): Node
  /** x + y; the shape of y is that of x or its trailing axes. */
  add(x: Node, y: Node): Node
  /** x · y by element; the shape of y is that of x or its trailing axes. */
  multiply(x: Node, y: Node): Node
  scale(x: Node, factor: number): Node
  /** While training, zeroes a share `rate` and scales the rest by 1/(1 − rate). */
  dropout(x: Node, rate: number): Node
  /** (x − mean) / √(variance + 1e-5) over the last axis, times a learned gain, plus a learned bias. */
  layerNorm(x: Node, options?: Naming): Node
  /**
   * softmax(Q Kᵀ / √d) V over the steps that the mask (h × t, 0 or 1) allows; a row whose mask is all
   * zero gives zeros. query: h × d, keys: t × d, values: t × v; result: h × v.
   */
  eventAttention(query: Node, keys: Node, values: Node, mask: Node): Node
  /**
   * Quantiles that cannot cross: the middle level is x itself, each level above adds softplus(x),
   * each below takes softplus(x) away. x: … × levels, levels rising.
   */
  quantileHead(x: Node): Node
  /**
   * The loss Σ w · mean over levels of max(τ (y − q), (τ − 1)(y − q)) / Σ w over the whole batch.
   * prediction: … × levels; target and weight are float inputs of the leading shape; weight 0 ignores
   * the target, whatever it is (also NaN). Several losses add up.
   */
  pinball(prediction: Node, target: Node, weight: Node, levels: readonly number[]): Node
  /** x / √(|x|² + 1e-6) over the last axis: rows of length 1. */
  unitRows(x: Node): Node
  /**
   * The loss Σ w_r · −log softmax(scale · X Yᵀ)[r, r] / Σ w over the whole batch: row r of x should meet
   * row r of y rather than the other rows that its mask (rows × candidates, 1: allowed; the own row is)
   * lets it see. x: rows × d, y: candidates × d with at least as many rows; weight: rows.
   * Source: van den Oord, Li & Vinyals 2018 (InfoNCE), with negatives from the batch.
   */
  contrast(x: Node, y: Node, mask: Node, weight: Node, scale: number): Node
  /** Keeps a node's values readable as `net.output(name)`. */
  output(name: string, node: Node): void
}

export interface ConvOptions extends Naming {
  readonly filters: number
  readonly width: number
  readonly dilation: number
  readonly activation?: Activation
}

export interface BuildOptions {
  /** Most samples a step can take. */
  readonly batch: number
  readonly seed: string | number
  /** Threads, the calling one included; default 1. The result does not depend on it. */
  readonly workers?: number
  /** Pieces a batch is cut into, the unit of work of a thread; the result depends on it. Default 8. */
  readonly parts?: number
  /** Samples that go through the net at once; default by the cache. The last digits depend on it. */
  readonly tile?: number
  /** `fast`: WASM (plain where it is not built). `plain`: TypeScript. `double`: plain in float64. */
  readonly arithmetic?: 'fast' | 'plain' | 'double'
  /** Skips everything that only training needs; default false. */
  readonly predictOnly?: boolean
}

export interface AdamOptions {
  readonly learningRate: number
  /** Default 0.9. */
  readonly beta1?: number
  /** Default 0.999. */
  readonly beta2?: number
  /** Default 1e-8. */
  readonly epsilon?: number
  /** Scales the gradient down to this norm over all parameters; default: no limit. */
  readonly clipNorm?: number
  /** Decoupled (AdamW), on matrices only; default 0. */
  readonly weightDecay?: number
}

export type FloatArray = Float32Array | Float64Array

/** The forward half of a net, with buffers of its own and shared parameters. */
export interface Predictor {
  readonly graph: Graph
  readonly batch: number
  /** Names of the inputs it reads; without training those of the losses are not among them. */
  readonly inputs: readonly string[]
  /** Copies `values` (samples × shape, at most the batch) into an input. */
  setInput(name: string, values: ArrayLike<number>): void
  /** The input's own memory (batch × shape): write to it directly. */
  input(name: string): FloatArray | Int32Array
  /** Computes all outputs for the first `samples` samples (default: the whole batch). */
  forward(samples?: number): void
  /** Memory of an output (batch × shape), overwritten by the next forward. */
  output(name: string): FloatArray
}

export interface Net extends Predictor {
  /** Parameters by name: live memory, writes count. */
  readonly parameters: Readonly<Record<string, FloatArray>>
  /** Gradients by parameter name, as the last `backward` left them. */
  readonly gradients: Readonly<Record<string, FloatArray>>
  /** Adam steps taken. */
  readonly steps: number
  /** Loss of the last `forward` or `backward`. */
  readonly loss: number
  /**
   * Forward as in training (dropout on), then gradients of the loss for all parameters, on the first
   * `samples` samples. Returns the loss.
   */
  backward(samples?: number): number
  /** One Adam step along `gradients`. Returns the norm of the gradient before clipping. */
  adamStep(options: AdamOptions): number
  /** A forward-only net of another batch size on the same parameters and threads. */
  predictor(batch: number): Predictor
  /** Parameters as bytes (float32, little endian, in order of `graph.parameters`). */
  saveParameters(): Uint8Array
  /** Takes parameters saved from a net of the same shape. Throws ERR_ARGUMENT on another length. */
  restoreParameters(bytes: Uint8Array): void
  /** Parameters, Adam moments and step count, to go on training as if never stopped. */
  saveState(): Uint8Array
  restoreState(bytes: Uint8Array): void
  /**
   * Resolves when all threads wait for work: await it once before training, for a thread starts only
   * while the calling one is idle. Steps before that work too, by the threads there are. Rejects with
   * ERR_WORKER when a thread cannot start.
   */
  ready(): Promise<void>
  /** Ends the threads. The net must not be used afterwards. */
  close(): void
}
