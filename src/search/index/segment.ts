import { textAt } from './term-table.ts'

/** Bits of a position that say where in the field; the four above say which field. */
export const POSITION_BITS = 12
export const MOST_POSITIONS = 1 << POSITION_BITS

/**
 * Documents that were added together, as typed arrays that do not change but for `live`. Documents
 * are numbered from 0 in the order of their ids, so that equal scores stand in the right order.
 *
 *   terms        [ 3 | 17 | 40 … ]                      rising term numbers
 *   postingsFrom [ 0 | 2  | 3  … ]                      postings of term i: [from i, from i + 1)
 *   docs         [ 5 9 | 7 | … ]                        rising within a term
 *   positionsFrom[ 0 2 | 3 | … ]                        positions of posting j
 *   positions    [ f0p4 f1p0 · f0p2 · … ]               field << 12 | place, rising: tf by field too
 */
export interface Segment {
  readonly docCount: number
  /** Document number in the index by number here. */
  readonly globalDocs: Int32Array
  /** Bit of each document that is not removed. */
  readonly live: Uint32Array
  liveCount: number
  readonly ids: Texts
  /** Products in JSON, one after the other. */
  readonly products: Uint8Array
  readonly productsFrom: Float64Array
  /** Coded lengths, documents × text fields. */
  readonly lengths: Uint8Array
  readonly terms: Int32Array
  readonly postingsFrom: Uint32Array
  readonly docs: Int32Array
  readonly positionsFrom: Uint32Array
  readonly positions: Uint16Array
  /** Hashes of whole titles, rising, and the document of each (rising among equal hashes). */
  readonly titleHashes: Float64Array
  readonly titleDocs: Int32Array
}

/** Texts in one array of UTF-16 units. */
export interface Texts {
  readonly units: Uint16Array
  readonly from: Uint32Array
}

/** Text `at`. */
export function textOf({ units, from }: Texts, at: number): string {
  return textAt(units, from[at]!, from[at + 1]!)
}

export function isLive({ live }: Segment, doc: number): boolean {
  return ((live[doc >> 5]! >>> (doc & 31)) & 1) === 1
}

/** Place of a term in `terms`, −1 where the segment has none. */
export function termPlace({ terms }: Segment, term: number): number {
  let low = 0
  let high = terms.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = terms[middle]!
    if (found === term) return middle
    if (found < term) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** Document of an id, removed or not; −1 where there is none. */
export function docOfId({ ids, docCount }: Segment, id: string): number {
  let low = 0
  let high = docCount - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = textOf(ids, middle)
    if (found === id) return middle
    if (found < id) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** Place of the first of docs[from, to) that is not below `doc`, by doubling steps. */
export function seek(docs: Int32Array, from: number, to: number, doc: number): number {
  let step = 1
  let low = from
  while (low + step < to && docs[low + step]! < doc) {
    low += step
    step <<= 1
  }
  let high = Math.min(to, low + step + 1)
  while (low < high) {
    const middle = (low + high) >> 1
    if (docs[middle]! < doc) low = middle + 1
    else high = middle
  }
  return low
}
