import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { SearchIndex } from '../index/types.ts'
import type { Arm } from './arm.ts'
import { ARM_KNOBS } from './knobs.ts'
import { plausibleProducts, wordShare } from './plausible.ts'
import type { SeenProducts } from './seen.ts'
import { createTop } from './top.ts'

const DAY_MILLISECONDS = 86_400_000

/**
 * The newest among the products that the words match: by the catalogue's date, else by when the
 * product was first seen. A product whose age is unknown counts as old.
 */
export function createRecentArm(
  index: SearchIndex,
  seen: SeenProducts,
  settings: KnobSettings = {},
): Arm {
  const dated = index.fields.find(({ role }) => role === 'date')
  const cameAt = (doc: number) => {
    const date = dated === undefined ? Number.NaN : index.numbers(dated.name)[doc]!
    return Number.isNaN(date) ? (seen.firstSeen(index.idOf(doc) ?? '') ?? -Infinity) : date
  }
  return {
    name: 'recent',
    about: 'The newest among the products that match words of the query.',
    retrieve(request) {
      const matches = plausibleProducts(index, request, settings)
      const halfLife = DAY_MILLISECONDS * readKnob(ARM_KNOBS.newDays, settings)
      // Ages count from the newest match: in a catalogue without anything new the order still stands.
      const newest = matches.docs.reduce((latest, doc) => Math.max(latest, cameAt(doc)), -Infinity)
      const from = Math.min(request.now, newest)
      const top = createTop(request.count, index)
      matches.docs.forEach((doc, i) => {
        const age = Math.max(0, from - cameAt(doc))
        const freshness = Number.isNaN(age) ? 0 : 2 ** (-age / halfLife)
        top.offer(doc, freshness * (0.5 + 0.5 * wordShare(matches, i)))
      })
      return top.take()
    },
  }
}
