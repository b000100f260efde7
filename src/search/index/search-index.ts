import type { KnobSettings } from '../../core/knobs.ts'
import type { Field, FieldValue, Product } from '../catalogue/product.ts'
import { createAnalyzer } from '../query/analyzer.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import { readSynonyms } from '../query/synonyms.ts'
import type { Columns } from '../values/columns.ts'
import { filterDocs, unknownField } from '../values/filter.ts'
import { Collection, type CollectionData } from './collection.ts'
import { ImpactStore } from './impact-store.ts'
import { Measurer } from './measure.ts'
import { measureNames } from './measures.ts'
import { QueryPlanner } from './query-plan.ts'
import { saveIndex } from './save.ts'
import { TextSearch } from './text-search.ts'
import type { Candidates, DocSet, Filter, SearchIndex, TextOptions, ValueColumn } from './types.ts'

/** How an index reads texts. */
export interface IndexOptions {
  /** Two-letter codes of the languages of its texts; the first is the usual one. Default English. */
  readonly languages?: readonly string[]
  /** Synonyms in the Solr format: "a, b, c" or "a, b => c", one rule a line. */
  readonly synonyms?: string
  readonly settings?: KnobSettings
}

/** The index of a store's products, in this process's memory. */
export class StoreIndex implements SearchIndex {
  readonly fields: readonly Field[]
  readonly textMeasures: readonly string[]
  readonly options: IndexOptions
  private readonly collection: Collection
  private readonly store: ImpactStore
  private readonly planner: QueryPlanner
  private readonly search: TextSearch
  private readonly measurer: Measurer

  constructor(
    fields: readonly Field[],
    options: IndexOptions,
    data?: CollectionData & { readonly wordOrder: Int32Array },
  ) {
    const settings = options.settings ?? {}
    const analyzer = createAnalyzer(options.languages ?? ['en'])
    this.fields = fields
    this.options = options
    this.collection = new Collection(fields, analyzer, settings, data)
    const { collection } = this
    this.textMeasures = measureNames(collection.textFields)
    this.store = new ImpactStore(collection, settings)
    const synonyms = readSynonyms(options.synonyms ?? '')
    this.planner = new QueryPlanner(collection, this.store, synonyms, settings, data?.wordOrder)
    this.search = new TextSearch(collection, this.store, this.planner, settings)
    this.measurer = new Measurer(collection, this.store, this.planner, {
      sum: {
        ...this.search.ruleOf({ prior: 0 }),
        key: 'measure-sum',
        weights: new Float64Array(collection.textFields.length).fill(1),
      },
      combined: this.search.ruleOf({ prior: 0, scoring: 'combined' }),
    })
  }

  /** Values and numbers by field: what facets, filters and sorting read. */
  get columns(): Columns {
    return this.collection.columns
  }

  get size(): number {
    return this.collection.statistics.size
  }

  get capacity(): number {
    return this.collection.capacity
  }

  get revision(): number {
    return this.collection.revision
  }

  add(products: Iterable<Product>): void {
    this.collection.add(products)
  }

  remove(ids: Iterable<string>): number {
    return this.collection.remove(ids)
  }

  docOf(id: string): number {
    return this.collection.docOf(id)
  }

  idOf(doc: number): string | undefined {
    return this.collection.idOf(doc)
  }

  isBefore(a: number, b: number): boolean {
    return this.collection.isBefore(a, b)
  }

  productOf(doc: number): Product | undefined {
    return this.collection.productOf(doc)
  }

  valueOf(doc: number, field: string): FieldValue | undefined {
    return this.productOf(doc)?.values[field]
  }

  numbers(field: string): Float64Array {
    const numbers = this.columns.numbers(field)
    if (numbers === undefined) throw unknownField(this.columns, field, 'numbers')
    return numbers.subarray(0, this.capacity)
  }

  values(field: string): ValueColumn {
    const column = this.columns.values(field)
    if (column === undefined) throw unknownField(this.columns, field, 'values')
    return column
  }

  quality(): Float32Array {
    return this.store.quality()
  }

  analyze(raw: string, options: { readonly unfinished?: boolean } = {}): AnalyzedQuery {
    const { analyzer, vocabulary } = this.collection
    const knows = (term: string) => this.collection.frequency(vocabulary.table.find(term)) > 0
    return analyzer.analyzeQuery(String(raw), options.unfinished ?? false, knows)
  }

  corrected(query: AnalyzedQuery): string | undefined {
    return this.planner.correctedText(query)
  }

  documentFrequency(term: string): number {
    return this.collection.frequency(this.collection.vocabulary.table.find(term))
  }

  filter(filters: readonly Filter[]): DocSet {
    return filterDocs(this.columns, filters, this.collection.live())
  }

  top(query: AnalyzedQuery, options: TextOptions): Candidates {
    return this.search.top(query, options)
  }

  matching(query: AnalyzedQuery, match: 'all' | 'any'): DocSet {
    return this.search.matching(query, match)
  }

  measure(query: AnalyzedQuery, docs: Int32Array, wanted?: Uint8Array): Float32Array {
    return this.measurer.measure(query, docs, wanted)
  }

  async save(path: string): Promise<void> {
    this.planner.words.update()
    const about = { fields: this.fields, options: this.options }
    saveIndex(path, about, this.collection, this.planner.words.order)
  }
}
