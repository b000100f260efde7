import { createSlots } from '../arms/slots.ts'
import { packState, unpackState } from '../arms/state.ts'
import { createMemory, type MemoryOptions, type QueryMemory } from './memory.ts'
import type { QueryEntry } from './query-entry.ts'
import type { TimeScale } from './time-scale.ts'

const KIND = 'query-memory'

interface MemoryMeta {
  readonly scale: TimeScale
  readonly products: readonly string[]
  readonly terms: readonly string[]
  readonly texts: readonly string[]
}

/** Gives the numbers that are used new ones from 0, in the order in which they are met. */
function renumber(nameOf: (number: number) => string) {
  const numbers = new Map<number, number>()
  const names: string[] = []
  const numberOf = (old: number) => {
    const known = numbers.get(old)
    if (known !== undefined) return known
    numbers.set(old, names.length)
    return names.push(nameOf(old)) - 1
  }
  return { names, numberOf }
}

/** A memory as bytes. Products and words that no query has any more are left out. */
export function saveMemory(memory: QueryMemory): Uint8Array {
  const entries = memory.entries.filter((entry) => entry !== undefined)
  const products = renumber((slot) => memory.slots.idOf(slot))
  const words = renumber((number) => memory.terms.nameOf(number))
  const places = entries.reduce((sum, { count }) => sum + count, 0)
  const counts = new Int32Array(2 * entries.length)
  const terms = new Int32Array(entries.reduce((sum, entry) => sum + entry.terms.length, 0))
  const slots = new Int32Array(places)
  const [gains, views] = [new Float64Array(places), new Float64Array(places)]
  let [at, term] = [0, 0]
  entries.forEach((entry, i) => {
    counts[2 * i] = entry.terms.length
    counts[2 * i + 1] = entry.count
    terms.set(entry.terms.map(words.numberOf), term)
    slots.set(entry.slots.subarray(0, entry.count).map(products.numberOf), at)
    gains.set(entry.gains.subarray(0, entry.count), at)
    views.set(entry.views.subarray(0, entry.count), at)
    term += entry.terms.length
    at += entry.count
  })
  const meta: MemoryMeta = {
    scale: memory.scale,
    products: products.names,
    terms: words.names,
    texts: entries.map(({ text }) => text),
  }
  return packState(KIND, meta, [counts, terms, slots, gains, views])
}

/** The memory that `saveMemory` wrote. Throws ERR_STORE_DAMAGED on other bytes. */
export function loadMemory(bytes: Uint8Array, options: MemoryOptions = {}): QueryMemory {
  const { meta, arrays } = unpackState<MemoryMeta>(KIND, bytes)
  // As saveMemory wrote them.
  const [counts, terms, slots, gains, views] = arrays as [
    Int32Array,
    Int32Array,
    Int32Array,
    Float64Array,
    Float64Array,
  ]
  let [at, term] = [0, 0]
  const entries = meta.texts.map((text, i): QueryEntry => {
    const [words, count] = [counts[2 * i]!, counts[2 * i + 1]!]
    term += words
    at += count
    return {
      text,
      terms: terms.slice(term - words, term),
      count,
      slots: slots.slice(at - count, at),
      gains: gains.slice(at - count, at),
      views: views.slice(at - count, at),
    }
  })
  const { scale, products } = meta
  return createMemory(options, { scale, entries, terms: meta.terms, slots: createSlots(products) })
}
