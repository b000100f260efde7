import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { qualityOf } from '../values/quality.ts'
import { type Alternative, type Clause, clauseOf } from './clauses.ts'
import type { Collection } from './collection.ts'
import {
  type ImpactFactors,
  type ImpactList,
  mergeImpacts,
  reachedBy,
  scorePostings,
} from './impacts.ts'
import { impactCache } from './knobs.ts'
import { countFrequencies, type Frequencies } from './postings.ts'
import { fieldNorms, type ScoringRule, termScorer } from './scoring.ts'

const MEBIBYTE = 2 ** 20
/** Norms of so many rules are kept; more are asked for by nobody but a tuner. */
const MOST_RULES = 64
/** Counts kept for a list. */
const MOST_COUNTS = 16

/** The lists of one clause by slot of the segments. */
type ClauseLists = readonly (ImpactList | undefined)[]

/**
 * Scored lists of the clauses asked for lately, made when a clause is first met and thrown away when
 * the collection changes (every score depends on how many documents there are) or they take too much
 * room; the oldest first.
 */
export class ImpactStore {
  private readonly collection: Collection
  private readonly settings: KnobSettings
  private readonly mostBytes: number
  private readonly lists = new Map<string, ClauseLists>()
  private readonly counted = new Map<string, Frequencies>()
  private readonly norms = new Map<string, Float64Array>()
  private readonly boosts = new Map<number, Float32Array | undefined>()
  /** What was found of a list by `reachedBy`, by count. */
  private readonly reached = new WeakMap<ImpactList, Map<number, number>>()
  private bytes = 0
  private revision = -1
  private qualityNow: Float32Array | undefined

  constructor(collection: Collection, settings: KnobSettings) {
    this.collection = collection
    this.settings = settings
    this.mostBytes = readKnob(impactCache, settings) * MEBIBYTE
  }

  /** The lists of a clause under a rule, by slot. */
  listsOf(clause: Clause, rule: ScoringRule): ClauseLists {
    this.refresh()
    const key = `${rule.key}#${clause.key}`
    const known = this.lists.get(key)
    if (known !== undefined) {
      // What was asked for last is thrown away last; this matters only where room grows scarce.
      if (this.bytes > this.mostBytes / 2) {
        this.lists.delete(key)
        this.lists.set(key, known)
      }
      return known
    }
    const made = this.make(clause, rule)
    this.keep(key, made)
    return made
  }

  /** A score that at least `count` documents of a slot reach by a clause, 0 where they are fewer. */
  reachedBy(clause: Clause, rule: ScoringRule, slot: number, count: number): number {
    const list = this.listsOf(clause, rule)[slot]
    if (list === undefined) return 0
    const known = this.reached.get(list) ?? new Map<number, number>()
    const found = known.get(count)
    if (found !== undefined) return found
    // Counts differ from arm to arm, and are few; a caller that asks for any number must not fill the room.
    if (known.size >= MOST_COUNTS) known.clear()
    const score = reachedBy(list, count)
    this.reached.set(list, known.set(count, score))
    return score
  }

  /** In how many documents terms in a row occur. */
  frequenciesOf(terms: readonly number[]): Frequencies {
    this.refresh()
    const key = terms.join('+')
    let found = this.counted.get(key)
    if (found === undefined) {
      const { segments, textFields } = this.collection
      found = countFrequencies(segments, terms, textFields.length)
      this.counted.set(key, found)
    }
    return found
  }

  normsOf(rule: ScoringRule): Float64Array {
    this.refresh()
    let found = this.norms.get(rule.key)
    if (found === undefined) {
      if (this.norms.size >= MOST_RULES) this.norms.clear()
      found = fieldNorms(rule, this.collection.statistics)
      this.norms.set(rule.key, found)
    }
    return found
  }

  /** Quality by document. */
  quality(): Float32Array {
    this.refresh()
    const { collection } = this
    this.qualityNow ??= qualityOf(
      collection.fields,
      (name) => collection.columns.numbers(name),
      collection.capacity,
      this.settings,
    )
    return this.qualityNow
  }

  /** What the scores of each document are multiplied by; undefined for 1 everywhere. */
  boostsOf(prior: number): Float32Array | undefined {
    this.refresh()
    if (prior === 0) return undefined
    let found = this.boosts.get(prior)
    if (found === undefined) {
      if (this.boosts.size >= MOST_RULES) this.boosts.clear()
      found = this.quality().map((quality) => 1 + prior * quality)
      this.boosts.set(prior, found)
    }
    return found
  }

  private make(clause: Clause, rule: ScoringRule): ClauseLists {
    const { slots } = this.collection
    const ways = clause.alternatives.map((alternative) =>
      alternative.weight === 1 && clause.alternatives.length > 1
        ? this.listsOf(clauseOf(clause.token, [alternative], clause.weight), rule)
        : this.score(alternative, clause.weight, rule),
    )
    return slots.map((_, slot) => {
      const lists = ways.flatMap((way) => way[slot] ?? [])
      return lists.length === 0 ? undefined : mergeImpacts(lists)
    })
  }

  /** Scores one alternative in all segments. */
  private score({ terms, weight }: Alternative, share: number, rule: ScoringRule) {
    const scorer = termScorer(
      rule,
      this.collection.statistics,
      this.normsOf(rule),
      this.frequenciesOf(terms),
    )
    const factors: ImpactFactors = { weight: weight * share, boosts: this.boostsOf(rule.prior) }
    return this.collection.slots.map((segment) =>
      segment === undefined ? undefined : scorePostings(segment, terms, scorer, factors),
    )
  }

  private keep(key: string, made: ClauseLists): void {
    this.bytes += sizeOf(made)
    for (const [oldest, lists] of this.lists) {
      if (this.bytes <= this.mostBytes) break
      this.lists.delete(oldest)
      this.bytes -= sizeOf(lists)
    }
    this.lists.set(key, made)
  }

  private refresh(): void {
    if (this.revision === this.collection.revision) return
    this.revision = this.collection.revision
    this.lists.clear()
    this.counted.clear()
    this.norms.clear()
    this.boosts.clear()
    this.bytes = 0
    this.qualityNow = undefined
  }
}

/** Bytes of lists; documents that are a view of the segment's own take none. */
function sizeOf(lists: ClauseLists): number {
  return lists.reduce((sum, list) => {
    if (list === undefined) return sum
    const own = list.docs.byteLength === list.docs.buffer.byteLength
    return (
      sum + list.impacts.byteLength + list.blockMax.byteLength + (own ? list.docs.byteLength : 0)
    )
  }, 64)
}
