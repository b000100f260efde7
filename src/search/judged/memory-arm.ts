import type { Arm } from '../arms/arm.ts'
import type { SearchIndex } from '../index/types.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import type { Forgotten, JudgedMemory } from './judged-memory.ts'

/** What was right for judged queries like this one. */
export function createJudgedMemoryArm(
  index: SearchIndex,
  memory: JudgedMemory,
  forgottenOf: (query: AnalyzedQuery) => Forgotten,
): Arm {
  return {
    name: 'judged-memory',
    about: 'Products that were right for judged queries like this one.',
    retrieve({ query, count, allowed }) {
      const votes = new Map<number, number>()
      for (const { number, similarity } of memory.recall(query, forgottenOf(query))) {
        const { docs, grades } = memory.judged[number]!
        docs.forEach((doc, i) => {
          if (grades[i]! <= 0) return
          if (allowed !== undefined && ((allowed.words[doc >> 5]! >>> (doc & 31)) & 1) === 0) return
          const vote = (similarity ** 2 * grades[i]!) / memory.highest
          votes.set(doc, (votes.get(doc) ?? 0) + vote)
        })
      }
      const ids = new Map(Array.from(votes.keys(), (doc) => [doc, index.idOf(doc) ?? '']))
      const byId = (a: number, b: number) => (ids.get(a)! < ids.get(b)! ? -1 : 1)
      const best = [...votes].sort((a, b) => b[1] - a[1] || byId(a[0], b[0])).slice(0, count)
      return {
        docs: Int32Array.from(best, ([doc]) => doc),
        scores: Float32Array.from(best, ([, vote]) => vote),
      }
    },
  }
}
