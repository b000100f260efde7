import type { Union } from '../arms/arm.ts'

/** Ranks beyond the first count less by this many places (Cormack et al. 2009 use 60). */
const RANK_OFFSET = 60

/**
 * Scores of a union without a ranking model: reciprocal rank fusion, Σ over arms of 1 / (60 + rank).
 * `order` breaks ties between documents of equal sums (higher first). Source: Cormack, Clarke &
 * Büttcher, SIGIR 2009.
 */
export function fuseRanks(union: Union, order: Float32Array): Float32Array {
  const scores = new Float32Array(union.docs.length)
  for (const { ranks } of union.arms) {
    for (let i = 0; i < scores.length; i++) {
      if (ranks[i]! > 0) scores[i]! += 1 / (RANK_OFFSET + ranks[i]!)
    }
  }
  // Far below the difference that one rank makes among the first thousand.
  for (let i = 0; i < scores.length; i++) scores[i]! += 1e-8 * order[union.docs[i]!]!
  return scores
}
