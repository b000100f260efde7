import { expect, test } from 'vitest'
import { zoomed } from './zoom.ts'

test('zooms about the middle and never leaves the data', () => {
  expect(zoomed('+', [0, 100], [0, 100])).toEqual([25, 75])
  expect(zoomed('-', [25, 75], [0, 100])).toEqual([0, 100])
  expect(zoomed('0', [25, 75], [0, 100])).toEqual([0, 100])
})

test('moves by a quarter and stops at the ends', () => {
  expect(zoomed('ArrowRight', [60, 90], [0, 100])).toEqual([67.5, 97.5])
  expect(zoomed('ArrowRight', [75, 95], [0, 100])).toEqual([80, 100])
  expect(zoomed('ArrowLeft', [2, 42], [0, 100])).toEqual([0, 40])
  expect(zoomed('a', [2, 42], [0, 100])).toBeUndefined()
})
