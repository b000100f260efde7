import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { createSlots, type ProductSlots } from '../arms/slots.ts'
import type { FeedbackKind } from '../feedback/events.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import { MEMORY_KNOBS } from './knobs.ts'
import { createEntry, dropPlace, placeOf, type QueryEntry, takePlace } from './query-entry.ts'
import { createTerms, type MemoryTerms } from './terms.ts'
import { createTimeScale, decayFactor, isFarOff, type TimeScale } from './time-scale.ts'

/** One act on one product after one query. */
export interface MemoryAct {
  readonly query: Pick<AnalyzedQuery, 'text' | 'terms'>
  readonly productId: string
  readonly kind: FeedbackKind
  /** Place in the results from 1, where known. */
  readonly position?: number
  /** Epoch ms by the store's own clock: a time far ahead would age all that was learned. */
  readonly at: number
}

export interface MemoryOptions {
  readonly settings?: KnobSettings
  /**
   * Chance that the result at rank 1, 2 … is looked at, the last one holding for all ranks behind it;
   * every result is looked at where it is left out.
   */
  readonly examination?: readonly number[]
}

/** What queries have done for products. Amounts are as of the scale's zero: see `TimeScale`. */
export interface QueryMemory {
  /** Queries remembered. */
  readonly size: number
  /** Rises whenever a query comes or goes. */
  readonly revision: number
  readonly slots: ProductSlots
  readonly terms: MemoryTerms
  readonly scale: TimeScale
  readonly settings: KnobSettings
  /** Entries by number; those forgotten are undefined. */
  readonly entries: readonly (QueryEntry | undefined)[]
  /** A zero for each entry, to count in: whoever does leaves zeros behind. */
  zeros(): Float64Array
  /** Number of the entry of a normalized query, or −1. */
  find(text: string): number
  /** Counts what customers did; acts may come in any order. */
  observe(acts: Iterable<MemoryAct>): void
  /** Adds views and gains to a query's product at `at` as they stand, for those who count themselves. */
  add(query: MemoryAct['query'], productId: string, amounts: Amounts): void
  /** Forgets all about products. */
  forgetProducts(ids: Iterable<string>): void
  /** Gains over all queries of a product at `now`, in clicks. */
  gainOf(productId: string, now: number): number
  /** Replaces how likely each rank is looked at; what was counted stays. */
  setExamination(examination: readonly number[]): void
}

export interface Amounts {
  readonly gain: number
  readonly views: number
  /** Epoch ms. */
  readonly at: number
}

/** A memory as plain data, for saving. */
export interface MemoryData {
  readonly scale: TimeScale
  readonly slots: ProductSlots
  readonly entries: readonly QueryEntry[]
  /** By the numbers that entries carry. */
  readonly terms: readonly string[]
}

/** An empty memory, or one from data. */
export function createMemory(options: MemoryOptions = {}, data?: MemoryData): QueryMemory {
  return new Memory(options, data)
}

class Memory implements QueryMemory {
  readonly settings: KnobSettings
  readonly slots: ProductSlots
  readonly terms: MemoryTerms
  readonly entries: (QueryEntry | undefined)[] = []
  scale: TimeScale
  revision = 0
  private started: boolean
  private scratch = new Float64Array(64)
  private readonly byText = new Map<string, number>()
  /** Entries that know a product, by slot; some of them may have lost it. */
  private readonly knownBy: number[][] = []
  /** Numbers of forgotten queries, to be given again. */
  private readonly free: number[] = []
  private examination: readonly number[]
  private readonly weights: Readonly<Record<Exclude<FeedbackKind, 'view'>, number>>

  constructor({ settings = {}, examination = [] }: MemoryOptions, data: MemoryData | undefined) {
    this.settings = settings
    this.examination = examination
    this.slots = data?.slots ?? createSlots()
    this.terms = createTerms(data?.terms)
    this.scale = data?.scale ?? createTimeScale(0, readKnob(MEMORY_KNOBS.halfLifeDays, settings))
    this.started = data !== undefined
    this.weights = {
      click: 1,
      add_to_cart: readKnob(MEMORY_KNOBS.cart, settings),
      purchase: readKnob(MEMORY_KNOBS.purchase, settings),
    }
    for (const entry of data?.entries ?? []) this.place(entry)
  }

  get size(): number {
    return this.byText.size
  }

  zeros(): Float64Array {
    if (this.scratch.length < this.entries.length) {
      this.scratch = new Float64Array(2 * this.entries.length)
    }
    return this.scratch
  }

  find(text: string): number {
    return this.byText.get(text) ?? -1
  }

