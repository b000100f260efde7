import { describe, expect, it } from 'vitest'
import { peakDistribution, peakQuantile } from './peaks.ts'
import type { LoadForecast } from './types.ts'

/** Two hundred paths, each with one step of its own number at a place of its own. */
const forecast: LoadForecast = {
  axis: { startMs: 0, stepMs: 3_600_000, count: 48 },
  mean: Float64Array.from({ length: 48 }, (_, t) => (t === 30 ? 5 : 1)),
  quantile: () => new Float64Array(48),
  pathCount: 200,
  path(index, into) {
    into.fill(0)
    into[24 + (index % 24)] = index
    return into
  },
  parts: () => [],
}

describe('the distribution of peaks', () => {
  it('is of each path’s own largest step, whenever it comes', () => {
    const peaks = peakDistribution(forecast)
    expect([...peaks.startsMs]).toEqual([0, 86_400_000])
    expect(peakQuantile(peaks, 0, 0.99)).toBe(0)
    expect(peakQuantile(peaks, 1, 0.5)).toBeCloseTo(99.5, 6)
    expect(peaks.meanAt[1]).toBe(30)
  })

  it('smooths each path before it looks', () => {
    const peaks = peakDistribution(forecast, 86_400_000, 2)
    expect(peakQuantile(peaks, 1, 1)).toBeCloseTo(199 / 2, 6)
  })
})
