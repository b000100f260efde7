import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { selectRanks } from './order-statistics.ts'

const numbers = fc.array(fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: -3, max: 3 })), {
  minLength: 1,
  maxLength: 400,
})

describe('selectRanks', () => {
  it('puts every asked rank where sorting would, and loses no value', () => {
    fc.assert(
      fc.property(numbers, fc.array(fc.nat(), { maxLength: 20 }), (given, places) => {
        const values = Float64Array.from(given, (v) => v + 0)
        const sorted = values.slice().sort()
        const ranks = Int32Array.from(places, (place) => place % values.length).sort()
        selectRanks(values, ranks)
        for (const rank of ranks) expect(values[rank]).toBe(sorted[rank])
        expect(values.sort()).toEqual(sorted)
      }),
    )
  })

  it('touches nothing outside its range', () => {
    const values = Float64Array.from({ length: 60 }, (_, k) => (k * 37) % 61)
    const before = values.slice()
    selectRanks(values, Int32Array.of(20, 30), 15, 45)
    expect(values.subarray(0, 15)).toEqual(before.subarray(0, 15))
    expect(values.subarray(45)).toEqual(before.subarray(45))
    const sorted = before.slice(15, 45).sort()
    expect([values[20], values[30]]).toEqual([sorted[5], sorted[15]])
  })
})
