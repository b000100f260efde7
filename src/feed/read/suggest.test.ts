import { expect, it } from 'vitest'
import { suggest } from './suggest.ts'

it('suggests what is alike, and nothing else', () => {
  const columns = ['product_id', 'title', 'price_cents', 'y']
  expect(suggest('titel', columns)).toBe('title')
  expect(suggest('Title', columns)).toBe('title')
  expect(suggest('productid', columns)).toBe('product_id')
  expect(suggest('price', columns)).toBe('price_cents')
  expect(suggest('Y', columns)).toBe('y')
  expect(suggest('Quantity', columns)).toBeUndefined()
  expect(suggest('anything', [])).toBeUndefined()
})
