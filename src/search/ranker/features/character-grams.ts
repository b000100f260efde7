import type { RankFeature } from '../feature.ts'
import { titleWords } from '../title-words.ts'

/** Likeness letter by letter, which misspelt and joined words keep. */
export const characterGrams: RankFeature = {
  name: 'letters',
  about: 'how alike query and title are letter by letter, misspellings included',
  columns: () => ['letters:dice', 'letters:query-covered', 'letters:joined-equal'],
  directions: () => [1, 1, 1],
  compute({ index, query, union }, out, stride) {
    const own = gramsOf(query.text)
    const joined = query.text.replaceAll(' ', '')
    union.docs.forEach((doc, i) => {
      const { text } = titleWords(index, doc)
      const grams = gramsOf(text)
      const both = countBoth(own, grams)
      const all = own.size + grams.size
      out[i * stride] = all > 0 ? (2 * both) / all : 0
      out[i * stride + 1] = own.size > 0 ? both / own.size : 0
      out[i * stride + 2] = Number(joined !== '' && joined === text.replaceAll(' ', ''))
    })
  },
}

const BITS = 8

/** Distinct runs of three characters, blanks at the ends included; as numbers (hashed to 24 bits). */
function gramsOf(text: string): ReadonlySet<number> {
  const grams = new Set<number>()
  const padded = ` ${text} `
  for (let i = 0; i + 2 < padded.length; i++) {
    let gram = 0
    for (let k = 0; k < 3; k++) gram = (gram << BITS) ^ padded.charCodeAt(i + k)
    grams.add(gram)
  }
  return grams
}

function countBoth(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let both = 0
  for (const gram of a) if (b.has(gram)) both++
  return both
}
