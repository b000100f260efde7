import { expect, test } from 'vitest'
import { createShoppers, type ShopperRequest } from './shoppers.ts'
import { storewrightDialect } from './storewright-dialect.ts'
import { TEST_SHOP } from './testing-shop.ts'

const options = { seed: 1, thinkMs: 0, orderPrefix: 'g-' }
const create = (seed = 1) => createShoppers(TEST_SHOP, storewrightDialect(), { ...options, seed })
const bodyOf = ({ draft }: ShopperRequest) => JSON.parse(draft.body!) as Record<string, unknown>
const found = '{"items":[{"productId":"P7"},{"productId":"P7"}]}'
const promised = '{"earliest":{"arriveBy":"2026-04-12T20:00:00Z"}}'

/** Asks until a search led to a click. */
function searchUntilClick(shoppers: ReturnType<typeof create>): unknown {
  for (let i = 0; i < 200; i++) {
    const search = shoppers.next('search', i)
    search.onAnswer!(found)
    const product = bodyOf(shoppers.next('product', i + 1))
    if (product['productId'] === 'P7') return product['areaId']
  }
  throw new Error('nobody clicks')
}

test('a customer searches, looks at what was found, asks for the cart, checks out, looks at the order', () => {
  const shoppers = create()
  expect(TEST_SHOP.areaIds).toContain(searchUntilClick(shoppers))
  shoppers.next('product', 300).onAnswer!(promised)
  const cart = shoppers.next('cart', 301)
  cart.onAnswer!(promised)
  const check = shoppers.next('checkout', 302)
  expect(bodyOf(check)['lines']).toEqual(bodyOf(cart)['lines'])
  check.onAnswer!(promised)
  const order = shoppers.next('checkout', 303)
  expect(order.draft.path).toBe('/orders')
  expect(bodyOf(order)).toMatchObject({
    orderId: 'g-1',
    promise: { arriveBy: '2026-04-12T20:00:00Z' },
  })
  order.onAnswer!('{"order":{}}')
  expect(shoppers.next('checkout', 304).draft).toEqual({ method: 'GET', path: '/orders/g-1' })
})

test('thinks before the next act, and nobody waits for them: others come with their own wishes', () => {
  const shoppers = createShoppers(TEST_SHOP, storewrightDialect(), { ...options, thinkMs: 1e9 })
  const cart = shoppers.next('cart', 0)
  cart.onAnswer!(promised)
  for (let i = 0; i < 20; i++) {
    const order = shoppers.next('orders', i)
    expect(order.draft.path).toBe('/orders')
    expect(bodyOf(order)).not.toHaveProperty('promise')
  }
})

test('what cannot be promised goes no further', () => {
  const shoppers = create()
  shoppers.next('cart', 0).onAnswer!('{"earliest":null}')
  expect(bodyOf(shoppers.next('orders', 10))).not.toHaveProperty('promise')
})

test('the same seed asks the same, whatever is answered late', () => {
  const run = (seed: number) => {
    const shoppers = create(seed)
    return Array.from(
      { length: 50 },
      (_, i) => shoppers.next(i % 2 === 0 ? 'search' : 'product', i).draft,
    )
  }
  expect(run(5)).toEqual(run(5))
  expect(run(5)).not.toEqual(run(6))
})

test('popular products and populous places come more often', () => {
  const shoppers = create()
  const counts = new Map<unknown, number>()
  for (let i = 0; i < 2000; i++) {
    const { productId } = bodyOf(shoppers.next('product', i))
    counts.set(productId, (counts.get(productId) ?? 0) + 1)
  }
  expect(counts.get('P1')!).toBeGreaterThan(4 * counts.get('P10')!)
})
