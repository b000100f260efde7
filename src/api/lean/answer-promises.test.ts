import fc from 'fast-check'
import { expect, it } from 'vitest'
import { promiseBody } from '../schemas/promises.ts'
import { madeDesk } from '../testing/made-desk.ts'
import { promiseOne } from '../view/promises.ts'
import { createPromiseAnswerer } from './answer-promises.ts'
import { ByteWriter } from './byte-writer.ts'
import { ScannedPromises, scanPromises } from './scan-promises.ts'

const productIds = [
  ...['a', 'quote "b"', 'back\\slash', 'ä 語', 'p-4', 'p-5', 'p-6', 'line\nbreak'],
  ...Array.from({ length: 900 }, (_, i) => `product-${i}`),
]
const areaIds = ['06037', 'x"y', 'zz']
const desk = madeDesk(productIds, areaIds)
const answerer = createPromiseAnswerer(desk)
const scanned = new ScannedPromises()

const productId = fc.constantFrom(...productIds, 'none')
const areaId = fc.constantFrom(...areaIds, 'none')
const quantity = fc.integer({ min: 1, max: 9 })
const kind = fc.constantFrom('guaranteed', 'approximate')
const single = fc.record(
  { areaId, productId, quantity, kind },
  { requiredKeys: ['areaId', 'productId'] },
)
const cart = fc.record({
  areaId,
  lines: fc.array(fc.record({ productId, quantity }), { minLength: 1, maxLength: 4 }),
})
const asked = fc.oneof({ weight: 5, arbitrary: single }, { weight: 1, arbitrary: cart })
const detail = fc.constantFrom({}, { detail: 'dates' }, { detail: 'parcels' })
const bodies = fc.oneof(
  fc.tuple(asked, detail).map(([one, d]) => ({ ...one, ...d })),
  fc
    .tuple(fc.array(asked, { minLength: 1, maxLength: 40 }), detail)
    .map(([requests, d]) => ({ ...d, requests })),
)
const indents = fc.constantFrom(0, 1, '\t')

it('writes the bytes of the plain reply, whether a body is scanned or parsed', () => {
  let [fast, slow, refused] = [0, 0, 0]
  const out = new ByteWriter(16)
  fc.assert(
    fc.property(bodies, indents, (given, indent) => {
      const payload = Buffer.from(JSON.stringify(given, undefined, indent))
      const body = promiseBody.parse(given)
      const plain =
        body.requests === undefined
          ? promiseOne(desk, body, body.detail)
          : { promises: body.requests.map((request) => promiseOne(desk, request, body.detail)) }
      if (scanPromises(payload, scanned)) fast++
      else slow++
      out.clear()
      const promises = answerer.answer(payload, out)
      if (promises === 0) {
        refused++
        expect(out.length).toBe(0)
        expect(plain).toMatchObject({ blockedBy: { block: expect.stringMatching(/^unknown-/) } })
        return
      }
      expect(promises).toBe(body.requests?.length ?? 1)
      expect(out.written().toString('utf8')).toBe(JSON.stringify(plain))
    }),
    { numRuns: 800 },
  )
  expect(fast).toBeGreaterThan(100)
  expect(slow).toBeGreaterThan(100)
  expect(refused).toBeGreaterThan(5)
})

it('scans what the schema reads in the same way, and nothing that it refuses', () => {
  const odd = fc
    .tuple(
      bodies,
      fc.constantFrom('areaId', 'productId', 'quantity', 'kind', 'detail', 'requests', 'x'),
      fc.oneof(fc.constantFrom<unknown>(0, -1, 1.5, 1e7, '', null, [], {}, 'a'), fc.anything()),
    )
    .map(([body, key, value]) => ({ ...body, [key]: value }))
  const texts = fc.oneof(
    odd.map((body) => JSON.stringify(body)),
    fc.json(),
    // A good body with a byte changed, lost or doubled.
    fc
      .tuple(bodies, fc.nat(), fc.constantFrom('', '"', '0', '.', '\\', '{', ',', ' ', 'e'))
      .map(([body, place, put]) => {
        const text = JSON.stringify(body)
        const at = place % text.length
        return text.slice(0, at) + put + text.slice(at + 1)
      }),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const payload = Buffer.from(text)
      if (!scanPromises(payload, scanned)) return
      const body = promiseBody.parse(JSON.parse(text))
      const requests = body.requests ?? [body]
      expect(scanned.detail).toBe(body.detail)
      expect(scanned.isBatch).toBe(body.requests !== undefined)
      expect(scanned.count).toBe(requests.length)
      requests.forEach((request, i) => {
        const part = (from: Int32Array, to: Int32Array) =>
          payload.toString('latin1', from[i]!, to[i]!)
        expect(part(scanned.productFrom, scanned.productTo)).toBe(request.productId)
        expect(part(scanned.areaFrom, scanned.areaTo)).toBe(request.areaId)
        expect(scanned.quantity[i]).toBe(request.quantity ?? 1)
        expect(scanned.kind[i]).toBe(request.kind === 'guaranteed' ? 0 : 1)
      })
    }),
    { numRuns: 3000 },
  )
})
