import { describe, expect, it } from 'vitest'
import { type Panel, panelOf } from '../../core/panel.ts'
import { createRandom } from '../../core/random/random.ts'
import { forecasterContract } from '../forecaster.contract.ts'
import { netForecaster } from './net-forecaster.ts'

const LEVELS = Float64Array.from([0.1, 0.5, 0.9])

// The scale of a series comes from sums of its values, so a thousandfold panel differs by rounding,
// which training then spreads.
for (const encoder of ['conv', 'gru'] as const) {
  forecasterContract(netForecaster(encoder), { runs: 10, scaling: 0.02 })
}

describe('a net over a panel', () => {
  it('forecasts weeks and months, and further ahead than it learned', async () => {
    const random = createRandom('weeks')
    for (const frequency of ['W', 'M'] as const) {
      const season = frequency === 'W' ? 52 : 12
      const panel = panelOf(
        Array.from({ length: 6 }, (_, i) => ({
          id: `s${i}`,
          firstBucket: 30,
          values: Float64Array.from(
            { length: 2 * season + 5 },
            (_v, t) => 50 + 20 * Math.sin((2 * Math.PI * t) / season) + 3 * random.normal(),
          ),
        })),
        { frequency },
      )
      const origin = 30 + 2 * season + 5
      const settings = { 'demand.net-steps': 40 }
      const fitted = await netForecaster('conv').fit(panel, { horizon: 8, settings })
      const { mean } = fitted.predict(origin, 20, LEVELS)
      for (let h = 0; h < 20; h++) {
        const truth = 50 + 20 * Math.sin((2 * Math.PI * (2 * season + 5 + h)) / season)
        expect(Math.abs(mean[h]! - truth)).toBeLessThan(12)
      }
    }
  })

  it('starts a product without history from its likes', async () => {
    const titles = ['red mug', 'blue mug', 'red mug large', 'oak table', 'pine table', 'long table']
    const random = createRandom('titles')
    const series = Array.from({ length: 60 }, (_, i) => {
      const level = titles[i % 6]!.includes('mug') ? 40 : 4
      const length = i < 54 ? 60 : 0
      const values = Float64Array.from({ length }, () => level * (0.8 + 0.4 * random.next()))
      return { id: `s${i}`, firstBucket: 100 - length, values }
    })
    const texts = series.map((_, i) => titles[i % 6]!)
    const panel: Panel = {
      ...panelOf(series, { frequency: 'D' }),
      statics: { title: { kind: 'text', texts } },
    }
    const settings = { 'demand.net-steps': 150, 'demand.net-cold-share': 0.3 }
    const fitted = await netForecaster('conv').fit(panel, { trainEnd: 100, horizon: 7, settings })
    const { quantiles } = fitted.predict(100, 7, LEVELS)
    const median = (i: number) => quantiles[(i * 7 + 3) * 3 + 1]!
    for (const mug of [54, 55, 56]) {
      for (const table of [57, 58, 59]) expect(median(mug)).toBeGreaterThan(3 * median(table))
    }
  })
})
