import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { linearPosterior, type PosteriorOptions } from './posterior.ts'
import { plainInverse } from './testing/plain.ts'

const options: PosteriorOptions = {
  dimension: 4,
  ridge: 0.7,
  halfLifeMs: Infinity,
  noise: 0.5,
  noiseWeight: 10,
}

interface Row {
  readonly x: readonly number[]
  readonly y: number
  readonly weight: number
}

/** μ and (P + ridge I)⁻¹ with each row counted as its weight says. */
function plain(rows: readonly Row[], ridge: number, n: number) {
  const precision = new Array<number>(n * n).fill(0)
  const moment = new Array<number>(n).fill(0)
  for (const { x, y, weight } of rows) {
    for (let i = 0; i < n; i++) {
      moment[i] = moment[i]! + weight * y * x[i]!
      for (let j = 0; j < n; j++) precision[i * n + j]! += weight * x[i]! * x[j]!
    }
  }
  const inverse = plainInverse(precision, ridge, n)
  const mean = moment.map((_, i) => moment.reduce((s, m, j) => s + inverse[i * n + j]! * m, 0))
  return { inverse, mean }
}

const lengths = (whitened: Float64Array) => whitened.reduce((sum, v) => sum + v * v, 0)

describe('the posterior', () => {
  const number = fc.double({ min: -3, max: 3, noNaN: true })
  const row = fc.record({
    x: fc.array(number, { minLength: 4, maxLength: 4 }),
    y: number,
    weight: fc.double({ min: 0.01, max: 2, noNaN: true }),
  })

  it('agrees with the inverse, update by update', () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 12 }),
        fc.array(number, { minLength: 4, maxLength: 4 }),
        (rows, probe) => {
          const posterior = linearPosterior(options)
          const x = Float64Array.from(probe)
          // Asking in between makes the factor, which the next observation then updates.
          for (const { x: at, y, weight } of rows) {
            posterior.whiten(x, 1)
            posterior.observe(Float64Array.from(at), y, weight, 0)
          }
          const { inverse, mean } = plain(rows, options.ridge, 4)
          posterior.mean().forEach((m, i) => {
            expect(m).toBeCloseTo(mean[i]!, 6)
          })
          const variance = probe.reduce(
            (s, a, i) => s + a * probe.reduce((t, b, j) => t + inverse[i * 4 + j]! * b, 0),
            0,
          )
          expect(lengths(posterior.whiten(x, 1))).toBeCloseTo(variance, 6)
        },
      ),
    )
  })

  it('counts half after a half-life, and returns to its prior', () => {
    const posterior = linearPosterior({ ...options, halfLifeMs: 64_000 })
    const rows: Row[] = [
      { x: [1, 0, 2, 0], y: 1, weight: 1 },
      { x: [0, 1, 1, 0], y: 0.5, weight: 1 },
    ]
    posterior.observe(Float64Array.from(rows[0]!.x), 1, 1, 0)
    posterior.observe(Float64Array.from(rows[1]!.x), 0.5, 1, 64_000)
    const { mean } = plain([{ ...rows[0]!, weight: 0.5 }, rows[1]!], options.ridge, 4)
    posterior.mean().forEach((m, i) => {
      expect(m).toBeCloseTo(mean[i]!, 9)
    })
    posterior.forget(100 * 64_000)
    for (const m of posterior.mean()) expect(Math.abs(m)).toBeLessThan(1e-9)
    expect(lengths(posterior.whiten(Float64Array.of(1, 0, 0, 0), 1))).toBeCloseTo(1 / 0.7, 9)
  })

  it('does not forget for news that come late', () => {
    const posterior = linearPosterior({ ...options, halfLifeMs: 1000 })
    posterior.observe(Float64Array.of(1, 0, 0, 0), 1, 1, 50_000)
    posterior.observe(Float64Array.of(1, 0, 0, 0), 1, 1, 0)
    expect(posterior.weight()).toBe(2)
  })

  it('learns the noise of rewards', () => {
    const random = createRandom(3)
    const posterior = linearPosterior(options)
    for (let i = 0; i < 3000; i++) {
      const x = Float64Array.from({ length: 4 }, () => random.normal())
      posterior.observe(x, x[0]! - 0.3 * x[2]! + 0.2 * random.normal(), 1, i)
    }
    expect(posterior.noise()).toBeGreaterThan(0.19)
    expect(posterior.noise()).toBeLessThan(0.21)
  })

  it('stays exact over thousands of updates of features that differ widely in size', () => {
    const random = createRandom(8)
    const updated = linearPosterior({ ...options, halfLifeMs: Infinity })
    const rows: Row[] = []
    for (let i = 0; i < 3000; i++) {
      const x = [1e3 * random.normal(), 1, 1e-3 * random.normal(), random.normal()]
      rows.push({ x, y: random.normal(), weight: 1 })
      updated.observe(Float64Array.from(x), rows.at(-1)!.y, 1, 0)
      if (i === 0) updated.mean()
    }
    const fresh = linearPosterior(options, updated.state())
    updated.mean().forEach((m, i) => {
      expect(m).toBeCloseTo(fresh.mean()[i]!, 9)
    })
    plain(rows, options.ridge, 4).mean.forEach((m, i) => {
      expect(updated.mean()[i]!).toBeCloseTo(m, 6)
    })
  })

  it('goes on where a singular sum of huge features leaves no room for the ridge', () => {
    const posterior = linearPosterior({ ...options, ridge: 1e-9 })
    for (let i = 0; i < 10; i++) posterior.observe(Float64Array.of(1e9, 1e9, 1e9, 1e9), 1, 1, 0)
    for (const m of posterior.mean()) expect(Number.isFinite(m)).toBe(true)
  })

  it('refuses what it cannot learn from, and stays as it was', () => {
    const posterior = linearPosterior(options)
    const x = Float64Array.of(1, 2, 3, 4)
    expect(() => posterior.observe(x, Number.NaN, 1, 0)).toThrow('the reward is NaN')
    expect(() => posterior.observe(Float64Array.of(1), 1, 1, 0)).toThrow('1 features, not 4')
    expect(() => posterior.observe(x, 1, 0, 0)).toThrow('weight is 0')
    expect(() => posterior.observe(x, 1, 1, Number.NaN)).toThrow('at is NaN')
    expect(posterior.weight()).toBe(0)
    expect(() => linearPosterior({ ...options, ridge: 0 })).toThrow('ridge')
  })
})
