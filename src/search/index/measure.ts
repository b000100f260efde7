import { firstNotBelow } from '../../core/bisect.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import { clauseWeight } from './bonuses.ts'
import type { Clause } from './clauses.ts'
import type { Collection } from './collection.ts'
import type { ImpactStore } from './impact-store.ts'
import { LENGTHS } from './length-code.ts'
import { Matches, type Prepared } from './matches.ts'
import { DOCUMENT_MEASURES, FIELD_MEASURES } from './measures.ts'
import { phrasePostings, placeOfDoc } from './postings.ts'
import type { QueryPlanner } from './query-plan.ts'
import { type ScoringRule, termScorer } from './scoring.ts'
import type { Segment } from './segment.ts'
import { hashOfTitle } from './segment-builder.ts'

/** The two rules by which documents are measured: sums by field, and the fields combined. */
export interface MeasureRules {
  readonly sum: ScoringRule
  readonly combined: ScoringRule
}

/** Measures documents by their words: one row of `measureNames` a document. */
export class Measurer {
  private readonly collection: Collection
  private readonly store: ImpactStore
  private readonly planner: QueryPlanner
  private readonly rules: MeasureRules
  private readonly fields: number
  readonly width: number

  constructor(
    collection: Collection,
    store: ImpactStore,
    planner: QueryPlanner,
    rules: MeasureRules,
  ) {
    this.collection = collection
    this.store = store
    this.planner = planner
    this.rules = rules
    this.fields = collection.textFields.length
    this.width = this.fields * FIELD_MEASURES.length + DOCUMENT_MEASURES.length
  }

  /**
   * documents × measures. Free document numbers have rows of missing values. What costs most and is
   * not `wanted` stays 0.
   */
  measure(query: AnalyzedQuery, docs: Int32Array, wanted?: Uint8Array): Float32Array {
    const { collection, width } = this
    const out = new Float32Array(docs.length * width)
    const clauses = this.planner.clausesOf(query, true)
    const frequency = (terms: readonly number[]) => this.planner.frequencyOf(terms)
    const idfs = clauses.map((one) => clauseWeight(one, frequency, collection.statistics.size))
    const facts = queryFacts(idfs)
    const costly = this.costlyOf(wanted)
    const prepared = new Map<number, readonly (readonly Prepared[])[]>()
    const matches = new Matches(clauses.length, this.fields)
    const quality = this.store.quality()
    const title = hashOfTitle(query.text)
    for (let i = 0; i < docs.length; i++) {
      const at = i * width
      const slot = collection.slotOf(docs[i]!)
      if (slot < 0) {
        out.fill(Number.NaN, at, at + width)
        continue
      }
      const segment = collection.slots[slot]!
      let ready = prepared.get(slot)
      if (ready === undefined) {
        ready = clauses.map((clause) => this.prepare(segment, clause))
        prepared.set(slot, ready)
      }
      const local = collection.localOf(docs[i]!)
      const all = at + this.fields * FIELD_MEASURES.length
      out[all + BM25F] = this.match(segment, local, ready, matches, out, at)
      this.fillFields(segment, local, matches, idfs, facts.sum, costly, out, at)
      this.fillDocument(matches, idfs, facts, costly, out, at)
      if (costly.title) out[all + TITLE] = hasTitle(segment, title, local) ? 1 : 0
      out[all + QUALITY] = quality[docs[i]!]!
    }
    return out
  }

  /** Which of the measures that cost most are wanted. */
  private costlyOf(wanted: Uint8Array | undefined): Costly {
    const { fields } = this
    const all = fields * FIELD_MEASURES.length
    const isWanted = (measure: number) => wanted === undefined || wanted[measure] === 1
    const runs = Uint8Array.from({ length: fields }, (_, f) => {
      const at = f * FIELD_MEASURES.length
      return Number(isWanted(at + RUN) || isWanted(at + EXACT) || isWanted(all + PHRASE))
    })
    return {
      runs,
      proximity: isWanted(all + PROXIMITY),
      window: isWanted(all + WINDOW),
      title: isWanted(all + TITLE),
    }
  }

