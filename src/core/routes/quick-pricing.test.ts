import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createRandom } from '../random/random.ts'
import { createDepartureBook, release, reserve } from './departure-book.ts'
import { lookUpSettings } from './knobs.ts'
import { createPricing } from './pricing.ts'
import { createQuickPricing } from './quick-pricing.ts'
import { UNLIMITED_UNITS } from './route-set.ts'

it('prices as the plain pricing does while room is taken, given back and resized', () => {
  const seen = { free: 0, dear: 0, full: 0 }
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 30 }), (seed) => {
      const random = createRandom(seed)
      const slots = 1 + random.int(100)
      const book = createDepartureBook(slots)
      const capacities = () =>
        Int32Array.from({ length: slots }, (_, slot) =>
          slot % 9 === 0 ? UNLIMITED_UNITS : random.int(random.next() < 0.5 ? 3000 : 30_000),
        )
      const numbers = Int32Array.from({ length: slots }, (_, slot) => slot)
      const put = () =>
        book.slotsOf({
          laneIds: ['a'],
          lane: new Int32Array(slots),
          minute: numbers,
          capacity: capacities(),
        })
      put()
      const settings = lookUpSettings({ 'network.route-fill-knee': 0.4 + 0.5 * random.next() })
      const [quick, plain] = [createQuickPricing(book, settings), createPricing(book, settings)]
      for (let step = 0; step < 300; step++) {
        if (step === 150) put()
        const slot = random.int(slots)
        const units = 1 + random.int(random.next() < 0.5 ? 1200 : 9000)
        if (random.next() < 0.7) reserve(book, [slot], 1, units)
        else if (book.state[2 * slot]! < 60_000) release(book, [slot], 1, units)
        const legs = Int32Array.from({ length: 4 }, (_, leg) =>
          leg > 0 && random.next() < 0.3 ? 0 : 1 + random.int(slots),
        )
        const expected = plain(legs, 0, units)
        expect(quick(legs, 0, units)).toBe(expected)
        seen[expected < 0 ? 'full' : expected === 0 ? 'free' : 'dear']++
      }
    }),
    { numRuns: 40 },
  )
  expect(Math.min(seen.free, seen.dear, seen.full)).toBeGreaterThan(200)
})
