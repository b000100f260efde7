import type { NamedPart, Query } from '../customers/queries.ts'
import type { Catalog } from './catalog.ts'
import { round } from './catalog.ts'

/** What the store's own search shows: candidates, best first, and how many there are in all. */
interface ResultList {
  readonly products: Int32Array
  readonly total: number
}

/** The store's search engine, as plain as many are. */
export interface ResultLists {
  /** Results for a query about `wanted`; a misspelt query finds what its letters match: nothing. */
  find(query: Query, wanted: number): ResultList
}

const KEPT = 60
const NONE: ResultList = { products: new Int32Array(0), total: 0 }

/**
 * Builds the engine: products that match at least the kind of thing (noun, else brand or
 * sub-category), those matching more of the parts named first, then by popularity. Popularity alone
 * breaks ties, which is what a learned ranking can better. Lists are kept for queries seen before.
 */
export function createResultLists(catalog: Catalog): ResultLists {
  const known = new Map<string, ResultList>()
  const index = new Map<string, number[]>()
  for (let p = 0; p < catalog.count; p++) {
    for (const part of ['noun', 'brand', 'subCategory'] as const) {
      const key = anchorKey(catalog, p, part)
      const list = index.get(key)
      if (list === undefined) index.set(key, [p])
      else list.push(p)
    }
  }
  return {
    find(query, wanted) {
      if (query.misspelt) return NONE
      const anchor = anchorOf(query.parts)
      const named = query.parts.map((part) => catalog.texts[wanted]![part]).join('|')
      const key = `${anchorKey(catalog, wanted, anchor)}|${named}`
      let list = known.get(key)
      if (list === undefined) {
        const candidates = index.get(anchorKey(catalog, wanted, anchor))!
        list = rank(catalog, candidates, query.parts, wanted)
        known.set(key, list)
      }
      return list
    },
  }
}

function anchorOf(parts: readonly NamedPart[]): 'noun' | 'brand' | 'subCategory' {
  if (parts.includes('noun')) return 'noun'
  return parts.includes('brand') ? 'brand' : 'subCategory'
}

function anchorKey(catalog: Catalog, p: number, part: 'noun' | 'brand' | 'subCategory'): string {
  return `${part}:${catalog.texts[p]![part]}`
}

function rank(
  catalog: Catalog,
  candidates: readonly number[],
  parts: readonly NamedPart[],
  wanted: number,
): ResultList {
  const text = catalog.texts[wanted]!
  const scored = candidates.map((p) => {
    const other = catalog.texts[p]!
    let matched = 0
    for (const part of parts) if (other[part] === text[part]) matched++
    return { p, score: 100 * matched + round(Math.log(catalog.unitsPerDay[p]! + 1e-9), 6) }
  })
  scored.sort((a, b) => b.score - a.score || a.p - b.p)
  return {
    products: Int32Array.from(scored.slice(0, KEPT), ({ p }) => p),
    total: candidates.length,
  }
}
