import type { Candidates, SearchIndex } from '../index/types.ts'

/** The best `count` of scored documents, equal scores in the order of their ids. */
export function bestOf(
  index: SearchIndex,
  scores: ReadonlyMap<number, number>,
  count: number,
): Candidates {
  const idOf = (doc: number) => index.idOf(doc) ?? ''
  // Rounded as they are given: scores that are equal then stand by id.
  const order = Array.from(scores, ([doc, score]) => [doc, Math.fround(score)] as const)
    .sort((a, b) => b[1] - a[1] || (idOf(a[0]) < idOf(b[0]) ? -1 : 1))
    .slice(0, Math.max(0, count))
  return {
    docs: Int32Array.from(order, ([doc]) => doc),
    scores: Float32Array.from(order, ([, score]) => score),
  }
}
