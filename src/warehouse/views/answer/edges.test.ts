import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CellEdges, cellsBetween, mergeEdges, rowsBetween } from './edges.ts'

const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 40 })
const bound = fc.option(
  fc.record({ value: fc.integer({ min: -22, max: 22 }).map((x) => x / 2), isStrict: fc.boolean() }),
  { nil: undefined },
)

function cell(at: number, least: number, greatest = least): CellEdges {
  return { cell: at, least, greatest, rows: 1, firstRow: -1, lastRow: -1 }
}

test('whole cells hold values of the range alone, and what is in neither they nor cut cells is outside', () => {
  fc.assert(
    fc.property(
      values,
      fc.integer({ min: 1, max: 7 }),
      bound,
      bound,
      (list, width, lower, upper) => {
        const cellOf = (x: number) => Math.floor(x / width)
        const edges = mergeEdges(list.map((x) => cell(cellOf(x), x)))
        const { first, last, cutBelow, cutAbove } = cellsBetween(edges, lower, upper)
        const isIn = (x: number) =>
          (lower === undefined || x > lower.value || (x === lower.value && !lower.isStrict)) &&
          (upper === undefined || x < upper.value || (x === upper.value && !upper.isStrict))
        let whole = 0
        for (const x of list) {
          const place = edges.cells.indexOf(cellOf(x))
          if (place >= first && place <= last) {
            whole++
            expect(isIn(x)).toBe(true)
          } else if (isIn(x)) expect([cutBelow, cutAbove]).toContain(place)
        }
        expect(rowsBetween(edges, first, last)).toBe(whole)
        for (const place of [cutBelow, cutAbove].filter((p) => p >= 0)) {
          const own = list.filter((x) => cellOf(x) === edges.cells[place])
          // A cell is cut by a bound, so that some value of it is outside.
          expect(own.every(isIn)).toBe(false)
        }
      },
    ),
  )
})

test('NaN lies behind all numbers', () => {
  const edges = mergeEdges([cell(0, 1, 2), cell(1, 5, Number.NaN)])
  const from5 = cellsBetween(edges, { value: 5, isStrict: false }, undefined)
  expect(from5).toEqual({ first: 1, last: 1, cutBelow: -1, cutAbove: -1 })
  expect(cellsBetween(edges, undefined, { value: 10, isStrict: false }).cutAbove).toBe(1)
})
