import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Arm } from '../arms/arm.ts'
import { NO_CANDIDATES } from '../arms/top.ts'
import type { Candidates, SearchIndex } from '../index/types.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import { askerVector } from './asker.ts'
import { toUnit } from './encoder.ts'
import { VECTOR_KNOBS } from './knobs.ts'
import type { VectorStore } from './vector-store.ts'

/** The vector of a query, undefined where there is none (yet). Must not throw. */
export type QueryVector = (query: AnalyzedQuery) => Float32Array | undefined

interface VectorArmOptions {
  readonly name?: string
  readonly about?: string
  /** Products less like a query than this are left out; none where absent. */
  readonly leastLikeness?: (query: AnalyzedQuery) => number
}

/** Products whose vectors are nearest to that of the query. */
export function createVectorArm(
  index: SearchIndex,
  store: VectorStore,
  queryVector: QueryVector,
  {
    name = 'vectors',
    about = 'Products near the query by what the store learned.',
    leastLikeness = () => -1,
  }: VectorArmOptions = {},
): Arm {
  return {
    name,
    about,
    retrieve({ query, count, allowed }) {
      const vector = queryVector(query)
      if (vector === undefined) return NO_CANDIDATES
      const options = { count, index, ...(allowed === undefined ? {} : { allowed }) }
      return nearEnough(store.near(vector, options), leastLikeness(query))
    },
  }
}

/** Those of the candidates (best first) that are like enough. */
function nearEnough({ docs, scores }: Candidates, least: number): Candidates {
  const end = scores.findIndex((score) => score < least)
  return end < 0 ? { docs, scores } : { docs: docs.slice(0, end), scores: scores.slice(0, end) }
}

/**
 * The same for who asks: unit(query + share · asker). Nothing for an asker of whom nothing is known:
 * that is what the arm without him does.
 */
export function createPersonalArm(
  index: SearchIndex,
  store: VectorStore,
  queryVector: QueryVector,
  settings: KnobSettings = {},
): Arm {
  return {
    name: 'vectors-personal',
    about: 'Products near the query and near what the customer looked at before.',
    retrieve({ query, count, allowed, asker }) {
      if (asker === undefined) return NO_CANDIDATES
      const decay = readKnob(VECTOR_KNOBS.askerDecay, settings)
      const who = askerVector(store, asker, decay)
      if (who === undefined) return NO_CANDIDATES
      const share = readKnob(VECTOR_KNOBS.askerShare, settings)
      const asked = queryVector(query)
      const mixed = who.map((value, i) => share * value + (asked?.[i] ?? 0))
      const options = { count, index, ...(allowed === undefined ? {} : { allowed }) }
      return store.near(toUnit(mixed), options)
    },
  }
}
