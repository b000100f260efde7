import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { diagonal, shrunkCovariance, timesCovariance } from './covariance.ts'
import { aggregate, hierarchyOf, incoherence } from './hierarchy.ts'
import { bottomUp, minTrace } from './mint.ts'
import { pathRanks, planPaths } from './paths.ts'
import { rankTemplate, samplesOf } from './samples.ts'

/** Two groups of two and three: total, A, B, then five bottom series. */
const small = hierarchyOf(5, [{ name: 'group', codes: [0, 0, 1, 1, 1], groups: ['A', 'B'] }])

/** S (Sᵀ W⁻¹ S)⁻¹ Sᵀ W⁻¹ ŷ with dense matrices, as printed. */
function closedForm(hierarchy: typeof small, w: number[][], base: number[]): number[] {
  const nodes = base.length
  const S = Array.from({ length: nodes }, () => new Array<number>(hierarchy.bottom).fill(0))
  for (let i = 0; i < hierarchy.bottom; i++) {
    const unit = new Float64Array(hierarchy.bottom)
    unit[i] = 1
    aggregate(hierarchy, unit).forEach((v, n) => {
      S[n]![i] = v
    })
  }
  const inverse = invert(w)
  const St = transpose(S)
  const StWi = multiply(St, inverse)
  const P = multiply(invert(multiply(StWi, S)), StWi)
  return multiply(
    S,
    multiply(
      P,
      base.map((v) => [v]),
    ),
  ).map(([v]) => v!)
}

const transpose = (a: number[][]) => a[0]!.map((_, j) => a.map((row) => row[j]!))
const multiply = (a: number[][], b: number[][]) =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, v, k) => sum + v * b[k]![j]!, 0)))

function invert(matrix: number[][]): number[][] {
  const n = matrix.length
  const a = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))])
  for (let c = 0; c < n; c++) {
    const pivot = a.reduce(
      (best, row, r) => (r >= c && Math.abs(row[c]!) > Math.abs(a[best]![c]!) ? r : best),
      c,
    )
    ;[a[c], a[pivot]] = [a[pivot]!, a[c]!]
    const scale = a[c]![c]!
    a[c] = a[c]!.map((v) => v / scale)
    for (let r = 0; r < n; r++) {
      if (r === c) continue
      const factor = a[r]![c]!
      a[r] = a[r]!.map((v, k) => v - factor * a[c]![k]!)
    }
  }
  return a.map((row) => row.slice(n))
}

/** Columns of W, by products with unit vectors. */
function dense(w: Parameters<typeof timesCovariance>[0]): number[][] {
  const n = w.variance.length
  return transpose(
    Array.from({ length: n }, (_, i) => {
      const unit = new Float64Array(n)
      unit[i] = 1
      return [...timesCovariance(w, unit)]
    }),
  )
}

function randomErrors(nodes: number, points: number, seed: string): Float64Array {
  const random = createRandom(seed)
  const common = Float64Array.from({ length: points }, () => random.normal())
  return Float64Array.from({ length: nodes * points }, (_, k) => {
    return (1 + Math.floor(k / points)) * (random.normal() + 0.7 * common[k % points]!)
  })
}

describe('hierarchies', () => {
  it('add up, also where groupings cross, and leave a sum out that is there already', () => {
    const crossed = hierarchyOf(4, [
      { name: 'category', codes: [0, 0, 1, 1], groups: ['x', 'y'] },
      { name: 'place', codes: [0, 1, 0, 1], groups: ['n', 's'] },
      { name: 'again', codes: [1, 1, 0, 0], groups: ['y', 'x'] },
      { name: 'all', codes: [0, 0, 0, 0], groups: ['one'] },
    ])
    expect(crossed.names).toEqual(['total', 'category: x', 'category: y', 'place: n', 'place: s'])
    expect(crossed.sums.filter(({ level }) => level === 'again')).toEqual([
      { level: 'again', group: 'y', aggregate: 2 },
      { level: 'again', group: 'x', aggregate: 1 },
    ])
    expect([...aggregate(crossed, [1, 2, 3, 4])]).toEqual([10, 3, 7, 4, 6, 1, 2, 3, 4])
  })

  it('refuse codes without a group', () => {
    const codes = [0, 2]
    expect(() => hierarchyOf(2, [{ name: 'g', codes, groups: ['a'] }])).toThrow(/no group 2/)
  })
})

