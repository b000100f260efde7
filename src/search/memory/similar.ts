import { readKnob } from '../../core/knobs.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import { MEMORY_KNOBS } from './knobs.ts'
import type { QueryMemory } from './memory.ts'

/** A remembered query and how much it says the same, in (0, 1]. */
export interface SimilarQuery {
  readonly number: number
  readonly likeness: number
}

/**
 * The remembered queries most like one, the likest first, equal ones in the order they came:
 * likeness = Σ idf of shared terms / Σ idf of all terms of both (weighted Jaccard), 1 for the same
 * normalized text; idf = log(1 + queries / queries with the term).
 */
export function similarQueries(
  memory: QueryMemory,
  query: Pick<AnalyzedQuery, 'text' | 'terms'>,
): readonly SimilarQuery[] {
  const { settings } = memory
  const least = readKnob(MEMORY_KNOBS.leastLikeness, settings)
  const own = memory.find(query.text)
  const found: SimilarQuery[] = own < 0 ? [] : [{ number: own, likeness: 1 }]
  const terms = [...new Set(query.terms.filter((term) => term !== ''))]
  const weights = terms.map((term) => idf(memory, memory.terms.find(term)))
  const total = weights.reduce((a, b) => a + b, 0)
  const shared = sharedWeights(memory, terms, weights)
  for (const [number, weight] of shared) {
    if (number === own || weight < least * total) continue
    let all = total - weight
    for (const term of memory.entries[number]!.terms) all += idf(memory, term)
    const likeness = weight / all
    if (likeness >= least) found.push({ number, likeness })
  }
  found.sort((a, b) => b.likeness - a.likeness || a.number - b.number)
  return found.slice(0, readKnob(MEMORY_KNOBS.neighbours, settings))
}

/** Σ idf of shared terms by query; words that nearly every query has are left out. */
function sharedWeights(
  memory: QueryMemory,
  terms: readonly string[],
  weights: readonly number[],
): ReadonlyMap<number, number> {
  const most = readKnob(MEMORY_KNOBS.maximumPostings, memory.settings)
  const shared = new Map<number, number>()
  terms.forEach((term, i) => {
    const queries = memory.terms.queries(memory.terms.find(term))
    if (queries.length > most) return
    for (const number of queries) shared.set(number, (shared.get(number) ?? 0) + weights[i]!)
  })
  return shared
}

/** A word that no query has weighs like one that one has. */
function idf(memory: QueryMemory, term: number): number {
  const having = term < 0 ? 1 : Math.max(1, memory.terms.queries(term).length)
  return Math.log(1 + memory.size / having)
}
