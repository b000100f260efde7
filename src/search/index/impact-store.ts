import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { qualityOf } from '../values/quality.ts'
import type { Clause } from './clauses.ts'
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
import type { Segment } from './segment.ts'

const BYTES_PER_POSTING = 8
const MEBIBYTE = 2 ** 20
/** Norms of so many rules are kept; more are asked for by nobody but a tuner. */
const MOST_RULES = 64

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
  /** What was last found of a list by `reachedBy`. */
  private readonly reached = new WeakMap<ImpactList, { count: number; score: number }>()
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
    if (known !== undefined) return known
    const made = this.collection.slots.map((segment) =>
      segment === undefined ? undefined : this.make(segment, clause, rule),
    )
    this.keep(key, made)
    return made
  }

  /** A score that at least `count` documents of a slot reach by a clause, 0 where they are fewer. */
  reachedBy(clause: Clause, rule: ScoringRule, slot: number, count: number): number {
    const list = this.listsOf(clause, rule)[slot]
    if (list === undefined) return 0
    const known = this.reached.get(list)
    if (known?.count === count) return known.score
    const score = reachedBy(list, count)
    this.reached.set(list, { count, score })
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

  private make(segment: Segment, clause: Clause, rule: ScoringRule): ImpactList | undefined {
    const { statistics } = this.collection
    const norms = this.normsOf(rule)
    const boosts = this.boostsOf(rule.prior)
    const scored = clause.alternatives.flatMap(({ terms, weight }) => {
      const scorer = termScorer(rule, statistics, norms, this.frequenciesOf(terms))
      const factors: ImpactFactors = { weight: weight * clause.weight, boosts }
      return scorePostings(segment, terms, scorer, factors) ?? []
    })
    return scored.length === 0 ? undefined : mergeImpacts(scored)
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

function sizeOf(lists: ClauseLists): number {
  return lists.reduce((sum, list) => sum + (list?.docs.length ?? 0) * BYTES_PER_POSTING + 64, 0)
}
