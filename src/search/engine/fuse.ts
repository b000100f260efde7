import type { Union } from '../arms/arm.ts'
import type { Contribution } from './types.ts'

/** Ranks beyond the first count less by this many places (Cormack et al. 2009 use 60). */
const RANK_OFFSET = 60
/** Far below the difference that one rank makes among the first thousand. */
const TIE_BREAK = 1e-8

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
  for (let i = 0; i < scores.length; i++) scores[i]! += TIE_BREAK * order[union.docs[i]!]!
  return scores
}

/**
 * What each arm adds to the fused scores at `places` of a union: 1 / (60 + rank), and what breaks
 * ties. They sum to what `fuseRanks` gives, as far as a 32-bit float goes.
 */
export function explainFusion(
  union: Union,
  order: Float32Array,
  places: readonly number[],
  aboutOf: (arm: string) => string,
): readonly (readonly Contribution[])[] {
  return places.map((place) => {
    const parts: Contribution[] = []
    for (const { name, ranks } of union.arms) {
      const rank = ranks[place]!
      if (!(rank > 0)) continue
      const contribution = 1 / (RANK_OFFSET + rank)
      parts.push({ feature: name, about: aboutOf(name), value: rank, contribution })
    }
    const value = order[union.docs[place]!]!
    const about = 'how wanted the product is, where ranks are equal'
    parts.push({ feature: 'quality', about, value, contribution: TIE_BREAK * value })
    return parts
  })
}
