import { expect, test } from 'vitest'
import { gapScale } from './gap-scale.ts'

test('the plan stands between naive and bound by the share of the gap it closes', () => {
  expect(gapScale({ value: 0.5, low: 0.4, high: 0.6 })).toEqual({
    naive: 0,
    plan: 50,
    bound: 100,
    low: 40,
    high: 60,
  })
})

test('a plan worse than the naive policy stands left of it', () => {
  const scale = gapScale({ value: -1, low: null, high: null })
  expect(scale.plan).toBe(0)
  expect(scale.naive).toBe(50)
  expect(scale.low).toBeUndefined()
})

test('wild intervals are cut at the ends of the scale', () => {
  const scale = gapScale({ value: 0.2, low: -9, high: 9 })
  expect(scale.low).toBe(0)
  expect(scale.high).toBe(100)
})
