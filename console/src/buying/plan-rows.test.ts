import { expect, test } from 'vitest'
import { cutAtBudget } from '../../../src/api/schemas/budget-cut.ts'
import { createFixture } from '../../browser/fixture.ts'
import { type PlanView, viewOf } from './plan-rows.ts'

const all: PlanView = {
  q: '',
  severity: undefined,
  status: undefined,
  category: undefined,
  sort: 'rank',
  order: undefined,
}
const plan = await createFixture().buying()
const cut = cutAtBudget(plan.lines, plan.steps, 200_000)

test('a budget keeps the first ranks and cuts the rest', () => {
  const rows = viewOf(plan.lines, cut, all)
  const kept = rows.filter((row) => row.kept)
  expect(kept.length).toBeGreaterThan(0)
  expect(kept.length).toBeLessThan(rows.length)
  expect(kept.map((row) => row.line.rank)).toEqual(kept.map((_, k) => k + 1))
  expect(viewOf(plan.lines, cut, { ...all, status: 'beyond' })).toHaveLength(
    rows.length - kept.length,
  )
})

test('every word must be found, in the title, the id or the vendor', () => {
  const rows = viewOf(plan.lines, cut, { ...all, q: 'bunting PARTY' })
  expect(rows.length).toBeGreaterThan(0)
  expect(rows.every((row) => row.line.title.includes('Party bunting'))).toBe(true)
  expect(viewOf(plan.lines, cut, { ...all, q: 'no such thing' })).toEqual([])
})

test('columns sort both ways and ties stay by rank', () => {
  const days = viewOf(plan.lines, cut, { ...all, sort: 'runOut' }).map(
    (row) => row.line.daysToRunOut!,
  )
  expect(days).toEqual([...days].sort((a, b) => a - b))
  const gains = viewOf(plan.lines, cut, { ...all, sort: 'gain', order: 'asc' })
  const last = gains.at(-1)!.gainCents
  expect(gains.every((row) => row.gainCents <= last)).toBe(true)
})

test('100,000 lines are filtered within 50 ms', () => {
  const lines = Array.from({ length: 100_000 }, (_, i) => plan.lines[i % plan.lines.length]!)
  const big = cutAtBudget(lines, plan.steps, null)
  const view = { ...all, q: 'bunting party' }
  viewOf(lines, big, view)
  const before = process.cpuUsage()
  viewOf(lines, big, view)
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1000).toBeLessThan(150)
})
