import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { reconcile } from '../../learn/index.ts'
import { factorsOfAggregates, learnSpread, type PastSums, stretch } from './spread.ts'

const LEVELS = Float64Array.of(0.05, 0.5, 0.95)
const HORIZON = 40
/** Of a normal distribution at 0.95. */
const OUTER = 1.645

/** Two groups of two series: total, group a, group b. */
const HIERARCHY = reconcile.hierarchyOf(4, [
  { name: 'group', codes: [0, 0, 1, 1], groups: ['a', 'b'] },
])

/** A window in which every band is mean ± 1, and errors are as told. */
function windowOf(errorAt: (node: number, h: number) => number): PastSums {
  const nodes = HIERARCHY.aggregates
  const mean = new Float64Array(nodes * HORIZON).fill(10)
  const levelsOf = (m: number, half: number) => [m - half, m, m + half]
  return {
    aggregates: {
      ids: HIERARCHY.names,
      buckets: { frequency: 'D' },
      origin: 0,
      horizon: HORIZON,
      levels: LEVELS,
      mean,
      quantiles: Float64Array.from(Array.from(mean).flatMap((m) => levelsOf(m, 1))),
    },
    actual: mean.map((m, at) => m + errorAt(Math.floor(at / HORIZON), at % HORIZON)),
    spanQuantiles: Float64Array.from(HIERARCHY.names.flatMap(() => levelsOf(10 * HORIZON, 20))),
    span: HORIZON,
  }
}

describe('learnSpread', () => {
  it('takes the quantile of the scores, less of it where windows are few', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 4, noNaN: true }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 10 }),
        (times, windows, prior) => {
          const past = Array.from({ length: windows }, () => windowOf(() => -times))
          const [total, group] = learnSpread(HIERARCHY, past, prior)
          expect(total!.factor).toBeCloseTo(times ** (windows / (windows + prior)), 9)
          expect(group!.factor).toBeCloseTo(total!.factor, 9)
          // Errors of one sign add up: forty of them against a band of ± 20.
          const ofSpan = Math.min(4, (2 * times) ** (windows / (windows + prior)))
          expect(total!.spanFactor).toBeCloseTo(ofSpan, 9)
        },
      ),
    )
  })

  it('knows levels apart, and narrows none', () => {
    const past = [0, 1].map(() => windowOf((node) => (node === 0 ? 3 : 0.1)))
    const rows = learnSpread(HIERARCHY, past, 0)
    expect(rows.map(({ level, factor }) => [level, factor])).toEqual([
      ['total', 3],
      ['group', 1],
    ])
    expect(Array.from(factorsOfAggregates(HIERARCHY, rows, 'factor'))).toEqual([3, 1, 1])
  })

  it('leaves the bands as they are without a past, and where nothing has a width', () => {
    const closed = windowOf(() => 0)
    closed.aggregates.quantiles.fill(10)
    for (const past of [[], [closed]]) {
      const [total] = learnSpread(HIERARCHY, past, 0)
      expect(total!.factor).toBe(1)
      expect(total!.before).toBeNaN()
      expect(total!.after).toBeNaN()
    }
  })

  it('covers what is to come where bands were half as wide as they should have been', () => {
    const random = createRandom('spread')
    const draw = () => windowOf(() => (2 * random.normal()) / OUTER)
    const [total] = learnSpread(HIERARCHY, Array.from({ length: 40 }, draw), 0)
    expect(total!.before).toBeCloseTo(0.59, 1)
    // What holds in 9 of 10 windows covers more than 9 of 10 points.
    expect(total!.after).toBeGreaterThan(0.88)
    expect(total!.after).toBeLessThan(0.99)
    const later = Array.from({ length: 200 }, draw)
    let inside = 0
    for (const { actual } of later) {
      for (let h = 0; h < HORIZON; h++) {
        if (Math.abs(actual[h]! - 10) <= total!.factor) inside++
      }
    }
    const share = inside / (later.length * HORIZON)
    expect(share).toBeGreaterThan(0.88)
    expect(share).toBeLessThan(0.99)
  })

  it('says of each window what the others alone would have given', () => {
    const wild = windowOf(() => 3)
    const past = [wild, windowOf(() => 0.5), windowOf(() => 0.5)]
    const [total] = learnSpread(HIERARCHY, past, 0)
    expect(total!.factor).toBe(3)
    // The wild one is missed by what the two calm ones show.
    expect(total!.after).toBeCloseTo(2 / 3, 9)
  })
})

describe('stretch', () => {
  it('keeps order, the mean’s place and the floor', () => {
    const number = fc.double({ min: 0, max: 100, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, number, number, number), { minLength: 1, maxLength: 20 }),
        fc.double({ min: 1, max: 4, noNaN: true }),
        (points, factor) => {
          const mean = Float64Array.from(points, ([m]) => m)
          const before = Float64Array.from(points.flatMap(([, ...q]) => q.sort((a, b) => a - b)))
          const after = before.slice()
          stretch(after, mean, () => factor, 0)
          after.forEach((q, k) => {
            const m = mean[Math.floor(k / 3)]!
            expect(q).toBeGreaterThanOrEqual(0)
            expect(Math.sign(q - m) * Math.sign(before[k]! - m)).toBeGreaterThanOrEqual(0)
            if (k % 3 > 0) expect(q).toBeGreaterThanOrEqual(after[k - 1]!)
            const plain = Math.max(0, m + factor * (before[k]! - m))
            expect(q).toBeCloseTo(plain, 9)
          })
        },
      ),
    )
  })
})
