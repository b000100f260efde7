import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rowAfterKey, rowWindow, topShowing } from './virtual-window.ts'

test('draws what shows and a few rows around it', () => {
  expect(rowWindow(1000, 500, 50, 100_000, 4)).toEqual({ first: 16, last: 34 })
})

test('draws the first rows while the grid is below the fold', () => {
  expect(rowWindow(-300, 500, 50, 100, 2)).toEqual({ first: 0, last: 6 })
})

test('a grid far below the fold still has its first rows', () => {
  expect(rowWindow(-9000, 500, 50, 100, 4)).toEqual({ first: 0, last: 4 })
})

test('every row that shows is drawn, and never more than the rows there are', () => {
  const heights = fc.integer({ min: 20, max: 120 })
  fc.assert(
    fc.property(fc.nat(5_000_000), fc.nat(2000), heights, fc.nat(100_000), (top, view, h, n) => {
      const { first, last } = rowWindow(top, view, h, n, 3)
      expect(first).toBeGreaterThanOrEqual(0)
      expect(last).toBeLessThanOrEqual(n)
      expect(last - first).toBeLessThanOrEqual(Math.ceil(view / h) + 8)
      const seen = Math.floor(top / h)
      if (seen < n && view > 0) {
        expect(first).toBeLessThanOrEqual(seen)
        expect(last).toBeGreaterThan(seen)
      }
    }),
  )
})

test('a row is brought into view by the smallest move', () => {
  expect(topShowing(3, 0, 500, 50)).toBe(0)
  expect(topShowing(10, 0, 500, 50)).toBe(50)
  expect(topShowing(2, 400, 500, 50)).toBe(100)
})

test('keys move within the rows', () => {
  expect(rowAfterKey('ArrowDown', -1, 10, 5)).toBe(0)
  expect(rowAfterKey('ArrowUp', 0, 10, 5)).toBe(0)
  expect(rowAfterKey('PageDown', 7, 10, 5)).toBe(9)
  expect(rowAfterKey('End', 0, 10, 5)).toBe(9)
  expect(rowAfterKey('x', 0, 10, 5)).toBeUndefined()
  expect(rowAfterKey('ArrowDown', 0, 0, 5)).toBeUndefined()
})