  observe(acts: Iterable<MemoryAct>): void {
    for (const act of acts) {
      const { query, productId, kind, position, at } = act
      if (kind === 'view') {
        this.add(query, productId, { gain: 0, views: this.examined(position), at })
        continue
      }
      this.add(query, productId, { gain: this.weights[kind], views: 0, at })
    }
  }

  add(query: MemoryAct['query'], productId: string, { gain, views, at }: Amounts): void {
    if (query.text === '' || !Number.isFinite(at)) return
    this.moveScale(at)
    const number = this.take(query)
    const entry = this.entries[number]!
    const slot = this.slots.take(productId)
    const most = readKnob(MEMORY_KNOBS.maximumProducts, this.settings)
    if (placeOf(entry, slot) < 0) this.noteKnower(slot, number)
    const place = takePlace(entry, slot, most)
    const factor = decayFactor(this.scale, at)
    entry.gains[place]! += gain * factor
    entry.views[place]! += views * factor
    // A tenth more may pile up, so that forgetting does not sort the memory for every query.
    if (this.size > 1.1 * readKnob(MEMORY_KNOBS.maximumQueries, this.settings)) this.forgetPoorest()
  }

  forgetProducts(ids: Iterable<string>): void {
    for (const id of ids) {
      const slot = this.slots.find(id)
      if (slot < 0) continue
      for (const number of this.knownBy[slot] ?? []) {
        const entry = this.entries[number]
        const place = entry === undefined ? -1 : placeOf(entry, slot)
        if (place < 0) continue
        dropPlace(entry!, place)
        if (entry!.count === 0) this.remove(number)
      }
      this.knownBy[slot] = []
    }
  }

  gainOf(productId: string, now: number): number {
    const slot = this.slots.find(productId)
    let gain = 0
    for (const number of new Set(this.knownBy[slot])) {
      const entry = this.entries[number]
      const place = entry === undefined ? -1 : placeOf(entry, slot)
      if (place >= 0) gain += entry!.gains[place]!
    }
    return gain / decayFactor(this.scale, now)
  }

  setExamination(examination: readonly number[]): void {
    this.examination = examination
  }

  private examined(position: number | undefined): number {
    if (position === undefined || this.examination.length === 0) return 1
    const rank = Math.min(Math.max(1, Math.floor(position) || 1), this.examination.length)
    const least = readKnob(MEMORY_KNOBS.leastExamined, this.settings)
    return Math.max(least, Math.min(1, this.examination[rank - 1]!))
  }

  private take({ text, terms }: MemoryAct['query']): number {
    const known = this.byText.get(text)
    if (known !== undefined) return known
    const own = new Set(terms.filter((term) => term !== ''))
    return this.place(
      createEntry(
        text,
        Int32Array.from(own, (term) => this.terms.take(term)),
      ),
    )
  }

  private place(entry: QueryEntry): number {
    this.revision++
    const number = this.free.pop() ?? this.entries.length
    this.entries[number] = entry
    this.byText.set(entry.text, number)
    for (const term of entry.terms) this.terms.post(term, number)
    for (let i = 0; i < entry.count; i++) this.noteKnower(entry.slots[i]!, number)
    return number
  }

  private noteKnower(slot: number, number: number): void {
    const known = this.knownBy[slot]
    if (known === undefined) this.knownBy[slot] = [number]
    else if (known[known.length - 1] !== number) known.push(number)
  }

  private remove(number: number): void {
    const entry = this.entries[number]
    if (entry === undefined) return
    this.revision++
    this.byText.delete(entry.text)
    for (const term of entry.terms) this.terms.unpost(term, number)
    this.entries[number] = undefined
    this.free.push(number)
  }

  /** Forgets the queries with the least gains (views count a hundredth) down to what is allowed. */
  private forgetPoorest(): void {
    const most = readKnob(MEMORY_KNOBS.maximumQueries, this.settings)
    const useful = [...this.byText.values()].map((number) => {
      const { gains, views, count } = this.entries[number]!
      let worth = 0
      for (let i = 0; i < count; i++) worth += gains[i]! + 0.01 * views[i]!
      return { number, worth }
    })
    useful.sort((a, b) => a.worth - b.worth || a.number - b.number)
    for (const { number } of useful.slice(0, useful.length - most)) this.remove(number)
  }

  private moveScale(at: number): void {
    if (!this.started) {
      this.scale = { ...this.scale, zero: at }
      this.started = true
      return
    }
    if (!isFarOff(this.scale, at)) return
    const factor = 1 / decayFactor(this.scale, at)
    for (const entry of this.entries) {
      if (entry === undefined) continue
      for (let i = 0; i < entry.count; i++) {
        entry.gains[i]! *= factor
        entry.views[i]! *= factor
      }
    }
    this.scale = { ...this.scale, zero: at }
  }
}
