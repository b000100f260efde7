import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { SearchIndex } from '../index/types.ts'
import { diversityDepthKnob, diversityKnob } from './knobs.ts'
import { titleWords } from './title-words.ts'

/** What counts how much of a likeness of 1: same brand, same category, shared title words. */
const WEIGHTS = { brand: 0.25, category: 0.25, title: 0.5 } as const

/**
 * The order in which documents are shown so that neighbours differ: at each place the document with
 * the largest (1 − λ) × score − λ × likeness to the likest one above (maximal marginal relevance:
 * Carbonell & Goldstein 1998), scores scaled to 0 … 1 over the places mixed. λ is `search.diversity`;
 * at 0 the order stays. `docs` come best first; returns places of `docs`.
 */
export function diversify(
  index: SearchIndex,
  docs: ArrayLike<number>,
  scores: ArrayLike<number>,
  knobs?: KnobSettings,
): Int32Array {
  const lambda = readKnob(diversityKnob, knobs)
  const depth = Math.min(docs.length, readKnob(diversityDepthKnob, knobs))
  const order = Int32Array.from({ length: docs.length }, (_, i) => i)
  if (lambda === 0 || depth < 3) return order
  const traits = Array.from({ length: depth }, (_, i) => traitsOf(index, docs[i]!))
  const [high, low] = [scores[0]!, scores[depth - 1]!]
  const scaled = (i: number) => (high > low ? (scores[i]! - low) / (high - low) : 0)
  const likest = new Float64Array(depth)
  const isShown = new Uint8Array(depth)
  for (let place = 0; place < depth; place++) {
    let best = -1
    let most = -Infinity
    for (let i = 0; i < depth; i++) {
      const value = (1 - lambda) * scaled(i) - lambda * likest[i]!
      if (isShown[i] === 0 && value > most) {
        most = value
        best = i
      }
    }
    order[place] = best
    isShown[best] = 1
    for (let i = 0; i < depth; i++) {
      if (isShown[i] === 0) likest[i] = Math.max(likest[i]!, likeness(traits[i]!, traits[best]!))
    }
  }
  return order
}

interface Traits {
  readonly brands: readonly string[]
  readonly categories: readonly string[]
  readonly title: ReadonlySet<string>
}

function traitsOf(index: SearchIndex, doc: number): Traits {
  const texts = (role: 'brand' | 'category') =>
    index.fields
      .filter((field) => field.role === role)
      .flatMap(({ name }) => {
        const value = index.valueOf(doc, name)
        if (value === undefined) return []
        return typeof value === 'object' ? [...value] : [String(value)]
      })
  return {
    brands: texts('brand'),
    categories: texts('category'),
    title: new Set(titleWords(index, doc).terms),
  }
}

/** 0 … 1. */
function likeness(a: Traits, b: Traits): number {
  const shares = (x: readonly string[], y: readonly string[]) =>
    Number(x.some((of) => y.includes(of)))
  let both = 0
  for (const term of a.title) if (b.title.has(term)) both++
  const either = a.title.size + b.title.size - both
  return (
    WEIGHTS.brand * shares(a.brands, b.brands) +
    WEIGHTS.category * shares(a.categories, b.categories) +
    WEIGHTS.title * (either > 0 ? both / either : 0)
  )
}
