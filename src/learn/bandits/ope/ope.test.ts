import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../core/random/random.ts'
import { ratioOf, termsOf } from './estimators.ts'
import { evaluateOffPolicy } from './evaluate.ts'
import { clusterTerms, intervalOf } from './intervals.ts'
import { overlapOf } from './overlap.ts'
import type { IntervalName, OffPolicyLog } from './types.ts'
import { clustersOf, effectiveSamples, importanceWeights, slateWeights } from './weights.ts'

/** Three actions, two contexts, clicks: logged by one policy, asked about another. */
const RATE = [
  [0.1, 0.3, 0.2],
  [0.4, 0.1, 0.2],
]
const LOGGED = [0.6, 0.3, 0.1]
const TARGET = [0.2, 0.3, 0.5]
const truth = RATE.flatMap((rates) => rates.map((r, a) => (r * TARGET[a]!) / 2)).reduce(
  (a, b) => a + b,
  0,
)

function simulated(rows: number, seed: number, bias = 0): OffPolicyLog {
  const random = createRandom(seed)
  const columns = { rewards: [], weights: [], predictedLogged: [], predictedTarget: [] } as {
    [K in 'rewards' | 'weights' | 'predictedLogged' | 'predictedTarget']: number[]
  }
  for (let i = 0; i < rows; i++) {
    const rates = RATE[random.int(2)]!
    const u = random.next()
    const action = u < 0.6 ? 0 : u < 0.9 ? 1 : 2
    columns.rewards.push(random.next() < rates[action]! ? 1 : 0)
    columns.weights.push(TARGET[action]! / LOGGED[action]!)
    columns.predictedLogged.push(rates[action]! + bias)
    columns.predictedTarget.push(rates.reduce((s, r, a) => s + TARGET[a]! * (r + bias), 0))
  }
  return {
    rewards: Float64Array.from(columns.rewards),
    weights: Float64Array.from(columns.weights),
    predictedLogged: Float64Array.from(columns.predictedLogged),
    predictedTarget: Float64Array.from(columns.predictedTarget),
  }
}

describe('estimators', () => {
  it('find what the policy earns', () => {
    const { estimates, overlap } = evaluateOffPolicy(simulated(40_000, 1), { draws: 40 })
    expect(estimates.length).toBe(6)
    for (const { value, interval } of estimates) {
      expect(Math.abs(value - truth)).toBeLessThan(0.01)
      expect(interval[0]).toBeLessThanOrEqual(value)
      expect(interval[1]).toBeGreaterThanOrEqual(value)
    }
    expect(overlap.warnings).toEqual([])
  })

  it('are doubly robust: a biased model does not mislead them, where it does the direct method', () => {
    const log = simulated(40_000, 2, 0.15)
    expect(ratioOf(termsOf('direct', log)) - truth).toBeGreaterThan(0.1)
    expect(Math.abs(ratioOf(termsOf('doubly-robust', log)) - truth)).toBeLessThan(0.01)
  })

  it('have less variance with a right model than without', () => {
    const log = simulated(4000, 3)
    const width = (name: 'ips' | 'doubly-robust') => {
      const [low, high] = intervalOf('normal', termsOf(name, log))
      return high - low
    }
    expect(width('doubly-robust')).toBeLessThan(width('ips'))
  })

  it('meet at their limits: no clip is IPS, switched off is direct, always on is doubly robust', () => {
    const log = simulated(500, 4)
    const value = (...args: Parameters<typeof termsOf>) => ratioOf(termsOf(...args))
    expect(value('clipped-ips', log, { clip: Infinity })).toBe(value('ips', log))
    expect(value('switch-doubly-robust', log, { switchAt: 0 })).toBeCloseTo(
      value('direct', log),
      12,
    )
    expect(value('switch-doubly-robust', log, { switchAt: Infinity })).toBe(
      value('doubly-robust', log),
    )
  })

  it('are the plain mean where both policies are one', () => {
    const rewards = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 2,
      maxLength: 40,
    })
    fc.assert(
      fc.property(rewards, (values) => {
        const log = {
          rewards: Float64Array.from(values),
          weights: new Float64Array(values.length).fill(1),
        }
        const mean = values.reduce((a, b) => a + b, 0) / values.length
        for (const name of ['ips', 'snips'] as const)
          expect(ratioOf(termsOf(name, log))).toBeCloseTo(mean, 9)
      }),
    )
  })

  it('refuse a log that is not one', () => {
    const log = simulated(10, 1)
    expect(() => termsOf('ips', { ...log, weights: new Float64Array(3) })).toThrow(
      '3 weights of 10',
    )
    expect(() =>
      termsOf('ips', { rewards: Float64Array.of(1, Number.NaN), weights: Float64Array.of(1, 1) }),
    ).toThrow('rewards of row 1')
    expect(() => termsOf('doubly-robust', { rewards: log.rewards, weights: log.weights })).toThrow(
      'needs a reward model',
    )
    expect(() => importanceWeights(Float64Array.of(0.5), Float64Array.of(0))).toThrow(
      'propensity of row 0 is 0',
    )
    expect(() => importanceWeights(Float64Array.of(2), Float64Array.of(0.5))).toThrow(
      'target probability of row 0',
    )
  })
})

