import { firstNotBelow } from '../../core/bisect.ts'
import { structures } from '../../learn/index.ts'
import { slips } from '../values/highlight.ts'

/** Finds words that differ from a given one by a slip of the finger. */
export interface NearWords {
  /** Places of words close by, with their slips: the fewest slips first, then by place. */
  near(word: string): readonly { readonly word: number; readonly slips: number }[]
}

/** Shorter words have no neighbours: too many words are one letter away. */
const SHORTEST = 4
/** Words of this length or more may have two slips. */
const LONG = 8
const MOST_CHECKED = 400

/**
 * Symmetric deletes (Garbe): each word is filed under itself and under what remains when one letter
 * is left out. A word and its misspelling meet there after one slip, and after two unless both are
 * of one kind (two letters too many). Words are their places in `words`.
 */
export function createNearWords(words: readonly string[]): NearWords {
  let size = 0
  for (const word of words) if (word.length >= SHORTEST - 1) size += word.length + 1
  const hashes = new Int32Array(size)
  const places = new Int32Array(size)
  let at = 0
  words.forEach((word, place) => {
    if (word.length < SHORTEST - 1) return
    for (const hash of deletes(word)) {
      hashes[at] = hash
      places[at++] = place
    }
  })
  structures.sortWithPayload(hashes, places)
  return { near: (word) => find(word, words, hashes, places) }
}

function find(
  word: string,
  words: readonly string[],
  sorted: Int32Array,
  filed: Int32Array,
): { word: number; slips: number }[] {
  if (word.length < SHORTEST || word.length > 40) return []
  const most = word.length >= LONG ? 2 : 1
  const seen = new Map<number, number>()
  for (const hash of deletes(word)) {
    for (let i = firstNotBelow(sorted, hash); i < sorted.length && sorted[i] === hash; i++) {
      const place = filed[i]!
      if (seen.size >= MOST_CHECKED) break
      if (!seen.has(place)) seen.set(place, slips(word, words[place]!))
    }
  }
  return [...seen]
    .filter(([, count]) => count <= most)
    .map(([place, count]) => ({ word: place, slips: count }))
    .sort((a, b) => a.slips - b.slips || a.word - b.word)
}

/** Hashes of a word and of all that is left when one letter goes. */
function deletes(word: string): Int32Array {
  const hashes = new Int32Array(word.length + 1)
  hashes[0] = hashOf(word, -1)
  for (let i = 0; i < word.length; i++) hashes[i + 1] = hashOf(word, i)
  return hashes
}

function hashOf(word: string, without: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < word.length; i++) {
    if (i !== without) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193)
  }
  return hash | 0
}
