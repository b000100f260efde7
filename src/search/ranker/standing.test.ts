import fc from 'fast-check'
import { expect, it } from 'vitest'
import { percentiles } from './standing.ts'

/** By counting the others below each value, ties half. */
function plain(values: readonly number[]): number[] {
  const present = values.filter((value) => !Number.isNaN(value))
  return values.map((value) => {
    if (Number.isNaN(value)) return Number.NaN
    if (present.length === 1) return 0.5
    const below = present.filter((other) => other < value).length
    const equal = present.filter((other) => other === value).length - 1
    return Math.fround((below + equal / 2) / (present.length - 1))
  })
}

it('is the share of the others below, ties counted half', () => {
  const value = fc.oneof(
    fc.constantFrom(0, -0, 1, 2.5, Number.NaN, Infinity, -Infinity),
    fc.double({ noNaN: true }),
  )
  fc.assert(
    fc.property(fc.array(value, { maxLength: 40 }), (values) => {
      expect([...percentiles(values)]).toEqual(plain(values))
    }),
    { numRuns: 300 },
  )
})
