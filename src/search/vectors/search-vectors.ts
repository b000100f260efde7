import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import { type Encoder, encodeQuery } from './encoder.ts'
import { VECTOR_KNOBS } from './knobs.ts'
import type { SentenceQueries } from './onnx/sentence-queries.ts'
import type { QueryVector } from './vector-arm.ts'
import type { VectorStore } from './vector-store.ts'

/** Vectors of products, and what makes those of queries: learned here, or a sentence model's. */
export type SearchVectors =
  | { readonly kind: 'learned'; readonly encoder: Encoder; readonly store: VectorStore }
  | {
      readonly kind: 'sentence'
      readonly queries: SentenceQueries
      readonly store: VectorStore
      /** By product id, what tells the text that its vector was made from. */
      readonly texts: ReadonlyMap<string, string>
    }

/** How queries become vectors, and the least likeness of a product to one. */
export interface QueryVectors {
  readonly vectorOf: QueryVector
  readonly leastLikeness: (query: AnalyzedQuery) => number
}

/**
 * Something is always near, whatever was typed. For letters that mean nothing in a store nothing is the
 * better answer: what the store learned itself is silent then; a sentence model knows words that no
 * product has, so its products must be as near as `search.sentence-least-likeness` says.
 */
export function queryVectorsOf(
  vectors: SearchVectors,
  isKnown: (query: AnalyzedQuery) => boolean,
  settings: KnobSettings = {},
): QueryVectors {
  if (vectors.kind === 'sentence') {
    const least = readKnob(VECTOR_KNOBS.sentenceLeast, settings)
    return {
      vectorOf: vectors.queries.vectorOf,
      leastLikeness: (query) => (isKnown(query) ? -1 : least),
    }
  }
  return {
    vectorOf: (query) => (isKnown(query) ? encodeQuery(vectors.encoder, query.text) : undefined),
    leastLikeness: () => -1,
  }
}
