import type { Random } from '../../core/random/random.ts'
import { text as texts } from '../../learn/index.ts'
import type { ProductBags, ProductWords } from './product-bags.ts'

/** A query, and the products it should find; products are numbered as the caller has them. */
export interface QueryPairs {
  readonly text: string
  /** Products that were clicked, bought or judged to be right. */
  readonly positives: readonly number[]
  /** What each counts; 1 where absent. */
  readonly weights?: readonly number[]
  /** Products that look alike and are not right: shown and not clicked, or found by words alone. */
  readonly negatives?: readonly number[]
}

/** What towers learn from. */
export interface TrainingPairs {
  readonly words: readonly ProductWords[]
  readonly bags: readonly ProductBags[]
  readonly queries: readonly QueryPairs[]
}

/** How a sample is made up: `group` pairs, and as many candidates beyond their own. */
export interface SampleShape {
  /** Queries of a sample; their products are each other's negatives. */
  readonly group: number
  /** Letter groups of a text that are read at a time, drawn anew each time. */
  readonly grams: number
  readonly buckets: number
  /** Share of the pairs that are pieces of titles. */
  readonly pieces: number
}

/** Where a sample is written. */
export interface SampleMemory {
  /** (group + 4 · group) × grams: queries, titles, other fields. */
  readonly words: Int32Array
  /** group × 2 group. */
  readonly mask: Float32Array
  /** group. */
  readonly weight: Float32Array
}

const LONGEST_PIECE = 4

/** Draws samples of pairs; queries' letter groups are hashed once. */
export function createSampler(
  pairs: TrainingPairs,
  shape: SampleShape,
): (random: Random, to: SampleMemory) => void {
  const { group, grams } = shape
  const asked = pairs.queries.filter(({ positives }) => positives.length > 0)
  const bags = asked.map(({ text }) => texts.hashedNgrams(text, shape.buckets))
  const rights = asked.map(({ positives }) => new Set(positives))
  const drawers = { pairs, asked, bags, shape }
  return (random, { words, mask, weight }) => {
    words.fill(-1)
    const own = Array.from({ length: group }, () => drawPair(drawers, random))
    const candidates = [...own.map(({ product }) => product), ...own.map(({ wrong }) => wrong)]
    own.forEach(({ bag, weight: counts }, g) => {
      writeBag(bag, words, g * grams, grams, random)
      weight[g] = bag.length === 0 ? 0 : counts
    })
    candidates.forEach((product, c) => {
      const { title, rest } = pairs.bags[product]!
      writeBag(title, words, (group + c) * grams, grams, random)
      writeBag(rest, words, (group + candidates.length + c) * grams, grams, random)
    })
    own.forEach(({ query, product }, g) => {
      const right = query < 0 ? undefined : rights[query]!
      candidates.forEach((other, c) => {
        const hides = c !== g && (other === product || right?.has(other) === true)
        mask[g * candidates.length + c] = hides ? 0 : 1
      })
    })
  }
}

interface Drawers {
  readonly pairs: TrainingPairs
  readonly asked: readonly QueryPairs[]
  readonly bags: readonly Int32Array[]
  readonly shape: SampleShape
}

interface DrawnPair {
  /** Number among the queries, −1 for a piece of a title. */
  readonly query: number
  readonly bag: Int32Array
  readonly product: number
  /** A product that is not right. */
  readonly wrong: number
  readonly weight: number
}

function drawPair({ pairs, asked, bags, shape }: Drawers, random: Random): DrawnPair {
  const any = random.int(pairs.bags.length)
  if (asked.length === 0 || random.next() < shape.pieces) {
    const product = random.int(pairs.bags.length)
    const piece = drawPiece(pairs.words[product]!, random)
    const bag = texts.hashedNgrams(piece, shape.buckets)
    return { query: -1, bag, product, wrong: any, weight: 1 }
  }
  const query = random.int(asked.length)
  const { positives, weights, negatives = [] } = asked[query]!
  const i = random.int(positives.length)
  const wrong = negatives.length > 0 ? negatives[random.int(negatives.length)]! : any
  return {
    query,
    bag: bags[query]!,
    product: positives[i]!,
    wrong,
    weight: weights?.[i] ?? 1,
  }
}

/** Some words in a row of the title, now and then with one of the other fields, as a query might be. */
export function drawPiece({ title, rest }: ProductWords, random: Random): string {
  const own = texts.normalizedWords(title)
  const others = texts.normalizedWords(rest)
  const length = Math.min(own.length, 1 + random.int(LONGEST_PIECE))
  const from = random.int(own.length - length + 1)
  const piece = own.slice(from, from + length)
  if (others.length > 0 && (piece.length === 0 || random.next() < 0.3)) {
    const at = random.int(others.length)
    piece.push(...others.slice(at, at + (piece.length === 0 ? 2 : 1)))
  }
  return piece.join(' ')
}

/** Writes a bag, or as much as there is room for, drawn without replacement. */
function writeBag(bag: Int32Array, to: Int32Array, at: number, room: number, random: Random): void {
  if (bag.length <= room) {
    to.set(bag, at)
    return
  }
  // Selection sampling (Knuth, algorithm S): one pass, the order stays.
  let left = room
  for (let i = 0; i < bag.length && left > 0; i++) {
    if (random.next() * (bag.length - i) < left) to[at + room - left--] = bag[i]!
  }
}
