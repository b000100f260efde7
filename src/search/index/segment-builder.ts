import { structures } from '../../learn/index.ts'
import type { Product } from '../catalogue/product.ts'
import type { Analyzer } from '../query/analyzer.ts'
import { forEachWord, queryWords } from '../query/words.ts'
import { append, type Growing, trimmed } from './growing.ts'
import { encodeLength } from './length-code.ts'
import { encodeProduct } from './product-code.ts'
import { MOST_POSITIONS, POSITION_BITS, type Segment } from './segment.ts'
import type { TextField } from './text-fields.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Places left free between the values of a field of several, so that no phrase spans two. */
const GAP = 8

/** What a builder needs to know of the index. */
export interface SegmentInput {
  readonly textFields: readonly TextField[]
  readonly analyzer: Analyzer
  readonly vocabulary: Vocabulary
  /** Numbers of the catalogue's fields by name, for the stored products. */
  readonly fieldNumbers: ReadonlyMap<string, number>
}

/** Products in the order of their ids, and their document numbers in the index. */
export interface SegmentProducts {
  readonly products: readonly Product[]
  readonly globalDocs: Int32Array
}

/** The words of all documents in order: what the postings are sorted from. */
interface WordStream {
  readonly terms: Growing<Int32Array>
  readonly positions: Growing<Uint16Array>
  /** Words of document d begin at docFrom[d]. */
  readonly docFrom: Uint32Array
  readonly lengths: Uint8Array
}

/**
 * Makes a segment of products, which must be sorted by id and have different ids. Their words are
 * counted in the vocabulary.
 */
export function buildSegment(input: SegmentInput, batch: SegmentProducts): Segment {
  const { products, globalDocs } = batch
  const count = products.length
  const live = new Uint32Array((count + 31) >> 5)
  for (let d = 0; d < count; d++) live[d >> 5]! |= 1 << (d & 31)
  const stream = readWords(input, products, 1)
  return {
    docCount: count,
    globalDocs,
    live,
    liveCount: count,
    ids: storeTexts(products.map((product) => product.id)),
    ...storeProducts(products, input.fieldNumbers),
    lengths: stream.lengths,
    ...sortPostings(stream, count),
    ...hashTitles(input.textFields, products),
  }
}

/** Terms of a product, rising; its words are counted out of the vocabulary. */
export function termsOfRemoved(input: SegmentInput, product: Product): Int32Array {
  const { terms } = readWords(input, [product], -1)
  return distinct(terms.array.subarray(0, terms.length))
}

function readWords(input: SegmentInput, products: readonly Product[], sign: 1 | -1): WordStream {
  const { textFields: fields, vocabulary } = input
  const terms: Growing<Int32Array> = { array: new Int32Array(1024), length: 0 }
  const positions: Growing<Uint16Array> = { array: new Uint16Array(1024), length: 0 }
  const docFrom = new Uint32Array(products.length + 1)
  const lengths = new Uint8Array(products.length * fields.length)
  let [language, high] = [0, 0]
  const take = (word: string, position: number) => {
    append(terms, vocabulary.termOfWord(word, language, sign))
    append(positions, high | Math.min(position, MOST_POSITIONS - 1))
  }
  products.forEach((product, d) => {
    language = languageOf(input, product)
    fields.forEach((field, f) => {
      high = f << POSITION_BITS
      lengths[d * fields.length + f] = encodeLength(readField(field, product, take))
    })
    docFrom[d + 1] = terms.length
  })
  return { terms, positions, docFrom, lengths }
}

/** Reads the words of a field; returns how many there are. */
function readField(
  { members }: TextField,
  { values }: Product,
  take: (word: string, position: number) => void,
): number {
  let position = 0
  let words = 0
  for (const member of members) {
    for (const text of textsOf(values[member])) {
      const first = words === 0 ? 0 : position + GAP
      position = forEachWord(text, first, take)
      words += position - first
    }
  }
  return words
}

/** The texts of a value: none where it is missing. */
export function textsOf(value: Product['values'][string] | undefined): readonly string[] {
  if (value === undefined || value === null) return []
  if (typeof value === 'string') return [value]
  return typeof value === 'number' ? [String(value)] : value
}

function languageOf({ analyzer, textFields: fields }: SegmentInput, { values }: Product): number {
  if (analyzer.languages.length === 1) return 0
  const words = fields.flatMap(({ members }) =>
    members.flatMap((name) => textsOf(values[name]).flatMap((text) => queryWords(text))),
  )
  return analyzer.languages.indexOf(analyzer.languageOfWords(words))
}

