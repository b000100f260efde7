import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpolateQuantile } from '../core/quantiles.ts'
import { createRandom } from '../core/random/random.ts'
import { createDayCurves, fillDayCurves, tabulateRanks } from './day-curves.ts'
import { gammaLeadTimePoints, LEAD_TIME_POINTS } from './lead-times.ts'
import { drawPathRanks } from './path-ranks.ts'
import { countForecast, flatForecast, LEVELS } from './testing.ts'
import { createWindowPaths, followPaths, type Window, windowDays } from './window.ts'
import { followPathPlainly } from './window-plain.ts'

const SAMPLES = 64

function randomWindow(seed: number, mean: number, leadMean: number, reviewDays: number): Window {
  const random = createRandom(seed)
  const leadTimes = gammaLeadTimePoints(leadMean, leadMean * random.next())
  const days = windowDays(reviewDays, leadTimes[LEAD_TIME_POINTS - 1]!)
  const table = tabulateRanks(LEVELS, SAMPLES)
  const curves = createDayCurves(days, SAMPLES)
  fillDayCurves(curves, table, countForecast([mean], 30), 0, 0, new Uint8Array(days))
  const rows = random.int(4)
  const incomingDay = Int32Array.from({ length: rows }, () => 1 + random.int(20)).sort()
  return {
    onHand: random.int(20),
    reviewDays,
    curves,
    paths: drawPathRanks(SAMPLES, days, { level: 0.3, day: 0.2 }, seed),
    leadTimes,
    shift: random.int(SAMPLES),
    incomingFrom: 0,
    incomingTo: rows,
    incomingDay,
    incomingUnits: Float64Array.from(incomingDay, () => 1 + random.int(30)),
  }
}

/** The path k of a window as plain arrays. */
function plainPath(window: Window, k: number) {
  const { curves, paths, leadTimes, shift, reviewDays } = window
  const demand = Array.from(
    { length: paths.days },
    (_, d) => curves.units[d * SAMPLES + paths.ranks[k * paths.days + d]!]!,
  )
  const drawn = paths.leadRanks.map(
    (ranks) => leadTimes[Math.floor((ranks[(k + shift) % SAMPLES]! * LEAD_TIME_POINTS) / SAMPLES)]!,
  )
  const late = drawn[2]! - leadTimes[LEAD_TIME_POINTS / 2]!
  const incoming = Array.from(window.incomingDay, (day, row) => ({
    day: Math.max(1, day + late),
    units: window.incomingUnits[row]!,
  }))
  const arrival = drawn[0]!
  const end = Math.max(arrival, reviewDays + drawn[1]!)
  return { onHand: window.onHand, demand, incoming, arrival, end }
}

describe('followPaths', () => {
  it('agrees with the plain recursion on every path', () => {
    const cases = fc.tuple(
      fc.nat(),
      fc.double({ min: 0.02, max: 30, noNaN: true }),
      fc.integer({ min: 0, max: 15 }),
      fc.integer({ min: 1, max: 14 }),
    )
    fc.assert(
      fc.property(cases, ([seed, mean, lead, review]) => {
        const window = randomWindow(seed, mean, lead, review)
        const out = createWindowPaths(SAMPLES)
        followPaths(window, out, new Float64Array(window.paths.days + 1))
        for (let k = 0; k < SAMPLES; k++) {
          const path = plainPath(window, k)
          const plain = followPathPlainly(path)
          expect(out.lost[k]!).toBeCloseTo(plain.lost, 6)
          expect(out.wait[k]!).toBeCloseTo(plain.wait, 5)
          expect(out.lostBefore[k]!).toBeCloseTo(plain.lostBefore, 6)
          expect(out.runOut[k]).toBe(plain.runOut)
          expect(out.length[k]).toBe(path.end - path.arrival)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('fillDayCurves', () => {
  const table = tabulateRanks(LEVELS, 256)
  const curves = createDayCurves(40, 256)

  it('keeps the mean of every day, also where all quantiles are zero, in whole units', () => {
    const means = [0.01, 0.04, 0.3, 2, 40]
    const forecast = countForecast(means, 28)
    means.forEach((mean, i) => {
      fillDayCurves(curves, table, forecast, i, 0, new Uint8Array(40))
      const day = curves.units.subarray(35 * 256, 36 * 256)
      const sum = day.reduce((total, units) => total + units, 0)
      expect(Math.abs(sum - curves.mean[35]! * 256)).toBeLessThanOrEqual(1 + 1e-9)
      expect(Math.abs(curves.mean[35]! / mean - 1)).toBeLessThan(0.02)
      if (mean < 5) expect(day.every(Number.isInteger)).toBe(true)
      expect(Math.max(...day)).toBe(curves.highest[35])
    })
  })

  it('brings quantiles that carry more than the mean down to it', () => {
    const loud = countForecast([12], 1)
    const forecast = { ...loud, mean: loud.mean.map((mean) => mean / 2) }
    fillDayCurves(curves, table, forecast, 0, 0, new Uint8Array(40))
    const sum = curves.units.subarray(0, 256).reduce((total, units) => total + units, 0)
    expect(sum / 256 / forecast.mean[0]!).toBeCloseTo(1, 6)
    expect(curves.mean[0]).toBeCloseTo(forecast.mean[0]!, 6)
  })

  it('agrees with the interpolation of core between the outer levels', () => {
    const forecast = countForecast([60], 1)
    fillDayCurves(curves, table, forecast, 0, 0, new Uint8Array(40))
    for (let rank = 0; rank < 256; rank++) {
      const u = (rank + 0.5) / 256
      if (u > 0.95) continue
      const plain = interpolateQuantile(forecast.quantiles, 0, forecast.levels, u, 0)
      expect(curves.units[rank]!).toBeCloseTo(plain, 9)
    }
  })

  it('leaves closed days empty and repeats the last week past the horizon', () => {
    const closed = new Uint8Array(40)
    closed[3] = 1
    const means = Array.from({ length: 14 }, (_, d) => d + 5)
    const days = flatForecast(1, 14, (_, d) => ({
      mean: means[d]!,
      quantiles: LEVELS.map((level) => means[d]! * (0.5 + level)),
    }))
    fillDayCurves(curves, table, days, 0, 0, closed)
    expect(curves.units.subarray(3 * 256, 4 * 256).every((units) => units === 0)).toBe(true)
    expect(curves.mean[3]).toBe(0)
    expect(curves.mean[16]).toBe(curves.mean[9])
    expect(curves.mean[16]).not.toBe(curves.mean[10])
  })
})

describe('drawPathRanks', () => {
  it('meets every rank once a day and carries the correlation asked for', () => {
    const { ranks } = drawPathRanks(2048, 3, { level: 0.5, day: 0 }, 'ranks')
    const days = [0, 1, 2].map((d) =>
      Float64Array.from({ length: 2048 }, (_, k) => ranks[k * 3 + d]!),
    )
    for (const day of days) expect([...day].sort((a, b) => a - b)).toEqual([...Array(2048).keys()])
    const middle = 2047 / 2
    let covariance = 0
    for (let k = 0; k < 2048; k++) covariance += (days[0]![k]! - middle) * (days[2]![k]! - middle)
    // Spearman's ρ of a Gaussian copula: 6/π asin(r/2).
    const expected = (6 / Math.PI) * Math.asin(0.25)
    expect(covariance / 2048 / ((2048 ** 2 - 1) / 12)).toBeCloseTo(expected, 1)
  })
})
