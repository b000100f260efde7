import { expect, test } from 'vitest'
import { makeOutcome } from '../../browser/fixture-outcome.ts'
import { outcomeView } from './outcome-rows.ts'

const { rows } = makeOutcome()

test('the worst product stands first: furthest below what could have been', () => {
  const gaps = outcomeView(rows, '', 'gap', undefined).map(
    (row) => row.boundProfitCents - row.planProfitCents,
  )
  expect(gaps).toEqual([...gaps].sort((a, b) => b - a))
})

test('columns turn round, and words filter', () => {
  const rates = outcomeView(rows, '', 'inStock', 'desc').map((row) => row.inStockRate)
  expect(rates).toEqual([...rates].sort((a, b) => b - a))
  const found = outcomeView(rows, 'doll', 'gap', undefined)
  expect(found.length).toBeGreaterThan(0)
  expect(found.every((row) => row.title.includes('doll'))).toBe(true)
})
