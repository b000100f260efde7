import type { TextField } from './text-fields.ts'

/** What is measured of each text field, in this order. */
export const FIELD_MEASURES = [
  /** BM25 of the query's words in the field. */
  'bm25',
  /** Share of the query's words that stand in it. */
  'cover',
  /** The same, weighted by how rare the words are. */
  'cover-idf',
  /** Place of the first of them, from 0; missing where none is there. */
  'first',
  /** 1 where the field is the query, word for word. */
  'exact',
  /** Most words of the query in a row. */
  'run',
  /** Words in the field. */
  'length',
] as const

/** What is measured of a document over all its fields, in this order. */
export const DOCUMENT_MEASURES = [
  /** Weighted sum of the fields' BM25. */
  'bm25',
  /** BM25F of the fields taken together. */
  'bm25f',
  /** Share of the query's words that stand in any field. */
  'cover',
  /** The same, weighted by how rare the words are. */
  'cover-idf',
  /** Words of the query that it has. */
  'matched',
  /** Words of the query that it lacks. */
  'lacking',
  /** How near neighbours of the query stand, on average over pairs, in [0, 1]. */
  'proximity',
  /** Longest run of the query's words in any field, as a share of the query. */
  'phrase',
  /** Fewest places of one field that hold all its words of the query, over how many words these are; missing below two. */
  'window',
  /** 1 where a whole title is the query. */
  'title',
  /** Letters corrected to match. */
  'distance',
  /** Words matched otherwise than as typed. */
  'indirect',
  /** Quality prior of the product. */
  'quality',
  /** Words of the query; and the sum, least and most of their idf. The same for all documents. */
  'words',
  'idf-sum',
  'idf-min',
  'idf-max',
] as const

/** Names of all measures of an index: `field:measure`, then `all:measure`. */
export function measureNames(fields: readonly TextField[]): readonly string[] {
  return [
    ...fields.flatMap(({ name }) => FIELD_MEASURES.map((measure) => `${name}:${measure}`)),
    ...DOCUMENT_MEASURES.map((measure) => `all:${measure}`),
  ]
}
