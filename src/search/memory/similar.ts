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
  const weights = weightsOf(memory)
  const terms = weighTerms(memory, query.terms, weights)
  const total = terms.reduce((sum, { weight }) => sum + weight, 0)
  for (const { number, shared } of sharingQueries(memory, terms, least * total)) {
    if (number === own) continue
    // `all` is `total` at least: what cannot get among the best is not looked at.
    const worst = best.length < most ? 0 : best[best.length - 1]!.likeness
    if (shared < total * (worst - ROUNDING)) continue
    const likeness = shared / (total - shared + weights.query(number))
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
  weights: Weights,
): readonly WeighedTerm[] {
  const distinct = [...new Set(terms.filter((term) => term !== ''))]
  const weighed = distinct.map((name) => {
    const term = memory.terms.find(name)
    return { term, weight: weights.term(term) }
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
    const isUsual = queries.length > most
    if (left >= bar && !isUsual) {
      for (const number of queries) {
        if (sums[number] === 0) touched.push(number)
        sums[number]! += weight
      }
    } else if (!isUsual && queries.length <= LOOK_UP * touched.length) {
      for (const number of queries) if (sums[number] !== 0) sums[number]! += weight
    } else if (!isUsual && queries.length > 0) {
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

/** To look a word up in a query takes about as long as so many steps along a list. */
const LOOK_UP = 8

/** What words and remembered queries weigh, worked out when first asked for. */
interface Weights {
  /** Inverse frequency of a term; a word that no query has weighs like one that one has. */
  term(term: number): number
  /** Σ over the terms of a remembered query. */
  query(number: number): number
}

/** Numbers that hold while a memory's revision stands: all frequencies hang on how many queries it has. */
class Kept {
  private values = new Float64Array(0)
  private stamps = new Float64Array(0)

  get(at: number, revision: number, make: () => number): number {
    if (at >= this.stamps.length) this.grow(at)
    if (this.stamps[at] !== revision + 1) {
      this.values[at] = make()
      this.stamps[at] = revision + 1
    }
    return this.values[at]!
  }

  private grow(at: number): void {
    const values = new Float64Array(2 * at + 64)
    const stamps = new Float64Array(values.length)
    values.set(this.values)
    stamps.set(this.stamps)
    this.values = values
    this.stamps = stamps
  }
}

const known = new WeakMap<QueryMemory, Weights>()

function weightsOf(memory: QueryMemory): Weights {
  const made = known.get(memory) ?? makeWeights(memory)
  known.set(memory, made)
  return made
}

function makeWeights(memory: QueryMemory): Weights {
  const { terms, entries } = memory
  const byTerm = new Kept()
  const byQuery = new Kept()
  const idf = (having: number) => Math.log(1 + memory.size / Math.max(1, having))
  const term = (t: number) =>
    t < 0 ? idf(1) : byTerm.get(t, memory.revision, () => idf(terms.queries(t).length))
  return {
    term,
    query: (number) =>
      byQuery.get(number, memory.revision, () => {
        let sum = 0
        for (const t of entries[number]!.terms) sum += term(t)
        return sum
      }),
  }
}
