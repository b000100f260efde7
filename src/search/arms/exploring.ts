import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { createRandom } from '../../core/random/random.ts'
import type { SearchIndex } from '../index/types.ts'
import type { Arm } from './arm.ts'
import { ARM_KNOBS } from './knobs.ts'
import { plausibleProducts, wordShare } from './plausible.ts'
import type { SeenProducts } from './seen.ts'
import { createTop } from './top.ts'

/**
 * A draw without replacement among products that the words match, each with a weight of
 * words / (1 + times shown)^rareness: key = log(u) / weight, the highest keys win.
 * Source: Efraimidis & Spirakis 2006. The request's seed decides the draw.
 */
export function createExploringArm(
  index: SearchIndex,
  seen: SeenProducts,
  settings: KnobSettings = {},
): Arm {
  return {
    name: 'exploring',
    about: 'A draw among products that match the query and were rarely shown.',
    retrieve(request) {
      const matches = plausibleProducts(index, request, settings)
      const rareness = readKnob(ARM_KNOBS.rareness, settings)
      const random = createRandom(`${request.seed}|${request.query.text}`)
      const top = createTop(request.count, index)
      matches.docs.forEach((doc, i) => {
        const shown = seen.timesShown(index.idOf(doc) ?? '')
        const weight = (0.01 + wordShare(matches, i)) / (1 + shown) ** rareness
        top.offer(doc, Math.log(1 - random.next()) / weight)
      })
      return top.take()
    },
  }
}
