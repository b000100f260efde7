import type { AnalyzedQuery } from '../query/query.ts'
import { clauseWeight } from './bonuses.ts'
import type { Clause } from './clauses.ts'
import type { Collection } from './collection.ts'
import type { ImpactStore } from './impact-store.ts'
import { LENGTHS } from './length-code.ts'
import { DOCUMENT_MEASURES, FIELD_MEASURES } from './measures.ts'
import { type Postings, phrasePostings, placeOfDoc } from './postings.ts'
import { closeness } from './proximity.ts'
import type { QueryPlanner } from './query-plan.ts'
import { type ScoringRule, type TermScorer, termScorer } from './scoring.ts'
import { MOST_POSITIONS, POSITION_BITS, type Segment } from './segment.ts'
import { hashOfTitle } from './segment-builder.ts'

/** An alternative of a clause in one segment, ready to be looked up. */
interface Prepared {
  readonly postings: Postings
  readonly sum: TermScorer
  readonly combined: TermScorer
  readonly weight: number
  readonly distance: number
  readonly indirect: boolean
}

/** A clause's best match in a document. */
interface Match {
  postings: Postings | undefined
  place: number
  score: number
  best: Prepared | undefined
}

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

  /** documents × measures. Free document numbers have rows of missing values. */
  measure(query: AnalyzedQuery, docs: Int32Array): Float32Array {
    const { collection } = this
    const out = new Float32Array(docs.length * this.width)
    const clauses = this.planner.clausesOf(query, true)
    const frequency = (terms: readonly number[]) => this.planner.frequencyOf(terms)
    const idfs = clauses.map((one) => clauseWeight(one, frequency, collection.statistics.size))
    const prepared = new Map<number, readonly (readonly Prepared[])[]>()
    const matches = clauses.map(
      (): Match => ({ postings: undefined, place: 0, score: 0, best: undefined }),
    )
    const quality = this.store.quality()
    const title = hashOfTitle(query.text)
    for (let i = 0; i < docs.length; i++) {
      const doc = docs[i]!
      const row = out.subarray(i * this.width, (i + 1) * this.width)
      const slot = collection.slotOf(doc)
      if (slot < 0) {
        row.fill(NaN)
        continue
      }
      const segment = collection.slots[slot]!
      let ready = prepared.get(slot)
      if (ready === undefined) {
        ready = clauses.map((clause) => this.prepare(segment, clause))
        prepared.set(slot, ready)
      }
      const local = collection.localOf(doc)
      const combined = this.match(segment, local, ready, matches, row)
      this.fillFields(segment, local, matches, idfs, row)
      this.fillDocument(matches, idfs, combined, row)
      const at = this.fields * FIELD_MEASURES.length
      row[at + TITLE] = hasTitle(segment, title, local) ? 1 : 0
      row[at + QUALITY] = quality[doc]!
    }
    return out
  }

  private prepare(segment: Segment, clause: Clause): readonly Prepared[] {
    const { sum, combined } = this.rules
    return clause.alternatives.flatMap(({ terms, weight, distance }, i) => {
      const postings = phrasePostings(segment, terms)
      if (postings === undefined) return []
      const frequencies = this.store.frequenciesOf(terms)
      const { statistics } = this.collection
      return {
        postings,
        sum: termScorer(sum, statistics, this.store.normsOf(sum), frequencies),
        combined: termScorer(combined, statistics, this.store.normsOf(combined), frequencies),
        weight: weight * clause.weight,
        distance,
        indirect: i > 0 || weight < 1,
      }
    })
  }

  /** Finds each clause's best match, adds its BM25 by field to the row; returns the sum of BM25F. */
  private match(
    segment: Segment,
    doc: number,
    ready: readonly (readonly Prepared[])[],
    matches: readonly Match[],
    row: Float32Array,
  ): number {
    let total = 0
    for (let c = 0; c < ready.length; c++) {
      const match = matches[c]!
      match.postings = undefined
      match.score = -1
      let combined = 0
      for (const one of ready[c]!) {
        const place = placeOfDoc(one.postings, doc)
        if (place < 0) continue
        const score = this.combinedScore(segment, doc, one, place)
        if (score > combined) combined = score
        if (one.weight <= match.score) continue
        match.postings = one.postings
        match.place = place
        match.score = one.weight
        match.best = one
      }
      total += combined
      if (match.postings !== undefined) this.addFieldScores(segment, doc, match, row)
    }
    return total
  }

  private combinedScore(
    { lengths }: Segment,
    doc: number,
    { postings, combined, weight }: Prepared,
    place: number,
  ): number {
    let sum = 0
    forEachField(postings, place, (field, tf) => {
      const norm = combined.norms[field * 256 + lengths[doc * this.fields + field]!]!
      sum += (combined.factors[field]! * tf) / norm
    })
    return (weight * combined.idf * sum) / (combined.k1 + sum)
  }

  private addFieldScores(
    { lengths }: Segment,
    doc: number,
    { postings, place, best }: Match,
    row: Float32Array,
  ): void {
    const { factors, norms } = best!.sum
    forEachField(postings!, place, (field, tf) => {
      const norm = norms[field * 256 + lengths[doc * this.fields + field]!]!
      row[field * FIELD_MEASURES.length]! += (best!.weight * factors[field]! * tf) / (tf + norm)
    })
  }

  private fillFields(
    segment: Segment,
    doc: number,
    matches: readonly Match[],
    idfs: readonly number[],
    row: Float32Array,
  ): void {
    const idfSum = sumOf(idfs)
    for (let f = 0; f < this.fields; f++) {
      const at = f * FIELD_MEASURES.length
      const length = LENGTHS[segment.lengths[doc * this.fields + f]!]!
      let [covered, idf, first, run, longest, last] = [0, 0, Infinity, 0, 0, -1]
      for (let c = 0; c < matches.length; c++) {
        const match = matches[c]!
        const here = match.postings === undefined ? -1 : firstIn(match, f)
        if (here >= 0) {
          covered++
          idf += idfs[c]!
          if (here < first) first = here
        }
        const next = here >= 0 && run > 0 ? positionIn(match, f, last + 1) : -1
        run = next >= 0 ? run + 1 : here >= 0 ? 1 : 0
        last = next >= 0 ? next : here
        if (run > longest) longest = run
      }
      const all = matches.length
      row[at + COVER] = all > 0 ? covered / all : 0
      row[at + COVER_IDF] = idfSum > 0 ? idf / idfSum : 0
      row[at + FIRST] = first === Infinity ? NaN : first
      row[at + EXACT] = all > 0 && longest === all && length === all ? 1 : 0
      row[at + RUN] = longest
      row[at + LENGTH] = length
    }
  }

  private fillDocument(
    matches: readonly Match[],
    idfs: readonly number[],
    combined: number,
    row: Float32Array,
  ): void {
    const at = this.fields * FIELD_MEASURES.length
    const { weights } = this.rules.sum
    let [sum, matched, idf, distance, indirect, longest] = [0, 0, 0, 0, 0, 0]
    for (let f = 0; f < this.fields; f++) {
      sum += weights[f]! * row[f * FIELD_MEASURES.length]!
      longest = Math.max(longest, row[f * FIELD_MEASURES.length + RUN]!)
    }
    for (let c = 0; c < matches.length; c++) {
      const { postings, best } = matches[c]!
      if (postings === undefined) continue
      matched++
      idf += idfs[c]!
      distance += best!.distance
      if (best!.indirect) indirect++
    }
    const all = matches.length
    const idfSum = sumOf(idfs)
    const values = [
      sum,
      combined,
      all > 0 ? matched / all : 0,
      idfSum > 0 ? idf / idfSum : 0,
      matched,
      all - matched,
      nearness(matches),
      all > 0 ? longest / all : 0,
      smallestWindow(matches, this.fields),
      0,
      distance,
      indirect,
      0,
      all,
      idfSum,
      all > 0 ? Math.min(...idfs) : 0,
      all > 0 ? Math.max(...idfs) : 0,
    ]
    row.set(values, at)
  }
}

