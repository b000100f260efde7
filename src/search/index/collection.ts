import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Field, FieldValue, Product } from '../catalogue/product.ts'
import type { Analyzer } from '../query/analyzer.ts'
import { type Columns, columnsFromBytes, createColumns } from '../values/columns.ts'
import { checkProducts } from './check-products.ts'
import { withRoom } from './growing.ts'
import { mergeFactor } from './knobs.ts'
import { mergeSegments } from './merge.ts'
import { decodeValues } from './product-code.ts'
import { docOfId, isLive, type Segment, textOf } from './segment.ts'
import { buildSegment, termsOfRemoved } from './segment-builder.ts'
import { countDocument, createStatistics, type Statistics } from './statistics.ts'
import { type TextField, textFieldsOf } from './text-fields.ts'
import type { DocSet } from './types.ts'
import { Vocabulary, type VocabularyData } from './vocabulary.ts'

/** Products that become one segment at most when they are added together. */
const BATCH = 65_536
/** A segment with more removed documents than this share is written anew. */
const MOST_REMOVED = 0.5

/** A collection as it is written to a file, beside its segments and vocabulary. */
export interface CollectionData {
  readonly segments: readonly Segment[]
  readonly vocabulary: VocabularyData
  readonly frequencies: Int32Array
  readonly capacity: number
  /** Values and numbers, as `Columns.toBytes` gives them. */
  readonly columns: Uint8Array
}

interface LastRead {
  readonly doc: number
  readonly revision: number
  readonly values: Readonly<Record<string, FieldValue>>
}

/**
 * The documents of an index: segments, which of them holds each document, and the statistics over all
 * that are live. Changes make new segments; segments of like size are merged.
 */
export class Collection {
  readonly fields: readonly Field[]
  readonly textFields: readonly TextField[]
  readonly fieldNumbers: ReadonlyMap<string, number>
  readonly fieldNames: readonly string[]
  readonly analyzer: Analyzer
  readonly vocabulary: Vocabulary
  readonly statistics: Statistics
  readonly columns: Columns
  /** By slot; free slots are undefined. */
  readonly slots: (Segment | undefined)[] = []
  capacity = 0
  revision = 0
  private readonly fieldsByName: ReadonlyMap<string, Field>
  private readonly settings: KnobSettings
  /** Documents that have a term, by term. */
  private frequencies: Int32Array
  private docSlots = new Int32Array(0)
  private localDocs = new Int32Array(0)
  private freeDocs: number[] = []
  /** The document read last. */
  private last: LastRead = { doc: -1, revision: -1, values: {} }
  private liveNow: (DocSet & { readonly revision: number }) | undefined

  constructor(
    fields: readonly Field[],
    analyzer: Analyzer,
    settings: KnobSettings,
    data?: CollectionData,
  ) {
    this.fields = fields
    this.textFields = textFieldsOf(fields, settings)
    this.fieldNumbers = new Map(fields.map((field, i) => [field.name, i]))
    this.fieldNames = fields.map((field) => field.name)
    this.fieldsByName = new Map(fields.map((field) => [field.name, field]))
    this.analyzer = analyzer
    this.settings = settings
    this.vocabulary = new Vocabulary(analyzer, data?.vocabulary)
    this.statistics = createStatistics(this.textFields.length)
    this.columns = data === undefined ? createColumns(fields) : columnsFromBytes(data.columns)
    this.frequencies = data?.frequencies ?? new Int32Array(0)
    if (data !== undefined) this.restore(data)
  }

  get segments(): readonly Segment[] {
    return this.slots.filter((segment) => segment !== undefined)
  }

  /** Live documents that have a term; 0 for −1. */
  frequency(term: number): number {
    return term >= 0 && term < this.frequencies.length ? this.frequencies[term]! : 0
  }

  /** Slot of the segment that holds a document, −1 where the number is free. */
  slotOf(doc: number): number {
    return doc >= 0 && doc < this.capacity ? this.docSlots[doc]! : -1
  }

