import { expect, test } from 'vitest'
import { type ChangesSeen, predictUpkeep } from './upkeep.ts'

const view = { tables: ['orders', 'shops'], buildCpuMs: 1000, joinCpuMs: 10 }
const upkeep = (
  changes: Readonly<Record<string, ChangesSeen>>,
  answered: number,
  outer: readonly { readonly table: string }[] = [],
) => predictUpkeep({ ...view, outer }, new Map(Object.entries(changes)), answered)

test('rows added to one table of a join are joined, not read anew', () => {
  expect(upkeep({ orders: { appends: 5, others: 0 } }, 100)).toBe(5 * 14)
  expect(upkeep({ orders: { appends: 50, others: 0 } }, 10)).toBe(10 * 14)
})

test('what changes in place, several tables between statements and LEFT JOINs build it anew', () => {
  expect(upkeep({ orders: { appends: 0, others: 5 } }, 100)).toBe(5 * 1004)
  const both = { orders: { appends: 10, others: 0 }, shops: { appends: 10, others: 0 } }
  expect(upkeep(both, 100)).toBe(20 * 14)
  expect(upkeep(both, 10)).toBe(10 * (4 + 5 + 500))
  expect(upkeep({ shops: { appends: 4, others: 0 } }, 100, [{ table: 'shops' }])).toBe(4 * 1004)
})

test('what does not change or is not asked costs nothing', () => {
  expect(upkeep({}, 100)).toBe(0)
  expect(upkeep({ orders: { appends: 5, others: 0 } }, 0)).toBe(0)
})
