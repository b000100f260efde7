import { createRandom } from '../../../../core/random/random.ts'
import { buildNet } from '../net.ts'
import type { BuildOptions, Net, NetBuilder, Node } from '../types.ts'

/** Small nets, each around one op, whose gradients are checked. */
export interface GradientCase {
  readonly name: string
  readonly define: (b: NetBuilder) => void
  /** Whether the same can be said in jax-js: not for dropout, whose masks are our own. */
  readonly inJax: boolean
}

const LEVELS = [0.1, 0.4, 0.7, 0.9]
const HORIZON = 2

/** Three steps of learned values, so that the gradient of the op's input is checked too. */
function learned(b: NetBuilder, time: number, width: number): Node {
  return b.dense(b.input('x', [time, 3]), width)
}

/** Ends a net: any node to quantiles and the loss. */
function finish(b: NetBuilder, node: Node): void {
  const size = node.shape.reduce((x, y) => x * y, 1)
  const flat = b.dense(b.reshape(node, [size]), HORIZON * LEVELS.length)
  const q = b.quantileHead(b.reshape(flat, [HORIZON, LEVELS.length]))
  b.output('q', q)
  b.pinball(q, b.input('y', [HORIZON]), b.input('w', [HORIZON]), LEVELS)
}

function gradientCase(name: string, op: (b: NetBuilder) => Node, inJax = true): GradientCase {
  return { name, define: (b) => finish(b, op(b)), inJax }
}

const activations = ['relu', 'tanh', 'sigmoid', 'softplus', 'gelu'] as const

export const GRADIENT_CASES: readonly GradientCase[] = [
  gradientCase('dense', (b) => b.dense(learned(b, 2, 4), 5)),
  gradientCase('dense without bias', (b) =>
    b.dense(learned(b, 2, 4), 5, 'linear', { bias: false }),
  ),
  ...activations.map((kind) => gradientCase(kind, (b) => b.dense(learned(b, 2, 4), 5, kind))),
  gradientCase('activation beside its input', (b) => {
    const x = learned(b, 2, 4)
    return b.add(b.activation(x, 'tanh'), x)
  }),
  gradientCase('causalConv', (b) => {
    const x = learned(b, 7, 4)
    return b.causalConv(x, { filters: 5, width: 3, dilation: 2, activation: 'tanh' })
  }),
  gradientCase('causalConv wider than time', (b) =>
    b.causalConv(learned(b, 3, 2), { filters: 3, width: 3, dilation: 2 }),
  ),
  gradientCase('causalConv, wide', (b) =>
    b.causalConv(learned(b, 9, 16), { filters: 20, width: 3, dilation: 2 }),
  ),
  gradientCase('lstm', (b) => b.lstm(learned(b, 4, 3), 5)),
  gradientCase('gru', (b) => b.gru(learned(b, 4, 3), 5)),
  gradientCase('embedding', (b) => b.embedding(b.input('code', [3], 'index'), 4, 5)),
  gradientCase('embeddingBag', (b) => b.embeddingBag(b.input('words', [6], 'index'), 4, 5)),
  gradientCase('concat', (b) => {
    const [x, y] = [learned(b, 2, 3), b.dense(b.input('x2', [2, 3]), 4)]
    return b.concat([b.concat([x, y]), b.concat([y, x])], 0)
  }),
  gradientCase('repeat', (b) => b.repeat(learned(b, 2, 3), 3)),
  gradientCase('select', (b) => b.select(learned(b, 4, 3), [3, 1, 1, 0])),
  gradientCase('add, trailing axes', (b) => {
    const x = learned(b, 3, 4)
    return b.add(x, b.reshape(b.select(x, [2]), [4]))
  }),
  gradientCase('multiply', (b) => {
    const x = learned(b, 3, 4)
    return b.multiply(b.multiply(x, x), b.reshape(b.select(x, [0]), [4]))
  }),
  gradientCase('scale', (b) => b.scale(learned(b, 2, 3), -1.7)),
  gradientCase('dropout', (b) => b.dropout(learned(b, 4, 5), 0.4), false),
  gradientCase('layerNorm', (b) => b.layerNorm(learned(b, 3, 6))),
  gradientCase('eventAttention', (b) => {
    const [x, past] = [learned(b, 3, 4), b.dense(b.input('past', [5, 3]), 4)]
    return b.eventAttention(x, past, b.dense(past, 3), b.input('mask', [3, 5]))
  }),
  gradientCase('unitRows', (b) => b.unitRows(learned(b, 3, 6))),
  { name: 'contrast', define: towers, inJax: true },
  { name: 'all together', define: wholeNet, inJax: true },
]

