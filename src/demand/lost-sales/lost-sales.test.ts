import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { negativeBinomialPmf, sampleNegativeBinomial } from '../../core/distributions/counts.ts'
import { type Panel, panelOf } from '../../core/panel.ts'
import { createRandom } from '../../core/random/random.ts'
import { fitDemand } from './estimate.ts'
import { meanAtLeast } from './expectation.ts'
import { localLevels } from './levels.ts'
import { estimateLostSales } from './lost-sales.ts'
import { censorSuspected, suspectStockOuts } from './suspected.ts'

describe('demand of at least what sold', () => {
  it('is the mean of the tail', () => {
    const plain = (s: number, mean: number, size: number) => {
      let sum = 0
      let total = 0
      for (let k = s; k < 2000; k++) {
        const p = negativeBinomialPmf(k, mean, size)
        sum += k * p
        total += p
      }
      return sum / total
    }
    const mean = fc.double({ min: 0.01, max: 50, noNaN: true })
    const size = fc.double({ min: 0.2, max: 20, noNaN: true })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), mean, size, (s, m, r) => {
        const wanted = plain(s, m, r)
        const found = meanAtLeast(s, m, r)
        expect(found).toBeGreaterThanOrEqual(s)
        // Where the tail holds a millionth of the chance, it is an approximation.
        expect(Math.abs(found - wanted)).toBeLessThan(
          wanted > s + 5 * (1 + m) ? wanted : 0.1 * wanted + 0.3,
        )
      }),
    )
    expect(meanAtLeast(3, 5, 2)).toBeCloseTo(plain(3, 5, 2), 8)
    expect(meanAtLeast(0, 5, 2)).toBe(5)
    expect(meanAtLeast(4, 0, 2)).toBe(4)
    // Poisson of mean 1, at least 1: 1 / (1 − e⁻¹).
    expect(meanAtLeast(1, 1, Infinity)).toBeCloseTo(1 / (1 - Math.exp(-1)), 10)
  })
})

describe('local levels', () => {
  it('are what the sums say', () => {
    const value = fc.oneof(fc.nat(9), fc.constant(Number.NaN))
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
        const units = Float64Array.from(values)
        const exposure = units.map((_, t) => 0.5 + (t % 3))
        const input = { units, exposure, halfLife: 5, prior: 2, mean: 1.5 }
        const into = new Float64Array(units.length)
        localLevels(input, into)
        for (let t = 0; t < units.length; t++) {
          let u = 2
          let e = 2 / 1.5
          for (let s = 0; s < units.length; s++) {
            if (Number.isNaN(units[s]!)) continue
            const k = 0.5 ** (Math.abs(t - s) / 5)
            u += k * units[s]!
            e += k * exposure[s]!
          }
          expect(into[t]!).toBeCloseTo(u / e, 9)
        }
      }),
    )
  })
})

/** Products of known demand that run out for a week now and then, the first day in part. */
function shortPanel(products: number, days: number) {
  const random = createRandom('short')
  const week = [1.4, 1.2, 1, 0.9, 0.8, 0.7, 1]
  const wanted: number[][] = []
  const rows = Array.from({ length: products }, (_, i) => {
    const row: number[] = []
    const mean = 1 + (i % 6)
    for (let t = 0; t < days; t++) {
      const season = 1 + 0.4 * Math.sin((t / 180) * Math.PI)
      row.push(sampleNegativeBinomial(random, mean * season * week[t % 7]!, 3))
    }
    wanted.push(row)
    return { id: `p${i}`, firstBucket: 0, values: row }
  })
  const panel = panelOf(rows, { frequency: 'D' })
  const censored = new Float64Array(panel.values.length).fill(Number.NaN)
  for (let i = 0; i < products; i++) {
    for (let from = 20 + ((i * 13) % 40); from + 8 < days; from += 60) {
      for (let t = from; t < from + 7; t++) {
        const at = panel.offsets[i]! + t
        censored[at] = t === from ? Math.floor(panel.values[at]! * random.next()) : 0
        panel.values[at] = Number.NaN
      }
    }
  }
  return { panel: { ...panel, censored }, wanted }
}

