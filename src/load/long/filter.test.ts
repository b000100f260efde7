import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildRows, type Layout, layoutOf, type Rows } from './columns.ts'
import { type Belief, type Dynamics, predict, update } from './filter.ts'
import { priorBelief } from './fit-level.ts'
import { gridOf } from './grid.ts'

const DAY = 86_400_000
const layout = layoutOf(2, 1, () => [])
const grid = gridOf({ startMs: Date.parse('2024-01-01T00:00:00Z'), stepMs: DAY, count: 1 })
const rows = buildRows(layout, grid, [], 0, 40)
const priors = { growthSpread: 0.1, levelDrift: 0.05, kindSpreads: [] }

type Matrix = number[][]

const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, v, k) => sum + v * b[k]![j]!, 0)))
const transposed = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!))

/** The textbook filter with full matrices: x = F x, P = F P Fᵀ + Q; gain P h / (hᵀ P h + R). */
function plainFilter(d: Dynamics, before: Belief, values: readonly number[]): Belief {
  const n = layout.size
  const F: Matrix = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)),
  )
  F[0]![1] = 1
  F[0]![4] = 1 / d.bucketsPerYear
  F[1]![1] = d.slopeKept
  F[2]![2] = d.fastKept
  F[3]![3] = d.slowKept
  const q = [d.level, d.slope, d.fast, d.slow].map((sd) => sd * sd)
  let x: Matrix = Array.from(before.mean, (v) => [v])
  let P: Matrix = Array.from({ length: n }, (_, i) =>
    Array.from(before.covariance.subarray(i * n, (i + 1) * n)),
  )
  values.forEach((value, b) => {
    if (b > 0) {
      x = times(F, x)
      P = times(times(F, P), transposed(F))
      P.forEach((row, i) => {
        row[i]! += q[i] ?? 0
        if (i >= layout.year[0] && i < layout.weekYear[0]) row[i]! += d.season ** 2
      })
    }
    const h = denseRow(rows, b, layout)
    const Ph = P.map((row) => row.reduce((sum, v, k) => sum + v * h[k]!, 0))
    const spread = Ph.reduce((sum, v, k) => sum + v * h[k]!, 0) + d.noise ** 2
    const error = value - h.reduce((sum, v, k) => sum + v * x[k]![0]!, 0)
    x = x.map(([v], i) => [v! + (Ph[i]! / spread) * error])
    P = P.map((row, i) => row.map((v, j) => v - (Ph[i]! * Ph[j]!) / spread))
  })
  return { mean: Float64Array.from(x.flat()), covariance: Float64Array.from(P.flat()) }
}

function denseRow({ offsets, columns, weights }: Rows, b: number, { size }: Layout): number[] {
  const row = new Array<number>(size).fill(0)
  for (let k = offsets[b]!; k < offsets[b + 1]!; k++) row[columns[k]!] = weights[k]!
  return row
}

describe('filter', () => {
  const small = fc.double({ min: 0.001, max: 0.1, noNaN: true })
  const kept = fc.double({ min: 0.2, max: 0.99, noNaN: true })
  it('agrees with the textbook filter of full matrices', () => {
    fc.assert(
      fc.property(
        fc.record({
          noise: small,
          level: small,
          slope: small,
          slopeKept: kept,
          fast: small,
          fastKept: kept,
          slow: small,
          slowKept: kept,
          season: small,
          bucketsPerYear: fc.constant(365),
        }),
        fc.array(fc.double({ min: -0.05, max: 0.05, noNaN: true }), {
          minLength: 2,
          maxLength: 15,
        }),
        (d, values) => {
          const before = priorBelief(layout, d, priors, 0)
          const plain = plainFilter(d, before, values)
          const scratch = new Float64Array(layout.size)
          const scores = values.map((value, b) => {
            if (b > 0) predict(before, layout, d)
            return update(before, rows, b, value, d.noise ** 2, scratch).score
          })
          // Within the clip the robust filter is the plain one.
          fc.pre(scores.every((score) => Math.abs(score) < 3))
          before.mean.forEach((v, k) => {
            expect(Math.abs(v - plain.mean[k]!)).toBeLessThan(1e-9)
          })
          before.covariance.forEach((v, k) => {
            expect(Math.abs(v - plain.covariance[k]!)).toBeLessThan(1e-9)
          })
        },
      ),
      { numRuns: 50 },
    )
  })

  it('is moved by a wild value no more than by one at three standard deviations', () => {
    const d = { noise: 0.02, level: 0.01, slope: 0, slopeKept: 0.9, fast: 0.01, fastKept: 0.8 }
    const dynamics = { ...d, slow: 0.001, slowKept: 0.98, season: 0, bucketsPerYear: 365 }
    const moved = (value: number) => {
      const belief = priorBelief(layout, dynamics, priors, 0)
      const scratch = new Float64Array(layout.size)
      for (let b = 0; b < 30; b++) {
        if (b > 0) predict(belief, layout, dynamics)
        update(belief, rows, b, b === 29 ? value : 0, dynamics.noise ** 2, scratch)
      }
      return belief.mean[0]!
    }
    expect(moved(5)).toBeLessThan(0.1)
    expect(moved(5)).toBeCloseTo(moved(50), 6)
  })
})