  /** Number of a document within its segment. */
  localOf(doc: number): number {
    return this.localDocs[doc]!
  }

  /** Numbers within a segment of those documents of a set that it holds, rising. */
  localDocsOf({ words, count }: DocSet, slot: number): Int32Array {
    const docs = new Int32Array(count)
    let found = 0
    for (let w = 0; w < words.length; w++) {
      for (let bits = words[w]!; bits !== 0; bits &= bits - 1) {
        const doc = (w << 5) + 31 - Math.clz32(bits & -bits)
        if (this.slotOf(doc) === slot) docs[found++] = this.localDocs[doc]!
      }
    }
    return docs.subarray(0, found).sort()
  }

  /** The documents that are there. */
  live(): DocSet {
    if (this.liveNow?.revision !== this.revision) {
      const words = new Uint32Array((this.capacity + 31) >> 5)
      for (let doc = 0; doc < this.capacity; doc++) {
        if (this.docSlots[doc]! >= 0) words[doc >> 5]! |= 1 << (doc & 31)
      }
      this.liveNow = { words, count: this.statistics.size, revision: this.revision }
    }
    return this.liveNow
  }

  docOf(id: string): number {
    for (const segment of this.slots) {
      const local = segment === undefined ? -1 : docOfId(segment, id)
      if (local >= 0 && isLive(segment!, local)) return segment!.globalDocs[local]!
    }
    return -1
  }

  idOf(doc: number): string | undefined {
    const slot = this.slotOf(doc)
    return slot < 0 ? undefined : textOf(this.slots[slot]!.ids, this.localDocs[doc]!)
  }

  /** Whether the id of one document stands before that of another; those of a segment stand in order. */
  isBefore(a: number, b: number): boolean {
    if (this.docSlots[a] === this.docSlots[b]) return this.localDocs[a]! < this.localDocs[b]!
    return this.idOf(a)! < this.idOf(b)!
  }

  productOf(doc: number): Product | undefined {
    const id = this.idOf(doc)
    return id === undefined ? undefined : { id, values: this.valuesOf(doc) }
  }

  /** Values of a document that is there. */
  valuesOf(doc: number): Readonly<Record<string, FieldValue>> {
    const { last } = this
    // One field after another is asked of the same document.
    if (last.doc === doc && last.revision === this.revision) return last.values
    const values = this.readValues(doc)
    this.last = { doc, revision: this.revision, values }
    return values
  }

  private readValues(doc: number): Readonly<Record<string, FieldValue>> {
    const segment = this.slots[this.docSlots[doc]!]!
    const local = this.localDocs[doc]!
    const [from, to] = [segment.productsFrom[local]!, segment.productsFrom[local + 1]!]
    return decodeValues(segment.products, from, to, this.fieldNames)
  }

