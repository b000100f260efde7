import { expect, test } from 'vitest'
import { createBudget } from './budget.ts'

test('a share of what is asked and of what is saved may be spent, and no more', () => {
  const budget = createBudget({ asked: 0.05, saved: 0.5 })
  expect(budget.allows(1)).toBe(false)
  budget.asked(1000)
  expect([budget.allows(50), budget.allows(51)]).toEqual([true, false])
  budget.spent(60)
  expect(budget.allows(0)).toBe(false)
  budget.saved(100)
  expect([budget.allows(40), budget.allows(41)]).toEqual([true, false])
  budget.saved(-80)
  expect(budget.allows(1)).toBe(false)
})
