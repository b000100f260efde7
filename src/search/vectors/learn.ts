import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { createRandom } from '../../core/random/random.ts'
import type { Field, Product } from '../catalogue/product.ts'
import { type Encoder, encodeProduct, encodeQuery } from './encoder.ts'
import { factorizeTexts } from './factorize.ts'
import { VECTOR_KNOBS } from './knobs.ts'
import { drawPiece, type QueryPairs, type TrainingPairs } from './pairs.ts'
import { bagsOf, type ProductBags, wordsOf } from './product-bags.ts'
import { PAIRS_A_STEP, trainTowers } from './train.ts'

export interface LearnOptions {
  readonly seed: number
  readonly settings?: KnobSettings
  readonly workers?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (share: number) => void
}

/** A query of customers or judges, by product id. */
export interface LearnedQuery {
  readonly text: string
  readonly positives: readonly string[]
  readonly weights?: readonly number[]
  readonly negatives?: readonly string[]
}

export type EncoderKind = 'factors' | 'towers'

export interface LearnedVectors {
  readonly encoder: Encoder
  /** Which of the two was better on queries held out. */
  readonly chosen: EncoderKind
  /** Share of the right products of held-out queries among the 20 nearest. */
  readonly recall: Readonly<Record<EncoderKind, number>>
  /** Queries held out. */
  readonly judged: number
}

const HELD_OUT = 0.1
const MOST_HELD_OUT = 400
/** So many nearest are looked at; of a small catalogue a tenth, or everything would be found. */
const DEPTH = 20
/** Fewer queries than this tell nothing: pieces of titles are asked instead. */
const FEWEST_QUERIES = 30

/**
 * Learns what makes vectors of this store's texts: factors of its catalogue, and two towers trained
 * from there on what customers found; the better on queries held out is kept. Queries whose products
 * are unknown are passed over. Rejects with ERR_CANCELLED when `signal` aborts.
 */
export async function learnVectors(
  products: readonly Product[],
  fields: readonly Field[],
  queries: readonly LearnedQuery[],
  options: LearnOptions,
): Promise<LearnedVectors> {
  const { seed, settings = {} } = options
  const knob = (name: keyof typeof VECTOR_KNOBS) => readKnob(VECTOR_KNOBS[name], settings)
  const words = products.map((product) => wordsOf(product, fields, knob('restWords')))
  const bags = words.map((one) => bagsOf(one, knob('buckets')))
  const { kept, heldOut } = splitQueries(numberQueries(products, queries), words, seed)
  const factors = factorizeTexts(bags, {
    buckets: knob('buckets'),
    width: knob('width'),
    titleShare: knob('titleShare'),
    restWords: knob('restWords'),
    products: knob('factorProducts'),
    seed,
  })
  const pairs: TrainingPairs = { words, bags, queries: kept }
  const { signal, onProgress, workers = 1 } = options
  const towers = await trainTowers(factors, pairs, {
    seed,
    steps: stepsFor(kept.length + bags.length, knob('steps')),
    learningRate: knob('learningRate'),
    scale: knob('scale'),
    pieces: knob('titlePieces'),
    workers,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  })
  const recall = {
    factors: recallOf(factors, bags, heldOut),
    towers: recallOf(towers, bags, heldOut),
  }
  const chosen = recall.towers > recall.factors ? 'towers' : 'factors'
  const encoder = chosen === 'towers' ? towers : factors
  return { encoder, chosen, recall, judged: heldOut.length }
}

/** A small store is learned in fewer steps: no more than ten looks at each product and query. */
function stepsFor(texts: number, most: number): number {
  return Math.max(1, Math.min(most, Math.ceil((10 * texts) / PAIRS_A_STEP)))
}

function numberQueries(
  products: readonly Product[],
  queries: readonly LearnedQuery[],
): QueryPairs[] {
  const numbers = new Map(products.map(({ id }, i) => [id, i]))
  const known = (ids: readonly string[] = []) =>
    ids.map((id) => numbers.get(id) ?? -1).filter((number) => number >= 0)
  return queries.flatMap(({ text, positives, weights, negatives }) => {
    const there = positives.map((id) => numbers.has(id))
    const found = known(positives)
    if (found.length === 0) return []
    const counts = weights?.filter((_, i) => there[i])
    const wrong = known(negatives)
    return [{ text, positives: found, negatives: wrong, ...(counts ? { weights: counts } : {}) }]
  })
}

/** Holds some queries out; a store with hardly any is judged by pieces of its titles. */
function splitQueries(
  queries: readonly QueryPairs[],
  words: TrainingPairs['words'],
  seed: number,
): { kept: readonly QueryPairs[]; heldOut: readonly QueryPairs[] } {
  const random = createRandom(`held out:${seed}`)
  if (queries.length < FEWEST_QUERIES) {
    const count = Math.min(MOST_HELD_OUT, words.length)
    const heldOut = Array.from({ length: count }, () => {
      const product = random.int(words.length)
      return { text: drawPiece(words[product]!, random), positives: [product] }
    })
    return { kept: queries, heldOut }
  }
  const kept: QueryPairs[] = []
  const heldOut: QueryPairs[] = []
  for (const query of queries) {
    const out = random.next() < HELD_OUT && heldOut.length < MOST_HELD_OUT
    ;(out ? heldOut : kept).push(query)
  }
  return { kept, heldOut }
}

/** Mean share of a query's right products among the nearest of all. */
function recallOf(
  encoder: Encoder,
  bags: readonly ProductBags[],
  queries: readonly QueryPairs[],
): number {
  if (queries.length === 0) return 0
  const { width } = encoder
  const vectors = new Float32Array(bags.length * width)
  bags.forEach((bag, i) => {
    vectors.set(encodeProduct(encoder, bag), i * width)
  })
  const depth = Math.min(DEPTH, Math.ceil(bags.length / 10))
  let total = 0
  for (const { text, positives } of queries) {
    const vector = encodeQuery(encoder, text)
    const scores = new Float32Array(bags.length)
    for (let p = 0; p < scores.length; p++) {
      for (let i = 0; i < width; i++) scores[p]! += vector[i]! * vectors[p * width + i]!
    }
    const bar = scores.toSorted()[Math.max(0, scores.length - depth)]!
    const found = positives.filter((p) => scores[p]! >= bar).length
    total += found / Math.min(depth, positives.length)
  }
  return total / queries.length
}
