import { requireArgument } from '../../../core/errors.ts'
import {
  type Activation,
  type Graph,
  type Initial,
  type InputKind,
  isLoss,
  type NetBuilder,
  type Node,
  type Op,
  type OpKind,
  type ParameterSpec,
} from './types.ts'

type Attributes = Op['attributes']
type Parts = Readonly<Record<string, { shape: readonly number[]; initial: Initial }>>

export const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

/** Runs `define` on a builder and returns what it described. Throws ERR_ARGUMENT on misfits. */
export function describeNet(define: (builder: NetBuilder) => void): Graph {
  const recorder = new Recorder()
  define(createBuilder(recorder))
  return recorder.graph()
}

/** Collects ops and parameters and gives them names. */
class Recorder {
  private readonly ops: Op[] = []
  private readonly parameters: ParameterSpec[] = []
  private readonly names = new Set<string>()
  private readonly counts = new Map<string, number>()
  readonly inputs: Record<string, number> = {}
  readonly outputs: Record<string, number> = {}

  add(
    kind: OpKind,
    inputs: readonly Node[],
    shape: readonly number[],
    attributes: Attributes = {},
    parts: Parts = {},
    name = this.nextName(kind),
  ): Node {
    requireArgument(!this.names.has(name), `two operations of the net are called ${name}`)
    requireArgument(
      shape.every((n) => Number.isInteger(n) && n > 0),
      `${name}: the shape [${shape}] is not of positive whole numbers`,
    )
    for (const input of inputs) {
      requireArgument(this.ops[input.id] === input, `${name}: an operand is of another net`)
    }
    this.names.add(name)
    const parameters: Record<string, number> = {}
    for (const [part, { shape: size, initial }] of Object.entries(parts)) {
      parameters[part] = this.parameters.length
      const decays = size.length > 1
      this.parameters.push({ name: `${name}/${part}`, shape: size, initial, decays })
    }
    const id = this.ops.length
    const op = { id, kind, name, inputs: inputs.map((x) => x.id), shape, attributes, parameters }
    this.ops.push(op)
    return op
  }

  op(node: Node): Op {
    return this.ops[node.id]!
  }

  graph(): Graph {
    const { ops, parameters, inputs, outputs } = this
    return { ops, parameters, inputs, outputs }
  }

  private nextName(kind: string): string {
    const count = (this.counts.get(kind) ?? 0) + 1
    this.counts.set(kind, count)
    return `${kind}${count}`
  }
}

const ZEROS: Initial = { kind: 'zeros', scale: 0 }
const ONES: Initial = { kind: 'ones', scale: 1 }

/** Glorot and Bengio 2010: uniform within √(6 / (in + out)). */
const glorot = (fanIn: number, fanOut: number): Initial => ({
  kind: 'uniform',
  scale: Math.sqrt(6 / (fanIn + fanOut)),
})

/** He et al. 2015, for ReLU: uniform within √(6 / in). */
const weightInitial = (fanIn: number, fanOut: number, activation: Activation): Initial =>
  activation === 'relu' || activation === 'gelu'
    ? { kind: 'uniform', scale: Math.sqrt(6 / fanIn) }
    : glorot(fanIn, fanOut)

function createBuilder(net: Recorder): NetBuilder {
  return {
    ...inputsAndOutputs(net),
    ...linear(net),
    ...recurrent(net),
    ...lookups(net),
    ...shapes(net),
    ...elements(net),
    ...heads(net),
    ...likeness(net),
  }
}

const last = (shape: readonly number[]) => shape[shape.length - 1]!
const leading = (shape: readonly number[]) => shape.slice(0, -1)
const same = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((n, i) => n === b[i])

function activated(net: Recorder, x: Node, kind: Activation): Node {
  return kind === 'linear' ? x : net.add('activation', [x], x.shape, { kind })
}

function inputsAndOutputs(net: Recorder): Pick<NetBuilder, 'input' | 'output'> {
  return {
    input(name: string, shape: readonly number[], kind: InputKind = 'float') {
      const node = net.add('input', [], shape, { kind }, {}, name)
      net.inputs[name] = node.id
      return node
    },
    output(name, node) {
      requireArgument(!(name in net.outputs), `two outputs of the net are called ${name}`)
      requireArgument(!isLoss(net.op(node).kind), 'read the loss as net.loss')
      net.outputs[name] = node.id
    },
  }
}

