import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { dayClock } from './clock.ts'
import { deviationFactor, exactMeanFactor, meanFactor } from './deviation.ts'
import { knotsOf } from './knots.ts'
import { fitLevel } from './level.ts'
import type { Outlook } from './outlook.ts'
import { BINS, binAt, frameOf } from './place.ts'
import { medianInPlace, robustScale } from './robust.ts'
import {
  cholesky,
  type EventFeatures,
  fitStrengths,
  predictStrengths,
  scaledStrength,
  unitStrength,
} from './strengths.ts'

const options = { reach: 1.5, longestReachMinutes: 2880, longestEdgeMinutes: 360 }

describe('places in an event', () => {
  it('go through the bins in order, whatever the length', () => {
    const minutes = fc.double({ min: 2, max: 5000, noNaN: true })
    fc.assert(
      fc.property(minutes, minutes, (usual, length) => {
        const frame = frameOf(usual, options)
        let last = -1
        for (let k = 0; k <= 200; k++) {
          const at = -frame.leadMinutes + (k / 200) * (frame.leadMinutes + length)
          const bin = binAt(frame, at * 59_999.999, length * 60_000)
          if (Number.isNaN(bin)) continue
          expect(bin).toBeGreaterThanOrEqual(last)
          expect(bin).toBeLessThanOrEqual(BINS)
          last = bin
        }
      }),
    )
  })

  it('are nowhere beyond lead and tail', () => {
    const frame = frameOf(100, options)
    expect(binAt(frame, -151 * 60_000, 6_000_000)).toBeNaN()
    expect(binAt(frame, 251 * 60_000, 6_000_000)).toBeNaN()
  })
})

describe('deviations', () => {
  it('have the mean that adding up gives', () => {
    for (const variance of [0.001, 0.05, 0.4, 1, 2.5]) {
      const sd = Math.sqrt(variance)
      let sum = 0
      for (let z = -8; z < 8; z += 0.001) {
        sum += 0.001 * deviationFactor(sd * z) * Math.exp(-0.5 * z * z)
      }
      expect(exactMeanFactor(variance)).toBeCloseTo(sum / Math.sqrt(2 * Math.PI), 5)
      expect(meanFactor(variance)).toBeCloseTo(exactMeanFactor(variance), 4)
    }
  })
})

describe('the middle', () => {
  it('is what sorting gives', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), (list) => {
        const sorted = Float64Array.from(list).sort()
        expect(medianInPlace(Float64Array.from(list))).toBe(sorted[list.length >> 1])
      }),
    )
    expect(robustScale([Number.NaN, 1, -1, 1, 50])).toBeCloseTo(1.4826)
  })
})

describe('knots', () => {
  it('hold both ends of each day and every change of spread', () => {
    const axis = { startMs: Date.UTC(2026, 2, 27, 7), stepMs: 60_000, count: 5000 }
    const clock = dayClock(axis, 'Europe/Paris')
    const variance = new Float64Array(axis.count).fill(0.01)
    variance.fill(0.5, 2000, 2015)
    const knots = knotsOf({ axis, clock, variance } as Outlook)
    expect([knots[0], knots.at(-1)]).toEqual([0, axis.count - 1])
    expect([...knots]).toEqual(expect.arrayContaining([1999, 2000, 2015].slice(1)))
    knots.forEach((t, k) => {
      if (k > 0) expect(t - knots[k - 1]!).toBeLessThanOrEqual(10)
    })
    for (let t = 1; t < axis.count; t++) {
      if (clock.day[t] !== clock.day[t - 1])
        expect([...knots]).toEqual(expect.arrayContaining([t - 1, t]))
    }
  })
})

describe('levels', () => {
  const noisy = (seed: number, jump: number) => {
    const random = createRandom(seed)
    return Float64Array.from(
      { length: 60 },
      (_, d) => (d >= 40 ? jump : 0) + 0.03 * random.normal(),
    )
  }

  it('break where they jump, and seldom elsewhere', () => {
    const { breaks, level } = fitLevel(noisy(1, 0.5), 0.5)
    expect(breaks.map(({ day }) => day)).toEqual([40])
    expect(level).toBeCloseTo(0.5, 1)
    const found = Array.from(
      { length: 50 },
      (_, k) => fitLevel(noisy(100 + k, 0), 0.5).breaks.length,
    )
    expect(found.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(3)
  })

  it('walk by what they walked', () => {
    const random = createRandom(5)
    let at = 0
    const walk = Float64Array.from({ length: 400 }, () => (at += 0.1 * random.normal()))
    const fitted = fitLevel(walk, 0.5)
    expect(Math.sqrt(fitted.walk)).toBeGreaterThan(0.07)
    expect(Math.sqrt(fitted.walk)).toBeLessThan(0.14)
    expect(fitted.alpha).toBeGreaterThanOrEqual(0.7)
  })
})

describe('strengths', () => {
  const feature = (day: number, kind = 0, quiet = false): EventFeatures => {
    return { kind, quiet, hour: 15, day }
  }
  const fit = (list: readonly (readonly [EventFeatures, number])[]) => {
    const spans = list.map(([f]) => ({
      kind: f.kind,
      weekday: f.quiet ? 6 : 0,
      hour: 15,
      day: f.day,
    }))
    const quiet = Uint8Array.of(0, 0, 0, 0, 0, 0, 1)
    return fitStrengths(
      spans as never,
      Float64Array.from(list, ([, s]) => s),
      quiet,
    )
  }

  it('have a factor whose square is the covariance', () => {
    const a = Float64Array.of(4, 0, 2, 3)
    const l = cholesky(a, 2)
    const squared = [l[0]! * l[0]!, l[2]! * l[0]!, l[2]! ** 2 + l[3]! ** 2]
    for (const [k, v] of squared.entries()) expect(v).toBeCloseTo([4, 2, 3][k]!)
  })

  it('go back to the mean, and are less sure, far from what is known', () => {
    const days = [1, 2, 3, 4, 5, 6, 7, 8]
    const model = fit(days.map((day) => [feature(day), 1 + 0.05 * (day % 3)] as const))
    const near = predictStrengths(model, [feature(9)])
    const other = predictStrengths(model, [feature(60, 1)])
    expect(near.expected[0]).toBeCloseTo(1.05, 1)
    expect(other.expected[0]).toBeCloseTo(1.05, 0)
    expect(other.variance[0]!).toBeGreaterThan(near.variance[0]!)
  })

  it('carry what a kind does from quiet days to busy ones', () => {
    const usual = [1, 2, 3, 4, 5, 8, 9, 10, 11, 12].map((d) => [feature(d), 1] as const)
    const quiet = [6, 7, 13, 14].map((d) => [feature(d, 0, true), 0.2] as const)
    const fresh = [20, 21].map((d) => [feature(d, 1, true), 0.4] as const)
    const model = fit([...usual, ...quiet, ...fresh])
    const { expected } = predictStrengths(model, [feature(22, 1), feature(22, 0)])
    expect(expected[0]!).toBeGreaterThan(1.2)
    expect(expected[0]!).toBeGreaterThan(expected[1]! + 0.1)
  })

  it('scale what an event adds, and back', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.double({ min: 0.1, max: 5, noNaN: true }),
        (unit, s) => {
          expect(unitStrength(scaledStrength(unit, s), s)).toBeCloseTo(unit, 6)
        },
      ),
    )
    expect(scaledStrength(Math.log(2), 2)).toBeCloseTo(Math.log(3))
  })
})
