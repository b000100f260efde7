import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type PromiseBody, promiseBody, promisesReply } from '../schemas/promises.ts'
import { madeDesk } from '../testing/made-desk.ts'
import { promiseOne } from '../view/promises.ts'
import { createPromiseWriter } from './write-promise.ts'

const productIds = ['a', 'quote "b"', 'back\\slash', 'ä 語', 'p-4', 'p-5', 'p-6', 'line\nbreak']
const areaIds = ['06037', 'x"y']
const desk = madeDesk(productIds, areaIds)
const writer = createPromiseWriter(desk)

const productId = fc.constantFrom(...productIds, 'none')
const areaId = fc.constantFrom(...areaIds, 'none')
const quantity = fc.integer({ min: 1, max: 9 })
const asked = fc.oneof(
  fc.record({ areaId, productId, quantity }),
  fc.record({
    areaId,
    lines: fc.array(fc.record({ productId, quantity }), { minLength: 1, maxLength: 4 }),
  }),
)
const detail = fc.constantFrom('dates', 'parcels')
const bodies = fc.oneof(
  fc.tuple(asked, detail).map(([one, d]) => ({ ...one, detail: d })),
  fc
    .tuple(fc.array(asked, { minLength: 1, maxLength: 4 }), detail)
    .map(([requests, d]) => ({ requests, detail: d })),
)

it('writes the JSON of the plain reply, and nothing for a single request that names strangers', () => {
  let [written, unknown] = [0, 0]
  fc.assert(
    fc.property(bodies, (given) => {
      const body: PromiseBody = promiseBody.parse(given)
      const text = writer.write(body)
      const one = body.requests === undefined
      const plain = one
        ? promiseOne(desk, body, body.detail)
        : { promises: body.requests!.map((request) => promiseOne(desk, request, body.detail)) }
      if (text === undefined) {
        unknown++
        expect(plain).toMatchObject({ blockedBy: { block: expect.stringMatching(/^unknown-/) } })
        return
      }
      written++
      expect(text).toBe(JSON.stringify(plain))
      expect(promisesReply.parse(JSON.parse(text))).toEqual(plain)
    }),
    { numRuns: 500 },
  )
  expect(written).toBeGreaterThan(100)
  expect(unknown).toBeGreaterThan(20)
})