const COVER = FIELD_MEASURES.indexOf('cover')
const COVER_IDF = FIELD_MEASURES.indexOf('cover-idf')
const FIRST = FIELD_MEASURES.indexOf('first')
const EXACT = FIELD_MEASURES.indexOf('exact')
const RUN = FIELD_MEASURES.indexOf('run')
const LENGTH = FIELD_MEASURES.indexOf('length')
const TITLE = DOCUMENT_MEASURES.indexOf('title')
const QUALITY = DOCUMENT_MEASURES.indexOf('quality')

function sumOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}

/** Calls `take` with each field of a posting and how often the term stands in it. */
function forEachField(
  { positionsFrom, positions }: Postings,
  place: number,
  take: (field: number, tf: number) => void,
): void {
  const to = positionsFrom[place + 1]!
  let p = positionsFrom[place]!
  while (p < to) {
    const field = positions[p]! >> POSITION_BITS
    const from = p++
    while (p < to && positions[p]! >> POSITION_BITS === field) p++
    take(field, p - from)
  }
}

/** First place of a match in a field, −1 where it is not there. */
function firstIn({ postings, place }: Match, field: number): number {
  const { positionsFrom, positions } = postings!
  const to = positionsFrom[place + 1]!
  for (let p = positionsFrom[place]!; p < to; p++) {
    const here = positions[p]! >> POSITION_BITS
    if (here === field) return positions[p]! & (MOST_POSITIONS - 1)
    if (here > field) return -1
  }
  return -1
}