function linear(net: Recorder): Pick<NetBuilder, 'dense' | 'causalConv'> {
  return {
    dense(x, units, activation = 'linear', { name, bias = true } = {}) {
      const width = last(x.shape)
      const weight = { shape: [width, units], initial: weightInitial(width, units, activation) }
      const parts: Parts = bias ? { weight, bias: { shape: [units], initial: ZEROS } } : { weight }
      const shape = [...leading(x.shape), units]
      return activated(net, net.add('dense', [x], shape, { units }, parts, name), activation)
    },
    causalConv(x, { filters, width, dilation, activation = 'linear', name }) {
      requireArgument(x.shape.length === 2, 'a causal convolution reads time × channels')
      requireArgument(
        Number.isInteger(width) && width > 0 && Number.isInteger(dilation) && dilation > 0,
        'width and dilation of a convolution are whole numbers of at least 1',
      )
      const [time, channels] = [x.shape[0]!, x.shape[1]!]
      const fan = weightInitial(width * channels, width * filters, activation)
      const parts = {
        weight: { shape: [width, channels, filters], initial: fan },
        bias: { shape: [filters], initial: ZEROS },
      }
      const attributes = { filters, width, dilation }
      const conv = net.add('causalConv', [x], [time, filters], attributes, parts, name)
      return activated(net, conv, activation)
    },
  }
}

function recurrent(net: Recorder): Pick<NetBuilder, 'lstm' | 'gru'> {
  const cell = (kind: 'lstm' | 'gru', gates: number, x: Node, units: number, name?: string) => {
    requireArgument(x.shape.length === 2, `${kind} reads time × channels`)
    const [time, channels] = [x.shape[0]!, x.shape[1]!]
    const bias = { shape: [gates * units], initial: ZEROS }
    const parts: Parts = {
      weight: { shape: [channels, gates * units], initial: glorot(channels, units) },
      recurrent: { shape: [units, gates * units], initial: glorot(units, units) },
      bias,
      ...(kind === 'gru' ? { recurrentBias: bias } : {}),
    }
    return net.add(kind, [x], [time, units], { units }, parts, name)
  }
  return {
    lstm: (x, units, { name } = {}) => cell('lstm', 4, x, units, name),
    gru: (x, units, { name } = {}) => cell('gru', 3, x, units, name),
  }
}

function lookups(net: Recorder): Pick<NetBuilder, 'embedding' | 'embeddingBag' | 'select'> {
  const table = (rows: number, width: number): Parts => ({
    table: { shape: [rows, width], initial: { kind: 'normal', scale: 0.05 } },
  })
  const requireIndex = (node: Node, kind: string) => {
    const ok = net.op(node).kind === 'input' && net.op(node).attributes['kind'] === 'index'
    requireArgument(ok, `${kind} reads an index input`)
  }
  return {
    embedding(index, rows, width, { name } = {}) {
      requireIndex(index, 'an embedding')
      const shape = [...index.shape, width]
      return net.add('embedding', [index], shape, { rows, width }, table(rows, width), name)
    },
    embeddingBag(index, rows, width, { name } = {}) {
      requireIndex(index, 'an embedding bag')
      const shape = [...leading(index.shape), width]
      return net.add('embeddingBag', [index], shape, { rows, width }, table(rows, width), name)
    },
    select(x, steps) {
      const time = x.shape[0]!
      requireArgument(
        steps.length > 0 && steps.every((t) => Number.isInteger(t) && t >= 0 && t < time),
        `select takes whole numbers from 0 to ${time - 1}`,
      )
      return net.add('select', [x], [steps.length, ...x.shape.slice(1)], { steps: [...steps] })
    },
  }
}

function shapes(net: Recorder): Pick<NetBuilder, 'concat' | 'repeat' | 'reshape'> {
  return {
    concat(nodes, axis = -1) {
      const first = nodes[0]
      requireArgument(first !== undefined, 'concat needs a node')
      const at = axis < 0 ? axis + first.shape.length : axis
      requireArgument(at >= 0 && at < first.shape.length, `concat: there is no axis ${axis}`)
      for (const { shape } of nodes) {
        const fits = same(shape.toSpliced(at, 1), first.shape.toSpliced(at, 1))
        requireArgument(fits, `concat: [${shape}] does not fit [${first.shape}] along axis ${at}`)
      }
      const length = nodes.reduce((sum, { shape }) => sum + shape[at]!, 0)
      return net.add('concat', nodes, first.shape.with(at, length), { axis: at })
    },
    repeat: (x, times) => net.add('repeat', [x], [times, ...x.shape], { times }),
    reshape(x, shape) {
      requireArgument(product(shape) === product(x.shape), `[${x.shape}] cannot become [${shape}]`)
      return net.add('reshape', [x], [...shape])
    },
  }
}

