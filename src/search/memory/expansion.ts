import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Arm } from '../arms/arm.ts'
import { createSlots, type ProductSlots } from '../arms/slots.ts'
import { packState, unpackState } from '../arms/state.ts'
import { createTop, isAllowed } from '../arms/top.ts'
import type { SearchIndex } from '../index/types.ts'
import { MEMORY_KNOBS } from './knobs.ts'
import type { QueryMemory } from './memory.ts'
import { decayFactor } from './time-scale.ts'

/**
 * Words that clicked queries bring to products, as postings of their own: a product is found by what
 * customers call it, whatever its text says.
 */
export interface Expansion {
  readonly slots: ProductSlots
  readonly terms: readonly string[]
  /** Postings of term t: places offsets[t] … offsets[t + 1] − 1. */
  readonly offsets: Int32Array
  readonly products: Int32Array
  /** Clicks that the word brought to the product, decayed. */
  readonly gains: Float32Array
  /** Σ of gains by product. */
  readonly totals: Float32Array
}

/** Reads the words of clicked queries out of a memory, as of `now` (epoch ms). */
export function buildExpansion(memory: QueryMemory, now: number): Expansion {
  const factor = 1 / decayFactor(memory.scale, now)
  const postings: Map<number, number>[] = Array.from({ length: memory.terms.size }, () => new Map())
  const totals = new Float32Array(memory.slots.size)
  for (const entry of memory.entries) {
    if (entry === undefined) continue
    for (let i = 0; i < entry.count; i++) {
      const [slot, gain] = [entry.slots[i]!, entry.gains[i]! * factor]
      if (gain <= 0) continue
      // A query of many words says less with each.
      const each = gain / Math.sqrt(entry.terms.length || 1)
      for (const term of entry.terms) {
        const list = postings[term]!
        list.set(slot, (list.get(slot) ?? 0) + each)
        totals[slot]! += each
      }
    }
  }
  return layOut(memory, postings, totals)
}

function layOut(
  memory: QueryMemory,
  postings: readonly ReadonlyMap<number, number>[],
  totals: Float32Array,
): Expansion {
  const offsets = new Int32Array(postings.length + 1)
  postings.forEach((list, term) => {
    offsets[term + 1] = offsets[term]! + list.size
  })
  const products = new Int32Array(offsets[postings.length]!)
  const gains = new Float32Array(products.length)
  let at = 0
  for (const list of postings) {
    for (const [slot, gain] of list) {
      products[at] = slot
      gains[at++] = gain
    }
  }
  const terms = memory.terms.names().slice()
  return { slots: createSlots(memory.slots.ids()), terms, offsets, products, gains, totals }
}

/**
 * Searches the words that clicks brought in: Σ over terms of idf · g / (g + k (1/4 + 3/4 · G / mean G)),
 * g the gain of the word, G of the product over all words: BM25 with clicks for occurrences
 * (Robertson & Zaragoza 2009), so that what is clicked for everything does not win everywhere.
 */
export function createExpansionArm(
  index: SearchIndex,
  expansion: Expansion,
  settings: KnobSettings = {},
): Arm {
  const { slots, terms, offsets, products, gains, totals } = expansion
  const numbers = new Map(terms.map((term, i) => [term, i]))
  const known = totals.reduce((count, total) => count + (total > 0 ? 1 : 0), 0)
  const mean = totals.reduce((sum, total) => sum + total, 0) / Math.max(1, known)
  // A zero for each product between searches.
  const scores = new Float64Array(totals.length)
  const k = readKnob(MEMORY_KNOBS.priorViews, settings) / 4
  return {
    name: 'expansion',
    about: 'Products whose clicked queries used the words of this one.',
    retrieve({ query, count, allowed }) {
      const touched: number[] = []
      for (const name of new Set(query.terms)) {
        const term = numbers.get(name)
        if (term === undefined) continue
        const [from, to] = [offsets[term]!, offsets[term + 1]!]
        const idf = Math.log(1 + (known - (to - from) + 0.5) / (to - from + 0.5))
        for (let i = from; i < to; i++) {
          const slot = products[i]!
          const room = k * (0.25 + (0.75 * totals[slot]!) / mean)
          const share = gains[i]! / (gains[i]! + room)
          if (scores[slot] === 0) touched.push(slot)
          scores[slot]! += idf * share
        }
      }
      const top = createTop(count, index)
      for (const slot of touched) {
        const score = scores[slot]!
        scores[slot] = 0
        if (Math.fround(score) < top.bar) continue
        const doc = slots.docOf(slot, index)
        if (doc >= 0 && isAllowed(allowed, doc)) top.offer(doc, score)
      }
      return top.take()
    },
  }
}

interface ExpansionMeta {
  readonly products: readonly string[]
  readonly terms: readonly string[]
}

/** An expansion as bytes. */
export function saveExpansion({ slots, terms, offsets, products, gains, totals }: Expansion) {
  const meta: ExpansionMeta = { products: slots.ids(), terms }
  return packState('expansion', meta, [offsets, products, gains, totals])
}

/** The expansion that `saveExpansion` wrote. Throws ERR_STORE_DAMAGED on other bytes. */
export function loadExpansion(bytes: Uint8Array): Expansion {
  const { meta, arrays } = unpackState<ExpansionMeta>('expansion', bytes)
  // As saveExpansion wrote them.
  const [offsets, products, gains, totals] = arrays as [
    Int32Array,
    Int32Array,
    Float32Array,
    Float32Array,
  ]
  return { slots: createSlots(meta.products), terms: meta.terms, offsets, products, gains, totals }
}
