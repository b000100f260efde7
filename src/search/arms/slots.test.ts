import { expect, test } from 'vitest'
import { createSlots, type DocNames } from './slots.ts'

const names = (ids: readonly string[]): DocNames => ({
  idOf: (doc) => ids[doc],
  isBefore: (a, b) => ids[a]! < ids[b]!,
  docOf: (id) => ids.indexOf(id),
  revision: 0,
})

test('documents of slots follow the index through other numbers', () => {
  const slots = createSlots(['a', 'b'])
  expect([slots.take('b'), slots.take('c'), slots.find('x')]).toEqual([1, 2, -1])
  const docsIn = (ids: readonly string[]) => [0, 1, 2].map((slot) => slots.docOf(slot, names(ids)))
  expect(docsIn(['a', 'b', 'c'])).toEqual([0, 1, 2])
  expect(docsIn(['c', 'a'])).toEqual([1, -1, 0])
  expect(docsIn(['b', 'c', 'a'])).toEqual([2, 0, 1])
})

test('documents of slots are looked up again after a change of the index', () => {
  const slots = createSlots(['a', 'b'])
  const ids = ['a']
  const index = { ...names(ids), revision: 1 }
  expect([slots.docOf(0, index), slots.docOf(1, index)]).toEqual([0, -1])
  ids.push('b')
  expect(slots.docOf(1, { ...index, revision: 2 })).toBe(1)
})
