import { type engine, type SearchIndex, values } from '../../search/index.ts'

/** A page of a list that is not ordered by relevance. */
interface OrderedPage {
  readonly from: number
  readonly size: number
  readonly sort: readonly values.SortBy[]
}

/**
 * The results in the order that was asked for: by fields; or, for a query without words, by quality.
 * Undefined where relevance decides. Throws ERR_ARGUMENT on a field without values or numbers.
 */
export function itemsInOrder(
  index: SearchIndex,
  answer: engine.EngineAnswer,
  { docs }: engine.Matches,
  { from, size, sort }: OrderedPage,
): engine.EngineItem[] | undefined {
  const isBrowsing = answer.query.tokens.length === 0
  if (sort.length === 0 && !isBrowsing) return undefined
  const all = values.docsOf(docs)
  const order =
    sort.length > 0
      ? values.sortDocs(index.columns, all, sort, from + size, (doc) => index.idOf(doc) ?? '')
      : byQuality(index, all).subarray(0, from + size)
  return Array.from(order.subarray(from), (doc, i) => ({
    doc,
    id: index.idOf(doc)!,
    position: from + i + 1,
    score: 0,
    arms: [],
  }))
}

function byQuality(index: SearchIndex, docs: Int32Array): Int32Array {
  const quality = index.quality()
  const idOf = (doc: number) => index.idOf(doc) ?? ''
  return docs.slice().sort((a, b) => quality[b]! - quality[a]! || (idOf(a) < idOf(b) ? -1 : 1))
}
