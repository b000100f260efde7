import { describe, expect, it } from 'vitest'
import { type Panel, panelOf } from '../../core/panel.ts'
import { createRandom } from '../../core/random/random.ts'
import { forecasterContract } from '../forecaster.contract.ts'
import { treesForecaster } from './trees-forecaster.ts'

const LEVELS = Float64Array.from([0.05, 0.25, 0.5, 0.75, 0.95])

// Few rows suffice here, so that the trees themselves keep the contract, not only the fallback.
forecasterContract(treesForecaster({ leastRows: 20 }), { runs: 15 })

describe.each([
  ['days', dailyPanel()],
  ['weeks', weeklyPanel()],
])('trees on %s', (_, panel) => {
  const origin = panel.firstBucket[0]! + panel.offsets[1]! - 20
  const fitted = treesForecaster({ leastRows: 50 }).fit(panel, { trainEnd: origin, horizon: 12 })

  it('reads no value from the origin on, nor does learning', () => {
    const values = panel.values.slice()
    const random = createRandom('future')
    panel.ids.forEach((_id, i) => {
      const from = panel.offsets[i]! + Math.max(0, origin - panel.firstBucket[i]!)
      for (let k = from; k < panel.offsets[i + 1]!; k++) values[k] = 1e5 * random.next()
    })
    const shuffled = treesForecaster({ leastRows: 50 }).fit(
      { ...panel, values },
      { trainEnd: origin, horizon: 12 },
    )
    expect(shuffled.predict(origin, 12, LEVELS)).toEqual(fitted.predict(origin, 12, LEVELS))
  })

  it('tells parts that sum to the mean', () => {
    const indices = Int32Array.of(0, 3, 11)
    const { mean } = fitted.predict(origin, 12, LEVELS)
    const { parts } = fitted.explain(origin, 12, indices)
    indices.forEach((i, k) => {
      for (let h = 0; h < 12; h++) {
        const sum = Object.values(parts).reduce((s, units) => s + units[k * 12 + h]!, 0)
        expect(sum).toBeCloseTo(mean[i * 12 + h]!, 6)
      }
    })
    const closing = parts.other ?? new Float64Array(36)
    const size = (x: Float64Array) => x.reduce((s, v) => s + Math.abs(v), 0)
    // What closes the sum is small: the parts come from the model itself.
    expect(size(closing)).toBeLessThan(0.5 * size(parts.level!))
  })

  it('is nearer to what came than last season or the recent mean', () => {
    const { mean } = fitted.predict(origin, 12, LEVELS)
    let error = 0
    let naive = 0
    const back = panel.buckets.frequency === 'W' ? 52 : 7
    panel.ids.forEach((_id, i) => {
      const at = panel.offsets[i]! + origin - panel.firstBucket[i]!
      for (let h = 0; h < 12; h++) {
        const y = panel.values[at + h]!
        error += Math.abs(y - mean[i * 12 + h]!)
        naive += Math.abs(y - panel.values[at + h - back * Math.ceil((h + 1) / back)]!)
      }
    })
    expect(error).toBeLessThan(0.9 * naive)
  })

  it('says the same with the same seed', () => {
    const again = treesForecaster({ leastRows: 50 }).fit(panel, { trainEnd: origin, horizon: 12 })
    expect(again.predict(origin, 12, LEVELS)).toEqual(fitted.predict(origin, 12, LEVELS))
  })
})

/** Twenty products, their weekdays, slow and fast. */
function dailyPanel(): Panel {
  const random = createRandom('daily')
  return panelOf(
    Array.from({ length: 20 }, (_, i) => ({
      id: `product ${i}`,
      firstBucket: 200,
      values: Float64Array.from({ length: 160 }, (_v, t) => {
        const wanted = (1 + (i % 7)) * (t % 7 === 2 ? 3 : 1)
        return Math.max(0, Math.round(wanted + Math.sqrt(wanted) * random.normal()))
      }),
    })),
    { frequency: 'D' },
  )
}

/** Stores × departments over a year and a half: departments have their season, stores their growth. */
function weeklyPanel(): Panel {
  const random = createRandom('weekly')
  const stores = Array.from({ length: 6 }, () => 1 + 0.3 * random.next())
  return panelOf(
    Array.from({ length: 36 }, (_, k) => {
      const [store, department] = [k % 6, Math.floor(k / 6)]
      return {
        id: `${store}_${department}`,
        firstBucket: 2000,
        values: Float64Array.from({ length: 92 }, (_v, t) => {
          const season = 1 + 0.5 * Math.sin((2 * Math.PI * (t + 8 * department)) / 52)
          const growth = t >= 52 ? stores[store]! : 1
          return 100 * (store + 1) * season * growth * (1 + 0.15 * random.normal())
        }),
      }
    }),
    { frequency: 'W', weekStart: 4 },
  )
}

it('answers long after the data, and grows as the knobs say', () => {
  const panel = weeklyPanel()
  const fitted = treesForecaster({ leastRows: 50 }).fit(panel)
  for (const origin of [2000 + 99, 2000 + 400]) {
    const { mean, quantiles } = fitted.predict(origin, 60, LEVELS)
    expect(mean.every((x) => x > 0) && quantiles.every(Number.isFinite)).toBe(true)
  }
  const settings = { 'demand.trees-rounds': 0.1 }
  const short = treesForecaster({ leastRows: 50 }).fit(panel, { settings })
  const said = (fit: typeof fitted) => fit.predict(2092, 4, LEVELS).mean
  expect(said(short)).not.toEqual(said(fitted))
  const least = { 'demand.trees-least-rows': 1e6 }
  const classical = treesForecaster().fit(panel, { settings: least })
  expect(said(classical)).not.toEqual(said(fitted))
})

it('shares a season seen once, and reads a few returns as no sales', () => {
  const weekly = weeklyPanel()
  const values = weekly.values.map((v, k) => (k % 50 === 7 ? -1 : v))
  const panel = { ...weekly, values }
  for (const weeks of [30, 52, 53]) {
    const fitted = treesForecaster({ leastRows: 30 }).fit(panel, { trainEnd: 2000 + weeks })
    const { mean, quantiles } = fitted.predict(2000 + weeks, 12, LEVELS)
    let error = 0
    let carried = 0
    panel.ids.forEach((_id, i) => {
      const at = panel.offsets[i]! + weeks
      for (let h = 0; h < 12; h++) {
        const y = panel.values[at + h]!
        error += Math.abs(y - mean[i * 12 + h]!)
        carried += Math.abs(y - panel.values[at - 1]!)
      }
    })
    expect(mean.every(Number.isFinite) && quantiles.every(Number.isFinite)).toBe(true)
    expect(error).toBeLessThan(weeks < 52 ? 1.1 * carried : 0.7 * carried)
  }
})
