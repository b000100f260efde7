import { describe, expect, it } from 'vitest'
import { createWorld } from './input.ts'
import { oneProduct, QUIET } from './testing.ts'

describe('createWorld', () => {
  // Days 100 … 113; weekends closed (day 100 is a Saturday), and the last two days.
  const input = {
    ...oneProduct({ demand: Array.from({ length: 14 }, () => 1), reviewPeriodDays: 3 }),
    openDays: { closedWeekdays: [5 as const, 6 as const], closedDays: new Set([112, 113]) },
  }
  const world = createWorld(input, QUIET)

  it('leaves out what is wanted on closed days', () => {
    expect([...world.demand]).toEqual([0, 0, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0])
    expect([...world.nextOpen]).toEqual([2, 2, 2, 3, 4, 5, 6, 9, 9, 9, 10, 11, 14, 14, 14])
  })

  it('reviews every so many days, on the next open day, never twice and never after the end', () => {
    expect([...world.reviewDays]).toEqual([2, 3, 6, 9])
    const daily = createWorld({ ...input, reviewPeriodDays: 1 }, QUIET)
    expect([...daily.reviewDays]).toEqual([2, 3, 4, 5, 6, 9, 10, 11])
  })

  it('counts a product as on sale when it sold of late, is in stock or is first wanted', () => {
    const from = (change: object) => createWorld({ ...input, ...change }, QUIET).onSaleFrom[0]
    const history = (units: number[]) => ({
      history: {
        firstDay: 100 - units.length,
        days: units.length,
        stride: units.length,
        units: Float64Array.from(units),
      },
    })
    const old = Array.from({ length: 60 }, (_, d) => (d === 0 ? 5 : 0))
    expect(from({})).toBe(2)
    expect(from({ initialStock: Float64Array.of(1) })).toBe(0)
    expect(from(history([0, 3, 0]))).toBe(0)
    expect(from(history(old))).toBe(2)
    expect(from({ demand: new Float64Array(14) })).toBe(14)
  })
})
