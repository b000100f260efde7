import { expect, it } from 'vitest'
import { createRandom } from '../../../core/random/random.ts'
import { demandDrift } from './site-drift.ts'

const YEAR = 365 * 86_400_000
const STATES = ['NV', 'OH', '']

/** Orders over two years; the share of NV goes from one half by e^rate a year, OH has the rest. */
function drawn(count: number, rate: number) {
  const random = createRandom(3)
  const orderedAt = Float64Array.from({ length: count }, (_, o) => (2 * YEAR * o) / (count - 1))
  const area = Int32Array.from(orderedAt, (at) => {
    const odds = Math.exp(rate * (at / YEAR))
    return random.next() < odds / (1 + odds) ? 0 : 1
  })
  return { orderedAt, area }
}

it('finds where demand moves to, and believes little of few orders', () => {
  const much = demandDrift(drawn(200_000, 0.2), STATES, 0.1)
  // The odds grow by 0.2 a year; against all together, one state gains what the other loses.
  expect(much[0]! - much[1]!).toBeCloseTo(0.2, 1)
  expect(much[2]).toBe(0)
  const few = demandDrift(drawn(100, 0.2), STATES, 0.02)
  expect(Math.abs(few[0]!)).toBeLessThan(0.02)
})

it('says nothing where it is turned off, or all orders come at once', () => {
  expect([...demandDrift(drawn(1000, 1), STATES, 0)]).toEqual([0, 0, 0])
  const once = { orderedAt: Float64Array.of(5, 5), area: Int32Array.of(0, 1) }
  expect([...demandDrift(once, STATES, 0.1)]).toEqual([0, 0, 0])
})
