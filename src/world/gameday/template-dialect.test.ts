import { expect, test } from 'vitest'
import { encodeRequest } from './dialect.ts'
import { templateDialect } from './template-dialect.ts'

const wish = {
  customerId: 'C1',
  areaId: '06037',
  query: 'red & blue',
  productId: 'P/1',
  lines: [{ productId: 'P/1', quantity: 2, unitPriceCents: 100 }],
  orderId: 'g-1',
}

test('places are filled in: encoded in paths, as they are in texts, carts as lists', () => {
  const dialect = templateDialect(
    {
      search: { path: '/s?q={query}' },
      cart: {
        path: '/cart',
        method: 'PUT',
        body: { for: 'to {areaId}', lines: '{lines}', n: [1] },
      },
    },
    'shop.json',
  )
  expect([...dialect.acts.keys()]).toEqual(['search', 'cart'])
  expect(dialect.draft('search', wish)).toEqual({ method: 'GET', path: '/s?q=red%20%26%20blue' })
  const cart = dialect.draft('cart', wish)
  expect(cart.method).toBe('PUT')
  expect(JSON.parse(cart.body!)).toEqual({ for: 'to 06037', lines: wish.lines, n: [1] })
})

test('places that are none, and paths that name another server, are refused', () => {
  const refused = (path: string) =>
    expect(() => templateDialect({ search: { path } }, 'shop.json')).toThrow(
      expect.objectContaining({
        code: 'ERR_ARGUMENT',
        place: expect.objectContaining({ file: 'shop.json' }),
      }),
    )
  refused('/s?q={words}')
  refused('https://other.example/s')
})

test('a request is bytes with a length in bytes, a host and a token', () => {
  const target = { hostHeader: '127.0.0.1:4600', basePath: '/api' }
  const draft = { method: 'POST', path: '/x', body: '{"a":"é"}' }
  expect(encodeRequest(draft, target, 'secret').toString()).toBe(
    'POST /api/x HTTP/1.1\r\nhost: 127.0.0.1:4600\r\nuser-agent: storewright-gameday\r\nauthorization: Bearer secret\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{"a":"é"}',
  )
  expect(encodeRequest({ method: 'GET', path: '/x' }, target).toString()).toMatch(
    /gameday\r\n\r\n$/,
  )
})
