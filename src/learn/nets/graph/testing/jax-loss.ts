import { nn, numpy as np, scipySpecial } from '@jax-js/jax'
import { type Graph, isLoss, type Net, type Op } from '../types.ts'

// The same nets said in jax-js: walks the graph and knows nothing of our kernels. jax-js counts
// references; `.ref` keeps what is used again, and the little that is left over dies with the test.

type Value = np.Array

/** Values of all inputs and parameters of a net as jax arrays. */
export function jaxArrays(net: Net): { inputs: Record<string, Value>; parameters: Value[] } {
  const inputs: Record<string, Value> = {}
  for (const [name, id] of Object.entries(net.graph.inputs)) {
    const values = net.input(name)
    const shape = [net.batch, ...net.graph.ops[id]!.shape]
    const array = values instanceof Int32Array ? values.slice() : Float32Array.from(values)
    inputs[name] = np.array(array, { shape })
  }
  const parameters = net.graph.parameters.map(({ name, shape }) =>
    np.array(Float32Array.from(net.parameters[name]!), { shape: [...shape] }),
  )
  return { inputs, parameters }
}

/** The loss of `graph` as a function of its parameters. */
export function jaxLoss(
  graph: Graph,
  inputs: Readonly<Record<string, Value>>,
  parameters: readonly Value[],
): Value {
  const values: Value[] = []
  let loss = np.array(0)
  for (const op of graph.ops) {
    const x = op.inputs.map((id) => values[id]!)
    const part = (name: string) => parameters[op.parameters[name]!]!.ref
    const value = op.kind === 'input' ? inputs[op.name]!.ref : evaluate(op, x, part)
    if (isLoss(op.kind)) loss = loss.add(value)
    else values[op.id] = value
  }
  return loss
}

type Part = (name: string) => Value

function evaluate(op: Op, x: readonly Value[], part: Part): Value {
  const [first, second] = x as [Value, Value]
  switch (op.kind) {
    case 'dense': {
      const product = np.matmul(first.ref, part('weight'))
      return 'bias' in op.parameters ? product.add(part('bias')) : product
    }
    case 'causalConv':
      return convolve(op, first, part)
    case 'lstm':
    case 'gru':
      return recur(op, first, part)
    case 'embedding':
      return np.matmul(nn.oneHot(first.ref, Number(op.attributes['rows'])), part('table'))
    case 'embeddingBag':
      return bag(op, first, part)
    case 'activation':
      return activate(String(op.attributes['kind']), first.ref)
    case 'concat':
      return np.concatenate(
        x.map((one) => one.ref),
        Number(op.attributes['axis']) + 1,
      )
    case 'repeat':
      return np.stack(
        Array.from({ length: op.shape[0]! }, () => first.ref),
        1,
      )
    case 'select': {
      const steps = op.attributes['steps'] as readonly number[]
      return np.stack(
        steps.map((t) => row(first, t)),
        1,
      )
    }
    case 'reshape':
      return first.ref.reshape([first.shape[0]!, ...op.shape])
    case 'add':
      return first.ref.add(widen(second, first))
    case 'multiply':
      return first.ref.mul(widen(second, first))
    case 'scale':
      return first.ref.mul(Number(op.attributes['factor']))
    case 'layerNorm':
      return normalize(first, part)
    case 'eventAttention':
      return attend(x)
    case 'quantileHead':
      return quantiles(op, first)
    case 'unitRows': {
      const squares = np.sum(np.square(first.ref), -1, { keepdims: true })
      return first.ref.div(np.sqrt(squares.add(1e-6)))
    }
    case 'contrast':
      return contrast(op, x)
    case 'pinball':
      return pinball(op, x)
    default:
      throw new Error(`jax-js reference: ${op.kind} is not said`)
  }
}

/** Step `t` of the first axis behind the batch. */
function row(x: Value, t: number): Value {
  return x.ref.slice([], t)
}

/** Puts axes of length 1 behind the batch until `y` has as many as `x`. */
function widen(y: Value, x: Value): Value {
  const [batch, ...rest] = y.shape
  const ones = Array.from({ length: x.shape.length - y.shape.length }, () => 1)
  return y.ref.reshape([batch!, ...ones, ...rest])
}

function activate(kind: string, x: Value): Value {
  if (kind === 'relu') return nn.relu(x)
  if (kind === 'tanh') return np.tanh(x)
  if (kind === 'sigmoid') return nn.sigmoid(x)
  if (kind === 'softplus') return nn.softplus(x)
  return x.ref.mul(0.5).mul(scipySpecial.erf(x.mul(Math.SQRT1_2)).add(1))
}

function convolve(op: Op, x: Value, part: Part): Value {
  const { width, dilation } = op.attributes
  const [time, taps] = [op.shape[0]!, Number(width)]
  let sum: Value | undefined
  for (let j = 0; j < taps; j++) {
    const shift = Math.min(time, (taps - 1 - j) * Number(dilation))
    const zeros = np.zeros([x.shape[0]!, shift, x.shape[2]!])
    const kept = x.ref.slice([], [0, time - shift])
    const shifted = shift === 0 ? x.ref : shift === time ? zeros : np.concatenate([zeros, kept], 1)
    const product = np.matmul(shifted, part('weight').slice(j))
    sum = sum === undefined ? product : sum.add(product)
  }
  return sum!.add(part('bias'))
}

