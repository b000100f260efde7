import { StorewrightError } from '../../core/errors.ts'
import { createRandom } from '../../core/random/random.ts'
import { nets } from '../../learn/index.ts'
import type { Encoder } from './encoder.ts'
import { createSampler, type SampleMemory, type TrainingPairs } from './pairs.ts'

export interface TowerOptions {
  readonly seed: number
  readonly steps: number
  readonly learningRate: number
  /** Cosines times this are the scores of the softmax. */
  readonly scale: number
  /** Share of the pairs that are pieces of titles. */
  readonly pieces: number
  /** Threads; the result does not depend on it. */
  readonly workers: number
  readonly signal?: AbortSignal
  readonly onProgress?: (share: number) => void
}

/** Pairs of a sample, samples of a step, letter groups of a text. */
const [GROUP, SAMPLES, GRAMS] = [64, 8, 48]

/** Pairs that a step learns from. */
export const PAIRS_A_STEP = GROUP * SAMPLES
const CANDIDATES = 2 * GROUP
/** Each part keeps a gradient of the whole table: few of them. */
const PARTS = 2

/**
 * Two towers over one table of letter groups, from where `start` stands: queries should be near the
 * products they found, farther from those of other queries and from look-alikes (contrast of
 * learn/nets). The same seed gives the same encoder whatever the number of workers. Rejects with
 * ERR_CANCELLED when `signal` aborts.
 * Sources: Huang et al. 2013 (two towers); Karpukhin et al. 2020 (negatives from the batch and BM25).
 */
export async function trainTowers(
  start: Encoder,
  pairs: TrainingPairs,
  options: TowerOptions,
): Promise<Encoder> {
  if (pairs.bags.length === 0) return start
  const net = nets.buildNet((b) => defineTowers(b, start, options.scale), {
    batch: SAMPLES,
    seed: options.seed,
    workers: options.workers,
    parts: PARTS,
  })
  try {
    startFrom(net, start)
    await net.ready()
    await train(net, start, pairs, options)
    return readEncoder(net, start)
  } finally {
    net.close()
  }
}

function defineTowers(
  b: nets.NetBuilder,
  { buckets, width, titleShare }: Encoder,
  scale: number,
): void {
  const words = b.input('words', [GROUP + 2 * CANDIDATES, GRAMS], 'index')
  const means = b.unitRows(b.embeddingBag(words, buckets, width, { name: 'grams' }))
  const rows = (from: number, count: number) =>
    b.select(
      means,
      Array.from({ length: count }, (_, i) => from + i),
    )
  const titles = b.scale(rows(GROUP, CANDIDATES), titleShare)
  const others = b.scale(rows(GROUP + CANDIDATES, CANDIDATES), 1 - titleShare)
  const head = (name: string) => ({ name, bias: false })
  const left = b.dense(rows(0, GROUP), width, 'linear', head('query'))
  const right = b.dense(b.add(titles, others), width, 'linear', head('product'))
  const mask = b.input('mask', [GROUP, CANDIDATES])
  b.contrast(b.unitRows(left), b.unitRows(right), mask, b.input('weight', [GROUP]), scale)
}

function startFrom(net: nets.Net, start: Encoder): void {
  const { width } = start
  net.parameters['grams/table']!.set(start.table)
  const identity = Float32Array.from({ length: width * width }, (_, i) =>
    i % (width + 1) === 0 ? 1 : 0,
  )
  net.parameters['query/weight']!.set(start.queryHead ?? identity)
  net.parameters['product/weight']!.set(start.productHead ?? identity)
}

async function train(
  net: nets.Net,
  { buckets }: Encoder,
  pairs: TrainingPairs,
  { seed, steps, learningRate, pieces, signal, onProgress }: TowerOptions,
): Promise<void> {
  const sample = createSampler(pairs, { group: GROUP, grams: GRAMS, buckets, pieces })
  const memories = Array.from({ length: SAMPLES }, (_, s) => sampleMemory(net, s))
  for (let step = 0; step < steps; step++) {
    if (signal?.aborted === true) {
      throw new StorewrightError('ERR_CANCELLED', 'Stopped before the vectors were learned.')
    }
    const random = createRandom(`towers:${seed}:${step}`)
    for (const memory of memories) sample(random, memory)
    net.backward()
    // Falls to nothing: the last steps average out what single samples say.
    net.adamStep({ learningRate: learningRate * (1 - step / steps), clipNorm: 1 })
    onProgress?.((step + 1) / steps)
    // Lets the signal and other work through.
    if (step % 10 === 9) await new Promise((resolve) => setImmediate(resolve))
  }
}

function sampleMemory(net: nets.Net, s: number): SampleMemory {
  const words = (GROUP + 2 * CANDIDATES) * GRAMS
  const mask = GROUP * CANDIDATES
  // Inputs of index kind are integers, the others float32 in this arithmetic.
  return {
    words: (net.input('words') as Int32Array).subarray(s * words, (s + 1) * words),
    mask: (net.input('mask') as Float32Array).subarray(s * mask, (s + 1) * mask),
    weight: (net.input('weight') as Float32Array).subarray(s * GROUP, (s + 1) * GROUP),
  }
}

function readEncoder(net: nets.Net, start: Encoder): Encoder {
  return {
    ...start,
    table: Float32Array.from(net.parameters['grams/table']!),
    queryHead: Float32Array.from(net.parameters['query/weight']!),
    productHead: Float32Array.from(net.parameters['product/weight']!),
  }
}