  /** Adds products or replaces them. Throws ERR_ARGUMENT on a bad one, before any is added. */
  add(products: Iterable<Product>): void {
    const checked = checkProducts(products, this.fieldsByName)
    const sorted = [...checked.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
    for (let from = 0; from < sorted.length; from += BATCH) {
      this.addBatch(sorted.slice(from, from + BATCH))
      this.mergeTiers()
    }
    if (sorted.length > 0) this.revision++
  }

  /** Removes products; returns how many were there. */
  remove(ids: Iterable<string>): number {
    let removed = 0
    for (const id of ids) {
      const doc = this.docOf(id)
      if (doc < 0) continue
      this.drop(doc)
      this.docSlots[doc] = -1
      this.freeDocs.push(doc)
      removed++
    }
    if (removed > 0) {
      this.revision++
      this.mergeTiers()
    }
    return removed
  }

  data(): CollectionData {
    return {
      segments: this.segments,
      vocabulary: this.vocabulary.data(),
      frequencies: this.frequencies,
      capacity: this.capacity,
      columns: this.columns.toBytes(),
    }
  }

  private addBatch(products: readonly Product[]): void {
    const globalDocs = Int32Array.from(products, ({ id }) => {
      const doc = this.docOf(id)
      if (doc < 0) return this.freeDocs.pop() ?? this.capacity++
      this.drop(doc)
      return doc
    })
    this.makeRoom()
    const segment = buildSegment(this, { products, globalDocs })
    this.countTerms(
      segment.terms,
      (place) => segment.postingsFrom[place + 1]! - segment.postingsFrom[place]!,
    )
    products.forEach(({ values }, local) => {
      countDocument(this.statistics, segment, local, 1)
      this.columns.set(globalDocs[local]!, values)
    })
    this.place(segment)
  }

  /** Takes a document out of its segment and out of the statistics; its number stays its own. */
  private drop(doc: number): void {
    const segment = this.slots[this.docSlots[doc]!]!
    const local = this.localDocs[doc]!
    const product = { id: '', values: this.readValues(doc) }
    this.countTerms(termsOfRemoved(this, product), () => -1)
    countDocument(this.statistics, segment, local, -1)
    this.columns.clear(doc)
    segment.live[local >> 5]! &= ~(1 << (local & 31))
    segment.liveCount--
  }

  private countTerms(terms: Int32Array, change: (place: number) => number): void {
    this.frequencies = withRoom(this.frequencies, this.vocabulary.table.count)
    for (let i = 0; i < terms.length; i++) this.frequencies[terms[i]!]! += change(i)
  }

  /** Room in the tables for all document numbers; new ones belong to no segment. */
  private makeRoom(): void {
    const before = this.docSlots.length
    if (before >= this.capacity) return
    this.docSlots = withRoom(this.docSlots, this.capacity)
    this.docSlots.fill(-1, before)
    this.localDocs = withRoom(this.localDocs, this.capacity)
  }

  /** Puts a segment into a free slot and tells its documents. */
  private place(segment: Segment): void {
    const free = this.slots.indexOf(undefined)
    const slot = free < 0 ? this.slots.length : free
    this.slots[slot] = segment
    for (let local = 0; local < segment.docCount; local++) {
      if (!isLive(segment, local)) continue
      this.docSlots[segment.globalDocs[local]!] = slot
      this.localDocs[segment.globalDocs[local]!] = local
    }
  }

  /** Merges segments of like size until no size has too many, and writes hollow ones anew. */
  private mergeTiers(): void {
    const factor = Math.round(readKnob(mergeFactor, this.settings))
    for (;;) {
      this.slots.forEach((segment, slot) => {
        if (segment?.liveCount === 0) this.slots[slot] = undefined
      })
      const hollow = this.segments.find((s) => s.liveCount < s.docCount * (1 - MOST_REMOVED))
      const group = hollow === undefined ? this.largeTier(factor) : [hollow]
      if (group.length === 0) return
      for (const segment of group) this.slots[this.slots.indexOf(segment)] = undefined
      this.place(mergeSegments(group))
    }
  }

  /** The segments of the smallest size of which there are `factor` or more. */
  private largeTier(factor: number): readonly Segment[] {
    const tiers = new Map<number, Segment[]>()
    for (const segment of this.segments) {
      const tier = Math.floor(Math.log(segment.liveCount) / Math.log(factor) + 1e-9)
      tiers.set(tier, [...(tiers.get(tier) ?? []), segment])
    }
    const large = [...tiers].filter(([, group]) => group.length >= factor)
    return large.sort((a, b) => a[0] - b[0])[0]?.[1] ?? []
  }

  private restore({ segments, capacity }: CollectionData): void {
    this.capacity = capacity
    this.makeRoom()
    for (const segment of segments) {
      this.place(segment)
      for (let local = 0; local < segment.docCount; local++) {
        if (isLive(segment, local)) countDocument(this.statistics, segment, local, 1)
      }
    }
    for (let doc = 0; doc < capacity; doc++) if (this.docSlots[doc]! < 0) this.freeDocs.push(doc)
  }
}
