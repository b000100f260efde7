import { isLive, POSITION_BITS, type Segment, seek, termPlace } from './segment.ts'

/** Postings of a term or of a phrase in one segment: places [from, to) of `docs`. */
export interface Postings {
  readonly docs: Int32Array
  readonly from: number
  readonly to: number
  readonly positionsFrom: Uint32Array
  readonly positions: Uint16Array
}

/** Postings of a term in a segment, or undefined where it has none. */
export function termPostings(segment: Segment, term: number): Postings | undefined {
  const place = termPlace(segment, term)
  if (place < 0) return undefined
  const { docs, postingsFrom, positionsFrom, positions } = segment
  return {
    docs,
    from: postingsFrom[place]!,
    to: postingsFrom[place + 1]!,
    positionsFrom,
    positions,
  }
}

/** Postings of terms in a row, or of a single one; positions are those of the first. */
export function phrasePostings(segment: Segment, terms: readonly number[]): Postings | undefined {
  const parts: Postings[] = []
  for (const term of terms) {
    const postings = termPostings(segment, term)
    if (postings === undefined) return undefined
    parts.push(postings)
  }
  return parts.length === 1 ? parts[0] : parts.reduce((row, next, i) => follow(row, next, i))
}

/** Those of `row` that have a position of `next` `distance` places on, in the same field. */
function follow(row: Postings, next: Postings, distance: number): Postings {
  const docs: number[] = []
  const positionsFrom: number[] = [0]
  const positions: number[] = []
  let at = next.from
  for (let i = row.from; i < row.to; i++) {
    const doc = row.docs[i]!
    at = seek(next.docs, at, next.to, doc)
    if (at >= next.to) break
    if (next.docs[at] !== doc) continue
    const before = positions.length
    for (let p = row.positionsFrom[i]!; p < row.positionsFrom[i + 1]!; p++) {
      const position = row.positions[p]!
      const wanted = position + distance
      if (wanted >> POSITION_BITS === position >> POSITION_BITS && hasPosition(next, at, wanted)) {
        positions.push(position)
      }
    }
    if (positions.length === before) continue
    docs.push(doc)
    positionsFrom.push(positions.length)
  }
  return {
    docs: Int32Array.from(docs),
    from: 0,
    to: docs.length,
    positionsFrom: Uint32Array.from(positionsFrom),
    positions: Uint16Array.from(positions),
  }
}

function hasPosition({ positionsFrom, positions }: Postings, posting: number, wanted: number) {
  for (let p = positionsFrom[posting]!; p < positionsFrom[posting + 1]!; p++) {
    if (positions[p] === wanted) return true
  }
  return false
}

/** Place of a document among postings, −1 where it is not there. */
export function placeOfDoc({ docs, from, to }: Postings, doc: number): number {
  let low = from
  let high = to - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = docs[middle]!
    if (found === doc) return middle
    if (found < doc) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** In how many live documents terms in a row occur: anywhere, and by text field. */
export interface Frequencies {
  readonly all: number
  readonly byField: Float64Array
}

export function countFrequencies(
  segments: readonly Segment[],
  terms: readonly number[],
  fields: number,
): Frequencies {
  const byField = new Float64Array(fields)
  let all = 0
  for (const segment of segments) {
    const postings = phrasePostings(segment, terms)
    if (postings === undefined) continue
    const { docs, positionsFrom, positions } = postings
    const whole = segment.liveCount === segment.docCount
    for (let i = postings.from; i < postings.to; i++) {
      if (!whole && !isLive(segment, docs[i]!)) continue
      all++
      let field = -1
      for (let p = positionsFrom[i]!; p < positionsFrom[i + 1]!; p++) {
        const at = positions[p]! >> POSITION_BITS
        if (at === field) continue
        field = at
        byField[field]!++
      }
    }
  }
  return { all, byField }
}
