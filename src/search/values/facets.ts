import { foldValue, LEVEL } from './fold-value.ts'
import type { ValueField } from './value-field.ts'

/** A value and how many products have it. */
export interface FacetValue {
  readonly value: string
  readonly count: number
}

/** The values of a facet that many products have. */
export interface ValueFacet {
  /** Most products first; equal counts by value. */
  readonly values: readonly FacetValue[]
  /** Values that any of the products has, within what was searched. */
  readonly distinct: number
  /** Products that have a value at all. */
  readonly products: number
}

export interface ValueFacetOptions {
  /** At most this many values. */
  readonly count: number
  /** Only values with a word that begins with each of these words, whatever the case. */
  readonly within?: string
  /** Only what lies below this path, one level down; '' for the highest level. Paths as values otherwise. */
  readonly under?: string
}

/** Room for counting, kept between calls: one number a value of the largest field. */
export interface FacetScratch {
  counts: Int32Array
}

export function createFacetScratch(): FacetScratch {
  return { counts: new Int32Array(0) }
}

/**
 * Counts the values of a field over documents (rising), and gives those that most products have. Time is
 * linear in the documents' values, memory one number a distinct value: no sorting of all values.
 */
export function countValues(
  field: ValueField,
  docs: Int32Array,
  options: ValueFacetOptions,
  scratch: FacetScratch,
): ValueFacet {
  const { values, offsets, codes } = field.column()
  if (scratch.counts.length < values.length) scratch.counts = new Int32Array(values.length)
  const { counts } = scratch
  const seen: number[] = []
  let products = 0
  for (let d = 0; d < docs.length; d++) {
    const doc = docs[d]!
    const from = offsets[doc] ?? 0
    const to = offsets[doc + 1] ?? from
    if (to > from) products++
    for (let i = from; i < to; i++) {
      const code = codes[i]!
      if (counts[code] === 0) seen.push(code)
      counts[code]! += 1
    }
  }
  const found =
    options.under === undefined
      ? flatValues(field, values, seen, counts, options)
      : levelValues(field, values, docs, seen, options)
  for (const code of seen) counts[code] = 0
  return { ...found, products }
}

type Found = Omit<ValueFacet, 'products'>

function flatValues(
  field: ValueField,
  values: readonly string[],
  seen: readonly number[],
  counts: Int32Array,
  { count, within }: ValueFacetOptions,
): Found {
  const matches = wordMatcher(within)
  const folded = field.folded()
  const kept = matches === undefined ? seen : seen.filter((code) => matches(folded[code]!))
  const before = (a: number, b: number) =>
    counts[a]! !== counts[b]! ? counts[a]! > counts[b]! : folded[a]! < folded[b]!
  const top = topOf(kept, count, before)
  return {
    values: top.map((code) => ({ value: values[code]!, count: counts[code]! })),
    distinct: kept.length,
  }
}

/** One level of paths: a product counts once for each part, however many values it has below it. */
function levelValues(
  field: ValueField,
  values: readonly string[],
  docs: Int32Array,
  seen: readonly number[],
  { count, within, under = '' }: ValueFacetOptions,
): Found {
  const folded = field.folded()
  const matches = wordMatcher(within)
  const parent = foldValue(under)
  const depth = parent === '' ? 0 : parent.split(LEVEL).length
  const pathOf = new Map<number, string>()
  const shown = new Map<string, string>()
  for (const code of seen) {
    const value = folded[code]!
    if (parent !== '' && !value.startsWith(parent + LEVEL)) continue
    const path = value
      .split(LEVEL)
      .slice(0, depth + 1)
      .join(LEVEL)
    if (matches !== undefined && !matches(path.slice(parent === '' ? 0 : parent.length))) continue
    pathOf.set(code, path)
    if (!shown.has(path)) shown.set(path, cutPath(values[code]!, depth + 1))
  }
  const counts = countPaths(field, docs, pathOf)
  const before = (a: string, b: string) =>
    counts.get(a) !== counts.get(b) ? counts.get(a)! > counts.get(b)! : a < b
  const top = topOf([...counts.keys()], count, before)
  return {
    values: top.map((path) => ({ value: shown.get(path)!, count: counts.get(path)! })),
    distinct: counts.size,
  }
}

/** Products by path, over the documents whose values were seen: each path has one at least. */
function countPaths(
  field: ValueField,
  docs: Int32Array,
  pathOf: ReadonlyMap<number, string>,
): Map<string, number> {
  const { values, offsets, codes } = field.column()
  const paths = [...new Set(pathOf.values())]
  const places = new Map(paths.map((path, place) => [path, place]))
  const placeOf = new Int32Array(values.length).fill(-1)
  for (const [code, path] of pathOf) placeOf[code] = places.get(path)!
  const sums = new Int32Array(paths.length)
  // The document that a path was counted for last: a product counts once for each.
  const countedFor = new Int32Array(paths.length).fill(-1)
  for (let d = 0; d < docs.length; d++) {
    const doc = docs[d]!
    for (let i = offsets[doc] ?? 0; i < (offsets[doc + 1] ?? 0); i++) {
      const place = placeOf[codes[i]!] ?? -1
      if (place < 0 || countedFor[place] === doc) continue
      countedFor[place] = doc
      sums[place]! += 1
    }
  }
  return new Map(paths.map((path, place) => [path, sums[place]!]))
}

function cutPath(value: string, levels: number): string {
  return value
    .split(/\s*>\s*/)
    .slice(0, levels)
    .join(LEVEL)
}

function wordMatcher(within: string | undefined): ((value: string) => boolean) | undefined {
  const words = foldValue((within ?? '').slice(0, 200))
    .split(' ')
    .filter((word) => word !== '')
  if (words.length === 0) return undefined
  return (value) => words.every((word) => value.startsWith(word) || hasWordStart(value, word))
}

function hasWordStart(value: string, word: string): boolean {
  for (let at = value.indexOf(word, 1); at >= 0; at = value.indexOf(word, at + 1)) {
    if (!/[\p{L}\p{N}]/u.test(value[at - 1]!)) return true
  }
  return false
}

/** The best `count` items, best first, by a heap of the kept ones with the worst on top. */
export function topOf<T>(
  items: readonly T[],
  count: number,
  before: (a: T, b: T) => boolean,
): readonly T[] {
  const heap: T[] = []
  const sink = (start: number) => {
    for (let at = start; ; ) {
      let worst = at
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && before(heap[worst]!, heap[child]!)) worst = child
      }
      if (worst === at) return
      ;[heap[at], heap[worst]] = [heap[worst]!, heap[at]!]
      at = worst
    }
  }
  for (const item of items) {
    if (heap.length < count) {
      heap.push(item)
      if (heap.length === count) for (let at = count >> 1; at >= 0; at--) sink(at)
    } else if (count > 0 && before(item, heap[0]!)) {
      heap[0] = item
      sink(0)
    }
  }
  return heap.sort((a, b) => (before(a, b) ? -1 : before(b, a) ? 1 : 0))
}
