import type { KnobSettings } from '../../core/knobs.ts'
import type { Arm } from '../arms/arm.ts'
import {
  createExploringArm,
  createPopularArm,
  createRecentArm,
  createTextArms,
  type SeenProducts,
} from '../arms/door.ts'
import type { SearchIndex } from '../index/types.ts'
import {
  createExpansionArm,
  createMemoryArm,
  type Expansion,
  type QueryMemory,
} from '../memory/door.ts'
import type { ArmSource } from '../policy/door.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import { relatedArm, structuredArm, type Together, type Understanding } from '../understand/door.ts'
import {
  createPersonalArm,
  createVectorArm,
  queryVectorsOf,
  type SearchVectors,
} from '../vectors/door.ts'
import type { EngineArm } from './types.ts'

/** What the arms of a store are made from; arms whose source is absent are not there. */
export interface ArmSources {
  readonly index: SearchIndex
  readonly seen: SeenProducts
  readonly memory?: QueryMemory
  /** Queries that products without history are likely found by. */
  readonly predicted?: QueryMemory
  readonly expansion?: Expansion
  readonly vectors?: SearchVectors
  readonly understanding?: Understanding
  /** What is clicked and bought together. */
  readonly together?: Together
  readonly settings?: KnobSettings
}

/** An arm's share of the static default, and its expected cost. */
interface ArmPlan {
  readonly source: ArmSource
  readonly defaultCount: number
  /** CPU milliseconds a call on 48,000 products, as `npm run bench -- search-arms` measures them. */
  readonly costMs: number
}

/** The arms in the order in which they are offered; the first fills up pages and counts matches. */
const PLANS: Readonly<Record<string, ArmPlan>> = {
  'text-sum-prior': { source: 'text', defaultCount: 100, costMs: 0.15 },
  'text-combined-prior': { source: 'text', defaultCount: 40, costMs: 0.15 },
  'text-all': { source: 'text', defaultCount: 0, costMs: 0.1 },
  'text-proximity': { source: 'text', defaultCount: 0, costMs: 0.3 },
  'text-fuzzy': { source: 'text', defaultCount: 40, costMs: 0.4 },
  structured: { source: 'structured', defaultCount: 40, costMs: 0.3 },
  memory: { source: 'memory', defaultCount: 40, costMs: 0.1 },
  expansion: { source: 'memory', defaultCount: 30, costMs: 0.1 },
  vectors: { source: 'vector', defaultCount: 40, costMs: 0.4 },
  'vectors-personal': { source: 'vector', defaultCount: 0, costMs: 0.4 },
  related: { source: 'structured', defaultCount: 0, costMs: 0.3 },
  popular: { source: 'text', defaultCount: 0, costMs: 0.3 },
  recent: { source: 'recent', defaultCount: 0, costMs: 0.3 },
  exploring: { source: 'exploring', defaultCount: 0, costMs: 0.3 },
}

/** All arms that the sources allow, in the order of the offer. */
export function standardArms(sources: ArmSources): readonly EngineArm[] {
  const arms = new Map(armsOf(sources).map((arm) => [arm.name, arm]))
  return Object.entries(PLANS).flatMap(([name, plan]) => {
    const arm = arms.get(name)
    return arm === undefined ? [] : [{ arm, ...plan }]
  })
}

/** Names of all arms there can be, in the order of the offer. */
export const STANDARD_ARMS: readonly string[] = Object.keys(PLANS)

function armsOf(sources: ArmSources): Arm[] {
  const { index, seen, memory, predicted, expansion, vectors, understanding, together, settings } =
    sources
  const arms: Arm[] = [
    ...createTextArms(index),
    createPopularArm(index, settings),
    createRecentArm(index, seen, settings),
    createExploringArm(index, seen, settings),
  ]
  if (understanding !== undefined) {
    arms.push(structuredArm(index, understanding.slotDocs, settings))
  }
  if (together !== undefined) arms.push(relatedArm(index, together))
  if (memory !== undefined) arms.push(createMemoryArm(index, memory, predicted))
  if (expansion !== undefined) arms.push(createExpansionArm(index, expansion, settings))
  if (vectors !== undefined) {
    const isKnown = (query: AnalyzedQuery) => saysSomething(index, memory, query)
    const { vectorOf, leastLikeness } = queryVectorsOf(vectors, isKnown, settings)
    const about = vectors.kind === 'sentence' ? { about: BY_SENTENCES } : {}
    arms.push(createVectorArm(index, vectors.store, vectorOf, { ...about, leastLikeness }))
    arms.push(createPersonalArm(index, vectors.store, vectorOf, settings))
  }
  return arms
}

const BY_SENTENCES = 'Products near the query by a sentence model.'

/** Whether the store knows a word of the query, a word close to it, or the query itself. */
function saysSomething(
  index: SearchIndex,
  memory: QueryMemory | undefined,
  query: AnalyzedQuery,
): boolean {
  if (query.terms.some((term) => term !== '' && index.documentFrequency(term) > 0)) return true
  if (memory !== undefined && memory.find(query.text) >= 0) return true
  return index.top(query, { count: 1, typos: true }).docs.length > 0
}
