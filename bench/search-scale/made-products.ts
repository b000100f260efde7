import { createRandom } from '../../src/core/random/random.ts'
import type { Field, Product } from '../../src/search/catalogue/product.ts'

/** Fields of the made products. */
export const MADE_FIELDS: readonly Field[] = [
  { name: 'title', role: 'title' },
  { name: 'brand', role: 'brand' },
  { name: 'category', role: 'category' },
  { name: 'description', role: 'text' },
  { name: 'price', role: 'price' },
  { name: 'sold', role: 'popularity' },
]

/** Words in a rising number of kinds: Zipf–Mandelbrot ranks, as texts have them (Heaps' law follows). */
const SHIFT = 2.7
const EXPONENT = 1.05
/** Words that a catalogue of this many products draws from. */
const WORDS_PER_PRODUCT = 0.3
const SMALLEST_VOCABULARY = 20_000

/** Products `from` … `to` of a catalogue of `size`, made from a seed: about 35 words each. */
export function* madeProducts(
  size: number,
  from: number,
  to: number,
  seed: number,
): Generator<Product> {
  const words = Math.max(SMALLEST_VOCABULARY, Math.round(size * WORDS_PER_PRODUCT))
  for (let i = from; i < to; i++) {
    const random = createRandom(seed).split(`product ${i}`)
    const pick = (count: number) =>
      Array.from({ length: count }, () => wordOf(rankOf(random.next(), words))).join(' ')
    const model = `${wordOf(i % 997).slice(0, 2)}${i % 10_007}`
    const popular = Math.floor(random.next() ** -0.8)
    yield {
      id: `product-${i}`,
      values: {
        title: `${pick(3 + Math.floor(random.next() * 5))} ${model}`,
        brand: `Brand ${wordOf(rankOf(random.next(), 3000))}`,
        category: `Department ${i % 20} > Category ${rankOf(random.next(), 800)}`,
        description: pick(15 + Math.floor(random.next() * 20)),
        price: Math.round(random.next() * 50_000) / 100,
        sold: Math.min(1e6, popular),
      },
    }
  }
}

/** Queries of one to four words, drawn as those of the products are. */
export function madeQueries(size: number, count: number, seed: number): string[] {
  const random = createRandom(seed).split('queries')
  const words = Math.max(SMALLEST_VOCABULARY, Math.round(size * WORDS_PER_PRODUCT))
  return Array.from({ length: count }, () => {
    const length = 1 + Math.floor(random.next() * 4)
    return Array.from({ length }, () => wordOf(rankOf(random.next(), words))).join(' ')
  })
}

/** Rank of a word by the inverse of the integral of (rank + shift)^−exponent. */
function rankOf(u: number, words: number): number {
  const power = 1 - EXPONENT
  const low = (1 + SHIFT) ** power
  const high = (words + SHIFT) ** power
  return Math.floor((low + u * (high - low)) ** (1 / power) - SHIFT)
}

const SYLLABLES = 'ba ce di fo gu ha ji ke lo mu na pi re so tu va we xi yo zu'.split(' ')

/**
 * A word of two to five syllables for each rank. It ends in a consonant and has no other doubled one,
 * so that no two words make a third, as they do not in stores either.
 */
function wordOf(rank: number): string {
  let word = ''
  for (let rest = rank + 20; rest > 0; rest = Math.floor(rest / 20)) word += SYLLABLES[rest % 20]!
  return word + 'lmnrst'[rank % 6]!
}
