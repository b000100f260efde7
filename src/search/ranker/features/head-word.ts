import type { RankFeature } from '../feature.ts'
import { titleWords } from '../title-words.ts'

/** "For" in the languages of the index: what follows is what the product goes with, not what it is. */
const FOR = new Set(['for', 'fur', 'fuer', 'pour', 'para', 'per', 'voor', 'dla', 'till', 'til'])

/**
 * Whether the query names what the product is or what it goes with: in "laptop lock" and "charger for
 * laptop" the laptop is not for sale. A title's own word stands last, before numbers and models.
 */
export const headWord: RankFeature = {
  name: 'head',
  about: 'whether the query names what the product is rather than what it goes with',
  columns: () => [
    'head:followed-by-word',
    'head:after-for',
    'head:words-behind',
    'head:words-before',
  ],
  compute({ index, query, union }, out, stride) {
    const terms = query.terms.map((term, i) => (term === '' ? query.tokens[i]! : term))
    const last = terms.at(-1)
    const asked = new Set(terms)
    union.docs.forEach((doc, i) => {
      const title = titleWords(index, doc)
      const row = last === undefined ? undefined : describe(asked, last, title)
      if (row === undefined) out.fill(Number.NaN, i * stride, i * stride + 4)
      else out.set(row, i * stride)
    })
  },
}

/** Over the places where the last word of the query stands in the title, the most favourable. */
function describe(
  asked: ReadonlySet<string>,
  last: string,
  { terms, tokens }: { readonly terms: readonly string[]; readonly tokens: readonly string[] },
): readonly number[] | undefined {
  const places: number[] = []
  for (let i = 0; i < tokens.length; i++) if ((terms[i] || tokens[i]) === last) places.push(i)
  if (places.length === 0) return undefined
  const isWord = (i: number) => i < tokens.length && /^\p{L}+$/u.test(tokens[i]!)
  const isOther = (i: number) => isWord(i) && !asked.has(terms[i] || tokens[i]!)
  const isFor = (i: number) => i > 0 && (FOR.has(tokens[i - 1]!) || FOR.has(tokens[i - 2] ?? ''))
  const behind = (i: number) => {
    let count = 0
    while (isOther(i + 1 + count)) count++
    return count
  }
  return [
    Number(places.every((i) => isOther(i + 1))),
    Number(places.every(isFor)),
    Math.min(...places.map(behind)),
    Math.min(...places),
  ]
}
