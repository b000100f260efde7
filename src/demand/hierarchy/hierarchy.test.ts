import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Panel, QuantileForecast } from '../../core/panel.ts'
import { interpolateQuantile } from '../../core/quantiles.ts'
import { createRandom } from '../../core/random/random.ts'
import { reconcile } from '../../learn/index.ts'
import { forecasterOf } from '../forecasters.ts'
import { BACKTEST_LEVELS } from '../score.ts'
import { marginSampler } from './margin-samples.ts'
import { reconcileForecast } from './reconcile-forecast.ts'

const SERIES = 40
const LENGTH = 140
const HORIZON = 14
const LEVELS = Float64Array.from([0.05, 0.25, 0.5, 0.75, 0.95])

/** Many small series that move together: `common` of their noise is shared within a category. */
function panelOf(common: number): Panel {
  const random = createRandom('hierarchy')
  const shocks = Float64Array.from({ length: 4 * LENGTH }, () => random.normal())
  const values = new Float64Array(SERIES * LENGTH)
  for (let i = 0; i < SERIES; i++) {
    for (let t = 0; t < LENGTH; t++) {
      const shared = shocks[(i % 4) * LENGTH + t]!
      const noise = Math.sqrt(common) * shared + Math.sqrt(1 - common) * random.normal()
      values[i * LENGTH + t] = Math.max(0, 10 + 2 * Math.sin(t / 1.1) + 3 * noise)
    }
  }
  return {
    ids: Array.from({ length: SERIES }, (_, i) => `s${i}`),
    buckets: { frequency: 'D' },
    firstBucket: new Int32Array(SERIES),
    offsets: Int32Array.from({ length: SERIES + 1 }, (_, i) => i * LENGTH),
    values,
    statics: {
      category: {
        kind: 'category',
        codes: Int32Array.from({ length: SERIES }, (_, i) => i % 4),
        dictionary: ['a', 'b', 'c', 'd'],
      },
      title: { kind: 'text', texts: Array.from({ length: SERIES }, () => 'thing') },
    },
  }
}

function pastOf(panel: Panel, origin: number, levels = LEVELS) {
  const fitted = forecasterOf('moving-average').fit(panel, { trainEnd: origin })
  const forecast = fitted.predict(origin, HORIZON, levels)
  const actual = new Float64Array(SERIES * HORIZON)
  for (let i = 0; i < SERIES; i++) {
    for (let h = 0; h < HORIZON; h++)
      actual[i * HORIZON + h] = panel.values[i * LENGTH + origin + h]!
  }
  return { forecast, actual }
}

async function reconciled(common: number, origins = 2) {
  const panel = panelOf(common)
  const past = [LENGTH - 3 * HORIZON, LENGTH - 2 * HORIZON].slice(0, origins).map((origin) => {
    const { forecast, actual } = pastOf(panel, origin)
    return { origin, horizon: HORIZON, mean: forecast.mean, actual }
  })
  const { forecast, actual } = pastOf(panel, LENGTH - HORIZON)
  const made = await reconcileForecast(panel, forecast, past, { samples: 100 })
  return { panel, forecast, actual, made }
}

const widthOfTotal = ({ quantiles }: QuantileForecast) => {
  let width = 0
  for (let h = 0; h < HORIZON; h++) {
    width += quantiles[h * LEVELS.length + LEVELS.length - 1]! - quantiles[h * LEVELS.length]!
  }
  return width / HORIZON
}

