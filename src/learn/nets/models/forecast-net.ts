import {
  type BuildOptions,
  buildNet,
  type Net,
  type NetBuilder,
  type Node,
} from '../graph/index.ts'
import { encodePast, pick } from './encoder.ts'
import type { ForecastNetShape, ForkPlan } from './shape.ts'

/** Names of the inputs of a forecasting net; the shapes are those of one sample. */
export const INPUTS = {
  /** window × pastWidth */
  past: 'past',
  /** (forks · horizon) × aheadWidth, fork by fork */
  ahead: 'ahead',
  /** forks × forkWidth */
  fork: 'fork',
  /** (forks · horizon) × 1: the plain forecast that the net corrects, in scaled units */
  reference: 'reference',
  /** (forks · horizon) × 1: the unit of the correction */
  spread: 'spread',
  /** (forks · horizon) × levels, rising: quantiles of what was seen lately */
  history: 'history',
  /** numbers */
  numbers: 'numbers',
  /** 1 × length, int32, −1 = none */
  words: 'words',
  /** slots × width */
  memory: 'memory',
  /** (forks · horizon) × slots, 0 or 1 */
  memoryMask: 'memoryMask',
  /** forks · horizon */
  target: 'target',
  weight: 'weight',
} as const

/** Name of the input of the k-th category: 1, int32. */
export const categoryInput = (k: number) => `category${k}`

/** The output: (forks · horizon) × levels, in scaled units, never crossing. */
export const QUANTILES = 'quantiles'

/** Builds the net with its loss. Throws ERR_ARGUMENT on sizes that do not fit. */
export function buildForecastNet(
  shape: ForecastNetShape,
  plan: ForkPlan,
  options: BuildOptions,
): Net {
  return buildNet((b) => describeForecastNet(b, shape, plan, options.predictOnly !== true), options)
}

/**
 * Describes MQ-CNN or MQ-RNN (Wen et al. 2017): an encoder over the past; at each fork a context of
 * hidden state, statics and what is known ahead; a small decoder for each step ahead. With a memory,
 * each step ahead attends to past occurrences of its event (Eisenach et al. 2020).
 * quantiles = trust · reference + gate · history + spread · amplitude · head, where gate and amplitude
 * are above zero and the rows of history and head rise with the level: so do the quantiles.
 * Order and size of the parameters do not depend on `plan`.
 */
export function describeForecastNet(
  b: NetBuilder,
  shape: ForecastNetShape,
  plan: ForkPlan,
  withLoss: boolean,
): void {
  const forks = plan.forks.length
  const rows = forks * shape.horizon
  const ahead = b.input(INPUTS.ahead, [rows, shape.aheadWidth])
  const hidden = encodePast(b, b.input(INPUTS.past, [plan.window, shape.pastWidth]), shape, plan)
  const context = describeContext(b, shape, hidden, ahead, forks)
  const quantiles = describeDecoder(b, shape, context, ahead, forks)
  b.output(QUANTILES, quantiles)
  if (!withLoss) return
  b.pinball(quantiles, b.input(INPUTS.target, [rows]), b.input(INPUTS.weight, [rows]), shape.levels)
}

/** forks × contextUnits. */
function describeContext(
  b: NetBuilder,
  shape: ForecastNetShape,
  hidden: Node,
  ahead: Node,
  forks: number,
): Node {
  const parts = [hidden, b.input(INPUTS.fork, [forks, shape.forkWidth])]
  const statics = describeStatics(b, shape)
  if (statics !== undefined) parts.push(b.repeat(statics, forks))
  if (shape.summaryUnits > 0) {
    const summary = b.dense(ahead, shape.summaryUnits, 'relu', { name: 'summary' })
    parts.push(b.reshape(summary, [forks, shape.horizon * shape.summaryUnits]))
  }
  const context = b.dense(b.concat(parts), shape.contextUnits, 'relu', { name: 'context' })
  return shape.dropout > 0 ? b.dropout(context, shape.dropout) : context
}

/** staticUnits, of everything that does not change over a series' life; undefined where nothing is known. */
function describeStatics(b: NetBuilder, shape: ForecastNetShape): Node | undefined {
  const parts = shape.categories.map(({ rows, width }, k) => {
    const codes = b.input(categoryInput(k), [1], 'index')
    return b.reshape(b.embedding(codes, rows, width, { name: `embedding${k}` }), [width])
  })
  if (shape.numbers > 0) parts.push(b.input(INPUTS.numbers, [shape.numbers]))
  if (shape.words !== undefined) {
    const { rows, width, length } = shape.words
    const bag = b.embeddingBag(b.input(INPUTS.words, [1, length], 'index'), rows, width, {
      name: 'words-table',
    })
    parts.push(b.reshape(bag, [width]))
  }
  if (parts.length === 0) return undefined
  return b.dense(b.concat(parts), shape.staticUnits, 'tanh', { name: 'statics' })
}

/** (forks · horizon) × levels. */
function describeDecoder(
  b: NetBuilder,
  shape: ForecastNetShape,
  context: Node,
  ahead: Node,
  forks: number,
): Node {
  const { horizon, levels } = shape
  const rows = forks * horizon
  const forkOfRow = Array.from({ length: rows }, (_, row) => Math.floor(row / horizon))
  const spreadOver = (x: Node) => pick(b, x, forkOfRow)
  const own = b.dense(context, horizon * shape.horizonUnits, 'relu', { name: 'horizon-context' })
  const shared = b.dense(context, shape.sharedUnits, 'relu', { name: 'shared-context' })
  const parts = [ahead, b.reshape(own, [rows, shape.horizonUnits]), spreadOver(shared)]
  const remembered = describeMemory(b, shape, ahead, rows)
  if (remembered !== undefined) parts.push(remembered)
  const hidden = b.dense(b.concat(parts), shape.decoderUnits, 'relu', { name: 'decoder' })
  const head = b.quantileHead(b.dense(hidden, levels.length, 'linear', { name: 'head' }))
  const amplitude = b.dense(context, 1, 'softplus', { name: 'amplitude' })
  const unit = b.multiply(b.input(INPUTS.spread, [rows, 1]), spreadOver(amplitude))
  const wide = (x: Node) => b.concat(levels.map(() => x))
  const trust = b.dense(hidden, 1, 'linear', { name: 'trust' })
  const reference = b.multiply(b.input(INPUTS.reference, [rows, 1]), trust)
  const corrected = b.add(b.multiply(head, wide(unit)), wide(reference))
  if (!shape.history) return corrected
  const gate = b.dense(hidden, 1, 'softplus', { name: 'gate' })
  return b.add(b.multiply(b.input(INPUTS.history, [rows, levels.length]), wide(gate)), corrected)
}

/** What past occurrences of the event of each step ahead did: (forks · horizon) × memory width. */
function describeMemory(
  b: NetBuilder,
  shape: ForecastNetShape,
  ahead: Node,
  rows: number,
): Node | undefined {
  if (shape.memory === undefined) return undefined
  const { slots, width, keys } = shape.memory
  const memory = b.input(INPUTS.memory, [slots, width])
  const mask = b.input(INPUTS.memoryMask, [rows, slots])
  const query = b.dense(ahead, keys, 'linear', { name: 'query', bias: false })
  const key = b.dense(memory, keys, 'linear', { name: 'key', bias: false })
  return b.eventAttention(query, key, memory, mask)
}