describe('lost sales', () => {
  const { panel, wanted } = shortPanel(60, 300)

  it('are near what was wanted, in all and by product', () => {
    const lost = estimateLostSales(panel)
    let truth = 0
    let estimate = 0
    const off = new Float64Array(60)
    lost.series.forEach((i, k) => {
      const missed = Math.max(0, wanted[i]![lost.bucket[k]!]! - lost.sold[k]!)
      truth += missed
      estimate += lost.lost[k]!
      off[i]! += missed - lost.lost[k]!
      expect(lost.wanted[k]!).toBeGreaterThanOrEqual(lost.sold[k]!)
    })
    expect(lost.series.length).toBe(panel.censored.filter((v) => v >= 0).length)
    expect(Math.abs(estimate / truth - 1)).toBeLessThan(0.06)
    expect(off.reduce((sum, v) => sum + Math.abs(v), 0) / truth).toBeLessThan(0.25)
  })

  it('read nothing from the end on', () => {
    const dirty: Panel = { ...panel, values: panel.values.slice() }
    for (let i = 0; i < 60; i++) dirty.values.fill(1e5, i * 300 + 200, (i + 1) * 300)
    const options = { end: 200 }
    expect(estimateLostSales(dirty, options)).toEqual(estimateLostSales(panel, options))
  })

  it('are none where nothing is said of stock, and finite for odd panels', () => {
    const { censored: _, ...silent } = panel
    expect(estimateLostSales(silent).series.length).toBe(0)
    const odd = panelOf(
      [
        { id: 'never', firstBucket: 0, values: [Number.NaN, Number.NaN] },
        { id: 'zero', firstBucket: 0, values: [0, Number.NaN] },
        { id: 'empty', firstBucket: 5, values: [] },
      ],
      { frequency: 'D' },
    )
    const lost = estimateLostSales({ ...odd, censored: Float64Array.from([0, 2, Number.NaN, 0]) })
    expect([...lost.wanted].every(Number.isFinite)).toBe(true)
    expect(lost.series.length).toBe(3)
  })

  it('read a price that is none as unknown', () => {
    const none = [Number.POSITIVE_INFINITY, 0, -1, Number.NaN]
    const priced = (of: (at: number) => number) => {
      const price_relative = Float64Array.from(panel.values, (_v, at) => of(at))
      return { ...panel, known: { offsets: panel.offsets, columns: { price_relative } } }
    }
    const plain = fitDemand(priced(() => 1))
    expect(fitDemand(priced((at) => none[at % 4]!))).toEqual(plain)
  })

  it('follow the price', () => {
    const n = 40
    const random = createRandom('prices')
    const price = new Float64Array(n * 200)
    const rows = Array.from({ length: n }, (_, i) => ({
      id: `${i}`,
      firstBucket: 0,
      values: Float64Array.from({ length: 200 }, (_v, t) => {
        const isLow = (t + 10 * i) % 50 < 10
        price[i * 200 + t] = isLow ? 0.75 : 1
        return sampleNegativeBinomial(random, 4 * (isLow ? 0.75 ** -2 : 1), 5)
      }),
    }))
    const panel = panelOf(rows, { frequency: 'D' })
    const known = { offsets: panel.offsets, columns: { price_relative: price } }
    const { response } = fitDemand({ ...panel, known })
    expect(Math.abs(response.elasticity - 2)).toBeLessThan(0.3)
  })
})

describe('suspected stock-outs', () => {
  const random = createRandom('suspected')
  const rows = [3, 0.3].map((mean, i) => ({
    id: `${i}`,
    firstBucket: 0,
    values: Float64Array.from({ length: 200 }, (_, t) =>
      t >= 90 && t < 104 ? 0 : sampleNegativeBinomial(random, mean, 4),
    ),
  }))
  const panel = panelOf(rows, { frequency: 'D' })

  it('are long runs of zeros of fast sellers', () => {
    const found = suspectStockOuts(panel)
    expect(found.length).toBe(1)
    expect(found[0]!.series).toBe(0)
    expect(found[0]!.firstBucket).toBeGreaterThanOrEqual(88)
    expect(found[0]!.lastBucket).toBeLessThanOrEqual(105)
    expect(found[0]!.probability).toBeGreaterThan(0.95)
  })

  it('read nothing from the end on', () => {
    const end = suspectStockOuts(panel)[0]!.lastBucket
    const values = panel.values.slice()
    for (let i = 0; i < panel.ids.length; i++) {
      const from = panel.offsets[i]! + end - panel.firstBucket[i]!
      values.fill(0, Math.max(panel.offsets[i]!, from), panel.offsets[i + 1]!)
    }
    const found = suspectStockOuts(panel, { end })
    expect(found).toEqual(suspectStockOuts({ ...panel, values }, { end }))
    for (const { lastBucket } of found) expect(lastBucket).toBeLessThan(end)
  })

  it('count as censored only when asked for', () => {
    expect(censorSuspected(panel)).toBe(panel)
    const censored = censorSuspected(panel, { settings: { 'demand.suspect-stock-outs': 1 } })
    expect(censored.censored![95]).toBe(0)
    expect(censored.values[95]).toBeNaN()
    expect(panel.values[95]).toBe(0)
    expect(estimateLostSales(censored).lost.reduce((a, b) => a + b, 0)).toBeGreaterThan(25)
  })
})
