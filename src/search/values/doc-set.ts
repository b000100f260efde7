import type { DocSet } from '../index/types.ts'

/** An empty set for documents below `capacity`. */
export function emptyDocSet(capacity: number): { words: Uint32Array; count: number } {
  return { words: new Uint32Array((capacity + 31) >> 5), count: 0 }
}

/** The set of given documents. */
export function docSetOf(docs: ArrayLike<number>, capacity: number): DocSet {
  const { words } = emptyDocSet(capacity)
  for (let i = 0; i < docs.length; i++) words[docs[i]! >> 5]! |= 1 << (docs[i]! & 31)
  return counted(words)
}

/** Whether a document is in the set. */
export function hasDoc({ words }: DocSet, doc: number): boolean {
  return ((words[doc >> 5] ?? 0) & (1 << (doc & 31))) !== 0
}

/** The documents of a set, rising. */
export function docsOf({ words, count }: DocSet): Int32Array {
  const docs = new Int32Array(count)
  let at = 0
  for (let w = 0; w < words.length; w++) {
    let bits = words[w]!
    while (bits !== 0) {
      docs[at++] = (w << 5) + (31 - Math.clz32(bits & -bits))
      bits &= bits - 1
    }
  }
  return docs
}

/** Documents of both sets. */
export function intersect(a: DocSet, b: DocSet): DocSet {
  const words = new Uint32Array(Math.min(a.words.length, b.words.length))
  for (let w = 0; w < words.length; w++) words[w] = a.words[w]! & b.words[w]!
  return counted(words)
}

/** Documents of either set. */
export function unite(a: DocSet, b: DocSet): DocSet {
  const [long, short] = a.words.length >= b.words.length ? [a, b] : [b, a]
  const words = long.words.slice()
  for (let w = 0; w < short.words.length; w++) words[w]! |= short.words[w]!
  return counted(words)
}

/** Documents of `a` that are not in `b`. */
export function subtract(a: DocSet, b: DocSet): DocSet {
  const words = a.words.slice()
  const shared = Math.min(words.length, b.words.length)
  for (let w = 0; w < shared; w++) words[w]! &= ~b.words[w]!
  return counted(words)
}

/** A set of these words, counted. */
export function counted(words: Uint32Array): DocSet {
  let count = 0
  for (let w = 0; w < words.length; w++) count += popCount(words[w]!)
  return { words, count }
}

/** Number of set bits, by adding neighbours (Warren, Hacker's Delight, 5-2). */
function popCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  bits = (bits + (bits >>> 4)) & 0x0f0f0f0f
  return Math.imul(bits, 0x01010101) >>> 24
}
