import type { Field, FieldValue, Product } from '../catalogue/product.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import type { Columns } from '../values/columns.ts'

/** Documents and what they score, best first; equal scores in the order of their product ids. */
export interface Candidates {
  readonly docs: Int32Array
  /** Finite, falling. */
  readonly scores: Float32Array
}

/** Which documents may be returned: bit d of word d >> 5. */
export interface DocSet {
  readonly words: Uint32Array
  readonly count: number
}

/** How words are scored: the sum of BM25 by field, or BM25F over the fields taken together. */
export type TextScoring = 'sum' | 'combined'

export interface TextOptions {
  readonly count: number
  readonly scoring?: TextScoring
  /** Weights by field name; those of the fields where absent. */
  readonly weights?: Readonly<Record<string, number>>
  /** How much the quality prior counts beside the words, 0 for none. By default the knob. */
  readonly prior?: number
  /** Only these documents. */
  readonly allowed?: DocSet
  /** Words that must all occur ('all'), or any of them ('any', the default). */
  readonly match?: 'any' | 'all'
  /** Let misspelt words match words close by, and words outside the vocabulary first of all. */
  readonly typos?: boolean
  /** Also count words that stand close together, in order (phrase and proximity). */
  readonly proximity?: boolean
}

/** A condition that a product must meet; conditions of a request must all be met. */
export type Filter =
  | { readonly field: string; readonly oneOf: readonly string[] }
  | { readonly field: string; readonly from?: number; readonly to?: number }
  | { readonly field: string; readonly missing: boolean }
  | { readonly not: Filter }
  | { readonly any: readonly Filter[] }

/** A field's whole values as dense codes. */
export interface ValueColumn {
  /** Distinct values by code. */
  readonly values: readonly string[]
  /** Codes of document d: codes[offsets[d]] … codes[offsets[d + 1] − 1]. */
  readonly offsets: Int32Array
  readonly codes: Int32Array
}

/**
 * The index of a store's products. Documents are dense numbers below `capacity`; a product keeps its
 * number while the index is open, through updates, until it is removed.
 */
export interface SearchIndex {
  readonly fields: readonly Field[]
  /** Products in it. */
  readonly size: number
  /** Document numbers are below this; some of them may be free (`idOf` gives undefined). */
  readonly capacity: number
  /** Values and numbers by field: what facets, filters and sorting read. */
  readonly columns: Columns
  /** Rises with every change: who keeps something by document number compares it. */
  readonly revision: number

  /** Adds products; one whose id is there already is replaced. Bad values throw before any is added. */
  add(products: Iterable<Product>): void
  /** Removes products by id; unknown ids are passed over. Returns how many were there. */
  remove(ids: Iterable<string>): number

  /** Document number of a product, or −1. */
  docOf(id: string): number
  idOf(doc: number): string | undefined
  /** Whether the id of one document stands before that of another: both must be there. */
  isBefore(a: number, b: number): boolean
  /** The product as it was added. */
  productOf(doc: number): Product | undefined
  valueOf(doc: number, field: string): FieldValue | undefined
  /** Numbers of a number field by document, NaN where missing: not to be written to. */
  numbers(field: string): Float64Array
  /** Whole values of a category, brand or attribute field. */
  values(field: string): ValueColumn
  /** Quality of each document in [0, 1] (popularity, rating …; 0.5 where unknown). */
  quality(): Float32Array

  /** Reads a query: tokens, terms, language, script. Never throws, whatever the text. */
  analyze(raw: string, options?: { readonly unfinished?: boolean }): AnalyzedQuery
  /** The query with each word that no product has replaced by the commonest close one; undefined where nothing is to be replaced. */
  corrected(query: AnalyzedQuery): string | undefined
  /** Number of documents that have a term in any text field. */
  documentFrequency(term: string): number
  /** Documents that meet all filters. Throws ERR_ARGUMENT on an unknown field. */
  filter(filters: readonly Filter[]): DocSet
  /** The best documents by their words. */
  top(query: AnalyzedQuery, options: TextOptions): Candidates
  /** Documents that have all words of the query, or any of them; all for a query without words. */
  matching(query: AnalyzedQuery, match: 'all' | 'any'): DocSet
  /**
   * Scores of given documents by their words, with no top-k: docs × measures, row-major. The
   * measures are named by `textMeasures`: for each text field its BM25 sum, covered share of the
   * query's terms, and so on; and the combined score, proximity and phrase over all. Measures of
   * which `wanted` says 0 are read by nobody and may come out as 0; all are wanted without it.
   */
  measure(query: AnalyzedQuery, docs: Int32Array, wanted?: Uint8Array): Float32Array
  readonly textMeasures: readonly string[]

  /** Writes the index to a file, beside and renamed. */
  save(path: string): Promise<void>
}