function recur(op: Op, x: Value, part: Part): Value {
  const [time, units] = [op.shape[0]!, op.shape[1]!]
  let h: Value = np.zeros([x.shape[0]!, units])
  let c: Value = np.zeros([x.shape[0]!, units])
  const states: Value[] = []
  for (let t = 0; t < time; t++) {
    const given = np.matmul(row(x, t), part('weight')).add(part('bias'))
    const own = np.matmul(h.ref, part('recurrent'))
    if (op.kind === 'lstm') [h, c] = lstmStep(given.add(own), c, units)
    else h = gruStep(given, own.add(part('recurrentBias')), h, units)
    states.push(h.ref)
  }
  return np.stack(states, 1)
}

const gate = (sums: Value, i: number, units: number) =>
  sums.ref.slice([], [i * units, (i + 1) * units])

function lstmStep(sums: Value, c: Value, units: number): [Value, Value] {
  const [i, o, f] = [0, 1, 2].map((k) => nn.sigmoid(gate(sums, k, units))) as [Value, Value, Value]
  const cell = f.mul(c).add(i.mul(np.tanh(gate(sums, 3, units))))
  return [o.mul(np.tanh(cell.ref)), cell]
}

function gruStep(given: Value, own: Value, h: Value, units: number): Value {
  const z = nn.sigmoid(gate(given, 0, units).add(gate(own, 0, units)))
  const r = nn.sigmoid(gate(given, 1, units).add(gate(own, 1, units)))
  const n = np.tanh(gate(given, 2, units).add(r.mul(gate(own, 2, units))))
  return z.ref.mul(h).add(np.array(1).sub(z).mul(n))
}

/** Means of table rows. Padding, −1, gets a column of its own first, which is left out. */
function bag(op: Op, index: Value, part: Part): Value {
  const rows = Number(op.attributes['rows'])
  const hot = nn.oneHot(index.ref.add(1), rows + 1)
  const [batch, width] = [index.shape[0]!, rows + 1]
  const flat = np.sum(hot, -2).reshape([-1, width]).slice([], [1, width])
  const counts = flat.reshape([batch, ...op.shape.slice(0, -1), rows])
  const total = np.maximum(np.sum(counts.ref, -1, { keepdims: true }), 1)
  return np.matmul(counts.div(total), part('table'))
}

function normalize(x: Value, part: Part): Value {
  const centred = x.ref.sub(np.mean(x.ref, -1, { keepdims: true }))
  const variance = np.mean(np.square(centred.ref), -1, { keepdims: true })
  return centred
    .div(np.sqrt(variance.add(1e-5)))
    .mul(part('gain'))
    .add(part('bias'))
}

function attend([query, keys, values, mask]: readonly Value[]): Value {
  const width = query!.shape[2]!
  const scores = np.einsum('bhd,btd->bht', query!.ref, keys!.ref).mul(1 / Math.sqrt(width))
  // Small numbers here: no maximum is needed, and rows without any step divide by 1.
  const e = np.exp(scores).mul(mask!.ref)
  const sums = np.sum(e.ref, -1, { keepdims: true })
  const none = np.where(np.sum(mask!.ref, -1, { keepdims: true }).greater(0), 0, 1)
  return np.einsum('bht,btv->bhv', e.div(sums.add(none)), values!.ref)
}

function quantiles(op: Op, x: Value): Value {
  const levels = op.shape.at(-1)!
  const anchor = Number(op.attributes['anchor'])
  const columns = Array.from({ length: levels }, (_, l) =>
    np.take(x.ref, np.array(Int32Array.of(l)), -1),
  )
  const q = columns.map((column) => column.ref)
  for (let l = anchor + 1; l < levels; l++) q[l] = q[l - 1]!.ref.add(nn.softplus(columns[l]!.ref))
  for (let l = anchor - 1; l >= 0; l--) q[l] = q[l + 1]!.ref.sub(nn.softplus(columns[l]!.ref))
  return np.concatenate(q, -1)
}

function pinball(op: Op, [q, y, w]: readonly Value[]): Value {
  const taus = Float32Array.from(op.attributes['levels'] as readonly number[])
  const error = np.expandDims(y!.ref, -1).sub(q!.ref)
  const tau = np.array(taus)
  const loss = np.maximum(error.ref.mul(tau.ref), error.mul(tau.sub(1)))
  const weighted = np.mean(loss, -1).mul(w!.ref)
  return np.sum(weighted).div(np.sum(w!.ref))
}

/** The own share is picked out by a matrix of ones on the diagonal. */
function contrast(op: Op, [x, y, mask, w]: readonly Value[]): Value {
  const [rows, candidates] = [x!.shape[1]!, y!.shape[1]!]
  const scores = np.einsum('brd,bcd->brc', x!.ref, y!.ref).mul(Number(op.attributes['scale']))
  const e = np.exp(scores).mul(mask!.ref)
  const own = new Float32Array(rows * candidates)
  for (let r = 0; r < rows; r++) own[r * candidates + r] = 1
  const diagonal = np.array(own, { shape: [1, rows, candidates] })
  const share = np.sum(e.ref.mul(diagonal), -1).div(np.sum(e, -1))
  return np.sum(np.log(share).mul(-1).mul(w!.ref)).div(np.sum(w!.ref))
}
