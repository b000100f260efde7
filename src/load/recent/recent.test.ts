import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { forecasterContract } from '../forecaster.contract.ts'
import type { LoadHistory } from '../types.ts'
import { continueSeries, fitAutoregression } from './autoregression.ts'
import { fillGaps } from './fill-gaps.ts'
import { lagModels } from './lag-sets.ts'
import { recentForecaster } from './recent.ts'

const HOUR = 3_600_000
const CONTEXT = { events: [], seed: 1 }

forecasterContract(recentForecaster, { stepMs: HOUR, days: 40, ahead: 48 })
forecasterContract(recentForecaster, { stepMs: 24 * HOUR, days: 200, ahead: 14 })

describe('autoregressions', () => {
  it('finds the coefficients that made a series', () => {
    const random = createRandom(3)
    const y = new Float64Array(5000)
    for (let t = 3; t < y.length; t++) {
      y[t] = 0.5 + 0.6 * y[t - 1]! - 0.3 * y[t - 3]! + 0.1 * random.normal()
    }
    const model = { lags: [1, 2, 3], isOfChanges: false, discount: 1 }
    const { coefficients } = fitAutoregression(y, model)
    ;[0.6, 0, -0.3, 0.5].forEach((value, i) => {
      expect(Math.abs(coefficients[i]! - value)).toBeLessThan(0.04)
    })
  })

  it('continues a straight line by its changes, and stays within bounds', () => {
    const y = Float64Array.from({ length: 60 }, (_, t) => 3 + 2 * t)
    const fit = fitAutoregression(y, { lags: [1, 2], isOfChanges: true, discount: 1 })
    const next = continueSeries(fit, y, 60, 5, [0, 1000])
    next.forEach((value, t) => {
      expect(value).toBeCloseTo(123 + 2 * t, 0)
    })
    expect(Math.max(...continueSeries(fit, y, 60, 500, [0, 200]))).toBe(200)
  })

  it('never lacks a model, and asks for no more than the history has', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(60_000, 300_000, HOUR, 24 * HOUR, 168 * HOUR, 720 * HOUR),
        fc.integer({ min: 2, max: 5000 }),
        fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
        (stepMs, count, season) => {
          const models = lagModels(stepMs, count, season)
          expect(models.length).toBeGreaterThan(0)
          for (const { lags } of models) expect(lags.at(-1)!).toBeLessThan(count)
        },
      ),
    )
  })

  it('fills gaps from the seasons around them', () => {
    const values = Float64Array.from({ length: 12 }, (_, t) => (t % 4) + t)
    const gaps = values.map((value, t) => (t === 5 || t === 11 ? Number.NaN : value))
    expect([...fillGaps(gaps, 4)]).toEqual([...values.with(5, 6).with(11, 3 + 7)])
    expect([...fillGaps(Float64Array.of(Number.NaN, 2, Number.NaN), 7)]).toEqual([2, 2, 2])
  })
})

it('holds what its bands say on load of days and weeks with noise that lasts', () => {
  let [inside, total] = [0, 0]
  for (let seed = 1; seed <= 12; seed++) {
    const random = createRandom(seed)
    let drift = 0
    const y = Float64Array.from({ length: 24 * 42 }, (_, t) => {
      drift = 0.9 * drift + 0.05 * random.normal()
      return 1000 * (1 + 0.4 * Math.sin((t / 12) * Math.PI)) * Math.exp(drift)
    })
    const history: LoadHistory = {
      ...{ group: {}, axis: { startMs: 0, stepMs: HOUR, count: 24 * 40 } },
      values: y.slice(0, 24 * 40),
    }
    const made = recentForecaster
      .fit(history, { ...CONTEXT, seed })
      .forecast({ startMs: 960 * HOUR, count: 48 })
    const [low, high] = [made.quantile(0.1), made.quantile(0.9)]
    for (let t = 0; t < 48; t++) {
      total++
      if (y[960 + t]! >= low[t]! && y[960 + t]! <= high[t]!) inside++
    }
  }
  expect(inside / total).toBeGreaterThan(0.68)
  expect(inside / total).toBeLessThan(0.92)
})
