import { afterAll, beforeAll, expect, it } from 'vitest'
import { createFixture } from '../../../console/browser/fixture.ts'
import { createFixtureFulfilment } from '../../../console/browser/fixture-fulfilment.ts'
import { createServer } from '../server.ts'
import { createValidator, type OpenApiValidator } from '../testing/openapi-validator.ts'

let app: Awaited<ReturnType<typeof createServer>>
let validator: OpenApiValidator
beforeAll(async () => {
  app = await createServer({
    view: { ...createFixture(), fulfilment: createFixtureFulfilment({ orders: 60, products: 90 }) },
  })
  validator = createValidator((await app.inject('/openapi.json')).json())
})
afterAll(() => app.close())

const base = '/api/fulfilment'
it.each([
  ['/summary', '/summary', 200],
  ['/orders', '/orders?standing=trouble&sort=cost&limit=3', 200],
  ['/orders', '/orders?standing=doubtful', 400],
  ['/orders/{orderId}', '/orders/W-10007', 200],
  ['/orders/{orderId}', '/orders/none', 404],
  ['/map', '/map', 200],
  ['/stock/summary', '/stock/summary', 200],
  ['/stock/summary', '/stock/summary?place=x', 400],
  ['/stock', '/stock?state=trouble&sort=runs-out&order=desc&limit=7&offset=2', 200],
  ['/stock', '/stock?limit=501', 400],
  ['/stock', '/stock?sort=price', 400],
  ['/stock', '/stock?site=none-such', 404],
  ['/stock/summary', '/stock/summary?site=none-such', 404],
  ['/stock/products/{productId}', '/stock/products/P00007', 200],
  ['/stock/products/{productId}', '/stock/products/none-such', 404],
])('%s of %s answers %i as the document says', async (path, url, status) => {
  const reply = await app.inject(base + url)
  expect(reply.statusCode).toBe(status)
  expect(validator.faultsOf(`GET ${base}${path}`, reply)).toEqual([])
})
