import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createJoiner } from './union.ts'

const CAPACITY = 60
const list = fc
  .uniqueArray(fc.integer({ min: 0, max: CAPACITY - 1 }), { maxLength: 30 })
  .map((docs) => ({
    docs: Int32Array.from(docs),
    scores: Float32Array.from(docs, (_, i) => 100 - i),
  }))

it('joins the lists of arms as sets do, call after call', () => {
  const join = createJoiner()
  fc.assert(
    fc.property(fc.array(list, { maxLength: 5 }), (lists) => {
      const brought = lists.map((candidates, a) => ({ name: `arm-${a}`, candidates }))
      const union = join(brought, CAPACITY)
      const expected = [...new Set(lists.flatMap(({ docs }) => [...docs]))].sort((a, b) => a - b)
      expect([...union.docs]).toEqual(expected)
      union.arms.forEach(({ name, ranks, scores }, a) => {
        expect(name).toBe(`arm-${a}`)
        expected.forEach((doc, place) => {
          const at = lists[a]!.docs.indexOf(doc)
          expect(ranks[place]).toBe(at < 0 ? Number.NaN : at + 1)
          expect(scores[place]).toBe(at < 0 ? Number.NaN : 100 - at)
        })
      })
    }),
  )
})