type ElementBuilder = Pick<
  NetBuilder,
  'activation' | 'add' | 'multiply' | 'scale' | 'dropout' | 'layerNorm'
>

function elements(net: Recorder): ElementBuilder {
  const pair = (kind: 'add' | 'multiply', x: Node, y: Node) => {
    const trailing = x.shape.slice(x.shape.length - y.shape.length)
    requireArgument(same(trailing, y.shape), `${kind}: [${y.shape}] does not end [${x.shape}]`)
    return net.add(kind, [x, y], x.shape)
  }
  return {
    activation: (x, kind) => activated(net, x, kind),
    add: (x, y) => pair('add', x, y),
    multiply: (x, y) => pair('multiply', x, y),
    scale(x, factor) {
      requireArgument(Number.isFinite(factor), 'scale takes a finite factor')
      return net.add('scale', [x], x.shape, { factor })
    },
    dropout(x, rate) {
      requireArgument(rate >= 0 && rate < 1, 'the rate of dropout lies in [0, 1)')
      return net.add('dropout', [x], x.shape, { rate })
    },
    layerNorm(x, { name } = {}) {
      const width = last(x.shape)
      const parts = {
        gain: { shape: [width], initial: ONES },
        bias: { shape: [width], initial: ZEROS },
      }
      return net.add('layerNorm', [x], x.shape, {}, parts, name)
    },
  }
}

function heads(net: Recorder): Pick<NetBuilder, 'eventAttention' | 'quantileHead' | 'pinball'> {
  return {
    eventAttention(query, keys, values, mask) {
      const [q, k, v, m] = [query.shape, keys.shape, values.shape, mask.shape]
      const flat = [q, k, v, m].every((shape) => shape.length === 2)
      const fits = flat && q[1] === k[1] && k[0] === v[0] && same(m, [q[0]!, k[0]!])
      requireArgument(fits, `attention: [${q}], [${k}], [${v}] and mask [${m}] do not fit`)
      return net.add('eventAttention', [query, keys, values, mask], [q[0]!, v[1]!])
    },
    quantileHead(x) {
      const anchor = Math.floor((last(x.shape) - 1) / 2)
      return net.add('quantileHead', [x], x.shape, { anchor })
    },
    pinball(prediction, target, weight, levels) {
      const fits = [target, weight].every(({ shape }) => same(shape, leading(prediction.shape)))
      requireArgument(fits, 'target and weight have the shape of the prediction without its levels')
      const given = [target, weight].every((node) => net.op(node).kind === 'input')
      requireArgument(given, 'target and weight of the loss are inputs')
      requireArgument(
        levels.length === last(prediction.shape) &&
          levels.every((tau, i) => tau > 0 && tau < 1 && (i === 0 || tau > levels[i - 1]!)),
        'levels rise, lie in (0, 1) and are as many as the prediction has',
      )
      return net.add('pinball', [prediction, target, weight], [1], { levels: [...levels] })
    },
  }
}

function likeness(net: Recorder): Pick<NetBuilder, 'unitRows' | 'contrast'> {
  return {
    unitRows: (x) => net.add('unitRows', [x], x.shape),
    contrast(x, y, mask, weight, scale) {
      const [rows, width] = [x.shape[0]!, last(x.shape)]
      const flat = x.shape.length === 2 && y.shape.length === 2 && last(y.shape) === width
      const fits = same(mask.shape, [rows, y.shape[0]!]) && same(weight.shape, [rows])
      requireArgument(
        flat && fits && y.shape[0]! >= rows,
        `contrast: [${x.shape}], [${y.shape}], mask [${mask.shape}] and weight [${weight.shape}] do not fit`,
      )
      const given = [mask, weight].every((node) => net.op(node).kind === 'input')
      requireArgument(given, 'mask and weight of the loss are inputs')
      requireArgument(scale > 0 && Number.isFinite(scale), 'the scale of contrast is above 0')
      return net.add('contrast', [x, y, mask, weight], [1], { scale })
    },
  }
}
