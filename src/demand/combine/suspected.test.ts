import { expect, it } from 'vitest'
import { samplePoisson } from '../../core/distributions/counts.ts'
import { type Panel, panelOf, type QuantileForecast } from '../../core/panel.ts'
import { createRandom } from '../../core/random/random.ts'
import { forecastPanel } from '../forecast-panel.ts'
import type { Forecaster } from '../forecaster.ts'
import { censorSuspected } from '../lost-sales/suspected.ts'

const LENGTH = 300
const HORIZON = 28
const SETTINGS = { 'demand.suspect-stock-outs': 1 }

/** Series that sell 6 a day, each out of stock for 20 days about one of the last origins. */
function panel(): Panel {
  const random = createRandom('about origins')
  const rows = Array.from({ length: 12 }, (_, i) => ({
    id: `s${i}`,
    firstBucket: 0,
    values: Float64Array.from({ length: LENGTH }, (_v, t) => {
      const out = LENGTH - HORIZON * (1 + (i % 3)) - 10
      return t >= out && t < out + 20 ? 0 : samplePoisson(random, 6)
    }),
  }))
  return panelOf(rows, { frequency: 'D' })
}

/** Forecasts the mean of the last four weeks that were observed, and keeps what it said. */
function spy(said: Map<number, QuantileForecast>): Forecaster {
  return {
    name: 'spy',
    fit: ({ ids, buckets, offsets, firstBucket, values }) => ({
      predict(origin, horizon, levels) {
        const mean = new Float64Array(ids.length * horizon)
        ids.forEach((_, i) => {
          const end = offsets[i]! + origin - firstBucket[i]!
          const seen = values.subarray(end - 28, end).filter((y) => !Number.isNaN(y))
          const usual = seen.reduce((a, b) => a + b, 0) / seen.length
          mean.fill(usual, i * horizon, (i + 1) * horizon)
        })
        const quantiles = new Float64Array(mean.length * levels.length)
        mean.forEach((m, at) => {
          levels.forEach((level, l) => {
            quantiles[at * levels.length + l] = m * (0.5 + level)
          })
        })
        const forecast = { ids, buckets, origin, horizon, levels, mean, quantiles }
        said.set(origin, forecast)
        return forecast
      },
    }),
  }
}

async function run(given: Panel, origin = LENGTH) {
  const said = new Map<number, QuantileForecast>()
  const options = { horizon: HORIZON, levels: [0.5, 0.9], origin, settings: SETTINGS }
  const made = await forecastPanel(given, { ...options, learned: [spy(said)] })
  return { made, said }
}

/** Each series with its values from `from` on in another order. */
function shuffled(given: Panel, from: number): Panel {
  const random = createRandom('another order')
  const values = given.values.slice()
  given.ids.forEach((_, i) => {
    for (let t = LENGTH - 1; t > from; t--) {
      const [a, b] = [i * LENGTH + t, i * LENGTH + from + random.int(t - from + 1)]
      const kept = values[a]!
      values[a] = values[b]!
      values[b] = kept
    }
  })
  return { ...given, values }
}

/** Nothing sold from `from` on: a run of zeros before it never ends. */
function stopped(given: Panel, from: number): Panel {
  const values = given.values.map((y, at) => (at % LENGTH >= from ? 0 : y))
  return { ...given, values }
}

it('an origin of the past suspects nothing by what was sold after it', async () => {
  const given = panel()
  const { made, said } = await run(given)
  const origins = made.combination!.verdict.origins
  expect(origins).toHaveLength(3)
  for (const origin of origins) {
    for (const change of [shuffled, stopped]) {
      const other = await run(change(given, origin))
      expect(other.said.get(origin)!.mean).toEqual(said.get(origin)!.mean)
    }
  }
})

it('the forecast suspects nothing by what was sold from its origin on', async () => {
  const given = panel()
  const origin = LENGTH - HORIZON
  const clean = await run(given, origin)
  for (const change of [shuffled, stopped]) {
    const dirty = await run(change(given, origin), origin)
    expect(dirty.made.forecast).toEqual(clean.made.forecast)
    expect(dirty.made.combination!.verdict).toEqual(clean.made.combination!.verdict)
  }
})

it('masks by all that was sold, but for days before an origin', () => {
  const given = panel()
  const origin = LENGTH - HORIZON
  const masked = (origins: readonly number[]) => {
    const { censored } = censorSuspected(given, { settings: SETTINGS, origins })
    return Array.from(censored!.subarray(0, LENGTH).keys()).filter((t) => censored![t] === 0)
  }
  const [all, known] = [masked([]), masked([origin])]
  expect(all.some((t) => t < origin)).toBe(true)
  expect(known).toEqual(all.filter((t) => t >= origin))
})
