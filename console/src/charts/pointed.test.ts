import { expect, test } from 'vitest'
import { markAfterKey } from './pointed.ts'

test('arrows move among the marks and stop at the ends', () => {
  expect(markAfterKey('ArrowRight', -1, 3)).toBe(0)
  expect(markAfterKey('ArrowDown', 2, 3)).toBe(2)
  expect(markAfterKey('ArrowLeft', 0, 3)).toBe(0)
  expect(markAfterKey('End', 0, 3)).toBe(2)
  expect(markAfterKey('Home', 2, 3)).toBe(0)
  expect(markAfterKey('a', 1, 3)).toBeUndefined()
})
