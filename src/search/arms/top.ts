import type { Candidates, DocSet, SearchIndex } from '../index/types.ts'

/** A result without documents. */
export const NO_CANDIDATES: Candidates = { docs: new Int32Array(0), scores: new Float32Array(0) }

/** Whether a document may be returned; every one may without a set. */
export function isAllowed(allowed: DocSet | undefined, doc: number): boolean {
  return allowed === undefined || (((allowed.words[doc >>> 5] ?? 0) >>> (doc & 31)) & 1) === 1
}

/** Keeps the best documents it is offered: higher scores first, equal ones in the order of their ids. */
export interface Top {
  /** Offers a document, each at most once; a score that is not finite is passed over. */
  offer(doc: number, score: number): void
  /** The lowest score (of float32) that still gets in; −∞ while there is room. */
  readonly bar: number
  /** What was kept, best first. Ends the collecting. */
  take(): Candidates
}

/** Who knows in which order the ids of documents stand. */
export type IdOrder = Pick<SearchIndex, 'isBefore'>

/** Collects the best `count` documents of `index` in a heap whose root is the worst kept. */
export function createTop(count: number, index: IdOrder): Top {
  const docs: number[] = []
  const scores: number[] = []
  const isWorse = (a: number, b: number) =>
    scores[a]! < scores[b]! || (scores[a] === scores[b] && index.isBefore(docs[b]!, docs[a]!))
  const swap = (a: number, b: number) => {
    const [doc, score] = [docs[a]!, scores[a]!]
    docs[a] = docs[b]!
    scores[a] = scores[b]!
    docs[b] = doc
    scores[b] = score
  }
  const rise = (from: number) => {
    let at = from
    while (at > 0 && isWorse(at, (at - 1) >> 1)) {
      swap(at, (at - 1) >> 1)
      at = (at - 1) >> 1
    }
  }
  const sink = (size: number) => {
    let at = 0
    for (;;) {
      let worst = at
      const left = 2 * at + 1
      if (left < size && isWorse(left, worst)) worst = left
      if (left + 1 < size && isWorse(left + 1, worst)) worst = left + 1
      if (worst === at) return
      swap(at, worst)
      at = worst
    }
  }
  return {
    offer(doc, given) {
      // Kept as it will be returned: scores that differ only in double would be ties there.
      const score = Math.fround(given)
      if (!Number.isFinite(score)) return
      if (docs.length < count) {
        docs.push(doc)
        scores.push(score)
        rise(docs.length - 1)
        return
      }
      if (count === 0 || score < scores[0]!) return
      docs.push(doc)
      scores.push(score)
      const isBetter = isWorse(0, count)
      if (isBetter) swap(0, count)
      docs.pop()
      scores.pop()
      if (isBetter) sink(count)
    },
    get bar() {
      return docs.length < count ? -Infinity : (scores[0] ?? Infinity)
    },
    take() {
      const kept = { docs: new Int32Array(docs.length), scores: new Float32Array(docs.length) }
      for (let size = docs.length; size > 0; size--) {
        kept.docs[size - 1] = docs[0]!
        kept.scores[size - 1] = scores[0]!
        swap(0, size - 1)
        docs.pop()
        scores.pop()
        sink(size - 1)
      }
      return kept
    },
  }
}
