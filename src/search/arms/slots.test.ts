import { expect, test } from 'vitest'
import { createSlots, type DocNames } from './slots.ts'

const names = (ids: readonly string[]): DocNames => ({
  idOf: (doc) => ids[doc],
  docOf: (id) => ids.indexOf(id),
})

test('documents of slots follow the index through other numbers', () => {
  const slots = createSlots(['a', 'b'])
  expect([slots.take('b'), slots.take('c'), slots.find('x')]).toEqual([1, 2, -1])
  const docsIn = (ids: readonly string[]) => [0, 1, 2].map((slot) => slots.docOf(slot, names(ids)))
  expect(docsIn(['a', 'b', 'c'])).toEqual([0, 1, 2])
  expect(docsIn(['c', 'a'])).toEqual([1, -1, 0])
  expect(docsIn(['b', 'c', 'a'])).toEqual([2, 0, 1])
})
