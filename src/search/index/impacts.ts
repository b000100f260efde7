import { type Postings, phrasePostings } from './postings.ts'
import { QUANTUM, type TermScorer } from './scoring.ts'
import { isLive, POSITION_BITS, type Segment } from './segment.ts'

/** Postings of a block: long enough to be worth skipping, short enough for a tight maximum. */
export const BLOCK_BITS = 6
const BLOCK = 1 << BLOCK_BITS

/**
 * Scored postings of one clause in one segment: what each document gains, in whole quanta, and the
 * most in each block of 64.
 */
export interface ImpactList {
  readonly docs: Int32Array
  readonly impacts: Float32Array
  readonly blockMax: Float32Array
}

/** What a posting's score is multiplied by, apart from its words. */
export interface ImpactFactors {
  /** By number of the alternative and of the clause. */
  readonly weight: number
  /** By document of the index: 1 + prior × quality; undefined for 1 everywhere. */
  readonly boosts: Float32Array | undefined
}

/** Scores the postings of terms in a row in a segment; undefined where there are none. */
export function scorePostings(
  segment: Segment,
  terms: readonly number[],
  scorer: TermScorer,
  factors: ImpactFactors,
): Scored | undefined {
  const postings = phrasePostings(segment, terms)
  if (postings === undefined || postings.to === postings.from) return undefined
  const { from, to } = postings
  const whole = segment.liveCount === segment.docCount
  const docs = whole ? postings.docs.subarray(from, to) : new Int32Array(to - from)
  const impacts = new Float32Array(to - from)
  const { boosts, weight } = factors
  let at = 0
  for (let i = from; i < to; i++) {
    const doc = postings.docs[i]!
    if (!whole) {
      if (!isLive(segment, doc)) continue
      docs[at] = doc
    }
    const boost = boosts === undefined ? 1 : boosts[segment.globalDocs[doc]!]!
    const score = scoreOfPosting(segment, postings, i, doc, scorer)
    impacts[at++] = Math.round((score * weight * boost) / QUANTUM) * QUANTUM
  }
  return at === 0 ? undefined : { docs: docs.subarray(0, at), impacts: impacts.subarray(0, at) }
}

/** Score of posting `i` by its words alone, not rounded. */
export function scoreOfPosting(
  { lengths }: Segment,
  { positionsFrom, positions }: Postings,
  i: number,
  doc: number,
  { combined, k1, factors, norms, idf, presence }: TermScorer,
): number {
  const fields = factors.length
  const to = positionsFrom[i + 1]!
  let p = positionsFrom[i]!
  let sum = presence
  while (p < to) {
    const field = positions[p]! >> POSITION_BITS
    const from = p++
    while (p < to && positions[p]! >> POSITION_BITS === field) p++
    const tf = p - from
    const norm = norms[field * 256 + lengths[doc * fields + field]!]!
    sum += combined ? (factors[field]! * tf) / norm : (factors[field]! * tf) / (tf + norm)
  }
  return combined ? (idf * sum) / (k1 + sum) : sum
}

/** Finishes a list: the most of each block. */
export function withBlocks(docs: Int32Array, impacts: Float32Array): ImpactList {
  const blockMax = new Float32Array((docs.length + BLOCK - 1) >> BLOCK_BITS)
  for (let i = 0; i < docs.length; i++) {
    const impact = impacts[i]!
    if (impact > blockMax[i >> BLOCK_BITS]!) blockMax[i >> BLOCK_BITS] = impact
  }
  return { docs, impacts, blockMax }
}

/**
 * A score that at least `count` documents of a list reach, 0 where it has fewer: its count-th best
 * impact, or that of its blocks where there are many, which is no more (Petri, Moffat & Culpepper 2014
 * on what is known of a list before it is read).
 */
export function reachedBy({ impacts, blockMax }: ImpactList, count: number): number {
  if (impacts.length < count) return 0
  const scores = (blockMax.length >= 4 * count ? blockMax : impacts).slice().sort()
  return scores[scores.length - count]!
}

/** A list before the maxima of its blocks are known. */
export type Scored = Pick<ImpactList, 'docs' | 'impacts'>

/** One list of several: each document gains the most that any of them gives it. */
export function mergeImpacts(lists: readonly Scored[]): ImpactList {
  const { docs, impacts } = mergeScored(lists)
  return withBlocks(docs, impacts)
}

function mergeScored(lists: readonly Scored[]): Scored {
  if (lists.length === 1) return lists[0]!
  const half = lists.length >> 1
  const a = mergeScored(lists.slice(0, half))
  const b = mergeScored(lists.slice(half))
  const docs = new Int32Array(a.docs.length + b.docs.length)
  const impacts = new Float32Array(docs.length)
  let [i, j, count] = [0, 0, 0]
  while (i < a.docs.length || j < b.docs.length) {
    const left = i < a.docs.length ? a.docs[i]! : 0x7fffffff
    const right = j < b.docs.length ? b.docs[j]! : 0x7fffffff
    docs[count] = left < right ? left : right
    const gain = left <= right ? a.impacts[i]! : 0
    impacts[count++] = right <= left && b.impacts[j]! > gain ? b.impacts[j]! : gain
    if (left <= right) i++
    if (right <= left) j++
  }
  return { docs: docs.slice(0, count), impacts: impacts.slice(0, count) }
}
