import { expect, test } from 'vitest'
import { formatPlain } from '../text/format.ts'
import { rangeWords, readingWords } from './words.ts'

const write = (_: string, value: number) => formatPlain(value)

test('ranges are said as people say them', () => {
  expect(rangeWords('price', 2, 4, (_, value) => `£${value}`)).toBe('£2 – £4')
  expect(rangeWords('weight_kg', null, 4, write)).toBe('up to 4')
  expect(rangeWords('weight_kg', 2, null, write)).toBe('from 2')
  expect(rangeWords('year', 1998, 1998, write)).toBe('1998')
})

test('what was understood is one sentence, with what is not wanted', () => {
  const slot = { words: '', from: null, to: null, negated: false, probability: 1, value: null }
  const slots = [
    { ...slot, field: 'material', value: 'copper' },
    { ...slot, field: 'main_colour', value: 'black', negated: true },
    { ...slot, field: 'weight_kg', to: 8 },
  ]
  const reply = { readings: [{ likelihood: 1, slots }] } as unknown as Parameters<
    typeof readingWords
  >[0]
  expect(readingWords(reply, write)).toBe(
    'Read as: material copper, main colour not black, weight kg up to 8',
  )
  expect(readingWords({ ...reply, readings: [] }, write)).toBe(undefined)
})
