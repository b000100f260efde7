import { describe, expect, it } from 'vitest'
import { createWorld } from './input.ts'
import { leadTimesOf } from './lead-times.ts'
import { firstArrival, lateArrival, lateUnits, luckOf } from './luck.ts'
import { oneProduct, QUIET } from './testing.ts'

const DAYS = 20_000
const params = { ...QUIET, partialProbability: 0.1, partialShare: 0.4, partialDelayDays: 3 }

describe('luckOf', () => {
  const input = {
    ...oneProduct({ demand: Array.from({ length: DAYS }, () => 0) }),
    leadTimes: leadTimesOf([[2, 5, 5, 11]], [0]),
  }
  const world = createWorld(input, params)
  const luck = luckOf('seed')
  const placed = Array.from({ length: DAYS - 100 }, (_, day) => {
    const first = firstArrival(world, luck, 0, day)
    return { day, first, late: lateArrival(world, luck, 0, day, first) }
  })

  it('draws lead times as often as they stand in the table', () => {
    const share = (lead: number) =>
      placed.filter(({ day, first }) => first - day === lead).length / placed.length
    // Standard error 0.003.
    expect(Math.abs(share(2) - 0.25)).toBeLessThan(0.012)
    expect(Math.abs(share(5) - 0.5)).toBeLessThan(0.014)
    expect(Math.abs(share(11) - 0.25)).toBeLessThan(0.012)
  })

  it('splits as many deliveries as asked, the late part 1 … 2 × mean − 1 days after the first', () => {
    const split = placed.filter(({ late }) => late >= 0)
    expect(Math.abs(split.length / placed.length - 0.1)).toBeLessThan(0.009)
    const delays = split.map(({ first, late }) => late - first)
    expect(new Set(delays)).toEqual(new Set([1, 2, 3, 4, 5]))
    const mean = delays.reduce((a, b) => a + b, 0) / delays.length
    expect(Math.abs(mean - 3)).toBeLessThan(0.13)
    expect([0, 1, 2, 10].map((units) => lateUnits(world, units))).toEqual([0, 0, 0, 4])
  })

  it('does not tie a split to the lead time', () => {
    const quick = placed.filter(({ day, first }) => first - day === 2)
    const share = quick.filter(({ late }) => late >= 0).length / quick.length
    expect(Math.abs(share - 0.1)).toBeLessThan(0.02)
  })

  it('calls everything after the replay its end', () => {
    expect(firstArrival(world, luck, 0, DAYS - 1)).toBe(DAYS)
    expect(firstArrival(world, luck, 0, DAYS - 2)).toBe(DAYS)
  })
})
