import type { RankFeature } from '../feature.ts'
import { gramsOf, titleWords } from '../title-words.ts'

/** Likeness letter by letter, which misspelt and joined words keep. */
export const characterGrams: RankFeature = {
  name: 'letters',
  about: 'how alike query and title are letter by letter, misspellings included',
  columns: () => ['letters:dice', 'letters:query-covered', 'letters:joined-equal'],
  directions: () => [1, 1, 1],
  compute({ index, query, union }, out, stride) {
    const grams = gramsOf(query.text)
    const own = new Set(grams)
    // Most grams of a title are not the query's: a table of low bits says so before the set is asked.
    const maybe = new Uint8Array(TABLE)
    for (const gram of grams) maybe[gram & (TABLE - 1)] = 1
    const joined = query.text.replaceAll(' ', '')
    union.docs.forEach((doc, i) => {
      const title = titleWords(index, doc)
      const both = countBoth(own, maybe, title.grams)
      const all = own.size + title.grams.length
      out[i * stride] = all > 0 ? (2 * both) / all : 0
      out[i * stride + 1] = own.size > 0 ? both / own.size : 0
      out[i * stride + 2] = Number(joined !== '' && joined === title.text.replaceAll(' ', ''))
    })
  },
}

const TABLE = 4096

function countBoth(own: ReadonlySet<number>, maybe: Uint8Array, grams: Int32Array): number {
  let both = 0
  for (let g = 0; g < grams.length; g++) {
    const gram = grams[g]!
    if (maybe[gram & (TABLE - 1)] === 1 && own.has(gram)) both++
  }
  return both
}