/** Two towers over one table of words; the mask of `own` lets each row see its own candidate. */
function towers(b: NetBuilder): void {
  const words = b.embeddingBag(b.input('words', [7, 4], 'index'), 9, 5)
  const left = b.unitRows(b.dense(b.select(words, [0, 1, 2]), 5))
  const right = b.unitRows(b.select(words, [3, 4, 5, 6]))
  b.contrast(left, right, b.input('own', [3, 4]), b.input('w', [3]), 4)
}

/** A small forecaster with encoder, static context, attention and two losses. */
function wholeNet(b: NetBuilder): void {
  const x = b.input('x', [6, 3])
  let h = b.causalConv(x, { filters: 6, width: 2, dilation: 1, activation: 'relu' })
  h = b.causalConv(h, { filters: 6, width: 2, dilation: 2, activation: 'relu' })
  const text = b.embeddingBag(b.input('words', [4], 'index'), 5, 3)
  const fixed = b.concat([b.reshape(b.embedding(b.input('code', [1], 'index'), 3, 2), [2]), text])
  const context = b.layerNorm(b.dense(b.concat([b.repeat(fixed, 6), h]), 6, 'gelu'))
  const future = b.dense(b.input('future', [HORIZON, 2]), 6, 'tanh')
  const recalled = b.eventAttention(future, context, h, b.input('mask', [HORIZON, 6]))
  const last = b.select(b.gru(context, 4), [5, 5])
  const decoded = b.dense(b.concat([recalled, last, future]), 8, 'relu')
  const q = b.quantileHead(b.dense(decoded, LEVELS.length))
  b.output('q', q)
  b.pinball(q, b.input('y', [HORIZON]), b.input('w', [HORIZON]), LEVELS)
  const side = b.dense(b.reshape(h, [36]), 1)
  b.pinball(b.reshape(side, [1, 1]), b.input('y2', [1]), b.input('w2', [1]), [0.5])
}

/** Builds a case and fills its inputs and parameters at random; equal seeds, equal numbers. */
export function buildCase(
  { define }: GradientCase,
  options: Partial<BuildOptions> = {},
  seed = 1,
): Net {
  const net = buildNet(define, { batch: 5, seed, parts: 2, tile: 2, ...options })
  const random = createRandom(`case ${seed}`)
  const rows: Record<string, number> = {}
  for (const op of net.graph.ops) {
    const index = op.inputs[0]
    if (op.kind.startsWith('embedding'))
      rows[net.graph.ops[index!]!.name] = Number(op.attributes['rows'])
  }
  for (const name of net.inputs) {
    const values = net.input(name)
    for (let i = 0; i < values.length; i++)
      values[i] = draw(name, random.next(), random.normal(), rows, i)
  }
  // Off the zeros that biases start from; float32, so that all arithmetics start alike.
  for (const values of Object.values(net.parameters)) {
    for (let i = 0; i < values.length; i++)
      values[i] = Math.fround(values[i]! + 0.3 * random.normal())
  }
  return net
}

function draw(
  name: string,
  uniform: number,
  normal: number,
  rows: Readonly<Record<string, number>>,
  i: number,
): number {
  if (name === 'words') return Math.floor(uniform * (rows[name]! + 1)) - 1
  if (name in rows) return Math.floor(uniform * rows[name]!)
  if (name === 'own') return i % 4 === Math.floor(i / 4) % 3 || uniform < 0.6 ? 1 : 0
  if (name === 'mask') return uniform < 0.6 ? 1 : 0
  if (name.startsWith('w')) return uniform < 0.2 ? 0 : Math.fround(uniform)
  return Math.fround(normal)
}