describe('reconcileForecast', () => {
  it('gives means that add up at every level, with rising quantiles', async () => {
    const { made } = await reconciled(0.3)
    const { hierarchy, aggregates, bottom } = made
    expect(hierarchy.names).toEqual([
      'total',
      'category: a',
      'category: b',
      'category: c',
      'category: d',
    ])
    for (let h = 0; h < HORIZON; h++) {
      const all = Float64Array.from([
        ...hierarchy.names.map((_, a) => aggregates.mean[a * HORIZON + h]!),
        ...bottom.ids.map((_, i) => bottom.mean[i * HORIZON + h]!),
      ])
      expect(reconcile.incoherence(hierarchy, all)).toBeLessThan(1e-9)
    }
    for (const { quantiles } of [aggregates, bottom]) {
      quantiles.forEach((q, k) => {
        expect(Number.isFinite(q)).toBe(true)
        if (k % LEVELS.length > 0) expect(q).toBeGreaterThanOrEqual(quantiles[k - 1]!)
      })
    }
  })

  it('knows that sums of series that move together spread wider', async () => {
    const apart = await reconciled(0)
    const together = await reconciled(0.9)
    expect(widthOfTotal(together.made.aggregates)).toBeGreaterThan(
      1.8 * widthOfTotal(apart.made.aggregates),
    )
  })

  it('covers the totals about as often as it says', async () => {
    const { made, actual } = await reconciled(0.5)
    let inside = 0
    for (let a = 0; a < made.hierarchy.aggregates; a++) {
      for (let h = 0; h < HORIZON; h++) {
        const bottom = Float64Array.from({ length: SERIES }, (_, i) => actual[i * HORIZON + h]!)
        const y = reconcile.aggregate(made.hierarchy, bottom)[a]!
        const at = (a * HORIZON + h) * LEVELS.length
        const { quantiles } = made.aggregates
        if (y >= quantiles[at]! && y <= quantiles[at + LEVELS.length - 1]!) inside++
      }
    }
    const share = inside / (made.hierarchy.aggregates * HORIZON)
    expect(share).toBeGreaterThan(0.75)
    expect(made.spanQuantiles.every(Number.isFinite)).toBe(true)
  })

  it('makes paths whose mean is the forecast and that add up, path by path', async () => {
    const { made } = await reconciled(0.5)
    const { hierarchy, aggregates, paths } = made
    const samples = 100
    const categories = hierarchy.sums.flatMap(({ level, aggregate }) =>
      level === 'category' ? [aggregate] : [],
    )
    for (let h = 0; h < HORIZON; h++) {
      const path = (a: number, s: number) => paths[(a * HORIZON + h) * samples + s]!
      let mean = 0
      for (let s = 0; s < samples; s++) {
        const sum = categories.reduce((total, a) => total + path(a, s), 0)
        expect(Math.abs(sum - path(0, s))).toBeLessThan(1e-6)
        mean += path(0, s) / samples
      }
      expect(mean).toBeCloseTo(aggregates.mean[h]!, 6)
    }
  })

  it('adds up without a past too, and says that nothing was judged', async () => {
    const { made } = await reconciled(0.5, 0)
    expect(made.choice.method).toBe('bottom-up')
    expect(made.choice.ratio).toBeNaN()
    expect(widthOfTotal(made.aggregates)).toBeGreaterThan(0)
  })

  it('lets the sums speak where series were too high all along, and moves the series', async () => {
    const panel = panelOf(0.5)
    const tooHigh = (origin: number) => {
      const { forecast, actual } = pastOf(panel, origin)
      const mean = forecast.mean.map((m) => 1.4 * m)
      const quantiles = forecast.quantiles.map((q) => 1.4 * q)
      return { forecast: { ...forecast, mean, quantiles }, actual }
    }
    const past = [LENGTH - 3 * HORIZON, LENGTH - 2 * HORIZON].map((origin) => {
      const { forecast, actual } = tooHigh(origin)
      return { origin, horizon: HORIZON, mean: forecast.mean, actual }
    })
    const { forecast, actual } = tooHigh(LENGTH - HORIZON)
    const made = await reconcileForecast(panel, forecast, past, { samples: 100 })
    expect(made.choice.method).toBe('mint')
    expect(made.choice.ratio).toBeLessThan(0.8)
    const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0)
    const came = sum(actual)
    expect(sum(forecast.mean) / came).toBeGreaterThan(1.3)
    expect(Math.abs(sum(made.bottom.mean) / came - 1)).toBeLessThan(0.15)
    const { hierarchy, aggregates, bottom } = made
    for (let h = 0; h < HORIZON; h++) {
      const own = Float64Array.from(bottom.ids, (_, i) => bottom.mean[i * HORIZON + h]!)
      reconcile.aggregate(hierarchy, own).forEach((units, a) => {
        if (a < hierarchy.aggregates) {
          expect(Math.abs(aggregates.mean[a * HORIZON + h]! - units)).toBeLessThan(1e-9)
        }
      })
    }
    // The quantiles follow: the bands lie around what came.
    const below = actual.filter((y, at) => y <= bottom.quantiles[at * LEVELS.length + 2]!).length
    expect(Math.abs(below / actual.length - 0.5)).toBeLessThan(0.2)
    expect(bottom.quantiles.every((q) => q >= 0)).toBe(true)
  })

  it('widens the bands of sums where past sums were further off, and moves no mean', async () => {
    const panel = panelOf(0)
    // Series whose level of each window is their own would cancel out; a common one does not.
    const levels = [0.7, 1.3]
    const past = [LENGTH - 3 * HORIZON, LENGTH - 2 * HORIZON].map((origin, k) => {
      const { forecast, actual } = pastOf(panel, origin, BACKTEST_LEVELS)
      const { mean, quantiles } = forecast
      return {
        origin,
        horizon: HORIZON,
        mean,
        quantiles,
        actual: actual.map((y) => levels[k]! * y),
      }
    })
    const { forecast } = pastOf(panel, LENGTH - HORIZON)
    const run = (prior: number) =>
      reconcileForecast(panel, forecast, past, {
        samples: 100,
        method: 'bottom-up',
        settings: { 'demand.sum-spread-prior': prior },
      })
    const [plain, wide] = [await run(100_000), await run(1)]
    const [total] = wide.spread
    expect(total!.level).toBe('total')
    expect(total!.factor).toBeGreaterThan(1.5)
    expect(total!.after).toBeGreaterThan(total!.before)
    expect(Array.from(wide.aggregates.mean)).toEqual(Array.from(plain.aggregates.mean))
    expect(Array.from(wide.paths)).toEqual(Array.from(plain.paths))
    const grown = widthOfTotal(wide.aggregates) / widthOfTotal(plain.aggregates)
    expect(grown).toBeCloseTo(total!.factor, 2)
    expect(wide.spanQuantiles[4]! - wide.spanQuantiles[0]!).toBeGreaterThan(
      1.5 * (plain.spanQuantiles[4]! - plain.spanQuantiles[0]!),
    )
  })

  it('keeps zeros of sums at zero: a day without sales is not below the band', async () => {
    const panel = panelOf(0)
    const { forecast } = pastOf(panel, LENGTH - HORIZON)
    // Series that seldom sell: most of their sample values are zero, odd fractions the others.
    const quantiles = forecast.quantiles.map((_, k) => (k % LEVELS.length === 4 ? 0.7 : 0))
    const rare = { ...forecast, quantiles, mean: forecast.mean.map(() => 0.1 / 3) }
    const groupings = [
      { name: 'one', codes: Array.from({ length: SERIES }, (_, i) => i), groups: panel.ids },
    ]
    const { aggregates } = await reconcileForecast(panel, rare, [], { samples: 100, groupings })
    const lowest = aggregates.quantiles.filter((_, k) => k % LEVELS.length === 0)
    expect(Array.from(lowest.subarray(HORIZON))).toEqual(
      Array.from({ length: SERIES * HORIZON }, () => 0),
    )
  })

  it('leaves out of the sums what is not counted', async () => {
    const panel = panelOf(0)
    const { forecast } = pastOf(panel, LENGTH - HORIZON)
    const counted = new Uint8Array(SERIES * HORIZON).fill(1)
    counted.fill(0, 0, HORIZON)
    forecast.mean.fill(0, 0, HORIZON)
    forecast.quantiles.fill(0, 0, HORIZON * LEVELS.length)
    const past = [LENGTH - 3 * HORIZON, LENGTH - 2 * HORIZON].map((origin) => {
      const made = pastOf(panel, origin)
      return { origin, horizon: HORIZON, mean: made.forecast.mean, actual: made.actual }
    })
    const made = await reconcileForecast(panel, forecast, past, { counted, samples: 50 })
    expect(made.bottom.mean.subarray(0, HORIZON).every((m) => m === 0)).toBe(true)
  })

  it('refuses a past of other series', async () => {
    const panel = panelOf(0)
    const { forecast } = pastOf(panel, LENGTH - HORIZON)
    const past = [{ origin: 1, horizon: 2, mean: new Float64Array(2), actual: new Float64Array(2) }]
    await expect(reconcileForecast(panel, forecast, past)).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
    })
  })
})

