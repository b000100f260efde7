import { describe, expect, it } from 'vitest'
import type { Panel, QuantileForecast } from '../../core/panel.ts'
import { createRandom } from '../../core/random/random.ts'
import { reconcile } from '../../learn/index.ts'
import { forecasterOf } from '../forecasters.ts'
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

function pastOf(panel: Panel, origin: number) {
  const fitted = forecasterOf('moving-average').fit(panel, { trainEnd: origin })
  const forecast = fitted.predict(origin, HORIZON, LEVELS)
  const actual = new Float64Array(SERIES * HORIZON)
  for (let i = 0; i < SERIES; i++) {
    for (let h = 0; h < HORIZON; h++)
      actual[i * HORIZON + h] = panel.values[i * LENGTH + origin + h]!
  }
  return { forecast, actual }
}

async function reconciled(common: number) {
  const panel = panelOf(common)
  const past = [LENGTH - 3 * HORIZON, LENGTH - 2 * HORIZON].map((origin) => pastOf(panel, origin))
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
    expect(made.horizonQuantiles.every(Number.isFinite)).toBe(true)
  })

  it('refuses to work without a past', async () => {
    const panel = panelOf(0)
    const { forecast } = pastOf(panel, LENGTH - HORIZON)
    await expect(reconcileForecast(panel, forecast, [])).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
    })
  })
})
