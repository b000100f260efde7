import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { findOutliers, runningMedian } from './outliers.ts'

describe('outliers', () => {
  const random = createRandom('outliers')
  const week = [1, 1.1, 1.2, 1, 0.9, 0.5, 0.4]
  const clean = Float64Array.from({ length: 210 }, (_, t) => {
    return 100 * week[t % 7]! * (1 + t / 400) + 4 * random.normal()
  })

  it('marks what stands out of level and season, and says what belongs there', () => {
    const dirty = clean.slice()
    dirty[50]! *= 3
    dirty[121] = 0
    const marks = findOutliers(dirty, { season: 7 })
    // Of 208 ordinary days one may stand out by chance, by far less.
    expect(marks.length).toBeLessThanOrEqual(3)
    const worst = marks.toSorted((a, b) => Math.abs(b.score) - Math.abs(a.score)).slice(0, 2)
    expect(worst.map(({ index }) => index).sort((a, b) => a - b)).toEqual([50, 121])
    for (const { index, replacement } of worst) {
      expect(Math.abs(replacement / clean[index]! - 1)).toBeLessThan(0.2)
    }
    expect(dirty[121]).toBe(0)
  })

  it('marks more the more sensitive it is, and nothing that is known', () => {
    const dirty = clean.slice()
    dirty[50]! *= 1.2
    expect(findOutliers(dirty, { season: 7, sensitivity: 0 }).length).toBe(0)
    expect(findOutliers(dirty, { season: 7, sensitivity: 0.8 }).length).toBeGreaterThan(0)
    const known = dirty.map((_, t) => (t === 50 ? 1 : 0))
    const marks = findOutliers(dirty, { season: 7, sensitivity: 0.8, known })
    expect(marks.some(({ index }) => index === 50)).toBe(false)
  })

  it('leaves rare sales alone', () => {
    const rare = Float64Array.from({ length: 200 }, () => (random.next() < 0.2 ? 1 : 0))
    expect(findOutliers(rare, { season: 7 }).length).toBe(0)
    expect(findOutliers([Number.NaN, Number.NaN])).toEqual([])
    expect(() => findOutliers([1], { sensitivity: 2 })).toThrow('0 to 1')
  })

  it('has the running median of the plain sort', () => {
    const value = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(Number.NaN))
    fc.assert(
      fc.property(fc.array(value, { maxLength: 40 }), fc.nat(6), (values, reach) => {
        const y = Float64Array.from(values)
        const plain = y.map((_, t) => {
          const near = y
            .slice(Math.max(0, t - reach), t + reach + 1)
            .filter((v) => !Number.isNaN(v))
            .sort()
          const half = near.length >> 1
          if (near.length === 0) return Number.NaN
          return near.length % 2 === 1 ? near[half]! : (near[half - 1]! + near[half]!) / 2
        })
        expect(runningMedian(y, reach)).toEqual(plain)
      }),
    )
  })
})
