import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutAtBudget } from './budget-cut.ts'
import type { LineDecision, MarginalSteps } from './buying.ts'

const proposed = { decision: null }

function decided(quantity: number, costCents: number): { decision: LineDecision } {
  const decision = { quantity, costCents, gainCents: 10, by: 'ada', at: 'x', reason: null }
  return { decision }
}

const steps: MarginalSteps = {
  line: [0, 1, 0],
  units: [12, 6, 12],
  costCents: [100, 50, 100],
  gainCents: [90, 40, 30],
}

test('takes the steps that the budget pays, in order, and stops at the first that does not fit', () => {
  const cut = cutAtBudget([proposed, proposed], steps, 160)
  expect([...cut.units]).toEqual([12, 6])
  expect(cut.totalCostCents).toBe(150)
  expect(cut.totalGainCents).toBe(130)
  expect(cut.steps).toBe(2)
})

test('buys all without a limit', () => {
  expect([...cutAtBudget([proposed, proposed], steps, null).units]).toEqual([24, 6])
})

test('pays what a person decided first, even beyond the budget', () => {
  const cut = cutAtBudget([decided(48, 400), proposed], steps, 420)
  expect([...cut.units]).toEqual([48, 0])
  expect(cut.totalCostCents).toBe(400)
})

test('a larger budget never buys less of any line, and the cost stays within it', () => {
  const step = fc.record({
    line: fc.nat(4),
    units: fc.integer({ min: 1, max: 50 }),
    cost: fc.integer({ min: 1, max: 1000 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.nat(9000), fc.nat(9000), (list, a, b) => {
      const columns = {
        line: list.map((s) => s.line),
        units: list.map((s) => s.units),
        costCents: list.map((s) => s.cost),
        gainCents: list.map((s) => s.cost),
      }
      const lines = Array.from({ length: 5 }, () => proposed)
      const small = cutAtBudget(lines, columns, Math.min(a, b))
      const large = cutAtBudget(lines, columns, Math.max(a, b))
      expect(small.totalCostCents).toBeLessThanOrEqual(Math.min(a, b))
      small.units.forEach((units, i) => {
        expect(units).toBeLessThanOrEqual(large.units[i]!)
      })
    }),
  )
})
