import type { RankFeature } from '../feature.ts'
import { gramsOf, unionTitles } from '../title-words.ts'

/** Likeness letter by letter, which misspelt and joined words keep. */
export const characterGrams: RankFeature = {
  name: 'letters',
  about: 'how alike query and title are letter by letter, misspellings included',
  columns: () => ['letters:dice', 'letters:query-covered', 'letters:joined-equal'],
  directions: () => [1, 1, 1],
  compute({ index, query, union }, out, stride, wanted) {
    const own = gramsOf(query.text)
    const titles = unionTitles(index, union)
    const joined = query.text.replaceAll(' ', '')
    note(own)
    for (let i = 0; i < titles.length; i++) {
      const { grams, text } = titles[i]!
      const both = countBoth(own, grams)
      const all = own.length + grams.length
      out[i * stride] = all > 0 ? (2 * both) / all : 0
      out[i * stride + 1] = own.length > 0 ? both / own.length : 0
      if (wanted?.[2] === 0) continue
      out[i * stride + 2] = Number(joined !== '' && joined === text.replaceAll(' ', ''))
    }
    forget(own)
  },
}

/** Low bits of a gram: most grams of a title are not the query's, and a table of these says so. */
const LOW = 4095
/** 1 + the first of the query's grams with these low bits, 0 without one; `next` has the ones after it. */
const table = new Uint16Array(LOW + 1)
let next = new Uint16Array(64)

function note(own: Int32Array): void {
  if (next.length <= own.length) next = new Uint16Array(2 * own.length)
  for (let g = 0; g < own.length; g++) {
    next[g] = table[own[g]! & LOW]!
    table[own[g]! & LOW] = g + 1
  }
}

function forget(own: Int32Array): void {
  for (let g = 0; g < own.length; g++) table[own[g]! & LOW] = 0
}

/** How many of a title's distinct grams are among those noted. */
function countBoth(own: Int32Array, grams: Int32Array): number {
  let both = 0
  for (let g = 0; g < grams.length; g++) {
    const gram = grams[g]!
    let at = table[gram & LOW]!
    while (at > 0 && own[at - 1] !== gram) at = next[at - 1]!
    if (at > 0) both++
  }
  return both
}
