import type { Union } from '../arms/arm.ts'
import type { SearchIndex } from '../index/types.ts'
import type { AnalyzedQuery } from '../query/query.ts'

/** A title as features read it: words and their terms, analyzed once. */
export interface TitleWords {
  /** Folded, one blank between words. */
  readonly text: string
  readonly tokens: readonly string[]
  readonly terms: readonly string[]
  /** Numbers of the terms (the word itself for a dropped stop word): equal words, equal numbers. */
  readonly numbers: Int32Array
  /** What each token is: the sum of TOKEN. */
  readonly kinds: Uint8Array
  /** The text with a blank before and behind. */
  readonly padded: string
  /** Distinct runs of three letters (see gramsOf). */
  readonly grams: Int32Array
}

/** Kinds of a title's token: letters alone, a word for "for", a stop word that is not looked for. */
export const TOKEN = { letters: 1, for: 2, dropped: 4 } as const

/** "For" in the languages of the index: what follows is what the product goes with, not what it is. */
const FOR = new Set(['for', 'fur', 'fuer', 'pour', 'para', 'per', 'voor', 'dla', 'till', 'til'])

const EMPTY: TitleWords = {
  text: '',
  tokens: [],
  terms: [],
  numbers: new Int32Array(0),
  kinds: new Uint8Array(0),
  padded: '  ',
  grams: new Int32Array(0),
}

interface Cache {
  revision: number
  readonly field: string | undefined
  /** By document; `kept` of them are there. */
  titles: (TitleWords | undefined)[]
  kept: number
  /** Numbers of the words of all titles. */
  readonly words: Map<string, number>
}

/** Titles read per index; they go with it. */
const caches = new WeakMap<SearchIndex, Cache>()

/** Name of the title field, if the catalogue has one. */
export function titleFieldOf(index: SearchIndex): string | undefined {
  return index.fields.find(({ role }) => role === 'title')?.name
}

/** The words of a document's title; empty where it has none. Kept until the index changes. */
export function titleWords(index: SearchIndex, doc: number): TitleWords {
  const cache = cacheOf(index)
  const known = cache.titles[doc]
  if (known !== undefined) return known
  const words = readTitle(index, doc, cache)
  if (cache.kept >= MOST_TITLES) forgetTitles(cache, index)
  cache.titles[doc] = words
  cache.kept++
  return words
}

/** Titles kept: about a kilobyte each. */
const MOST_TITLES = 131_072

const unions = new WeakMap<Union, readonly TitleWords[]>()

/** The titles of a union's documents, looked up once for all features that read them. */
export function unionTitles(index: SearchIndex, union: Union): readonly TitleWords[] {
  let titles = unions.get(union)
  if (titles === undefined) {
    titles = Array.from(union.docs, (doc) => titleWords(index, doc))
    unions.set(union, titles)
  }
  return titles
}

function cacheOf(index: SearchIndex): Cache {
  let cache = caches.get(index)
  if (cache === undefined) {
    const field = titleFieldOf(index)
    cache = { revision: -1, field, titles: [], kept: 0, words: new Map() }
    caches.set(index, cache)
  }
  if (cache.revision !== index.revision) forgetTitles(cache, index)
  return cache
}

function forgetTitles(cache: Cache, { capacity, revision }: SearchIndex): void {
  cache.titles = new Array<TitleWords | undefined>(capacity).fill(undefined)
  cache.kept = 0
  cache.revision = revision
}

/** Numbers of words as titles have them; a word of no title read so far has one of its own, below 0. */
export function numbersOf(index: SearchIndex, words: readonly string[]): Int32Array {
  const { words: known } = cacheOf(index)
  return Int32Array.from(words, (word) => known.get(word) ?? -1 - words.indexOf(word))
}

function readTitle(index: SearchIndex, doc: number, { field, words }: Cache): TitleWords {
  if (field === undefined) return EMPTY
  const value = index.valueOf(doc, field)
  if (value === undefined) return EMPTY
  const { text, tokens, terms } = index.analyze(
    typeof value === 'object' ? value.join(' ') : `${value}`,
  )
  const numbers = Int32Array.from(terms, (term, i) => {
    const word = term === '' ? tokens[i]! : term
    const known = words.get(word) ?? words.size
    words.set(word, known)
    return known
  })
  const kinds = Uint8Array.from(tokens, (token, i) => kindOf(token, terms[i]!))
  return { text, tokens, terms, numbers, kinds, padded: ` ${text} `, grams: gramsOf(text) }
}

function kindOf(token: string, term: string): number {
  const letters = /^\p{L}+$/u.test(token) ? TOKEN.letters : 0
  return letters + (FOR.has(token) ? TOKEN.for : 0) + (term === '' ? TOKEN.dropped : 0)
}

/** The words of the query with their weight: log((N + 1) / (df + 0.5)), 0 for dropped stop words. */
export interface QueryWord {
  readonly token: string
  readonly term: string
  readonly weight: number
}

/** Each token of the query with its inverse document frequency. */
export function queryWords(index: SearchIndex, query: AnalyzedQuery): readonly QueryWord[] {
  return query.tokens.map((token, i) => {
    const term = query.terms[i] ?? ''
    const weight = term === '' ? 0 : inverseFrequency(index, term)
    return { token, term, weight }
  })
}

function inverseFrequency(index: SearchIndex, term: string): number {
  return Math.max(0, Math.log((index.size + 1) / (index.documentFrequency(term) + 0.5)))
}

const GRAM = 3
const BITS = 8

/** Distinct runs of three characters of a text, blanks at its ends included, as numbers. */
export function gramsOf(text: string): Int32Array {
  const grams = new Set<number>()
  const padded = ` ${text} `
  for (let i = 0; i + GRAM <= padded.length; i++) {
    let gram = 0
    for (let k = 0; k < GRAM; k++) gram = (gram << BITS) ^ padded.charCodeAt(i + k)
    grams.add(gram)
  }
  return Int32Array.from(grams)
}
