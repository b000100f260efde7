import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type Panel, panelOf, type QuantileForecast } from '../../core/panel.ts'
import { meanPinballLoss } from '../../core/quantiles.ts'
import { forecastPanel } from '../forecast-panel.ts'
import { forecasterOf } from '../forecasters.ts'

const folder =
  process.env['STOREWRIGHT_DATA'] ?? new URL('../../../../shared/data', import.meta.url).pathname
const file = join(folder, 'load/m4/weekly-train.csv.gz')
const LEVELS = Float64Array.from([0.05, 0.25, 0.5, 0.75, 0.95])
const HORIZON = 13
const END = 600

/** The last weeks of every series, all ending at bucket END. */
function readWeekly(): Panel {
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n').slice(1)
  return panelOf(
    lines.map((line) => {
      const [id, ...cells] = line.replaceAll('"', '').trim().split(',')
      const values = cells
        .filter((cell) => cell !== '')
        .map(Number)
        .slice(-END)
      return { id: id!, firstBucket: END - values.length, values }
    }),
    { frequency: 'W' },
  )
}

/** Mean over the series of pinball loss over the mean size of the series. */
function relativeLoss(panel: Panel, forecast: QuantileForecast): number {
  const size = HORIZON * LEVELS.length
  let sum = 0
  panel.ids.forEach((_, i) => {
    const actual = panel.values.subarray(panel.offsets[i + 1]! - HORIZON, panel.offsets[i + 1]!)
    const mean = actual.reduce((a, b) => a + Math.abs(b), 0) / HORIZON
    const quantiles = forecast.quantiles.subarray(i * size, (i + 1) * size)
    sum += meanPinballLoss(actual, quantiles, LEVELS) / mean
  })
  return sum / panel.ids.length
}

describe.skipIf(!existsSync(file))(`the weekly series of M4 (${file}; skipped when absent)`, () => {
  it('are forecast with at most 60 % of the loss of the seasonal naive', async () => {
    const panel = readWeekly()
    const origin = END - HORIZON
    const naive = forecasterOf('seasonal-naive').fit(panel, { trainEnd: origin })
    const { forecast } = await forecastPanel(panel, { horizon: HORIZON, levels: LEVELS, origin })
    const theirs = relativeLoss(panel, naive.predict(origin, HORIZON, LEVELS))
    expect(relativeLoss(panel, forecast) / theirs).toBeLessThan(0.6)
  })
})
