import { describe, expect, it } from 'vitest'
import { samplePoisson } from '../../core/distributions/counts.ts'
import { type Panel, panelOf } from '../../core/panel.ts'
import { createRandom } from '../../core/random/random.ts'
import { withoutLevel } from './regress.ts'
import { estimateSubstitution } from './substitution.ts'

const DAYS = 500
const GROUP = 3

/** Groups of three neighbouring prices stand in for each other at `rate`; each is out now and then. */
function shop(groups: number, rate: number, mean = 6): Panel {
  const random = createRandom(`shop ${rate}`)
  const count = groups * GROUP
  const rows = Array.from({ length: count }, () => new Float64Array(DAYS))
  const censored = new Float64Array(count * DAYS).fill(Number.NaN)
  const isOut = (i: number, t: number) => (t + 37 * i) % 90 < 8 && t > 20
  for (let g = 0; g < groups; g++) {
    for (let t = 0; t < DAYS; t++) {
      const members = Array.from({ length: GROUP }, (_, k) => g * GROUP + k)
      const inStock = members.filter((i) => !isOut(i, t))
      for (const i of members) {
        for (let unit = samplePoisson(random, mean); unit > 0; unit--) {
          if (!isOut(i, t)) rows[i]![t]! += 1
          else if (inStock.length > 0 && random.next() < rate) {
            rows[inStock[random.int(inStock.length)]!]![t]! += 1
          }
        }
        if (isOut(i, t)) censored[i * DAYS + t] = 0
      }
    }
  }
  const panel = panelOf(
    rows.map((values, i) => ({
      id: `p${i}`,
      firstBucket: 0,
      values: values.map((v, t) => (isOut(i, t) ? Number.NaN : v)),
    })),
    { frequency: 'D' },
  )
  const price = Float64Array.from(
    { length: count },
    (_, i) => 10 * 1.5 ** Math.floor(i / GROUP) * (1 + 0.02 * (i % GROUP)),
  )
  return {
    ...panel,
    censored,
    statics: {
      category: { kind: 'category', codes: new Int32Array(count), dictionary: ['all'] },
      price: { kind: 'number', values: price },
    },
  }
}

describe('substitution', () => {
  it('finds the pairs and how much moves', () => {
    const { series, substitute, probability } = estimateSubstitution(shop(15, 0.5))
    const same = series.filter((i, k) => {
      return Math.floor(i / GROUP) === Math.floor(substitute[k]! / GROUP)
    }).length
    expect(same / series.length).toBeGreaterThan(0.9)
    expect(same).toBeGreaterThan(70)
    const total = new Float64Array(45)
    series.forEach((i, k) => {
      total[i]! += probability[k]!
    })
    expect(Math.abs(total.reduce((a, b) => a + b, 0) / 45 - 0.5)).toBeLessThan(0.1)
    expect(total.every((p) => p <= 1)).toBe(true)
  })

  it('finds next to nothing where nothing moves', () => {
    const { probability } = estimateSubstitution(shop(15, 0))
    expect(probability.reduce((a, b) => a + b, 0) / 45).toBeLessThan(0.05)
  })

  it('takes a number of candidates that is not whole for the nearest one', () => {
    const panel = shop(5, 0.5)
    const of = (count: number) =>
      estimateSubstitution(panel, { settings: { 'demand.substitute-candidates': count } })
    expect(of(3.6)).toEqual(of(4))
    expect(of(4).series.length).toBeGreaterThan(0)
  })

  it('says nothing without stock-outs', () => {
    const { censored: _, ...panel } = shop(3, 0.5)
    expect(estimateSubstitution(panel).series.length).toBe(0)
  })

  it('takes out of arrivals what the level would make of them', () => {
    const y = Float64Array.from([1, Number.NaN, 2, 0, 1])
    const x = Float64Array.from([0, 0, 3, 1, 0])
    const m = Float64Array.from([1, 1, 1, 2, 1])
    const net = withoutLevel(x, m, y, { halfLife: 2, prior: 0.5 })
    for (let t = 0; t < 5; t++) {
      let u = 0
      let e = 0.5
      for (let s = 0; s < 5; s++) {
        if (Number.isNaN(y[s]!)) continue
        const k = 0.5 ** (Math.abs(t - s) / 2)
        u += k * x[s]!
        e += k * m[s]!
      }
      expect(net[t]!).toBeCloseTo(x[t]! - (m[t]! * u) / e, 10)
    }
  })
})
