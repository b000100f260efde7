/**
 * Weekly Walmart sales through the panel tool, 39 weeks ahead, against the seasonal naive.
 * node bench/demand-walmart.ts [--data DIR] [--weeks 39] [--cut 0] [--seed 1]
 * --cut N leaves the last N weeks out, for backtests from earlier origins.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bucketStart, DAY_MS } from '../src/core/calendar.ts'
import { type Panel, panelEnd, type QuantileForecast } from '../src/core/panel.ts'
import { createRandom } from '../src/core/random/random.ts'
import { openDatabase } from '../src/core/sql/database.ts'
import { numbersOf, type Table } from '../src/core/table.ts'
import { forecasterOf, forecastTables, readPanelTable } from '../src/demand/index.ts'
import { lossRatio, scorePanel, scoreSeries, valueAt } from './demand-score.ts'
import { argument, cpuSeconds, dataFolder, printFigure, rounded } from './figure.ts'

const LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
const SEASON = 52
const folder = join(dataFolder(), 'demand/walmart')
const weeks = Number(argument('weeks', '39'))
const cut = Number(argument('cut', '0'))
const seed = argument('seed', '1')

/** The few lines that turn the competition's files into a panel: unique_id, ds, y, covariates. */
const PANEL_SQL = (sales: string, features: string) => `
  SELECT s.Store || '_' || s.Dept AS unique_id, s.Date - DATE '1970-01-01' AS ds,
         s.Weekly_Sales AS y, f.IsHoliday::INT AS is_holiday,
         TRY_CAST(f.Temperature AS DOUBLE) AS temperature
  FROM read_csv('${sales}', types = {'Date': 'DATE'}) s
  LEFT JOIN read_csv('${features}', types = {'Date': 'DATE'}) f
    ON f.Store = s.Store AND f.Date = s.Date
  ORDER BY s.Store, s.Dept, s.Date`

async function readWalmart(): Promise<Table> {
  const database = await openDatabase(':memory:')
  try {
    const [sales, features] = ['sales.csv.gz', 'features.csv'].map((name) => join(folder, name))
    return await database.table(PANEL_SQL(sales!, features!))
  } finally {
    database.close()
  }
}

/** Rows of a table whose day lies in [from, to). */
function daysOf(table: Table, from: number, to: number): Table {
  const ds = numbersOf(table, 'ds')
  const rows = Array.from(ds.keys()).filter((row) => ds[row]! >= from && ds[row]! < to)
  const columns = Object.entries(table.columns).map(([name, column]) => {
    const kept =
      column.kind === 'number'
        ? { ...column, values: Float64Array.from(rows, (row) => column.values[row]!) }
        : { ...column, codes: Int32Array.from(rows, (row) => column.codes[row]!) }
    return [name, kept] as const
  })
  return { rowCount: rows.length, columns: Object.fromEntries(columns) }
}

/** What is known of the weeks ahead. */
function withoutSales(table: Table): Table {
  const { y: _, ...columns } = table.columns
  return { ...table, columns }
}

/** Spreads the rows of the tool's answer over series × weeks. */
function gridOf(panel: Panel, origin: number, table: Table, future: Table): QuantileForecast {
  const placeOf = new Map(panel.ids.map((id, i) => [id, i]))
  const size = panel.ids.length * weeks
  const mean = new Float64Array(size)
  const quantiles = new Float64Array(size * LEVELS.length)
  const at = Int32Array.from({ length: future.rowCount }, (_, row) => {
    const column = future.columns['unique_id']!
    const id = column.kind === 'text' ? column.dictionary[column.codes[row]!]! : ''
    const day = numbersOf(future, 'ds')[row]!
    const first = bucketStart(origin, panel.buckets) / DAY_MS
    return placeOf.get(id)! * weeks + (day - first) / 7
  })
  at.forEach((place, row) => {
    mean[place] = numbersOf(table, 'mean')[row]!
    LEVELS.forEach((level, l) => {
      quantiles[place * LEVELS.length + l] = numbersOf(table, `q${level}`)[row]!
    })
  })
  const { ids, buckets } = panel
  return {
    ids,
    buckets,
    origin,
    horizon: weeks,
    levels: Float64Array.from(LEVELS),
    mean,
    quantiles,
  }
}

