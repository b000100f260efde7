import { requireArgument, StorewrightError } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import { BestList } from './best-list.ts'
import { clauseWeight, nearPairs, proximityBonus, titleGain, titleList } from './bonuses.ts'
import type { Clause } from './clauses.ts'
import type { Collection } from './collection.ts'
import { FoundLately } from './found-lately.ts'
import type { ImpactStore } from './impact-store.ts'
import type { ImpactList } from './impacts.ts'
import { bm25B, bm25Delta, bm25K1, qualityPrior } from './knobs.ts'
import type { QueryPlanner } from './query-plan.ts'
import type { ScoringRule } from './scoring.ts'
import { areFew, searchFew, searchSegment } from './search-segment.ts'
import { isLive, textOf } from './segment.ts'
import type { Candidates, DocSet, TextOptions } from './types.ts'

/** Finds the best documents of a collection by their words. */
export class TextSearch {
  private readonly collection: Collection
  private readonly store: ImpactStore
  private readonly planner: QueryPlanner
  private readonly settings: KnobSettings
  private readonly found: FoundLately

  constructor(
    collection: Collection,
    store: ImpactStore,
    planner: QueryPlanner,
    settings: KnobSettings,
  ) {
    this.collection = collection
    this.store = store
    this.planner = planner
    this.settings = settings
    this.found = new FoundLately(collection)
  }

  /** The best documents, equal scores in the order of their ids. */
  top(query: AnalyzedQuery, options: TextOptions): Candidates {
    const { count } = options
    requireArgument(Number.isInteger(count) && count >= 0, `count is ${count}; give a whole number`)
    const { statistics } = this.collection
    const clauses = this.planner.clausesOf(query, options.typos ?? false)
    if (count === 0 || clauses.length === 0 || statistics.size === 0) return NO_CANDIDATES
    const rule = this.ruleOf(options)
    const known = this.found.find(query, clauses, rule, options)
    if (known !== undefined) return known
    const best = new BestList(Math.min(count, statistics.size), (...pair) => this.before(...pair))
    const plan = this.planOf(query, clauses, rule, options)
    let ties = false
    const slots = this.slotsBySize()
    const reached = this.reachedBefore(slots[0]!, plan, options)
    for (const slot of slots) {
      this.searchSlot(slot, query, plan, options, { ties, reached }, best)
      ties = true
    }
    return this.found.keep(query, clauses, rule, options, this.candidatesOf(best))
  }

  /** Documents that have all clauses of the query, or any of them: counted, not scored. */
  matching(query: AnalyzedQuery, match: 'all' | 'any'): DocSet {
    const { collection, store } = this
    const clauses = this.planner.clausesOf(query, false)
    if (clauses.length === 0) return collection.live()
    const rule = this.ruleOf({ prior: 0 })
    const words = new Uint32Array((collection.capacity + 31) >> 5)
    let count = 0
    collection.slots.forEach((segment, slot) => {
      if (segment === undefined) return
      const lists = clauses.map((clause) => store.listsOf(clause, rule)[slot]?.docs ?? NO_DOCS)
      for (const docs of match === 'all' ? [inAll(lists)] : lists) {
        for (let i = 0; i < docs.length; i++) {
          const doc = docs[i]!
          const global = segment.globalDocs[doc]!
          const bit = 1 << (global & 31)
          if ((words[global >> 5]! & bit) !== 0 || !isLive(segment, doc)) continue
          words[global >> 5]! |= bit
          count++
        }
      }
    })
    return { words, count }
  }

  /** The rule that options ask for. Throws ERR_ARGUMENT on the weight of an unknown field. */
  ruleOf({ scoring = 'sum', weights, prior }: Partial<TextOptions>): ScoringRule {
    const { textFields } = this.collection
    for (const [name, weight] of Object.entries(weights ?? {})) {
      if (!textFields.some((field) => field.name === name)) {
        throw new StorewrightError('ERR_ARGUMENT', `there is no text field ${name}`, {
          next: `Name one of ${textFields.map((field) => field.name).join(', ')}.`,
        })
      }
      requireArgument(weight >= 0 && weight <= 1000, `the weight of ${name} is ${weight}`)
    }
    const byField = Float64Array.from(textFields, (field) => weights?.[field.name] ?? field.weight)
    const quality = prior ?? readKnob(qualityPrior, this.settings)
    requireArgument(quality >= 0 && quality <= 1000, `prior is ${quality}; give 0 to 1000`)
    return {
      key: `${scoring};${byField.join()};${quality}`,
      scoring,
      weights: byField,
      k1: readKnob(bm25K1, this.settings),
      b: readKnob(bm25B, this.settings),
      delta: readKnob(bm25Delta, this.settings),
      prior: quality,
    }
  }

