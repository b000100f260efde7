import type { Arm, Union } from '../arms/arm.ts'
import { createJoiner } from '../engine/union.ts'
import type { DocSet } from '../index/types.ts'
import type { AnalyzedQuery } from '../query/query.ts'

/** An arm and how many candidates it is asked for. */
export interface CountedArm {
  readonly arm: Arm
  readonly count: number
}

export interface RetrieveOptions {
  readonly capacity: number
  readonly now: number
  readonly seed: number
}

/** Brings the union of arms; keeps its scratch memory. */
export function createRetriever({ capacity, now, seed }: RetrieveOptions) {
  const join = createJoiner()
  const bring = (query: AnalyzedQuery, arms: readonly CountedArm[], allowed?: DocSet) =>
    arms
      .filter(({ count }) => count > 0)
      .map(({ arm, count }) => {
        const request = { query, count, now, seed, ...(allowed === undefined ? {} : { allowed }) }
        return { name: arm.name, candidates: arm.retrieve(request) }
      })
  return {
    /** What the arms bring of the whole catalogue. */
    union: (query: AnalyzedQuery, arms: readonly CountedArm[]): Union =>
      join(bring(query, arms), capacity),
    /** Given documents, all of them, and what the arms say of them. */
    describe(query: AnalyzedQuery, arms: readonly CountedArm[], docs: Int32Array): Union {
      const whole = arms.map(({ arm }) => ({ arm, count: docs.length }))
      const given = { name: '', candidates: { docs, scores: new Float32Array(docs.length) } }
      const union = join([...bring(query, whole, docSet(docs, capacity)), given], capacity)
      return { docs: union.docs, arms: union.arms.filter(({ name }) => name !== '') }
    },
  }
}

export type Retriever = ReturnType<typeof createRetriever>

function docSet(docs: Int32Array, capacity: number): DocSet {
  const words = new Uint32Array((capacity + 31) >> 5)
  for (const doc of docs) words[doc >> 5]! |= 1 << (doc & 31)
  return { words, count: new Set(docs).size }
}
