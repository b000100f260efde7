import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createNameTable } from './name-table.ts'

it('numbers names as a map does, also from its slots', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 300 }), (added) => {
      const table = createNameTable()
      const plain = new Map<string, number>()
      for (const name of added) {
        expect(table.add(name)).toBe(!plain.has(name))
        if (!plain.has(name)) plain.set(name, plain.size)
      }
      const again = createNameTable([...table.names], table.slots.slice())
      for (const name of [...added, 'none', 'nobody']) {
        expect(table.numberOf(name)).toBe(plain.get(name) ?? -1)
        expect(again.numberOf(name)).toBe(plain.get(name) ?? -1)
      }
    }),
    { numRuns: 200, seed: 3 },
  )
})
