import type { SearchIndex } from '../index/types.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import { clusterQueries } from './query-clusters.ts'
import type { JudgmentRow } from './read-judged.ts'

/** A query and the documents judged for it that the catalogue has. */
export interface JudgedQuery {
  readonly query: AnalyzedQuery
  /** Queries of one cluster say nearly the same. */
  readonly cluster: number
  /** Rising by product id: their order tells nothing of the grades. */
  readonly docs: Int32Array
  /** By document, ≥ 0. */
  readonly grades: Float64Array
}

/**
 * Gathers judgments by normalized query, in order of the queries' texts. Documents that the
 * catalogue does not have are left out, and so are queries without any document. `missing` counts them.
 */
export function gatherJudged(
  index: SearchIndex,
  rows: readonly JudgmentRow[],
): { readonly judged: readonly JudgedQuery[]; readonly missing: number } {
  const grades = new Map<string, Map<string, number>>()
  const analyzed = new Map<string, AnalyzedQuery>()
  const read = new Map<string, string>()
  let missing = 0
  for (const { query: raw, docId, grade } of rows) {
    let text = read.get(raw)
    if (text === undefined) {
      const query = index.analyze(raw)
      text = query.text
      read.set(raw, text)
      if (!analyzed.has(text)) analyzed.set(text, query)
    }
    if (index.docOf(docId) < 0) {
      missing++
      continue
    }
    const of = grades.get(text) ?? new Map<string, number>()
    grades.set(text, of.set(docId, grade))
  }
  const texts = [...grades.keys()].sort()
  const clusters = clusterQueries(texts.map((text) => wordsOf(analyzed.get(text)!)))
  const judged = texts.map((text, q): JudgedQuery => {
    const list = [...grades.get(text)!].sort(([a], [b]) => (a < b ? -1 : 1))
    return {
      query: analyzed.get(text)!,
      cluster: clusters[q]!,
      docs: Int32Array.from(list, ([id]) => index.docOf(id)),
      grades: Float64Array.from(list, ([, grade]) => grade),
    }
  })
  return { judged, missing }
}

/** The words by which queries are likened: their terms, or all tokens where only stop words stand. */
export function wordsOf({ terms, tokens }: AnalyzedQuery): readonly string[] {
  const words = terms.filter((term) => term !== '')
  return words.length > 0 ? words : tokens
}
