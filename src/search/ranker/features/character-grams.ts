import type { RankFeature } from '../feature.ts'
import { gramsOf, titleWords } from '../title-words.ts'

/** Likeness letter by letter, which misspelt and joined words keep. */
export const characterGrams: RankFeature = {
  name: 'letters',
  about: 'how alike query and title are letter by letter, misspellings included',
  columns: () => ['letters:dice', 'letters:query-covered', 'letters:joined-equal'],
  directions: () => [1, 1, 1],
  compute({ index, query, union }, out, stride) {
    const own = new Set(gramsOf(query.text))
    const joined = query.text.replaceAll(' ', '')
    union.docs.forEach((doc, i) => {
      const { text, grams } = titleWords(index, doc)
      const both = countBoth(own, grams)
      const all = own.size + grams.length
      out[i * stride] = all > 0 ? (2 * both) / all : 0
      out[i * stride + 1] = own.size > 0 ? both / own.size : 0
      out[i * stride + 2] = Number(joined !== '' && joined === text.replaceAll(' ', ''))
    })
  },
}

function countBoth(own: ReadonlySet<number>, grams: Int32Array): number {
  let both = 0
  for (const gram of grams) if (own.has(gram)) both++
  return both
}
