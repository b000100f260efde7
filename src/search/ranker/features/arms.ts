import type { UnionArm } from '../../arms/arm.ts'
import type { RankFeature } from '../feature.ts'

const RANK_CONSTANT = 60

/**
 * Scores and ranks of the arms named; an arm that did not run is missing. With them: how many arms
 * brought a document, its best rank, and the reciprocal rank fusion Σ 1/(60 + rank) (Cormack 2009).
 */
export function armFeature(arms: readonly string[]): RankFeature {
  return {
    name: 'arms',
    about: 'which ways of searching brought it, and how high',
    columns: () => [
      ...arms.flatMap((arm) => [`arms:${arm}-score`, `arms:${arm}-rank`]),
      'arms:count',
      'arms:best-rank',
      'arms:fusion',
    ],
    directions: () => [...arms.flatMap(() => [0, 0] as const), 0, 0, 1],
    compute({ union }, out, stride) {
      const ran = arms.map((name) => union.arms.find((arm) => arm.name === name))
      for (let i = 0; i < union.docs.length; i++) {
        ran.forEach((arm, a) => {
          out[i * stride + 2 * a] = arm?.scores[i] ?? Number.NaN
          out[i * stride + 2 * a + 1] = arm?.ranks[i] ?? Number.NaN
        })
        writeSummary(union.arms, i, out, i * stride + 2 * arms.length)
      }
    },
  }
}

function writeSummary(arms: readonly UnionArm[], i: number, out: Float32Array, at: number): void {
  let count = 0
  let best = Number.NaN
  let fusion = 0
  for (const { ranks } of arms) {
    const rank = ranks[i]!
    if (Number.isNaN(rank)) continue
    count++
    if (!(best <= rank)) best = rank
    fusion += 1 / (RANK_CONSTANT + rank)
  }
  out[at] = count
  out[at + 1] = best
  out[at + 2] = fusion
}
