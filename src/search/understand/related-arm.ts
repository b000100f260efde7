import type { Arm } from '../arms/arm.ts'
import type { SearchIndex } from '../index/types.ts'
import { textsOf } from '../values/columns.ts'
import { hasDoc } from '../values/doc-set.ts'
import { bestOf } from './best-of.ts'
import { findSeries } from './series.ts'
import type { Together } from './together.ts'

/** Products that the query names best: what goes with them is brought. */
const SEEDS = 5
/** What a companion, a product of the series and one of the brand count beside each other. */
const WEIGHTS = { together: 1, series: 0.3, brand: 0.1 } as const
const MOST_OF_SERIES = 40
const MOST_OF_BRAND = 10

/**
 * The arm of related things: when a query names products, what was clicked and bought together with
 * them (accessories), others of their series, and the best of their brand. The named ones are brought
 * by other arms.
 */
export function relatedArm(index: SearchIndex, together: Together): Arm {
  let learned = learn(index)
  return {
    name: 'related',
    about:
      'What goes with the products that the query names: bought together, same series, same brand.',
    retrieve({ query, count, allowed }) {
      if (learned.revision !== index.revision) learned = learn(index)
      const seeds = index.top(query, { count: SEEDS, match: 'all', typos: true })
      const scores = new Map<number, number>()
      const add = (doc: number, score: number) => {
        if (doc < 0 || index.idOf(doc) === undefined) return
        if (allowed !== undefined && !hasDoc(allowed, doc)) return
        scores.set(doc, (scores.get(doc) ?? 0) + score)
      }
      for (const [rank, seed] of seeds.docs.entries()) {
        addRelated(index, learned, together, seed, 1 / (1 + rank), add)
      }
      for (const seed of seeds.docs) scores.delete(seed)
      return bestOf(index, scores, count)
    },
  }
}

interface Learned {
  readonly revision: number
  readonly series: ReturnType<typeof findSeries>
  /** The best documents of each brand, folded. */
  readonly bestOfBrand: ReadonlyMap<string, readonly number[]>
  readonly brand: string | undefined
}

function learn(index: SearchIndex): Learned {
  const brand = index.fields.find(({ role }) => role === 'brand')?.name
  const quality = index.quality()
  const byBrand = new Map<string, number[]>()
  for (let doc = 0; brand !== undefined && doc < index.capacity; doc++) {
    for (const name of textsOf(index.valueOf(doc, brand))) {
      const list = byBrand.get(name) ?? []
      byBrand.set(name, list)
      list.push(doc)
    }
  }
  for (const list of byBrand.values()) {
    list.sort((a, b) => quality[b]! - quality[a]! || a - b)
    list.length = Math.min(list.length, MOST_OF_BRAND)
  }
  return { revision: index.revision, series: findSeries(index), bestOfBrand: byBrand, brand }
}

function addRelated(
  index: SearchIndex,
  { series, bestOfBrand, brand }: Learned,
  together: Together,
  seed: number,
  weight: number,
  add: (doc: number, score: number) => void,
): void {
  const quality = index.quality()
  for (const { productId, score } of together.of(index.idOf(seed)!)) {
    add(index.docOf(productId), weight * WEIGHTS.together * score)
  }
  const own = series.seriesOf[seed] ?? -1
  if (own >= 0) {
    for (const doc of series.members[own]!.subarray(0, MOST_OF_SERIES)) {
      add(doc, weight * WEIGHTS.series * (0.5 + 0.5 * quality[doc]!))
    }
  }
  if (brand === undefined) return
  for (const name of textsOf(index.valueOf(seed, brand))) {
    for (const doc of bestOfBrand.get(name) ?? []) {
      add(doc, weight * WEIGHTS.brand * (0.5 + 0.5 * quality[doc]!))
    }
  }
}
