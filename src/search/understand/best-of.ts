import { createTop } from '../arms/top.ts'
import type { Candidates, SearchIndex } from '../index/types.ts'

/** The best `count` of scored documents, equal scores in the order of their ids. */
export function bestOf(
  index: SearchIndex,
  scores: ReadonlyMap<number, number>,
  count: number,
): Candidates {
  const top = createTop(Math.max(0, count), index)
  for (const [doc, score] of scores) top.offer(doc, score)
  return top.take()
}
