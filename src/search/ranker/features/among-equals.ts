import type { RankFeature } from '../feature.ts'
import { rivalsOf } from '../rivals.ts'
import { percentiles } from '../standing.ts'
import { numbersOf, queryWords, type TitleWords, TOKEN, unionTitles } from '../title-words.ts'

/**
 * Of the documents whose titles cover the query at least as well, what share is less good in itself:
 * of twelve films called alike, the one that people mean.
 */
export const amongEquals: RankFeature = {
  name: 'equals',
  about: 'how popular it is among products whose titles match as well or better',
  columns: () => ['equals:quality', 'equals:rivals'],
  directions: () => [1, 0],
  compute({ index, query, union }, out, stride) {
    const titles = unionTitles(index, union)
    const words = queryWords(index, query)
    const numbers = numbersOf(
      index,
      words.map(({ term }) => term),
    )
    const weights = Float64Array.from(words, ({ weight }) => weight)
    const all = index.quality()
    const quality = new Float32Array(titles.length)
    const coverage = new Float32Array(titles.length)
    for (let i = 0; i < titles.length; i++) {
      quality[i] = all[union.docs[i]!]!
      coverage[i] = covered(titles[i]!, numbers, weights)
    }
    const { rivals, worse } = rivalsOf(coverage, quality)
    const standing = rivals.includes(0) ? percentiles(coverage) : undefined
    for (let i = 0; i < titles.length; i++) {
      out[i * stride] = rivals[i]! > 0 ? worse[i]! / rivals[i]! : standing![i]!
      out[i * stride + 1] = rivals[i]!
    }
  },
}

/** Σ of the weights of the query's words that the title has; one that is dropped is not looked for. */
function covered({ numbers, kinds }: TitleWords, asked: Int32Array, weights: Float64Array): number {
  let sum = 0
  for (let w = 0; w < asked.length; w++) {
    for (let i = 0; i < numbers.length; i++) {
      if (numbers[i] !== asked[w] || (kinds[i]! & TOKEN.dropped) !== 0) continue
      sum += weights[w]!
      break
    }
  }
  return sum
}