  private planOf(
    query: AnalyzedQuery,
    clauses: readonly Clause[],
    rule: ScoringRule,
    options: TextOptions,
  ) {
    const { size } = this.collection.statistics
    const frequency = (terms: readonly number[]) => this.planner.frequencyOf(terms)
    const weights = clauses.map((clause) => clauseWeight(clause, frequency, size))
    const pairs = options.proximity === true ? nearPairs(clauses, weights, this.settings) : []
    return {
      clauses,
      rule,
      title: query.unfinished ? 0 : titleGain(weights, this.collection.textFields, this.settings),
      pairs,
      mostBonus: pairs.reduce((sum, { gain }) => sum + gain, 0),
    }
  }

  private searchSlot(
    slot: number,
    query: AnalyzedQuery,
    plan: ReturnType<TextSearch['planOf']>,
    { allowed, match }: TextOptions,
    known: { readonly ties: boolean; readonly reached: number },
    best: BestList,
  ): void {
    const segment = this.collection.slots[slot]!
    const lists: ImpactList[] = []
    const required: boolean[] = []
    for (const clause of plan.clauses) {
      const list = this.store.listsOf(clause, plan.rule)[slot]
      if (list === undefined && match === 'all') return
      if (list === undefined) continue
      lists.push(list)
      required.push(match === 'all')
    }
    if (lists.length === 0) return
    const title = plan.title > 0 ? titleList(segment, query.text, plan.title) : undefined
    if (title !== undefined) lists.push(title)
    if (title !== undefined) required.push(false)
    const search = {
      segment: slot,
      lists,
      required,
      needed: match === 'all' ? plan.clauses.length : 0,
      globalDocs: segment.globalDocs,
      allowed,
      bonus: plan.pairs.length > 0 ? proximityBonus(segment, plan.pairs) : undefined,
      mostBonus: plan.mostBonus,
      tiesCount: known.ties,
      reached: known.reached,
    }
    if (allowed !== undefined && areFew(allowed.count, lists)) {
      searchFew(search, this.collection.localDocsOf(allowed, slot), best)
    } else searchSegment(search, best)
  }

  /** A score that enough documents of a segment reach by one of the words alone. */
  private reachedBefore(
    slot: number,
    plan: ReturnType<TextSearch['planOf']>,
    { allowed, match, count }: TextOptions,
  ): number {
    if (allowed !== undefined || match === 'all') return 0
    let reached = 0
    for (const clause of plan.clauses) {
      const score = this.store.reachedBy(clause, plan.rule, slot, count)
      if (score > reached) reached = score
    }
    return reached
  }

  /** Slots of the segments, the largest first: it raises the threshold for the others. */
  private slotsBySize(): number[] {
    const { slots } = this.collection
    const used = [...slots.keys()].filter((slot) => slots[slot] !== undefined)
    return used.sort((a, b) => slots[b]!.docCount - slots[a]!.docCount)
  }

  /** Does the id of one document stand before that of another one elsewhere? */
  private before(segmentA: number, docA: number, segmentB: number, docB: number): boolean {
    const { slots } = this.collection
    return textOf(slots[segmentA]!.ids, docA) < textOf(slots[segmentB]!.ids, docB)
  }

  private candidatesOf(best: BestList): Candidates {
    const { slots } = this.collection
    const docs = new Int32Array(best.count)
    const scores = new Float32Array(best.count)
    best.drain((place, score, segment, doc) => {
      docs[place] = slots[segment]!.globalDocs[doc]!
      scores[place] = score
    })
    return { docs, scores }
  }
}

const NO_CANDIDATES: Candidates = { docs: new Int32Array(0), scores: new Float32Array(0) }

const NO_DOCS = new Int32Array(0)

/** Documents that stand in all of some rising lists. */
function inAll(lists: readonly Int32Array[]): Int32Array {
  const [first, ...others] = [...lists].sort((a, b) => a.length - b.length)
  let kept = first ?? NO_DOCS
  for (const docs of others) {
    let from = 0
    let count = 0
    const both = new Int32Array(kept.length)
    for (let i = 0; i < kept.length; i++) {
      from = firstFrom(docs, kept[i]!, from)
      if (docs[from] === kept[i]) both[count++] = kept[i]!
    }
    kept = both.subarray(0, count)
  }
  return kept
}

/** The first place from `from` on whose document is not below `doc`: by doubling steps, then halving. */
function firstFrom(docs: Int32Array, doc: number, from: number): number {
  let step = 1
  let low = from
  while (low + step < docs.length && docs[low + step]! < doc) {
    low += step
    step *= 2
  }
  let high = Math.min(docs.length, low + step + 1)
  while (low < high) {
    const middle = (low + high) >> 1
    if (docs[middle]! < doc) low = middle + 1
    else high = middle
  }
  return low
}
