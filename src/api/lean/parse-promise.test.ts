import fc from 'fast-check'
import { expect, it } from 'vitest'
import { promiseBody } from '../schemas/promises.ts'
import { parsePromiseBody } from './parse-promise.ts'

const id = fc.string({ minLength: 1, maxLength: 12 })
const units = fc.integer({ min: 1, max: 1_000_000 })
const line = fc.record({ productId: id, quantity: units }, { requiredKeys: ['productId'] })
const options = {
  kind: fc.constantFrom('guaranteed', 'approximate'),
  delivery: fc.constantFrom('whole', 'split'),
}
const product = fc.record(
  { areaId: id, productId: id, quantity: units, ...options },
  { requiredKeys: ['areaId', 'productId'] },
)
const cart = fc.record(
  { areaId: id, lines: fc.array(line, { minLength: 1, maxLength: 6 }), ...options },
  { requiredKeys: ['areaId', 'lines'] },
)
const one = fc.oneof(product, cart)
const detail = fc.constantFrom({}, { detail: 'dates' }, { detail: 'parcels' })
const good = fc.oneof(
  fc.tuple(one, detail).map(([body, more]) => ({ ...body, ...more })),
  fc
    .tuple(fc.array(one, { minLength: 1, maxLength: 5 }), detail)
    .map(([requests, more]) => ({ requests, ...more })),
)
/** A good body with one thing put somewhere that may not belong there. */
const odd = fc
  .tuple(
    good,
    fc.constantFrom(
      'areaId',
      'productId',
      'quantity',
      'lines',
      'kind',
      'delivery',
      'detail',
      'requests',
      'x',
    ),
    fc.oneof(
      fc.constantFrom<unknown>(
        0,
        -1,
        1.5,
        2_000_000,
        null,
        '',
        'x'.repeat(201),
        'dates',
        [],
        {},
        true,
      ),
      fc.constantFrom<unknown>([{ productId: 'a', quantity: 0 }], [{ productId: 'a', x: 1 }], [3]),
      fc.anything(),
    ),
  )
  .map(([body, key, value]) => ({ ...body, [key]: value }))

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null')

it('takes every body that the schema takes in its plain form, with the same result', () => {
  fc.assert(
    fc.property(good, (body) => {
      const plain = promiseBody.safeParse(body)
      expect(plain.success).toBe(true)
      expect(parsePromiseBody(body)).toEqual(plain.data)
    }),
    { numRuns: 500 },
  )
})

it('takes nothing that the schema refuses, and reads what it takes as the schema does', () => {
  let refused = 0
  fc.assert(
    fc.property(fc.oneof(odd, fc.anything()).map(asJson), (body) => {
      const plain = promiseBody.safeParse(body)
      const lean = parsePromiseBody(body)
      if (!plain.success) refused++
      if (lean !== undefined) expect(lean).toEqual(plain.data)
      if (!plain.success) expect(lean).toBeUndefined()
      // What both could take, the lean path takes: it gives up on nothing that is right.
      if (plain.success) expect(lean).toBeDefined()
    }),
    { numRuns: 3000 },
  )
  expect(refused).toBeGreaterThan(500)
})

it('leaves what is at the limits to neither more nor less than the schema', () => {
  const requests = (n: number) => ({
    requests: Array.from({ length: n }, () => ({ areaId: 'a', productId: 'p' })),
  })
  const lines = (n: number) => ({
    areaId: 'a',
    lines: Array.from({ length: n }, () => ({ productId: 'p' })),
  })
  for (const body of [
    requests(1000),
    requests(1001),
    lines(500),
    lines(501),
    requests(0),
    lines(0),
  ]) {
    expect(parsePromiseBody(body) !== undefined).toBe(promiseBody.safeParse(body).success)
  }
})
