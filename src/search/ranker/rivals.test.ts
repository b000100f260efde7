import fc from 'fast-check'
import { expect, it } from 'vitest'
import { plainRivals, rivalsOf } from './rivals.ts'

it('finds the rivals that comparing all pairs finds', () => {
  const one = fc.record({
    coverage: fc.constantFrom(0, 0.3, 0.3 + 5e-7, 0.3 + 2e-6, 2, 7.25),
    quality: fc.oneof(fc.constantFrom(0, 0.5), fc.float({ min: 0, max: 1, noNaN: true })),
  })
  fc.assert(
    fc.property(fc.array(one, { maxLength: 60 }), (docs) => {
      const coverage = Float32Array.from(docs, (doc) => doc.coverage)
      const quality = Float32Array.from(docs, (doc) => doc.quality)
      expect(rivalsOf(coverage, quality)).toEqual(plainRivals(coverage, quality))
    }),
    { numRuns: 500 },
  )
})