describe('reconciliation', () => {
  it('solves the textbook example: equal variances share the difference by the sums', () => {
    // One total of two: OLS takes a third of the gap from each node (Hyndman & Athanasopoulos, FPP3 §11.3).
    const two = hierarchyOf(2)
    const w = diagonal(Float64Array.from([1, 1, 1]))
    const [total, a, b] = minTrace(two, w).reconcile(Float64Array.from([13, 4, 6]))
    expect([total, a, b].map((v) => Math.round(v! * 1e9) / 1e9)).toEqual([12, 5, 7])
  })

  it('is the closed form of MinT on dense matrices, diagonal and shrunk', () => {
    const nodes = small.aggregates + small.bottom
    const base = Float64Array.from([50, 12, 30, 5, 6, 11, 9, 8])
    const errors = randomErrors(nodes, 12, 'mint')
    const shrunk = shrunkCovariance(errors, nodes)
    expect(shrunk.share).toBeGreaterThan(0)
    expect(shrunk.share).toBeLessThan(1)
    for (const w of [diagonal(shrunk.variance), shrunk]) {
      const expected = closedForm(small, dense(w), [...base])
      const actual = minTrace(small, w).reconcile(base)
      actual.forEach((v, i) => {
        expect(v).toBeCloseTo(expected[i]!, 8)
      })
    }
  })

  it('solves the same directly and step by step, crossed groupings included', () => {
    const crossed = hierarchyOf(6, [
      { name: 'category', codes: [0, 0, 1, 1, 2, 2], groups: ['x', 'y', 'z'] },
      { name: 'place', codes: [0, 1, 0, 1, 0, 1], groups: ['n', 's'] },
    ])
    const nodes = crossed.aggregates + crossed.bottom
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 30 }),
        fc.integer(),
        fc.array(fc.double({ min: -50, max: 50, noNaN: true }), {
          minLength: nodes,
          maxLength: nodes,
        }),
        (points, seed, base) => {
          const w = shrunkCovariance(randomErrors(nodes, points, `direct ${seed}`), nodes)
          const [direct, plain] = (['direct', 'iterative'] as const).map((solver) =>
            minTrace(crossed, w, { solver }).reconcile(Float64Array.from(base)),
          )
          direct!.forEach((v, i) => {
            expect(Math.abs(v - plain![i]!)).toBeLessThan(1e-5)
          })
        },
      ),
      { numRuns: 50 },
    )
  })

  it('does the same with the gain kept', () => {
    const nodes = small.aggregates + small.bottom
    const base = Float64Array.from([50, 12, 30, 5, 6, 11, 9, 8])
    const w = shrunkCovariance(randomErrors(nodes, 12, 'gain'), nodes)
    const plain = minTrace(small, w).reconcile(base)
    const kept = minTrace(small, w, { keepGain: true }).reconcile(base)
    kept.forEach((v, i) => {
      expect(v).toBeCloseTo(plain[i]!, 8)
    })
  })

  it('shrinks by the intensity of Schäfer and Strimmer, computed pair by pair', () => {
    const [nodes, points] = [6, 15]
    const errors = randomErrors(nodes, points, 'shrink')
    const { share, variance } = shrunkCovariance(errors, nodes)
    let [above, below] = [0, 0]
    for (let i = 0; i < nodes; i++) {
      for (let j = 0; j < nodes; j++) {
        if (i === j) continue
        const w = Array.from({ length: points }, (_, t) => {
          const z = (k: number) => errors[k * points + t]! / Math.sqrt(variance[k]!)
          return z(i) * z(j)
        })
        const mean = w.reduce((a, b) => a + b, 0) / points
        above += w.reduce((a, v) => a + (v - mean) ** 2, 0) * (points / (points - 1) ** 3)
        below += mean * mean
      }
    }
    expect(share).toBeCloseTo(Math.min(1, above / below), 10)
  })

  it('gives forecasts that add up to 1e-9, and leaves those alone that do', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { minLength: 8, maxLength: 8 }),
        fc.array(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), { minLength: 8, maxLength: 8 }),
        (base, variances) => {
          const w = minTrace(small, diagonal(Float64Array.from(variances)))
          const made = w.reconcile(Float64Array.from(base))
          const size = Math.max(1, ...base)
          expect(incoherence(small, made) / size).toBeLessThan(1e-9)
          const again = w.reconcile(made)
          again.forEach((v, i) => {
            expect(Math.abs(v - made[i]!) / size).toBeLessThan(1e-9)
          })
        },
      ),
    )
  })

  it('goes from the aggregates to bottom up as the bottom comes to be trusted', () => {
    const base = Float64Array.from([100, 30, 60, 5, 6, 11, 9, 8])
    const trusted = diagonal(Float64Array.from([1, 1, 1, 1e-9, 1e-9, 1e-9, 1e-9, 1e-9]))
    const made = minTrace(small, trusted).reconcile(base)
    const plain = bottomUp(small).reconcile(base)
    made.forEach((v, i) => {
      expect(v).toBeCloseTo(plain[i]!, 5)
    })
  })

  it('keeps the bottom at or above zero when asked to, and still adds up', () => {
    const base = Float64Array.from([0, 0, 0, 50, 1, 1, 1, 1])
    const w = diagonal(new Float64Array(8).fill(1))
    expect(
      minTrace(small, w)
        .reconcile(base)
        .some((v) => v < 0),
    ).toBe(true)
    const made = minTrace(small, w, { nonNegative: true }).reconcile(base)
    expect(made.every((v) => v >= 0)).toBe(true)
    expect(incoherence(small, made)).toBeLessThan(1e-9)
  })

  it('takes thousands of bottom series and 300 aggregates in a moment', () => {
    const bottom = 6000
    const codes = Int32Array.from({ length: bottom }, (_, i) => i % 300)
    const groups = Array.from({ length: 300 }, (_, g) => `g${g}`)
    const large = hierarchyOf(bottom, [{ name: 'category', codes, groups }])
    const nodes = large.aggregates + bottom
    const w = shrunkCovariance(randomErrors(nodes, 20, 'large'), nodes)
    const random = createRandom('large base')
    const base = Float64Array.from({ length: nodes }, () => 10 + random.normal())
    const before = process.cpuUsage()
    const made = minTrace(large, w).reconcile(base)
    const { user } = process.cpuUsage(before)
    expect(incoherence(large, made)).toBeLessThan(1e-7)
    expect(user / 1e6).toBeLessThan(20)
  })
})