async function main(): Promise<void> {
  if (!existsSync(folder)) {
    console.error(`No data in ${folder}; give the folder with --data DIR.`)
    return
  }
  const whole = await readWalmart()
  const all = readPanelTable(whole, { frequency: 'W' })
  const origin = panelEnd(all) - cut - weeks
  const dayOf = (bucket: number) => bucketStart(bucket, all.buckets) / DAY_MS
  const history = daysOf(whole, -Infinity, dayOf(origin))
  const future = withoutSales(daysOf(whole, dayOf(origin), dayOf(origin + weeks)))
  const before = process.cpuUsage()
  const answer = await forecastTables(history, future, { frequency: 'W', levels: LEVELS, seed })
  const seconds = cpuSeconds(before)
  const ours = gridOf(all, origin, answer.forecast, future)
  const naive = forecasterOf('seasonal-naive')
    .fit(all, { trainEnd: origin })
    .predict(origin, weeks, Float64Array.from(LEVELS))
  report(all, ours, naive, seconds, origin)
}

function report(
  panel: Panel,
  ours: QuantileForecast,
  naive: QuantileForecast,
  seconds: number,
  origin: number,
): void {
  const a = scoreSeries(panel, ours, SEASON)
  const b = scoreSeries(panel, naive, SEASON)
  const [mine, theirs] = [scorePanel(a), scorePanel(b)]
  const { ratio, interval } = lossRatio(a, b, createRandom(`bootstrap-${seed}`))
  const history = origin - Math.min(...panel.firstBucket)
  const data = `walmart: ${mine.scaledSeries} store-departments, ${history} weeks of history, ${weeks} ahead`
  printFigure({
    figure: 'demand-walmart/mean scaled pinball',
    value: rounded(mine.scaledPinball),
    unit: 'scaled pinball (interval: of the ratio)',
    interval: [rounded(interval[0]), rounded(interval[1])],
    baseline: rounded(theirs.scaledPinball),
    ratio: rounded(ratio),
    target: '< 1 times the seasonal naive',
    met: ratio < 1,
    data,
    seed,
  })
  const others = [
    ['pinball', mine.pinball, theirs.pinball],
    ['wape', mine.wape, theirs.wape],
  ] as const
  for (const [name, value, baseline] of others) {
    const figure = `demand-walmart/${name}`
    const unit = name === 'wape' ? 'share' : 'dollars'
    const of = {
      value: rounded(value),
      baseline: rounded(baseline),
      ratio: rounded(value / baseline),
    }
    printFigure({
      figure,
      unit,
      ...of,
      target: '< 1 times the seasonal naive',
      met: value < baseline,
      data,
      seed,
    })
  }
  const inside = shareInside(panel, ours)
  printFigure({
    figure: 'demand-walmart/coverage of 90 %',
    value: rounded(inside),
    unit: 'share',
    data,
    seed,
  })
  printFigure({ figure: 'demand-walmart/CPU', value: rounded(seconds), unit: 's', data, seed })
}

/** Share of actuals from the 0.05 to the 0.95 quantile. */
function shareInside(panel: Panel, forecast: QuantileForecast): number {
  let inside = 0
  let points = 0
  const size = LEVELS.length
  for (let k = 0; k < forecast.mean.length; k++) {
    const y = valueAt(panel, Math.floor(k / weeks), forecast.origin + (k % weeks))
    if (Number.isNaN(y)) continue
    points++
    const { quantiles } = forecast
    if (y >= quantiles[k * size]! && y <= quantiles[k * size + size - 1]!) inside++
  }
  return inside / points
}

await main()