/** Counting sort of the words by term; within a term they stay in the order of the documents. */
function sortPostings(stream: WordStream, docCount: number) {
  const { length } = stream.terms
  const terms = distinct(stream.terms.array.subarray(0, length))
  const placeOf = new Map<number, number>()
  const direct = directPlaces(terms)
  if (direct === undefined) {
    for (let i = 0; i < terms.length; i++) placeOf.set(terms[i]!, i)
  }
  const place = (term: number) => (direct === undefined ? placeOf.get(term)! : direct[term]!)
  const wordsFrom = new Uint32Array(terms.length + 1)
  const postings = new Uint32Array(terms.length + 1)
  const lastDoc = new Int32Array(terms.length).fill(-1)
  forEachPosition(stream, docCount, (term, doc) => {
    const at = place(term)
    wordsFrom[at + 1]!++
    if (lastDoc[at] === doc) return
    lastDoc[at] = doc
    postings[at + 1]!++
  })
  for (let i = 0; i < terms.length; i++) {
    wordsFrom[i + 1]! += wordsFrom[i]!
    postings[i + 1]! += postings[i]!
  }
  return { terms, ...fillPostings(stream, docCount, place, wordsFrom, postings) }
}

function fillPostings(
  stream: WordStream,
  docCount: number,
  place: (term: number) => number,
  wordsFrom: Uint32Array,
  postingsFrom: Uint32Array,
) {
  const total = postingsFrom[postingsFrom.length - 1]!
  const docs = new Int32Array(total)
  const positionsFrom = new Uint32Array(total + 1)
  const positions = new Uint16Array(stream.terms.length)
  const nextWord = wordsFrom.slice()
  const nextPosting = postingsFrom.slice()
  forEachPosition(stream, docCount, (term, doc, position) => {
    const at = place(term)
    const word = nextWord[at]!++
    positions[word] = position
    const posting = nextPosting[at]!
    if (posting > postingsFrom[at]! && docs[posting - 1] === doc) return
    docs[posting] = doc
    positionsFrom[posting] = word
    nextPosting[at] = posting + 1
  })
  positionsFrom[total] = stream.terms.length
  return { postingsFrom, docs, positionsFrom, positions }
}

function forEachPosition(
  { terms, positions, docFrom }: WordStream,
  docCount: number,
  take: (term: number, doc: number, position: number) => void,
): void {
  for (let doc = 0; doc < docCount; doc++) {
    const to = docFrom[doc + 1]!
    for (let i = docFrom[doc]!; i < to; i++) take(terms.array[i]!, doc, positions.array[i]!)
  }
}

function distinct(terms: Int32Array): Int32Array {
  const sorted = terms.slice().sort()
  let count = 0
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[count++] = sorted[i]!
  }
  return sorted.slice(0, count)
}

/** Places by term number, where a table of all numbers is not much larger than the terms. */
function directPlaces(terms: Int32Array): Int32Array | undefined {
  const largest = terms[terms.length - 1] ?? 0
  if (largest > terms.length * 64 + 4096) return undefined
  const places = new Int32Array(largest + 1)
  terms.forEach((term, i) => {
    places[term] = i
  })
  return places
}

function storeTexts(texts: readonly string[]) {
  const from = new Uint32Array(texts.length + 1)
  texts.forEach((text, i) => {
    from[i + 1] = from[i]! + text.length
  })
  const units = new Uint16Array(from[texts.length]!)
  texts.forEach((text, i) => {
    for (let j = 0; j < text.length; j++) units[from[i]! + j] = text.charCodeAt(j)
  })
  return { units, from }
}

function storeProducts(products: readonly Product[], fieldNumbers: ReadonlyMap<string, number>) {
  const productsFrom = new Float64Array(products.length + 1)
  const bytes: Growing<Uint8Array> = { array: new Uint8Array(products.length * 128), length: 0 }
  products.forEach((product, i) => {
    encodeProduct(product, fieldNumbers, bytes)
    productsFrom[i + 1] = bytes.length
  })
  return { products: trimmed(bytes), productsFrom }
}

function hashTitles(fields: readonly TextField[], products: readonly Product[]) {
  const hashes: number[] = []
  const docs: number[] = []
  const titles = fields.filter((field) => field.role === 'title').flatMap((field) => field.members)
  products.forEach((product, d) => {
    for (const title of new Set(titles.flatMap((name) => textsOf(product.values[name])))) {
      const words = queryWords(title)
      if (words.length === 0) continue
      hashes.push(hashOfTitle(words.join(' ')))
      docs.push(d)
    }
  })
  const titleHashes = Float64Array.from(hashes)
  const titleDocs = Int32Array.from(docs)
  structures.sortWithPayload(titleHashes, titleDocs)
  return { titleHashes, titleDocs }
}

/** 53 bits of hash of a whole title: two products in a billion pairs may share one by chance. */
export function hashOfTitle(title: string): number {
  let [a, b] = [0x811c9dc5, 0x9747b28c]
  for (let i = 0; i < title.length; i++) {
    const unit = title.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ unit, 0x5bd1e995)
    b ^= b >>> 13
  }
  return (a >>> 0) * 2 ** 21 + (b >>> 11)
}