describe('intervals', () => {
  it.each<[IntervalName, number]>([
    ['gamma', 0.9],
    ['normal', 0.9],
    ['bernstein', 0.95],
    ['bootstrap', 0.9],
  ])('of %s hold the truth as often as they say', (name, atLeast) => {
    let held = 0
    for (let seed = 0; seed < 100; seed++) {
      const [low, high] = intervalOf(name, termsOf('snips', simulated(1000, 100 + seed)), {
        seed,
        draws: 200,
      })
      if (low <= truth && truth <= high) held++
    }
    expect(held / 100).toBeGreaterThanOrEqual(atLeast)
  })

  it('by gamma know that clicks not yet seen may come, and reach as far as Poisson counts do', () => {
    const none = { rewards: new Float64Array(100), weights: new Float64Array(100).fill(1) }
    const [low, high] = intervalOf('gamma', termsOf('ips', none))
    expect(low).toBe(0)
    // No event in 100 rows: the exact Poisson limit is −ln 0.025 of 100.
    expect(high).toBeCloseTo(3.689 / 100, 4)
    const five = { ...none, rewards: none.rewards.map((_, i) => (i < 5 ? 1 : 0)) }
    const [from, to] = intervalOf('gamma', termsOf('ips', five))
    // Exact Poisson limits of 5 events: 1.623 and 11.668; a little less, as rates are not tiny.
    expect(from * 100).toBeGreaterThan(1.6)
    expect(to * 100).toBeLessThan(11.7)
    expect(to * 100).toBeGreaterThan(11)
  })

  it('count rows of a cluster once: a log repeated is no surer', () => {
    const log = simulated(200, 6)
    const twice = (a: Float64Array) => Float64Array.from([...a, ...a])
    const rows = Int32Array.from({ length: 400 }, (_, i) => i % 200)
    const doubled: OffPolicyLog = {
      rewards: twice(log.rewards),
      weights: twice(log.weights),
      clusters: rows,
    }
    const once = intervalOf('normal', termsOf('ips', log))
    const counted = intervalOf('normal', clusterTerms(termsOf('ips', doubled), rows))
    counted.forEach((v, i) => {
      expect(v).toBeCloseTo(once[i]!, 12)
    })
  })
})

describe('overlap', () => {
  it('counts effective rows', () => {
    expect(effectiveSamples(new Float64Array(7).fill(3))).toBeCloseTo(7, 12)
    expect(effectiveSamples(Float64Array.of(1, 0, 0, 0))).toBe(1)
    expect(effectiveSamples(new Float64Array(3))).toBe(0)
  })

  it('warns of few effective rows, of one heavy row, of what was never possible, of wrong weights', () => {
    const fine = new Float64Array(1000).fill(1)
    expect(overlapOf(fine).isPoor).toBe(false)
    const heavy = fine.map((_, i) => (i === 0 ? 1000 : 0.001))
    expect(overlapOf(heavy).warnings.join(' ')).toMatch(/weigh as much as 1 .*One row has 99\.9 %/)
    expect(overlapOf(fine, new Float64Array(1000).fill(0.3)).warnings[0]).toContain(
      '30 % of the policy',
    )
    expect(overlapOf(new Float64Array(1000).fill(0.5)).warnings[0]).toContain('average 0.500')
  })
})

describe('slates', () => {
  it('weigh positions alone, with those above, or with all', () => {
    const weights = Float64Array.of(2, 0.5, 3, 4)
    const offsets = Int32Array.of(0, 3, 4)
    expect([...slateWeights(weights, offsets, 'independent')]).toEqual([2, 0.5, 3, 4])
    expect([...slateWeights(weights, offsets, 'cascade')]).toEqual([2, 1, 3, 4])
    expect([...slateWeights(weights, offsets, 'whole')]).toEqual([3, 3, 3, 4])
    expect([...clustersOf(offsets)]).toEqual([0, 0, 0, 1])
  })

  it('find the value of a slate from its positions', () => {
    // Two positions, two items drawn alike for each; the policy asked about always shows item 1.
    const random = createRandom(12)
    const slates = 20_000
    const rewards = new Float64Array(2 * slates)
    const items = new Float64Array(2 * slates)
    const offsets = Int32Array.from({ length: slates + 1 }, (_, s) => 2 * s)
    for (let i = 0; i < 2 * slates; i++) {
      const item = random.int(2)
      const chance = (item === 1 ? 0.3 : 0.1) * (i % 2 === 0 ? 1 : 0.5)
      rewards[i] = random.next() < chance ? 1 : 0
      items[i] = item === 1 ? 2 : 0
    }
    for (const dependence of ['independent', 'cascade', 'whole'] as const) {
      const weights = slateWeights(items, offsets, dependence)
      const log = { rewards, weights, clusters: clustersOf(offsets), per: 'cluster' } as const
      expect(Math.abs(ratioOf(termsOf('ips', log)) - 0.45)).toBeLessThan(0.03)
    }
  })
})
