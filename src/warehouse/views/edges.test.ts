import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cellsBetween, mergeEdges } from './edges.ts'

const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 40 })
const bound = fc.option(
  fc.record({ value: fc.integer({ min: -22, max: 22 }).map((x) => x / 2), isStrict: fc.boolean() }),
  { nil: undefined },
)

test('a range of cells holds exactly the values of the range, or is refused', () => {
  fc.assert(
    fc.property(
      values,
      fc.integer({ min: 1, max: 7 }),
      bound,
      bound,
      (list, width, lower, upper) => {
        const cellOf = (x: number) => Math.floor(x / width)
        const edges = mergeEdges(list.map((x) => ({ cell: cellOf(x), least: x, greatest: x })))
        const range = cellsBetween(edges, lower, upper)
        const isIn = (x: number) =>
          (lower === undefined || x > lower.value || (x === lower.value && !lower.isStrict)) &&
          (upper === undefined || x < upper.value || (x === upper.value && !upper.isStrict))
        if (range === undefined) {
          // Refused only where some cell has values on both sides.
          const isCut = list.some((x) =>
            list.some((y) => cellOf(x) === cellOf(y) && isIn(x) !== isIn(y)),
          )
          expect(isCut || !list.some(isIn)).toBe(true)
          return
        }
        for (const x of list) expect(cellOf(x) >= range[0] && cellOf(x) <= range[1]).toBe(isIn(x))
      },
    ),
  )
})

test('NaN lies behind all numbers', () => {
  const edges = mergeEdges([
    { cell: 0, least: 1, greatest: 2 },
    { cell: 1, least: 5, greatest: Number.NaN },
  ])
  expect(cellsBetween(edges, { value: 5, isStrict: false }, undefined)).toEqual([1, 1])
  expect(cellsBetween(edges, undefined, { value: 10, isStrict: false })).toBeUndefined()
})
