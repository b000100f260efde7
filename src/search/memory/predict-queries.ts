import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { packState, unpackState } from '../arms/state.ts'
import type { Field, Product } from '../catalogue/product.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import { partsOf } from './asked-parts.ts'
import { MEMORY_KNOBS } from './knobs.ts'
import { createMemory, type QueryMemory } from './memory.ts'

/** How often customers ask for the parts of products, learned from the queries that found them. */
export interface AskedParts {
  /** By kind of part: how many there were in products with history, and how many were asked for. */
  readonly kinds: ReadonlyMap<string, { readonly there: number; readonly asked: number }>
  /** Clicks of every text that was a query. */
  readonly queries: ReadonlyMap<string, number>
}

/** A query that a product might be found by, and how likely it is asked for, in (0, 1). */
export interface PredictedQuery {
  readonly text: string
  readonly likelihood: number
}

/**
 * What is known before any log: heads of titles, and whole values, are what people ask for. Counts as
 * so many parts of each kind.
 */
const PRIOR_PARTS = 20

function priorShare(kind: string): number {
  const [role, length, place] = kind.split(' ')
  const whole = place === 'whole' ? 0.2 : place === 'start' ? 0.1 : 0.01
  const words = length === '1' ? 0.3 : 1
  return whole * words * (role === 'title' ? 1 : 0.3)
}

/** Learns from a memory which parts of its products are asked for. `productOf` gives a product by id. */
export function learnAskedParts(
  memory: QueryMemory,
  fields: readonly Field[],
  productOf: (id: string) => Product | undefined,
): AskedParts {
  const queries = new Map<string, number>()
  const askedOf = new Map<number, Set<string>>()
  for (const entry of memory.entries) {
    if (entry === undefined) continue
    for (let i = 0; i < entry.count; i++) {
      if (entry.gains[i]! <= 0) continue
      queries.set(entry.text, (queries.get(entry.text) ?? 0) + entry.gains[i]!)
      const asked = askedOf.get(entry.slots[i]!) ?? new Set()
      askedOf.set(entry.slots[i]!, asked.add(entry.text))
    }
  }
  const kinds = new Map<string, { there: number; asked: number }>()
  for (const [slot, asked] of askedOf) {
    const product = productOf(memory.slots.idOf(slot))
    for (const { text, kind } of product === undefined ? [] : partsOf(product, fields)) {
      const counts = kinds.get(kind) ?? { there: 0, asked: 0 }
      counts.there++
      if (asked.has(text)) counts.asked++
      kinds.set(kind, counts)
    }
  }
  return { kinds, queries }
}

/**
 * The queries a product without history is likely found by: runs of its words, each as likely as its
 * kind is asked for, parts that are queries of others more (log of their clicks). The likeliest
 * first, equal ones by their text.
 */
export function predictQueries(
  product: Product,
  fields: readonly Field[],
  asked: AskedParts,
  settings: KnobSettings = {},
): readonly PredictedQuery[] {
  const predicted = partsOf(product, fields).map(({ text, kind }) => {
    const { there, asked: found } = asked.kinds.get(kind) ?? { there: 0, asked: 0 }
    const rate = (found + PRIOR_PARTS * priorShare(kind)) / (there + PRIOR_PARTS)
    const odds = (rate / (1 - rate)) * (1 + Math.log1p(asked.queries.get(text) ?? 0))
    return { text, likelihood: odds / (1 + odds) }
  })
  predicted.sort((a, b) => b.likelihood - a.likelihood || (a.text < b.text ? -1 : 1))
  return predicted.slice(0, readKnob(MEMORY_KNOBS.predictedQueries, settings))
}

export interface PredictionOptions {
  readonly settings?: KnobSettings
  /** Epoch ms. */
  readonly now: number
  /** Reads a text as the index does. */
  readonly analyze: (text: string) => AnalyzedQuery
}

/** Adds the predicted queries of products to a memory that holds nothing else. */
export function addPredictions(
  predicted: QueryMemory,
  products: Iterable<Product>,
  fields: readonly Field[],
  asked: AskedParts,
  { settings = {}, now, analyze }: PredictionOptions,
): void {
  for (const product of products) {
    for (const { text, likelihood } of predictQueries(product, fields, asked, settings)) {
      predicted.add(analyze(text), product.id, { gain: likelihood, views: 1, at: now })
    }
  }
}

/** Predicted queries of the products that a memory knows no click of, as a memory of their own. */
export function predictForNewProducts(
  memory: QueryMemory,
  products: Iterable<Product>,
  fields: readonly Field[],
  asked: AskedParts,
  options: PredictionOptions,
): QueryMemory {
  const { settings = {}, now } = options
  const predicted = createMemory({ settings })
  const fresh: Product[] = []
  for (const product of products) if (memory.gainOf(product.id, now) <= 0) fresh.push(product)
  addPredictions(predicted, fresh, fields, asked, options)
  return predicted
}

/** Drops the predictions of products that have been clicked enough to speak for themselves. */
export function replacePredictions(
  predicted: QueryMemory,
  memory: QueryMemory,
  productIds: Iterable<string>,
  now: number,
): void {
  const enough = readKnob(MEMORY_KNOBS.replacingClicks, memory.settings)
  const known = [...productIds].filter((id) => memory.gainOf(id, now) >= enough)
  predicted.forgetProducts(known)
}

type Count = readonly [name: string, there: number, asked: number]

/** What is asked for, as bytes. */
export function saveAskedParts({ kinds, queries }: AskedParts): Uint8Array {
  const counts = [...kinds].map(([kind, { there, asked }]): Count => [kind, there, asked])
  return packState('asked-parts', { kinds: counts, queries: [...queries] }, [])
}

/** What `saveAskedParts` wrote. Throws ERR_STORE_DAMAGED on other bytes. */
export function loadAskedParts(bytes: Uint8Array): AskedParts {
  const { meta } = unpackState<{
    readonly kinds: readonly Count[]
    readonly queries: readonly (readonly [string, number])[]
  }>('asked-parts', bytes)
  const kinds = new Map(meta.kinds.map(([kind, there, asked]) => [kind, { there, asked }]))
  return { kinds, queries: new Map(meta.queries) }
}
