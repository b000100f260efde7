import { expect, test } from 'vitest'
import { addressOf, pathOf } from './address.ts'

test('a path is read and written back', () => {
  const address = addressOf('/demand', '?q=red+bag&sort=bias')
  expect(address).toEqual({ page: 'demand', params: { q: 'red bag', sort: 'bias' } })
  expect(pathOf(address)).toBe('/demand?q=red+bag&sort=bias')
})

test('an unknown page is Buying, and no state leaves a bare path', () => {
  expect(pathOf(addressOf('/', ''))).toBe('/buying')
  expect(addressOf('/nowhere', '').page).toBe('buying')
})
