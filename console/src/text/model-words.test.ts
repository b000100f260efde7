import { expect, test } from 'vitest'
import { modelWords } from './model-words.ts'

const labels = new Map([
  ['ets', 'Exponential smoothing'],
  ['mix(ets+tsb)', 'mix(ets+tsb)'],
])

test('a model has its label, or its name as words', () => {
  expect(modelWords('ets', labels)).toBe('Exponential smoothing')
  expect(modelWords('moving-average', labels)).toBe('moving average')
})

test('a mix is named by its parts, or counted', () => {
  expect(modelWords('mix(ets+tsb)', labels)).toBe('a mix of exponential smoothing, tsb')
  expect(modelWords('mix(ets+moving-average+tsb)', labels, { short: true })).toBe('mix of 3')
})