  /** The alternatives of a clause that the segment has, those that count most first. */
  private prepare(segment: Segment, clause: Clause): readonly Prepared[] {
    const { statistics } = this.collection
    const { sum, combined } = this.rules
    const ready = clause.alternatives.flatMap(({ terms, weight, distance }, i) => {
      const postings = phrasePostings(segment, terms)
      if (postings === undefined) return []
      const frequencies = this.store.frequenciesOf(terms)
      return {
        postings,
        sum: termScorer(sum, statistics, this.store.normsOf(sum), frequencies),
        combined: termScorer(combined, statistics, this.store.normsOf(combined), frequencies),
        weight: weight * clause.weight,
        distance,
        indirect: i > 0 || weight < 1,
      }
    })
    return ready.sort((a, b) => b.weight - a.weight)
  }

  /** Finds each clause's best match, adds its BM25 by field to the row; returns the sum of BM25F. */
  private match(
    segment: Segment,
    doc: number,
    ready: readonly (readonly Prepared[])[],
    matches: Matches,
    out: Float32Array,
    row: number,
  ): number {
    let total = 0
    for (let c = 0; c < ready.length; c++) {
      matches.best[c] = undefined
      for (const one of ready[c]!) {
        const place = placeOfDoc(one.postings, doc)
        if (place < 0) continue
        matches.set(c, one, place)
        total += this.scoreMatch(segment, doc, matches, c, out, row)
        break
      }
    }
    return total
  }

  /** Adds a match's BM25 to its fields' columns; returns its BM25F. */
  private scoreMatch(
    { lengths }: Segment,
    doc: number,
    matches: Matches,
    c: number,
    out: Float32Array,
    row: number,
  ): number {
    const { fields } = this
    const { sum, combined, weight } = matches.best[c]!
    let together = 0
    for (let f = 0; f < fields; f++) {
      const tf = matches.to[c * fields + f]! - matches.from[c * fields + f]!
      if (tf === 0) continue
      const norm = f * 256 + lengths[doc * fields + f]!
      const gain = (sum.factors[f]! * tf) / (tf + sum.norms[norm]!)
      out[row + f * FIELD_MEASURES.length]! += weight * gain
      together += (combined.factors[f]! * tf) / combined.norms[norm]!
    }
    return (weight * combined.idf * together) / (combined.k1 + together)
  }

  private fillFields(
    segment: Segment,
    doc: number,
    matches: Matches,
    idfs: readonly number[],
    idfSum: number,
    { runs }: Costly,
    out: Float32Array,
    row: number,
  ): void {
    const all = idfs.length
    for (let f = 0; f < this.fields; f++) {
      const at = row + f * FIELD_MEASURES.length
      const length = LENGTHS[segment.lengths[doc * this.fields + f]!]!
      let [covered, idf, first] = [0, 0, Infinity]
      for (let c = 0; c < all; c++) {
        const here = matches.firstIn(c, f)
        if (here < 0) continue
        covered++
        idf += idfs[c]!
        if (here < first) first = here
      }
      const run = covered > 1 && runs[f] === 1 ? matches.longestRun(f) : Math.min(covered, 1)
      out[at + COVER] = all > 0 ? covered / all : 0
      out[at + COVER_IDF] = idfSum > 0 ? idf / idfSum : 0
      out[at + FIRST] = covered > 0 ? first : Number.NaN
      out[at + EXACT] = all > 0 && run === all && length === all ? 1 : 0
      out[at + RUN] = run
      out[at + LENGTH] = length
    }
  }

