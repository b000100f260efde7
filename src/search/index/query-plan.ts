import type { KnobSettings } from '../../core/knobs.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import type { Synonyms } from '../query/synonyms.ts'
import type { Clause } from './clauses.ts'
import type { Collection } from './collection.ts'
import { correctedText, type ExpandInput, expandQuery } from './expand.ts'
import type { ImpactStore } from './impact-store.ts'
import { SortedWords } from './sorted-words.ts'

/** Queries whose clauses are kept. */
const MOST_PLANS = 16_384

/** Turns queries into clauses, and keeps those of the last ones until the collection changes. */
export class QueryPlanner {
  readonly words: SortedWords
  private readonly collection: Collection
  private readonly store: ImpactStore
  private readonly synonyms: Synonyms
  private readonly settings: KnobSettings
  private readonly plans = new Map<string, readonly Clause[]>()
  private revision = -1

  constructor(
    collection: Collection,
    store: ImpactStore,
    synonyms: Synonyms,
    settings: KnobSettings,
    order?: Int32Array,
  ) {
    this.collection = collection
    this.store = store
    this.synonyms = synonyms
    this.settings = settings
    this.words = new SortedWords(collection.vocabulary, order)
  }

  clausesOf(query: AnalyzedQuery, typos: boolean): readonly Clause[] {
    if (this.revision !== this.collection.revision) {
      this.revision = this.collection.revision
      this.plans.clear()
    }
    const key = `${typos}${query.unfinished}${query.language}\n${query.text}\n${query.terms.join(' ')}`
    const known = this.plans.get(key)
    if (known !== undefined) return known
    if (this.plans.size >= MOST_PLANS) this.plans.clear()
    const made = expandQuery(this.input(), query, typos)
    this.plans.set(key, made)
    return made
  }

  /** The query with misspelt words set right, undefined where there is nothing to set right. */
  correctedText(query: AnalyzedQuery): string | undefined {
    return correctedText(this.input(), query)
  }

  private input(): ExpandInput {
    return {
      analyzer: this.collection.analyzer,
      vocabulary: this.collection.vocabulary,
      words: this.words,
      synonyms: this.synonyms,
      settings: this.settings,
      size: this.collection.statistics.size,
      frequency: (terms) => this.frequencyOf(terms),
    }
  }

  /** Documents that have a term, or terms in a row. */
  frequencyOf(terms: readonly number[]): number {
    if (terms.length === 1) return this.collection.frequency(terms[0]!)
    return this.store.frequenciesOf(terms).all
  }
}
