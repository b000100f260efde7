import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCostLine } from './cost-line.ts'
import { rentLimit } from './rent.ts'
import { createResiduals } from './residuals.ts'

const GUARD = {
  ...{ slowerTimes: 1.25, slowerMs: 2, risk: 0.1 },
  ...{ mostTimes: 1.5, leastMs: 10, leastGain: 0.2 },
}

describe('rentLimit', () => {
  it('never gives the default more than its multiple of the other way', () => {
    const belief = fc.record({
      mean: fc.double({ min: -3, max: 9, noNaN: true }),
      spread: fc.double({ min: 0, max: 2, noNaN: true }),
    })
    fc.assert(
      fc.property(belief, belief, (normal, other) => {
        const c = Math.exp(other.mean + other.spread ** 2 / 2)
        const limit = rentLimit(normal, other, GUARD)
        expect(limit).toBeGreaterThanOrEqual(0)
        expect(limit).toBeLessThanOrEqual(Math.max(10, 1.5 * c) * (1 + 1e-12))
      }),
    )
  })
  it('goes straight where it is sure, and lets the default end where that is the better way', () => {
    const other = { mean: Math.log(50), spread: 0.2 }
    expect(rentLimit({ mean: Math.log(3000), spread: 0.4 }, other, GUARD)).toBe(0)
    expect(rentLimit({ mean: Math.log(20), spread: 0.2 }, other, GUARD)).toBeGreaterThan(35)
    // The same means, but nobody knows: the default begins.
    expect(rentLimit({ mean: Math.log(60), spread: 2 }, other, GUARD)).toBeGreaterThan(0)
  })
})

describe('createCostLine', () => {
  it('learns the weights of another machine and how far it is off', () => {
    const line = createCostLine([1, 1e-5], 0.5)
    const costs = (n: number) => 3 + 4e-5 * n
    for (let i = 0; i < 150; i++) {
      const n = 1e4 * (1 + ((i * 37) % 100))
      line.learn([1, n], costs(n), false)
    }
    expect(line.expect([1, 3e5]) / costs(3e5)).toBeGreaterThan(0.85)
    expect(line.expect([1, 3e5]) / costs(3e5)).toBeLessThan(1.15)
    expect(line.spread).toBeLessThan(0.35)
    const again = createCostLine([1, 1e-5], 0.5, line.save())
    expect(again.expect([1, 3e5])).toBe(line.expect([1, 3e5]))
  })
  it('takes what was stopped to be longer, and one odd run not for all', () => {
    const line = createCostLine([1, 1e-5], 0.5)
    line.learn([1, 1e6], 100, true)
    expect(line.expect([1, 1e6])).toBeGreaterThan(11)
    expect(line.expect([1, 1e6])).toBeLessThan(120)
  })
})

describe('createResiduals', () => {
  it('believes the template before its kind, and its kind before the line', () => {
    const residuals = createResiduals(10)
    const prior = { mean: 0, spread: 0.5 }
    expect(residuals.believe(prior, 'k', 't')).toEqual(prior)
    for (let i = 0; i < 5; i++) residuals.add('k', 't', 1)
    const alike = residuals.believe(prior, 'k', 'u')
    const own = residuals.believe(prior, 'k', 't')
    expect(alike.mean).toBeGreaterThan(0.7)
    expect(own.mean).toBeGreaterThan(alike.mean)
    expect(own.spread).toBeLessThan(alike.spread)
    expect(createResiduals(10, residuals.save(10)).believe(prior, 'k', 't')).toEqual(own)
  })
})
