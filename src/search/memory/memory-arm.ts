import { readKnob } from '../../core/knobs.ts'
import type { Arm } from '../arms/arm.ts'
import { createTop, isAllowed } from '../arms/top.ts'
import type { SearchIndex } from '../index/types.ts'
import { MEMORY_KNOBS } from './knobs.ts'
import type { QueryMemory } from './memory.ts'
import { type RateOf, recallProducts } from './recall.ts'

/** A guess carries its likelihood as a gain of one view, and does not age: both decay alike. */
const likelihood: RateOf = (gain, views) => (views > 0 ? gain / views : 0)

/**
 * Products that were clicked, put into carts or bought after the same query and similar ones; and,
 * with less weight, products that `predicted` guesses to be searched for so.
 */
export function createMemoryArm(
  index: SearchIndex,
  memory: QueryMemory,
  predicted?: QueryMemory,
): Arm {
  return {
    name: 'memory',
    about:
      'What customers clicked, put into the cart and bought after this query and ones like it.',
    retrieve({ query, count, allowed, now }) {
      const scores = new Map<number, number>()
      const collect = (from: QueryMemory, weight: number, rateOf?: RateOf) => {
        for (const [slot, score] of recallProducts(from, query, now, rateOf)) {
          const doc = from.slots.docOf(slot, index)
          if (doc >= 0 && isAllowed(allowed, doc)) {
            scores.set(doc, (scores.get(doc) ?? 0) + weight * score)
          }
        }
      }
      collect(memory, 1)
      const trust = readKnob(MEMORY_KNOBS.predictedWeight, memory.settings)
      if (predicted !== undefined && trust > 0) collect(predicted, trust, likelihood)
      const top = createTop(count, index)
      for (const [doc, score] of scores) top.offer(doc, score)
      return top.take()
    },
  }
}
