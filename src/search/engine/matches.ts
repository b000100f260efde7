import type { DocSet, Filter, SearchIndex } from '../index/types.ts'
import { docSetOf, intersect, unite } from '../values/door.ts'
import type { EngineAnswer } from './types.ts'

/** The products that match a search: what is counted, sorted and split into facets. */
export interface Matches {
  readonly total: number
  /** Meeting the filters. */
  readonly docs: DocSet
  /** Whatever the filters: facets leave a field's own filter out. */
  readonly unfiltered: DocSet
}

/**
 * Products that have all words of the query (any of them where none has all), and what the arms
 * brought besides. A query without words matches everything.
 */
export function matchesOf(
  index: SearchIndex,
  { query, candidates }: EngineAnswer,
  filters: readonly Filter[] = [],
): Matches {
  const all = index.filter([])
  const byWords = query.terms.some((term) => term !== '') ? wordMatches(index, query) : all
  const unfiltered = unite(byWords, docSetOf(candidates, index.capacity))
  const docs = filters.length === 0 ? unfiltered : intersect(unfiltered, index.filter(filters))
  return { total: docs.count, docs, unfiltered }
}

function wordMatches(index: SearchIndex, query: EngineAnswer['query']): DocSet {
  const all = index.matching(query, 'all')
  return all.count > 0 ? all : index.matching(query, 'any')
}
