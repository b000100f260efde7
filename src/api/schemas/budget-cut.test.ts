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

test('takes the steps that the budget pays, in order', () => {
  const cut = cutAtBudget([proposed, proposed], steps, 160)
  expect([...cut.units]).toEqual([12, 6])
  expect(cut.totalCostCents).toBe(150)
  expect(cut.totalGainCents).toBe(130)
})

test('buys all without a limit', () => {
  expect([...cutAtBudget([proposed, proposed], steps, null).units]).toEqual([24, 6])
})

test('pays what a person decided first, even beyond the budget', () => {
  const cut = cutAtBudget([decided(48, 400), proposed], steps, 420)
  expect([...cut.units]).toEqual([48, 0])
  expect(cut.totalCostCents).toBe(400)
})

test('leaves out a step that is too large rather than all that follow', () => {
  const large = { ...steps, costCents: [500, 50, 100] }
  expect([...cutAtBudget([proposed, proposed], large, 160).units]).toEqual([0, 6])
})

test('a larger budget never gains less, the cost stays within it, lines take their first steps', () => {
  const step = fc.record({
    line: fc.nat(4),
    cost: fc.integer({ min: 1, max: 1000 }),
    gain: fc.integer({ min: 1, max: 1000 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.nat(9000), fc.nat(9000), (list, a, b) => {
      const ranked = [...list].sort((x, y) => y.gain / y.cost - x.gain / x.cost)
      const columns = {
        line: ranked.map((s) => s.line),
        units: ranked.map((_, k) => 2 ** (k % 30)),
        costCents: ranked.map((s) => s.cost),
        gainCents: ranked.map((s) => s.gain),
      }
      const lines = Array.from({ length: 5 }, () => proposed)
      const small = cutAtBudget(lines, columns, Math.min(a, b))
      const large = cutAtBudget(lines, columns, Math.max(a, b))
      expect(small.totalCostCents).toBeLessThanOrEqual(Math.min(a, b))
      expect(small.totalGainCents).toBeLessThanOrEqual(large.totalGainCents)
      lines.forEach((_, i) => {
        const own = ranked.flatMap((s, k) => (s.line === i ? columns.units[k]! : []))
        const sums = own.map((_, k) => own.slice(0, k + 1).reduce((x, y) => x + y, 0))
        expect([0, ...sums]).toContain(large.units[i]!)
      })
    }),
  )
})
