import { COMBINED_FIELD } from '../catalogue/shape-product.ts'
import type { SearchIndex } from '../index/types.ts'
import { textsOf } from '../values/columns.ts'

/** Terms of a product's texts that are read for attributes: the title's and the first of other texts. */
const MOST_TERMS = 48
const TEXT_LENGTH = 300

/** Reads the distinct terms of a product's title and texts, as numbers that are shared by all products. */
export interface EvidenceReader {
  readonly termOf: Map<string, number>
  read(doc: number): Int32Array
}

export function createEvidenceReader(index: SearchIndex): EvidenceReader {
  const termOf = new Map<string, number>()
  const fields = [
    ...index.fields.filter(({ role }) => role === 'title'),
    ...index.fields.filter(({ role, name }) => role === 'text' && name !== COMBINED_FIELD),
  ].map(({ name }) => name)
  return {
    termOf,
    read(doc) {
      const found = new Set<number>()
      for (const field of fields) {
        for (const text of textsOf(index.valueOf(doc, field))) {
          for (const term of index.analyze(text.slice(0, TEXT_LENGTH)).terms) {
            if (term === '' || found.size >= MOST_TERMS) continue
            const known = termOf.get(term) ?? termOf.size
            termOf.set(term, known)
            found.add(known)
          }
        }
      }
      return Int32Array.from(found)
    },
  }
}

/** How often terms stand with the values of one field, over products that have the field. */
export interface FieldEvidence {
  /** Products with a term, of all products; and of those that have the field. */
  readonly termAll: Float64Array
  readonly termHaving: Float64Array
  /** Products with a value. */
  readonly valueCounts: Float64Array
  /** By term: products with each value, code → count. */
  readonly pairs: readonly (ReadonlyMap<number, number> | undefined)[]
  readonly having: number
}

/** Products, their terms and the codes of one field, as learning takes them. */
export interface Examples {
  readonly docs: Int32Array
  readonly terms: readonly Int32Array[]
  readonly termCount: number
  codesOf(doc: number): ArrayLike<number>
  readonly values: number
}

/** Counts terms with values over the examples whose place `takes` accepts. */
export function countEvidence(
  { docs, terms, termCount, codesOf, values }: Examples,
  takes: (place: number) => boolean,
): FieldEvidence {
  const termAll = new Float64Array(termCount)
  const termHaving = new Float64Array(termCount)
  const valueCounts = new Float64Array(values)
  const pairs: (Map<number, number> | undefined)[] = []
  let having = 0
  for (let place = 0; place < docs.length; place++) {
    if (!takes(place)) continue
    const own = terms[place]!
    for (const term of own) termAll[term]! += 1
    const codes = codesOf(docs[place]!)
    if (codes.length === 0) continue
    having++
    for (let i = 0; i < codes.length; i++) valueCounts[codes[i]!]! += 1
    for (const term of own) {
      termHaving[term]! += 1
      pairs[term] ??= new Map()
      const counts = pairs[term]
      for (let i = 0; i < codes.length; i++) {
        counts.set(codes[i]!, (counts.get(codes[i]!) ?? 0) + 1)
      }
    }
  }
  return { termAll, termHaving, valueCounts, pairs, having }
}

/** Products that a rule must have been seen on. */
const FEWEST = 3
/** How many products the field's own mix of values counts for. */
const PRIOR = 3
/** Where fewer of the products with a term have the field at all, it is rather not for them. */
const APPLIES = 0.45

/** The value that a product's terms speak for most, and how strongly, in [0, 1]; −1 where none does. */
export function bestValue(
  { termAll, termHaving, valueCounts, pairs, having }: FieldEvidence,
  terms: Int32Array,
): { readonly code: number; readonly score: number } {
  let code = -1
  let score = 0
  for (const term of terms) {
    const counts = pairs[term]
    if (counts === undefined || termHaving[term]! < FEWEST) continue
    const applies = Math.min(1, termHaving[term]! / termAll[term]! / APPLIES)
    for (const [value, count] of counts) {
      if (count < FEWEST) continue
      const base = valueCounts[value]! / having
      const share = (count + PRIOR * base) / (termHaving[term]! + PRIOR)
      if (applies * share > score) {
        score = applies * share
        code = value
      }
    }
  }
  return { code, score }
}