describe('marginSampler', () => {
  it('is the quantile function with the mean of the forecast', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -20, max: 50, noNaN: true }), { minLength: 5, maxLength: 5 }),
        fc.double({ min: 0, max: 60, noNaN: true }),
        fc.integer({ min: 20, max: 200 }),
        (values, mean, samples) => {
          const quantiles = Float64Array.from(values).sort()
          const made = new Float64Array(samples)
          marginSampler(LEVELS, samples)(quantiles, 0, mean, made)
          const floor = quantiles[0]! >= 0 ? 0 : -Infinity
          const plain = Float64Array.from(made, (_, r) =>
            interpolateQuantile(quantiles, 0, LEVELS, (r + 0.5) / samples, floor),
          )
          const average = (of: Float64Array) => of.reduce((a, b) => a + b, 0) / of.length
          expect(average(made)).toBeCloseTo(mean, 6)
          for (let r = 1; r < samples; r++) expect(made[r]! - made[r - 1]!).toBeGreaterThan(-1e-9)
          const before = average(plain)
          if (floor === 0 && (before < 1e-6 || mean > 2 * before)) return
          plain.forEach((v, r) => {
            const expected = floor === 0 ? (v * mean) / before : v + mean - before
            expect(Math.abs(made[r]! - expected)).toBeLessThan(1e-6 * (1 + Math.abs(expected)))
          })
        },
      ),
    )
  })
})
