import { expect, it } from 'vitest'
import { lastStep, stepLists } from './site-rooms.ts'

const step = (year: number, scenarios: readonly string[], sizeM3 = 10, committed = false) => ({
  siteId: 'A',
  year,
  scenarios: [...scenarios],
  sizeM3,
  committed,
})

it('finds what happened last to a place in a scenario', () => {
  const steps = [step(4, ['high'], 30), step(1, ['low', 'high']), step(3, ['low'], 0)]
  expect(lastStep(steps, 'A', 'high', 5)?.sizeM3).toBe(30)
  expect(lastStep(steps, 'A', 'high', 3)?.year).toBe(1)
  expect(lastStep(steps, 'A', 'low', 3)?.sizeM3).toBe(0)
  expect(lastStep(steps, 'A', 'low', 0)).toBeUndefined()
  expect(lastStep(steps, 'B', 'low', 5)).toBeUndefined()
})

it('parts steps into what is decided now, what comes anyhow and what may come', () => {
  const steps = [
    step(3, ['low']),
    step(2, ['low', 'high'], 1, true),
    step(3, ['low', 'high']),
    step(1, ['low', 'high'], 2, true),
  ]
  const { now, later, some } = stepLists(steps, 2)
  expect(now.map(({ year }) => year)).toEqual([1, 2])
  expect(later).toEqual([steps[2]])
  expect(some).toEqual([steps[0]])
})
