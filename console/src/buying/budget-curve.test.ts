import { expect, test } from 'vitest'
import { cutAtBudget } from '../../../src/api/schemas/budget-cut.ts'
import type { LineDecision } from '../../../src/api/schemas/buying.ts'
import {
  budgetAfterKey,
  curvePoints,
  gainAt,
  gainCurve,
  gainInterval,
  inStockAfter,
  roundAmount,
} from './budget-curve.ts'

const decision: LineDecision = {
  quantity: 5,
  costCents: 500,
  gainCents: 200,
  by: 'ada',
  at: 'now',
  reason: null,
}
const steps = {
  line: [0, 1, 0],
  units: [1, 1, 1],
  costCents: [100, 200, 100],
  gainCents: [90, 120, 30],
}
const open = { decision: null }

test('the curve starts with what is decided and adds the open steps', () => {
  const curve = gainCurve([open, { decision }], steps)
  expect([...curve.cost]).toEqual([500, 600, 700])
  expect([...curve.gain]).toEqual([200, 290, 320])
})

test('the gain lies straight between the points and flat beyond them', () => {
  const curve = gainCurve([open, open], steps)
  expect(gainAt(curve, 50)).toBe(45)
  expect(gainAt(curve, 0)).toBe(0)
  expect(gainAt(curve, 9999)).toBe(240)
})

test('the drawn curve runs from nothing to all', () => {
  const points = curvePoints(gainCurve([open, open], steps)).split(' ')
  expect(points[0]).toBe('0,100')
  expect(points.at(-1)).toBe('1000.0,0.00')
})

test('amounts are round', () => {
  expect([1, 13, 40, 80, 260, 999].map(roundAmount)).toEqual([1, 10, 50, 100, 200, 1000])
})

test('keys move the budget by round amounts within its range', () => {
  expect(budgetAfterKey('ArrowRight', 1234, 5000, 100)).toBe(1300)
  expect(budgetAfterKey('PageDown', 400, 5000, 100)).toBe(0)
  expect(budgetAfterKey('End', 400, 4987, 100)).toBe(4987)
  expect(budgetAfterKey('Tab', 400, 5000, 100)).toBeUndefined()
})

test('intervals of independent lines add in squares, and shrink with the cut', () => {
  const line = { gainCents: 120, gainLowCents: 90, gainHighCents: 160 }
  const lines = [line, { gainCents: 120, gainLowCents: 80, gainHighCents: 150 }]
  const all = cutAtBudget([open, open], steps, null)
  expect(gainInterval(lines, all)).toEqual([240 - 50, 240 + 50])
  const [low, high] = gainInterval(lines, cutAtBudget([open, open], steps, 100))
  expect(high - low).toBeLessThan(100)
})

test('lines add to the in-stock rate by the part of them that is bought', () => {
  const cut = cutAtBudget([open, open], steps, 300)
  const lines = [
    { quantity: 2, inStockGain: 0.02 },
    { quantity: 1, inStockGain: 0.01 },
  ]
  expect(inStockAfter(0.9, lines, cut)).toBeCloseTo(0.92)
})
