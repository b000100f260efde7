import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type NetLine, netCancellations } from './net.ts'

const line = (row: number, at: number, quantity: number, group = 0): NetLine => ({
  row,
  group,
  at,
  quantity,
})

it('prefers the same quantity to a later sale, and the later one among equals', () => {
  const sales = [line(0, 1, 5), line(1, 2, 5), line(2, 3, 9)]
  const { cancelled, exact } = netCancellations(sales, [line(3, 4, 5)])
  expect([...cancelled]).toEqual([[1, 5]])
  expect([...exact]).toEqual([3])
})

it('takes the rest off the latest larger sale, never off one that comes after', () => {
  const sales = [line(0, 1, 9), line(1, 2, 8), line(2, 9, 7)]
  const { cancelled, partial, unmatched } = netCancellations(sales, [
    line(3, 4, 5),
    line(4, 5, 4),
    line(5, 6, 6),
    line(6, 0, 1),
  ])
  expect([...partial]).toEqual([3, 4])
  expect([...cancelled]).toEqual([
    [0, 4],
    [1, 5],
  ])
  expect([...unmatched]).toEqual([6, 5])
})

it('never cancels more than was sold, nor across customers or before the sale', () => {
  const lines = fc.array(
    fc.record({ group: fc.nat(2), at: fc.nat(20), quantity: fc.integer({ min: 1, max: 6 }) }),
    { maxLength: 15 },
  )
  fc.assert(
    fc.property(lines, lines, (a, b) => {
      const sales = a.map((s, row) => ({ ...s, row }))
      const cancellations = b.map((c, row) => ({ ...c, row: row + 100 }))
      const { cancelled, exact, partial, unmatched } = netCancellations(sales, cancellations)
      expect(exact.size + partial.size + unmatched.size).toBe(cancellations.length)
      let taken = 0
      for (const [row, units] of cancelled) {
        expect(units).toBeLessThanOrEqual(sales[row]!.quantity)
        taken += units
      }
      const found = cancellations.filter(({ row }) => exact.has(row) || partial.has(row))
      expect(found.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(taken)
      for (const { row, group, at, quantity } of cancellations) {
        if (!unmatched.has(row)) continue
        const left = sales.filter(
          (s) =>
            s.group === group && s.at <= at && s.quantity - (cancelled.get(s.row) ?? 0) >= quantity,
        )
        expect(left).toEqual([])
      }
    }),
    { numRuns: 500 },
  )
})
