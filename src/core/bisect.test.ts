import fc from 'fast-check'
import { expect, test } from 'vitest'
import { firstNotBelow } from './bisect.ts'

/** The plain path: how many are below. */
const countBelow = <T extends number | string>(list: readonly T[], value: T) =>
  list.filter((item) => item < value).length

test('finds in a rising list of numbers or texts the first that is not below', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -9, max: 9 })),
      fc.integer({ min: -10, max: 10 }),
      (list, value) => {
        const sorted = Int32Array.from(list).sort()
        expect(firstNotBelow(sorted, value)).toBe(countBelow([...sorted], value))
      },
    ),
  )
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 2 })),
      fc.string({ maxLength: 2 }),
      (list, value) => {
        const sorted = [...list].sort()
        expect(firstNotBelow(sorted, value)).toBe(countBelow(sorted, value))
      },
    ),
  )
})
