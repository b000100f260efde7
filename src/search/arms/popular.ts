import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { SearchIndex } from '../index/types.ts'
import type { Arm } from './arm.ts'
import { ARM_KNOBS } from './knobs.ts'
import { plausibleProducts, wordShare } from './plausible.ts'
import { createTop } from './top.ts'

/** What customers want most among the products that the words of the query match at all. */
export function createPopularArm(index: SearchIndex, settings: KnobSettings = {}): Arm {
  return {
    name: 'popular',
    about: 'The most wanted among the products that match any words of the query.',
    retrieve(request) {
      const matches = plausibleProducts(index, request, settings)
      const quality = index.quality()
      const heavy = readKnob(ARM_KNOBS.heavyPrior, settings)
      const top = createTop(request.count, index)
      matches.docs.forEach((doc, i) => {
        top.offer(doc, wordShare(matches, i) + heavy * quality[doc]!)
      })
      return top.take()
    },
  }
}
