import { readKnob } from '../../core/knobs.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import { MEMORY_KNOBS } from './knobs.ts'
import type { QueryMemory } from './memory.ts'

/** Sums of the same weights in another order differ by less: a likeness at the limit is let in. */
const ROUNDING = 1e-9

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
  const least = readKnob(MEMORY_KNOBS.leastLikeness, settings) - ROUNDING
  const own = memory.find(query.text)
  const most = readKnob(MEMORY_KNOBS.neighbours, settings)
  const best: SimilarQuery[] = own < 0 ? [] : [{ number: own, likeness: 1 }]
  const weigh = weigher(memory)
  const terms = weighTerms(memory, query.terms, weigh)
  const total = terms.reduce((sum, { weight }) => sum + weight, 0)
  for (const { number, shared } of sharingQueries(memory, terms, least * total)) {
    if (number === own) continue
    // `all` is `total` at least: what cannot get among the best is not looked at.
    const worst = best.length < most ? 0 : best[best.length - 1]!.likeness
    if (shared < total * (worst - ROUNDING)) continue
    let all = total - shared
    const others = memory.entries[number]!.terms
    for (let t = 0; t < others.length; t++) all += weigh(others[t]!)
    const likeness = shared / all
    if (likeness >= least) insert(best, { number, likeness }, most)
  }
  return best
}

const isBefore = (a: SimilarQuery, b: SimilarQuery) =>
  a.likeness > b.likeness || (a.likeness === b.likeness && a.number < b.number)

/** Puts a query where it belongs in an ordered list that keeps `most`. */
function insert(best: SimilarQuery[], one: SimilarQuery, most: number): void {
  if (best.length >= most && !isBefore(one, best[best.length - 1]!)) return
  let at = best.length
  while (at > 0 && isBefore(one, best[at - 1]!)) at--
  best.splice(at, 0, one)
  if (best.length > most) best.pop()
}

interface WeighedTerm {
  /** Its number, −1 for one that no query has. */
  readonly term: number
  readonly weight: number
}

/** The distinct terms of a query, the rarest first. */
function weighTerms(
  memory: QueryMemory,
  terms: readonly string[],
  weigh: (term: number) => number,
): readonly WeighedTerm[] {
  const distinct = [...new Set(terms.filter((term) => term !== ''))]
  const weighed = distinct.map((name) => {
    const term = memory.terms.find(name)
    return { term, weight: weigh(term) }
  })
  return weighed.sort((a, b) => b.weight - a.weight || a.term - b.term)
}

/**
 * Queries whose shared terms weigh at least `bar`. Terms that all together weigh less bring no query
 * in: their long lists are not walked, only looked up in the queries found by then (MaxScore, Turtle &
 * Flood 1995). Words that nearly every query has are left out.
 */
function sharingQueries(
  memory: QueryMemory,
  terms: readonly WeighedTerm[],
  bar: number,
): { readonly number: number; readonly shared: number }[] {
  const most = readKnob(MEMORY_KNOBS.maximumPostings, memory.settings)
  const sums = memory.zeros()
  const touched: number[] = []
  let left = terms.reduce((sum, { weight }) => sum + weight, 0)
  for (const { term, weight } of terms) {
    const queries = memory.terms.queries(term)
    if (left >= bar && queries.length <= most) {
      for (const number of queries) {
        if (sums[number] === 0) touched.push(number)
        sums[number]! += weight
      }
    } else if (queries.length > 0 && queries.length <= most) {
      for (const number of touched) {
        // With all that is left it would still weigh too little.
        if (sums[number]! + left < bar - ROUNDING) continue
        if (memory.entries[number]!.terms.includes(term)) sums[number]! += weight
      }
    }
    left -= weight
  }
  const sharing: { number: number; shared: number }[] = []
  for (const number of touched) {
    const shared = sums[number]!
    sums[number] = 0
    if (shared >= bar) sharing.push({ number, shared })
  }
  return sharing
}

/** Inverse frequencies, each worked out once; a word that no query has weighs like one that one has. */
function weigher(memory: QueryMemory): (term: number) => number {
  const { size, terms } = memory
  if (known.length < terms.size) {
    known = new Float64Array(2 * terms.size)
    knownIn = new Uint32Array(2 * terms.size)
  }
  const call = ++calls
  return (term) => {
    if (term < 0) return Math.log(1 + size)
    if (knownIn[term] !== call) {
      knownIn[term] = call
      known[term] = Math.log(1 + size / Math.max(1, terms.queries(term).length))
    }
    return known[term]!
  }
}

/** Weights by term, those of the call whose number stands beside them. */
let known = new Float64Array(0)
let knownIn = new Uint32Array(0)
let calls = 0
