import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numberColumn, textColumn } from '../../core/table.ts'
import { type BoundFilter, numberFor, selectivity } from './selectivity.ts'
import type { TableSample } from './statistics.ts'

const OPERATORS = ['=', '<>', '<', '<=', '>', '>='] as const

const sampleOf = (a: readonly (number | null)[], t: readonly (string | null)[]): TableSample => ({
  table: 't',
  rows: a.length,
  sampled: a.length,
  columns: new Map([
    ['a', { values: numberColumn(a), type: 'BIGINT' }],
    ['t', { values: textColumn(t), type: 'VARCHAR' }],
  ]),
})

function passes<V extends number | string>(value: V | null, operator: string, bound: V): boolean {
  if (value === null) return false
  const sign = value === bound ? 0 : value < bound ? -1 : 1
  if (operator === '=') return sign === 0
  if (operator === '<>') return sign !== 0
  return operator.startsWith('<')
    ? sign < 0 || (operator === '<=' && sign === 0)
    : sign > 0 || (operator === '>=' && sign === 0)
}

describe('selectivity', () => {
  it('counts what passes all filters', () => {
    const row = fc.record({
      a: fc.option(fc.integer({ min: -3, max: 3 })),
      t: fc.option(fc.constantFrom('', 'a', 'b', 'ä')),
    })
    const filters = fc.record({
      a: fc.tuple(fc.constantFrom(...OPERATORS), fc.integer({ min: -3, max: 3 })),
      t: fc.tuple(fc.constantFrom(...OPERATORS), fc.constantFrom('', 'a', 'b')),
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), filters, (rows, { a, t }) => {
        const bound: BoundFilter[] = [
          { column: 'a', operator: a[0], constant: a[1] },
          { column: 't', operator: t[0], constant: t[1] },
        ]
        const sample = sampleOf(
          rows.map((r) => r.a),
          rows.map((r) => r.t),
        )
        const passed = rows.filter((r) => passes(r.a, ...a) && passes(r.t, ...t)).length
        expect(selectivity(sample, bound)).toBeCloseTo((passed + 0.5) / (rows.length + 1), 12)
      }),
    )
  })

  it('reads lists as they are written', () => {
    const sample = sampleOf([1, 2, 3, null], ['a', "o'b", 'c', null])
    const share = (column: string, constant: string) =>
      selectivity(sample, [{ column, operator: 'in', constant }])
    expect(share('a', '1, 3, 7')).toBe(2.5 / 5)
    expect(share('t', "'o''b', 'x'")).toBe(1.5 / 5)
  })

  it('lets everything pass where the column is unknown', () => {
    expect(selectivity(sampleOf([1], ['a']), [{ column: 'z', operator: '=', constant: 1 }])).toBe(1)
  })

  it('puts days and instants on the scale of the column', () => {
    expect(numberFor('DATE', '1970-01-03')).toBe(2)
    expect(numberFor('TIMESTAMP', '1970-01-01 00:00:01')).toBe(1000)
    expect(numberFor('BIGINT', 'no number')).toBeNaN()
  })
})
