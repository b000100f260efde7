import type { AnalyzedQuery } from '../query/query.ts'
import type { RankFeature } from '../ranker/feature.ts'
import type { Forgotten, JudgedMemory } from './judged-memory.ts'

/** Judgments that a mean is worth before a document's own count. */
const PRIOR = 3

/**
 * What judged queries like this one said of a document. `forgottenOf` keeps the labels of a query that
 * is learned from (and of its like) out of its own features: made from all labels they would
 * validate better and rank worse.
 */
export function memoryFeature(
  memory: JudgedMemory,
  forgottenOf: (query: AnalyzedQuery) => Forgotten,
): RankFeature {
  return {
    name: 'memory',
    about: 'what was right for queries like this one, and how often it was right at all',
    columns: () => [
      'memory:grade',
      'memory:support',
      'memory:nearest-grade',
      'memory:nearest-similarity',
      'memory:likest-query',
      'memory:mean-grade',
      'memory:times-judged',
    ],
    directions: () => [1, 0, 0, 0, 0, 1, 0],
    compute({ query, union }, out, stride) {
      const forgotten = forgottenOf(query)
      const recalled = memory.recall(query, forgotten)
      const votes = gatherVotes(memory, recalled)
      const likest = recalled[0]?.similarity ?? 0
      union.docs.forEach((doc, i) => {
        const vote = votes.get(doc)
        const { count, sum } = memory.tally(doc, forgotten)
        const at = i * stride
        out[at] = vote === undefined ? Number.NaN : vote.sum / (vote.weight + 0.2)
        out[at + 1] = vote?.weight ?? 0
        out[at + 2] = vote?.nearestGrade ?? Number.NaN
        out[at + 3] = vote?.nearest ?? 0
        out[at + 4] = likest
        out[at + 5] = (sum + PRIOR * memory.mean) / (count + PRIOR)
        out[at + 6] = count
      })
    },
  }
}

interface Vote {
  /** Σ similarity² × (grade − mean), and Σ similarity². */
  sum: number
  weight: number
  readonly nearest: number
  readonly nearestGrade: number
}

function gatherVotes(
  { judged, highest, mean }: JudgedMemory,
  recalled: readonly { readonly number: number; readonly similarity: number }[],
): ReadonlyMap<number, Vote> {
  const votes = new Map<number, Vote>()
  // Likest first: the first vote of a document is that of the nearest query that judged it.
  for (const { number, similarity } of recalled) {
    const { docs, grades } = judged[number]!
    const weight = similarity ** 2
    for (let i = 0; i < docs.length; i++) {
      const grade = grades[i]! / highest
      const vote = votes.get(docs[i]!)
      if (vote === undefined) {
        const sum = weight * (grade - mean)
        votes.set(docs[i]!, { sum, weight, nearest: similarity, nearestGrade: grade })
      } else {
        vote.sum += weight * (grade - mean)
        vote.weight += weight
      }
    }
  }
  return votes
}
