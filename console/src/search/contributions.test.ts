import { expect, test } from 'vitest'
import { reasonSentence, scoreParts } from './contributions.ts'

const part = (feature: string, contribution: number, value: number | null = 1) => ({
  feature,
  about: `about ${feature}`,
  value,
  contribution,
})
const sumOf = (parts: readonly { units: number }[]) =>
  parts.reduce((sum, { units }) => sum + units, 0)

test('parts sum to the score, however many there are and whatever moved it', () => {
  const why = [part('average', 0.4), ...Array.from({ length: 12 }, (_, i) => part(`f${i}`, i / 7))]
  expect(sumOf(scoreParts(why, 20, 'Pin it'))).toBeCloseTo(20, 9)
  const own = why.reduce((sum, { contribution }) => sum + contribution, 0)
  const parts = scoreParts(why, own, null)
  expect(sumOf(parts)).toBeCloseTo(own, 9)
  expect(parts[0]!.label).toBe('an average product')
  expect(parts.at(-1)!.units).toBe(0)
})

test('the sentence says what counts most, and what counts against', () => {
  const why = [part('text', 2), part('age', 1.5), part('quality', -0.5), part('letters', 0.01)]
  expect(reasonSentence(why)).toBe(
    'Its score comes mostly from “words match”, then from “how new it is”. Against it speaks “how wanted it is”.',
  )
  expect(reasonSentence([part('text', -1)])).toContain('Nothing speaks for it')
})

test('ranks of arms are told as ranks', () => {
  expect(reasonSentence([part('text-sum-prior', 0.016, 2)])).toBe(
    'Its score comes mostly from rank 2 by “Words by field”.',
  )
})
