/**
 * Daily retail sales 28 days ahead from three origins: loss against the seasonal naive and the
 * moving average, coverage, error of the 28-day sum, CPU.
 * node bench/demand-retail.ts [--data DIR] [--seed 1]
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { learnOpenDays } from '../src/core/calendar.ts'
import { type Panel, panelEnd, type QuantileForecast } from '../src/core/panel.ts'
import { createRandom } from '../src/core/random/random.ts'
import { openDatabase } from '../src/core/sql/database.ts'
import { numbersOf } from '../src/core/table.ts'
import { forecasterOf, forecastPanel, readPanelTable } from '../src/demand/index.ts'
import { lossRatio, scorePanel, scoreSeries, valueAt } from './demand-score.ts'
import { argument, cpuSeconds, dataFolder, printFigure, rounded } from './figure.ts'

const LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
const HORIZON = 28
const SEASON = 7
const file = join(dataFolder(), 'retail/online-retail.csv.gz')
const seed = argument('seed', '1')

/** Units by product and day: products only, cancellations taken off the day they come in. */
const RETAIL_SQL = `
  SELECT StockCode AS unique_id, CAST(InvoiceDate AS DATE) - DATE '1970-01-01' AS ds,
         greatest(0, sum(Quantity)) AS y
  FROM read_csv('${file}', types = {'StockCode': 'VARCHAR', 'InvoiceNo': 'VARCHAR'})
  WHERE regexp_matches(StockCode, '^[0-9]{5}') AND UnitPrice > 0
  GROUP BY ALL ORDER BY ALL`

async function readRetail(): Promise<Panel> {
  const database = await openDatabase(':memory:')
  const table = await database.table(RETAIL_SQL)
  database.close()
  const ds = numbersOf(table, 'ds')
  const first = ds.reduce((a, b) => Math.min(a, b), Infinity)
  const last = ds.reduce((a, b) => Math.max(a, b), -Infinity)
  const units = new Float64Array(last - first + 1)
  numbersOf(table, 'y').forEach((y, row) => {
    units[ds[row]! - first]! += y
  })
  const openDays = learnOpenDays(units, first)
  return readPanelTable(table, { frequency: 'D', gaps: 'zero', openDays })
}

interface Round {
  readonly ours: QuantileForecast
  readonly naive: QuantileForecast
  readonly average: QuantileForecast
  readonly seconds: number
}

async function forecastFrom(panel: Panel, origin: number): Promise<Round> {
  const before = process.cpuUsage()
  const { forecast } = await forecastPanel(panel, {
    horizon: HORIZON,
    levels: LEVELS,
    origin,
    seed,
  })
  const seconds = cpuSeconds(before)
  const plain = (name: string) =>
    forecasterOf(name)
      .fit(panel, { trainEnd: origin })
      .predict(origin, HORIZON, Float64Array.from(LEVELS))
  return {
    ours: forecast,
    naive: plain('seasonal-naive'),
    average: plain('moving-average'),
    seconds,
  }
}

async function main(): Promise<void> {
  if (!existsSync(file)) {
    console.error(`No data at ${file}; give the folder with --data DIR.`)
    return
  }
  const panel = await readRetail()
  const end = panelEnd(panel)
  const rounds: Round[] = []
  for (const back of [3, 2, 1]) rounds.push(await forecastFrom(panel, end - back * HORIZON))
  const data = `online retail: ${panel.ids.length} products, ${HORIZON} days ahead from three origins`
  reportLoss(panel, rounds, data)
  reportCoverage(panel, rounds, data)
  reportSums(panel, rounds, data)
  const seconds = rounds.reduce((sum, round) => sum + round.seconds, 0) / rounds.length
  printFigure({
    figure: 'demand-retail/CPU of a forecast',
    value: rounded(seconds),
    unit: 's',
    data,
    seed,
  })
}

function reportLoss(panel: Panel, rounds: readonly Round[], data: string): void {
  const scores = (which: 'ours' | 'naive' | 'average') =>
    rounds.flatMap((round) => scoreSeries(panel, round[which], SEASON))
  const mine = scores('ours')
  for (const [name, which] of [
    ['seasonal naive', 'naive'],
    ['8-week moving average', 'average'],
  ] as const) {
    const theirs = scores(which)
    const { ratio, interval } = lossRatio(mine, theirs, createRandom(`bootstrap-${seed}`))
    printFigure({
      figure: `demand-retail/mean scaled pinball against the ${name}`,
      value: rounded(scorePanel(mine).scaledPinball),
      unit: 'scaled pinball (interval: of the ratio)',
      interval: [rounded(interval[0]), rounded(interval[1])],
      baseline: rounded(scorePanel(theirs).scaledPinball),
      ratio: rounded(ratio),
      target: `< 1 times the ${name}`,
      met: ratio < 1,
      data,
      seed,
    })
  }
  const { pinball, wape } = scorePanel(mine)
  printFigure({
    figure: 'demand-retail/pinball',
    value: rounded(pinball),
    unit: 'units',
    data,
    seed,
  })
  printFigure({ figure: 'demand-retail/wape', value: rounded(wape), unit: 'share', data, seed })
}

/** Share of days at or below a quantile, where the quantile is above zero: zeros say nothing. */
function reportCoverage(panel: Panel, rounds: readonly Round[], data: string): void {
  for (const level of [0.5, 0.75, 0.9, 0.95]) {
    const l = LEVELS.indexOf(level)
    let below = 0
    let points = 0
    for (const { ours } of rounds) {
      for (let k = 0; k < ours.mean.length; k++) {
        const y = valueAt(panel, Math.floor(k / HORIZON), ours.origin + (k % HORIZON))
        const q = ours.quantiles[k * LEVELS.length + l]!
        if (Number.isNaN(y) || q <= 0) continue
        points++
        if (y <= q) below++
      }
    }
    const off = Math.abs(below / points - level)
    printFigure({
      figure: `demand-retail/share at or below the ${level} quantile`,
      value: rounded(below / points),
      unit: 'share',
      target: `${level} ± 0.03`,
      met: off <= 0.03,
      data: `${data}; ${points} days with a quantile above zero`,
      seed,
    })
  }
}

/** Error and bias of the 28-day sum of means, the number a buyer orders by. */
function reportSums(panel: Panel, rounds: readonly Round[], data: string): void {
  for (const which of ['ours', 'average'] as const) {
    let absolute = 0
    let actual = 0
    let bias = 0
    for (const round of rounds) {
      for (let i = 0; i < panel.ids.length; i++) {
        let y = 0
        let mean = 0
        for (let h = 0; h < HORIZON; h++) {
          const value = valueAt(panel, i, round[which].origin + h)
          if (Number.isNaN(value)) continue
          y += value
          mean += round[which].mean[i * HORIZON + h]!
        }
        absolute += Math.abs(mean - y)
        bias += mean - y
        actual += y
      }
    }
    const name = which === 'ours' ? 'chosen models' : 'moving average'
    const of = { data, seed, unit: 'share' }
    printFigure({
      figure: `demand-retail/wape of 28-day sums, ${name}`,
      value: rounded(absolute / actual),
      ...of,
    })
    printFigure({
      figure: `demand-retail/bias of 28-day sums, ${name}`,
      value: rounded(bias / actual),
      ...of,
    })
  }
}

await main()