  private fillDocument(
    matches: Matches,
    idfs: readonly number[],
    facts: QueryFacts,
    costly: Costly,
    out: Float32Array,
    row: number,
  ): void {
    const at = row + this.fields * FIELD_MEASURES.length
    const { weights } = this.rules.combined
    let [sum, matched, idf, distance, indirect, longest] = [0, 0, 0, 0, 0, 0]
    for (let f = 0; f < this.fields; f++) {
      sum += weights[f]! * out[row + f * FIELD_MEASURES.length]!
      longest = Math.max(longest, out[row + f * FIELD_MEASURES.length + RUN]!)
    }
    for (let c = 0; c < idfs.length; c++) {
      const best = matches.best[c]
      if (best === undefined) continue
      matched++
      idf += idfs[c]!
      distance += best.distance
      if (best.indirect) indirect++
    }
    out[at] = sum
    out[at + ALL_COVER] = facts.words > 0 ? matched / facts.words : 0
    out[at + ALL_COVER_IDF] = facts.sum > 0 ? idf / facts.sum : 0
    out[at + MATCHED] = matched
    out[at + LACKING] = facts.words - matched
    if (costly.proximity) out[at + PROXIMITY] = matches.nearness()
    out[at + PHRASE] = facts.words > 0 ? longest / facts.words : 0
    if (costly.window) out[at + WINDOW] = matches.smallestWindow()
    out[at + DISTANCE] = distance
    out[at + INDIRECT] = indirect
    out[at + QUERY_WORDS] = facts.words
    out[at + QUERY_WORDS + 1] = facts.sum
    out[at + QUERY_WORDS + 2] = facts.least
    out[at + QUERY_WORDS + 3] = facts.most
  }
}

/** What takes a walk over positions, and whether it is wanted; runs by field. */
interface Costly {
  readonly runs: Uint8Array
  readonly proximity: boolean
  readonly window: boolean
  readonly title: boolean
}

/** What is the same for all documents of a query. */
interface QueryFacts {
  readonly words: number
  readonly sum: number
  readonly least: number
  readonly most: number
}

function queryFacts(idfs: readonly number[]): QueryFacts {
  return {
    words: idfs.length,
    sum: idfs.reduce((a, b) => a + b, 0),
    least: idfs.length > 0 ? Math.min(...idfs) : 0,
    most: idfs.length > 0 ? Math.max(...idfs) : 0,
  }
}

const COVER = FIELD_MEASURES.indexOf('cover')
const COVER_IDF = FIELD_MEASURES.indexOf('cover-idf')
const FIRST = FIELD_MEASURES.indexOf('first')
const EXACT = FIELD_MEASURES.indexOf('exact')
const RUN = FIELD_MEASURES.indexOf('run')
const LENGTH = FIELD_MEASURES.indexOf('length')
const BM25F = DOCUMENT_MEASURES.indexOf('bm25f')
const ALL_COVER = DOCUMENT_MEASURES.indexOf('cover')
const ALL_COVER_IDF = DOCUMENT_MEASURES.indexOf('cover-idf')
const MATCHED = DOCUMENT_MEASURES.indexOf('matched')
const LACKING = DOCUMENT_MEASURES.indexOf('lacking')
const PROXIMITY = DOCUMENT_MEASURES.indexOf('proximity')
const PHRASE = DOCUMENT_MEASURES.indexOf('phrase')
const WINDOW = DOCUMENT_MEASURES.indexOf('window')
const DISTANCE = DOCUMENT_MEASURES.indexOf('distance')
const INDIRECT = DOCUMENT_MEASURES.indexOf('indirect')
const QUERY_WORDS = DOCUMENT_MEASURES.indexOf('words')
const TITLE = DOCUMENT_MEASURES.indexOf('title')
const QUALITY = DOCUMENT_MEASURES.indexOf('quality')

function hasTitle({ titleHashes, titleDocs }: Segment, hash: number, doc: number): boolean {
  for (let i = firstNotBelow(titleHashes, hash); titleHashes[i] === hash; i++)
    if (titleDocs[i] === doc) return true
  return false
}
