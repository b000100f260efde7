import type { RankFeature } from '../feature.ts'
import { numbersOf, type TitleWords, TOKEN, unionTitles } from '../title-words.ts'

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
    const titles = unionTitles(index, union)
    const asked = numbersOf(index, terms)
    for (let i = 0; i < titles.length; i++) describe(asked, titles[i]!, out, i * stride)
  },
}

/** Over the places where the last word of the query stands in the title, the most favourable. */
function describe(
  asked: Int32Array,
  { numbers, kinds }: TitleWords,
  out: Float32Array,
  at: number,
): void {
  const last = asked[asked.length - 1]
  let [places, followed, afterFor, least, first] = [0, 0, 0, 0, 0]
  for (let i = 0; i < numbers.length; i++) {
    if (numbers[i] !== last) continue
    let behind = 0
    while (isOther(asked, numbers, kinds, i + 1 + behind)) behind++
    if (places === 0) first = i
    if (places === 0 || behind < least) least = behind
    places++
    if (behind > 0) followed++
    if (isFor(kinds, i - 1) || (i > 0 && isFor(kinds, i - 2))) afterFor++
  }
  if (places === 0) {
    out.fill(Number.NaN, at, at + 4)
    return
  }
  out[at] = Number(followed === places)
  out[at + 1] = Number(afterFor === places)
  out[at + 2] = least
  out[at + 3] = first
}

/** A word of letters that is not the query's. */
function isOther(asked: Int32Array, numbers: Int32Array, kinds: Uint8Array, i: number): boolean {
  return i < kinds.length && (kinds[i]! & TOKEN.letters) !== 0 && !asked.includes(numbers[i]!)
}

function isFor(kinds: Uint8Array, i: number): boolean {
  return i >= 0 && (kinds[i]! & TOKEN.for) !== 0
}