describe('samples', () => {
  const levels = [0.05, 0.25, 0.5, 0.75, 0.95]
  const quantiles = Float64Array.from([0, 2, 4, 7, 12, 100, 110, 120, 130, 150])

  it('have the margins of the quantiles and the order of the errors', () => {
    const points = 60
    const errors = new Float64Array(2 * points)
    const random = createRandom('order')
    for (let t = 0; t < points; t++) {
      errors[t] = random.normal()
      errors[points + t] = -3 * errors[t]!
    }
    const template = rankTemplate(errors, 2, points, 'seed')
    const made = samplesOf(template, quantiles, levels, 0)
    const first = made.filter((_, k) => k % 2 === 0).sort()
    const second = made.filter((_, k) => k % 2 === 1).sort()
    expect(first[Math.floor(0.5 * points)]!).toBeCloseTo(4, 0)
    expect(Math.abs(second[Math.floor(0.75 * points)]! - 130)).toBeLessThan(3)
    expect(first[0]).toBeGreaterThanOrEqual(0)
    // What falls when the other rises: sums vary less than if both went their own way.
    for (let s = 1; s < points; s++) {
      const up = made[2 * s]! > made[0]!
      expect(made[2 * s + 1]! < made[1]!).toBe(up)
    }
    expect(rankTemplate(errors, 2, points, 'seed')).toEqual(template)
  })
})

describe('paths', () => {
  it('rank each bucket by the errors that the paths follow, in plain words', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 7, maxLength: 7 }),
        fc.integer(),
        (horizon, samples, errors, seed) => {
          const plan = planPaths(
            [
              [0, 1, 2],
              [4, 5, 6],
            ],
            horizon,
            samples,
            seed,
          )
          const ranks = new Int32Array(horizon * samples)
          pathRanks(plan, Float64Array.from(errors), 0, createRandom(seed), ranks)
          for (let h = 0; h < horizon; h++) {
            const own = ranks.subarray(h * samples, (h + 1) * samples)
            expect([...own].sort((a, b) => a - b)).toEqual(
              Array.from({ length: samples }, (_, s) => s),
            )
            // The plain way: paths in the order of the errors that they follow.
            const followed = new Float64Array(samples)
            for (let p = 0; p < plan.points; p++) {
              const from = h * (plan.points + 1) + p
              for (let k = plan.start[from]!; k < plan.start[from + 1]!; k++) {
                followed[plan.paths[h * samples + k]!] = errors[p]!
              }
            }
            const order = Array.from(own.keys()).sort((a, b) => own[a]! - own[b]!)
            for (let r = 1; r < samples; r++) {
              expect(followed[order[r]!]!).toBeGreaterThanOrEqual(followed[order[r - 1]!]!)
            }
          }
        },
      ),
    )
  })

  it('keep to a window that was too low throughout', () => {
    const [horizon, samples] = [10, 40]
    const low = Array.from({ length: 10 }, (_, t) => t)
    const high = Array.from({ length: 10 }, (_, t) => 10 + t)
    const plan = planPaths([low, high], horizon, samples, 'windows')
    const random = createRandom('errors')
    const errors = Float64Array.from({ length: 20 }, (_, t) => (t < 10 ? -5 : 5) + random.normal())
    const ranks = new Int32Array(horizon * samples)
    pathRanks(plan, errors, 0, random, ranks)
    for (let s = 0; s < samples; s++) {
      const isLow = ranks[s]! < samples / 2
      for (let h = 0; h < horizon; h++) {
        expect(ranks[h * samples + s]! < samples / 2).toBe(isLow)
      }
    }
  })

  it('refuse a past without a point', () => {
    expect(() => planPaths([[]], 3, 10, 1)).toThrow(/no past error/)
  })
})

it('refuses values that are not finite, wherever they stand', () => {
  const variance = new Float64Array(8).fill(1)
  const all = [
    bottomUp(small),
    minTrace(small, diagonal(variance)),
    minTrace(small, diagonal(variance), { keepGain: true }),
  ]
  for (const reconciler of all) {
    for (const [at, value] of [
      [0, Number.NaN],
      [5, Infinity],
    ] as const) {
      const base = new Float64Array(8).fill(2)
      base[at] = value
      expect(() => reconciler.reconcile(base)).toThrow(/ERR_ARGUMENT|value/)
    }
  }
})
