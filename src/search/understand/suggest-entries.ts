import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { SearchIndex } from '../index/types.ts'
import { fold } from '../query/fold.ts'
import { textsOf } from '../values/columns.ts'
import { LEVEL } from '../values/fold-value.ts'
import { SUGGESTED_AFTER, SUGGESTED_PRODUCTS } from './knobs.ts'

export type SuggestionKind = 'query' | 'category' | 'brand' | 'product' | 'attribute'

/** Something that can be suggested. */
export interface SuggestionEntry {
  readonly text: string
  readonly kind: SuggestionKind
  /** Field of a category, brand or attribute. */
  readonly field?: string
  readonly productId?: string
  /** Higher is suggested first. */
  readonly weight: number
}

/** A query and how often it was asked. */
export interface QueryCount {
  readonly text: string
  readonly count: number
}

/** Least and most weight by kind: a query that many asked comes before a product that nobody bought. */
const WEIGHTS: Readonly<Record<SuggestionKind, readonly [least: number, most: number]>> = {
  query: [0.5, 1],
  category: [0.5, 0.9],
  brand: [0.5, 0.9],
  attribute: [0.3, 0.6],
  product: [0.1, 0.4],
}
const LONGEST = 120
/** Attribute values on fewer products lead nowhere. */
const FEWEST = 3

/** Queries, values and products of a store that can be suggested, each text of a kind once. */
export function suggestionEntries(
  index: SearchIndex,
  queries: Iterable<QueryCount>,
  settings: KnobSettings = {},
): SuggestionEntry[] {
  return [
    ...queryEntries(queries, readKnob(SUGGESTED_AFTER, settings)),
    ...valueEntries(index),
    ...productEntries(index, readKnob(SUGGESTED_PRODUCTS, settings)),
  ]
}

/** Weight of a count by its logarithm, between the least and the most of a kind. */
function weightOf(kind: SuggestionKind, count: number, largest: number): number {
  const [least, most] = WEIGHTS[kind]
  return least + ((most - least) * Math.log1p(count)) / Math.max(1e-9, Math.log1p(largest))
}

function queryEntries(queries: Iterable<QueryCount>, fewest: number): SuggestionEntry[] {
  const counts = new Map<string, number>()
  for (const { text, count } of queries) {
    const plain = fold(text).replace(/\s+/g, ' ').trim()
    if (plain === '' || plain.length > LONGEST || hasControls(plain)) continue
    counts.set(plain, (counts.get(plain) ?? 0) + count)
  }
  let largest = 1
  for (const count of counts.values()) largest = Math.max(largest, count)
  return [...counts]
    .filter(([, count]) => count >= fewest)
    .map(([text, count]) => ({ text, kind: 'query', weight: weightOf('query', count, largest) }))
}

function hasControls(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return /[\u0000-\u001f\u007f]/.test(text)
}

function valueEntries(index: SearchIndex): SuggestionEntry[] {
  return index.fields.flatMap(({ name, role }): SuggestionEntry[] => {
    if (role !== 'category' && role !== 'brand' && role !== 'attribute') return []
    const { values, codes } = index.values(name)
    const counts = new Int32Array(values.length)
    for (let i = 0; i < codes.length; i++) counts[codes[i]!]! += 1
    const fewest = role === 'attribute' ? FEWEST : 1
    const all = values
      .map((text, code) => ({ text, count: counts[code]! }))
      .filter(({ text, count }) => count >= fewest && text.length <= LONGEST && /\p{L}/u.test(text))
      .filter(({ text }) => text !== 'yes' && text !== 'no')
    return all.map(({ text, count }) => ({
      text,
      kind: role,
      field: name,
      weight: weightOf(role, count, index.size),
    }))
  })
}

function productEntries(index: SearchIndex, most: number): SuggestionEntry[] {
  const titles = index.fields.filter(({ role }) => role === 'title').map(({ name }) => name)
  const quality = index.quality()
  const docs: number[] = []
  for (let doc = 0; doc < index.capacity; doc++) if (index.idOf(doc) !== undefined) docs.push(doc)
  docs.sort((a, b) => quality[b]! - quality[a]! || a - b)
  const [least, top] = WEIGHTS.product
  return docs.slice(0, most).flatMap((doc): SuggestionEntry[] => {
    const title = titles.flatMap((name) => textsOf(index.valueOf(doc, name)))[0]
    if (title === undefined || title.length > LONGEST) return []
    const weight = least + (top - least) * quality[doc]!
    return [{ text: title, kind: 'product', productId: index.idOf(doc)!, weight }]
  })
}

/** The form by which typed letters are matched: folded, blanks single; of a path its last part. */
export function matchedForm({ text, kind }: SuggestionEntry): string {
  const shown = kind === 'category' ? text.slice(text.lastIndexOf(LEVEL.trim()) + 1) : text
  return fold(shown).replace(/\s+/g, ' ').trim()
}
