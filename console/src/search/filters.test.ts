import { expect, test } from 'vitest'
import { filtersFrom, filtersText, toggleRange, toggleValue } from './filters.ts'

test('conditions are read from the address and written back; what is none is left out', () => {
  const text = '[{"field":"brand","oneOf":["Velwick"]},{"field":"price","from":20,"to":40}]'
  expect(filtersText(filtersFrom(text))).toBe(text)
  for (const bad of [
    '',
    'x',
    '{}',
    '[null,1,{"field":""},{"field":"a"},{"field":"a","oneOf":[3]}]',
  ]) {
    expect(filtersFrom(bad)).toEqual([])
  }
  expect(filtersText([])).toBe(null)
})

test('values of a field are alternatives; the last one taken out leaves no condition', () => {
  const one = toggleValue([], 'brand', 'A')
  const two = toggleValue(one, 'brand', 'B')
  expect(two).toEqual([{ field: 'brand', oneOf: ['A', 'B'] }])
  expect(toggleValue(toggleValue(two, 'brand', 'A'), 'brand', 'B')).toEqual([])
})

test('a category below one that is chosen takes its place, and the other way round', () => {
  const wide = toggleValue([], 'category', 'Kitchen')
  const narrow = toggleValue(wide, 'category', 'Kitchen > Bakeware')
  expect(narrow).toEqual([{ field: 'category', oneOf: ['Kitchen > Bakeware'] }])
  expect(toggleValue(narrow, 'category', 'Kitchen')).toEqual(wide)
})

test('a range pressed again lets go', () => {
  const range = { from: 20, to: 40 }
  const once = toggleRange([], 'price', range)
  expect(once).toEqual([{ field: 'price', ...range }])
  expect(toggleRange(once, 'price', range)).toEqual([])
  expect(toggleRange(once, 'price', { from: 40, to: 60 })).toHaveLength(1)
})
