import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { misspell, type ProductText, QUERY_SHAPES, writeQuery } from './queries.ts'

const WANTED: ProductText = {
  department: 'Kitchen',
  subCategory: 'Cookware',
  brand: 'Norvane',
  adjective: 'classic',
  material: 'cast iron',
  noun: 'frying pan',
  size: '10 inch',
  colour: 'Black',
}

test('a query names parts of what is wanted', () => {
  const random = createRandom(1)
  for (let i = 0; i < 500; i++) {
    const { text, parts, misspelt } = writeQuery(WANTED, random, 0)
    expect(misspelt).toBe(false)
    expect(text).toBe(parts.map((part) => WANTED[part].toLowerCase()).join(' '))
  }
})

test('shapes are a distribution and come as often as they say', () => {
  expect(QUERY_SHAPES.reduce((sum, [share]) => sum + share, 0)).toBeCloseTo(1, 12)
  const random = createRandom(2)
  let nouns = 0
  for (let i = 0; i < 20_000; i++) nouns += Number(writeQuery(WANTED, random).parts.length === 1)
  const single = QUERY_SHAPES.filter(([, parts]) => parts.length === 1)
  const share = single.reduce((sum, [s]) => sum + s, 0)
  expect(Math.abs(nouns / 20_000 - share)).toBeLessThan(0.02)
})

test('about one query in twelve has a slip', () => {
  const random = createRandom(3)
  let slips = 0
  for (let i = 0; i < 20_000; i++) slips += Number(writeQuery(WANTED, random).misspelt)
  expect(slips / 20_000).toBeGreaterThan(0.07)
  expect(slips / 20_000).toBeLessThan(0.09)
})

test('a slip is one edit: length changes by one at most and the first letters stay', () => {
  const word = fc.stringMatching(/^[a-z ]{2,20}$/)
  fc.assert(
    fc.property(word, fc.integer(), (text, seed) => {
      const slipped = misspell(text, createRandom(seed))
      expect(Math.abs(slipped.length - text.length)).toBeLessThanOrEqual(1)
      const prefix = [...slipped].findIndex((letter, i) => letter !== text[i])
      const suffix = [...slipped].reverse().findIndex((letter, i) => letter !== text.at(-1 - i))
      // Outside a window of two letters nothing changes.
      if (prefix >= 0 && suffix >= 0) {
        expect(prefix + suffix).toBeGreaterThanOrEqual(Math.min(slipped.length, text.length) - 2)
      }
    }),
  )
  expect(misspell('a', createRandom(1))).toBe('a')
})
