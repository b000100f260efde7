import { requireArgument } from '../../core/errors.ts'
import type { Field } from '../catalogue/product.ts'
import { loadIndex } from './save.ts'
import { type IndexOptions, StoreIndex } from './search-index.ts'

export { LANGUAGES } from '../query/languages.ts'
export type { AnalyzedQuery } from '../query/query.ts'
export { DOCUMENT_MEASURES, FIELD_MEASURES } from './measures.ts'
export type { IndexOptions, StoreIndex } from './search-index.ts'
export type {
  Candidates,
  DocSet,
  Filter,
  SearchIndex,
  TextOptions,
  TextScoring,
  ValueColumn,
} from './types.ts'

/**
 * An empty index of products with these fields. Throws ERR_ARGUMENT on a field named twice, a weight
 * outside 0 to 1000, an unknown language or a synonym rule that is none.
 */
export function createIndex(fields: readonly Field[], options: IndexOptions = {}): StoreIndex {
  requireArgument(options.languages?.length !== 0, 'an index needs at least one language')
  return new StoreIndex(fields, options)
}

/**
 * Opens an index that was saved; settings and synonyms that are given take the place of those it was
 * made with. Throws ERR_STORE_DAMAGED when the file is missing, cut off, changed or no search index.
 */
export async function openIndex(
  path: string,
  options: Pick<IndexOptions, 'settings' | 'synonyms'> = {},
): Promise<StoreIndex> {
  const { about, data } = loadIndex(path)
  return new StoreIndex(about.fields, { ...about.options, ...options }, data)
}
