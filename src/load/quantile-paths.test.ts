import { expect, test } from 'vitest'
import { normalQuantile } from '../core/distributions/normal.ts'
import { sortedQuantile } from '../core/quantiles.ts'
import { quantilePaths } from './quantile-paths.ts'

const LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95]
const COUNT = 48

function made(persistence: number) {
  const mean = Float64Array.from({ length: COUNT }, (_, t) => 100 + t)
  const quantiles = LEVELS.map((level) => mean.map((one) => one + 10 * normalQuantile(level)))
  const axis = { startMs: 0, stepMs: 60_000, count: COUNT }
  return quantilePaths({ axis, mean, levels: LEVELS, quantiles, persistence, paths: 2000, seed: 3 })
}

function drawn(persistence: number): Float64Array[] {
  const forecast = made(persistence)
  return Array.from({ length: forecast.pathCount }, (_, i) =>
    forecast.path(i, new Float64Array(COUNT)),
  )
}

test('courses have the quantiles that they were drawn from', () => {
  const paths = drawn(0.9)
  for (const t of [0, 20, 47]) {
    const values = Float64Array.from(paths, (path) => path[t]!).sort()
    for (const level of [0.25, 0.5, 0.75, 0.95]) {
      const wanted = 100 + t + 10 * normalQuantile(level)
      expect(Math.abs(sortedQuantile(values, level) - wanted)).toBeLessThan(1.2)
    }
  }
})

test('the peak of courses lies above the peak of a quantile', () => {
  const peaks = Float64Array.from(drawn(0.5), (path) =>
    path.reduce((a, b) => Math.max(a, b), 0),
  ).sort()
  const curve = made(0.5).quantile(0.95)
  expect(sortedQuantile(peaks, 0.95)).toBeGreaterThan(curve.reduce((a, b) => Math.max(a, b), 0))
})

test('the same index gives the same course', () => {
  const forecast = made(0.9)
  const first = forecast.path(7, new Float64Array(COUNT))
  forecast.path(8, new Float64Array(COUNT))
  expect(forecast.path(7, new Float64Array(COUNT))).toEqual(first)
})
