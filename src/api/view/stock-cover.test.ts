import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Arrival, coverOf, type DailyDemand, MOST_DAYS, stockLeft } from './stock-cover.ts'

const steady = (perDay: number): DailyDemand => ({
  ...{ rates: new Float32Array(0), at: 0, days: 0, beyond: perDay },
})
const ask = (available: number, perDay: number, leadDays: number, arrivals: Arrival[] = []) =>
  coverOf({ available, demand: steady(perDay), factor: 1, arrivals, leadDays })

describe('how long stock lasts', () => {
  it('divides stock by steady sales, and counts what is missed until more can come', () => {
    expect(ask(10, 4, 7)).toEqual({ zeroAt: 2.5, lost: 18 })
    expect(ask(0, 2, 3)).toEqual({ zeroAt: 0, lost: 6 })
    expect(ask(10, 4, 2)).toEqual({ zeroAt: 2.5, lost: 0 })
    expect(ask(10, 0, 7)).toEqual({ zeroAt: Number.POSITIVE_INFINITY, lost: 0 })
    expect(ask(1, 0.001, 7)).toEqual({ zeroAt: Number.POSITIVE_INFINITY, lost: 0 })
  })

  it('sells what comes in from the morning of its day', () => {
    expect(ask(2, 2, 10, [{ day: 1, units: 4 }])).toEqual({ zeroAt: 3, lost: 14 })
    expect(ask(2, 2, 10, [{ day: 3, units: 4 }])).toEqual({ zeroAt: 1, lost: 14 })
  })

  it('agrees with selling one thousandth of a day at a time', () => {
    const days = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 20 })
    const coming = fc.array(
      fc.record({ day: fc.nat({ max: 25 }), units: fc.integer({ min: 1, max: 30 }) }),
      { maxLength: 3 },
    )
    fc.assert(
      fc.property(days, fc.nat(60), fc.nat(30), coming, (rates, available, leadDays, unsorted) => {
        const arrivals = unsorted.sort((a, b) => a.day - b.day)
        const demand = { rates: Float32Array.from(rates), at: 0, days: rates.length, beyond: 1 }
        const { zeroAt, lost } = coverOf({ available, demand, factor: 1, arrivals, leadDays })
        const plain = sellSlowly(available, demand, arrivals, leadDays)
        expect(lost).toBeCloseTo(plain.lost, 0)
        if (zeroAt < MOST_DAYS) expect(zeroAt).toBeCloseTo(plain.zeroAt, 1)
      }),
      { numRuns: 60 },
    )
  })

  it('draws what is left at the end of each day', () => {
    const question = {
      available: 5,
      demand: steady(2),
      factor: 1,
      arrivals: [{ day: 4, units: 3 }],
    }
    expect(stockLeft(question, 6)).toEqual([3, 1, 0, 0, 1, 0])
  })
})

const STEPS = 1000
/** More than the longest that made stock can last: 150 units at one a day, behind 20 days without sales. */
const PLAIN_DAYS = 200

/** The same, a small step at a time. */
function sellSlowly(
  available: number,
  { rates, beyond }: DailyDemand,
  arrivals: readonly Arrival[],
  leadDays: number,
) {
  let left = available
  let zeroAt = Number.POSITIVE_INFINITY
  let lost = 0
  for (let step = 0; step < STEPS * PLAIN_DAYS; step++) {
    const day = Math.floor(step / STEPS)
    if (step % STEPS === 0) for (const one of arrivals) if (one.day === day) left += one.units
    const wanted = (rates[day] ?? beyond) / STEPS
    if (wanted > left + 1e-9) {
      zeroAt = Math.min(zeroAt, step / STEPS)
      if (step < leadDays * STEPS) lost += wanted - left
      left = 0
    } else left -= wanted
  }
  return { zeroAt, lost }
}
