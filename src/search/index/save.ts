import type { Field } from '../catalogue/product.ts'
import type { Collection, CollectionData } from './collection.ts'
import { readSections, type Section, writeSections } from './index-file.ts'
import type { IndexOptions } from './search-index.ts'
import type { Segment } from './segment.ts'

/** What a file says of its index before the arrays. */
export interface AboutIndex {
  readonly fields: readonly Field[]
  readonly options: IndexOptions
}

interface About extends AboutIndex {
  readonly capacity: number
  readonly languages: number
  readonly terms: number
  readonly segments: readonly { readonly docCount: number; readonly liveCount: number }[]
}

/** Writes an index to a file, beside and renamed. */
export function saveIndex(
  path: string,
  about: AboutIndex,
  collection: Collection,
  wordOrder: Int32Array,
): void {
  const data = collection.data()
  const sections = new Map<string, Section>()
  const { table, stems, uses } = data.vocabulary
  sections.set('terms.characters', table.characters)
  sections.set('terms.offsets', table.offsets)
  sections.set('terms.slots', table.slots)
  stems.forEach((one, i) => {
    sections.set(`stems.${i}`, one)
    sections.set(`uses.${i}`, uses[i]!)
  })
  sections.set('words.order', wordOrder)
  sections.set('frequencies', data.frequencies)
  sections.set('columns', data.columns)
  data.segments.forEach((segment, s) => {
    for (const [name, section] of segmentSections(segment)) sections.set(`${s}.${name}`, section)
  })
  const header: About = {
    ...about,
    capacity: data.capacity,
    languages: stems.length,
    terms: table.count,
    segments: data.segments.map(({ docCount, liveCount }) => ({ docCount, liveCount })),
  }
  writeSections(path, header, sections)
}

/** What `saveIndex` wrote. Throws ERR_STORE_DAMAGED when the file is not whole. */
export function loadIndex(path: string): {
  readonly about: AboutIndex
  readonly data: CollectionData & { readonly wordOrder: Int32Array }
} {
  const file = readSections(path)
  const about = file.about as About
  const section = <S extends Section>(name: string) => file.sections.get(name) as S
  const byLanguage = (name: string) =>
    Array.from({ length: about.languages }, (_, i) => section<Int32Array>(`${name}.${i}`))
  const segments = about.segments.map((counts, s) => readSegment(counts, s, section))
  const table = {
    count: about.terms,
    characters: section<Uint16Array>('terms.characters'),
    offsets: section<Uint32Array>('terms.offsets'),
    slots: section<Int32Array>('terms.slots'),
  }
  const data = {
    wordOrder: section<Int32Array>('words.order'),
    segments,
    vocabulary: { table, stems: byLanguage('stems'), uses: byLanguage('uses') },
    frequencies: section<Int32Array>('frequencies'),
    capacity: about.capacity,
    columns: section<Uint8Array>('columns'),
  }
  return { about, data }
}

function segmentSections(segment: Segment): readonly (readonly [string, Section])[] {
  return [
    ['docs-of-index', segment.globalDocs],
    ['live', segment.live],
    ['ids.units', segment.ids.units],
    ['ids.from', segment.ids.from],
    ['products', segment.products],
    ['products-from', segment.productsFrom],
    ['lengths', segment.lengths],
    ['terms', segment.terms],
    ['postings-from', segment.postingsFrom],
    ['docs', segment.docs],
    ['positions-from', segment.positionsFrom],
    ['positions', segment.positions],
    ['title-hashes', segment.titleHashes],
    ['title-docs', segment.titleDocs],
  ]
}

function readSegment(
  counts: { readonly docCount: number; readonly liveCount: number },
  s: number,
  section: <S extends Section>(name: string) => S,
): Segment {
  return {
    ...counts,
    globalDocs: section<Int32Array>(`${s}.docs-of-index`),
    live: section<Uint32Array>(`${s}.live`),
    ids: {
      units: section<Uint16Array>(`${s}.ids.units`),
      from: section<Uint32Array>(`${s}.ids.from`),
    },
    products: section<Uint8Array>(`${s}.products`),
    productsFrom: section<Float64Array>(`${s}.products-from`),
    lengths: section<Uint8Array>(`${s}.lengths`),
    terms: section<Int32Array>(`${s}.terms`),
    postingsFrom: section<Uint32Array>(`${s}.postings-from`),
    docs: section<Int32Array>(`${s}.docs`),
    positionsFrom: section<Uint32Array>(`${s}.positions-from`),
    positions: section<Uint16Array>(`${s}.positions`),
    titleHashes: section<Float64Array>(`${s}.title-hashes`),
    titleDocs: section<Int32Array>(`${s}.title-docs`),
  }
}