/** `wanted` where a match stands at that place of a field, else −1. */
function positionIn({ postings, place }: Match, field: number, wanted: number): number {
  const { positionsFrom, positions } = postings!
  const coded = (field << POSITION_BITS) | wanted
  const to = positionsFrom[place + 1]!
  for (let p = positionsFrom[place]!; p < to; p++) if (positions[p] === coded) return wanted
  return -1
}

/** Mean closeness of neighbours in the query; 0 for a query of one word. */
function nearness(matches: readonly Match[]): number {
  if (matches.length < 2) return 0
  let sum = 0
  for (let c = 1; c < matches.length; c++) {
    const [a, b] = [matches[c - 1]!, matches[c]!]
    if (a.postings === undefined || b.postings === undefined) continue
    sum += closeness(
      a.postings.positions,
      a.postings.positionsFrom[a.place]!,
      a.postings.positionsFrom[a.place + 1]!,
      b.postings.positions,
      b.postings.positionsFrom[b.place]!,
      b.postings.positionsFrom[b.place + 1]!,
    )
  }
  return sum / (matches.length - 1)
}

/**
 * Over the fields with the most words of the query: the fewest places that hold them all, over how
 * many they are: 1 for a phrase in any order. Missing where no field has two.
 */
function smallestWindow(matches: readonly Match[], fields: number): number {
  let [most, best] = [1, NaN]
  for (let f = 0; f < fields; f++) {
    const places = matches.flatMap((match) =>
      match.postings === undefined ? [] : [placesIn(match, f)],
    )
    const having = places.filter((one) => one.length > 0)
    if (having.length < 2 || having.length < most) continue
    const window = windowOf(having) / having.length
    if (having.length > most || !(window >= best)) best = window
    most = having.length
  }
  return best
}

function placesIn({ postings, place }: Match, field: number): Uint16Array {
  const { positionsFrom, positions } = postings!
  let from = positionsFrom[place]!
  const end = positionsFrom[place + 1]!
  while (from < end && positions[from]! >> POSITION_BITS < field) from++
  let to = from
  while (to < end && positions[to]! >> POSITION_BITS === field) to++
  return positions.subarray(from, to)
}

/** Fewest places that hold one of each list: always move the list that is behind. */
function windowOf(lists: readonly Uint16Array[]): number {
  const at = lists.map(() => 0)
  let best = Infinity
  for (;;) {
    let [low, high, behind] = [Infinity, -1, 0]
    for (let i = 0; i < lists.length; i++) {
      const place = lists[i]![at[i]!]!
      if (place < low) {
        low = place
        behind = i
      }
      if (place > high) high = place
    }
    if (high - low + 1 < best) best = high - low + 1
    if (++at[behind]! >= lists[behind]!.length) return best
  }
}

function hasTitle({ titleHashes, titleDocs }: Segment, hash: number, doc: number): boolean {
  let low = 0
  let high = titleHashes.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (titleHashes[middle]! < hash) low = middle + 1
    else high = middle
  }
  for (let i = low; titleHashes[i] === hash; i++) if (titleDocs[i] === doc) return true
  return false
}
