/**
 * Daily retail sales 28 days ahead from three origins: error and bias of the 28-day totals against the
 * last 28 days carried on, loss against the best classical model (best on these very windows),
 * products with under 8 weeks of history against the mean of products of the same age, coverage, CPU.
 * node bench/demand-retail.ts [--data DIR] [--model auto] [--origins 3] [--skip 0] [--seed 1]
 * --skip N leaves the last N × 28 days out, for work on earlier origins.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { learnOpenDays } from '../src/core/calendar.ts'
import {
  type Panel,
  panelEnd,
  type QuantileForecast,
  type StaticColumn,
} from '../src/core/panel.ts'
import { createRandom } from '../src/core/random/random.ts'
import { openDatabase } from '../src/core/sql/database.ts'
import { numbersOf, type Table, textAt, textsOf } from '../src/core/table.ts'
import { FORECASTERS, forecasterOf, forecastPanel, readPanelTable } from '../src/demand/index.ts'
import { lossRatio, type SeriesScore, scorePanel, scoreSeries, valueAt } from './demand/score.ts'
import { medianTotals } from './demand/totals.ts'
import { argument, cpuSeconds, dataFolder, printFigure, rounded } from './figure.ts'

const LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
const HORIZON = 28
const SEASON = 7
const YOUNG_DAYS = 56
const USUAL_CORRELATION = 0.08
const file = join(dataFolder(), 'retail/online-retail.csv.gz')
const model = argument('model', 'auto')
const originCount = Number(argument('origins', '3'))
const skip = Number(argument('skip', '0'))
const seed = argument('seed', '1')

const PRODUCTS = `read_csv('${file}', types = {'StockCode': 'VARCHAR', 'InvoiceNo': 'VARCHAR'})
  WHERE regexp_matches(StockCode, '^[0-9]{5}') AND UnitPrice > 0`

/** Units by product and day: products only, cancellations taken off the day they come in. */
const RETAIL_SQL = `
  SELECT StockCode AS unique_id, CAST(InvoiceDate AS DATE) - DATE '1970-01-01' AS ds,
         greatest(0, sum(Quantity)) AS y
  FROM ${PRODUCTS} GROUP BY ALL ORDER BY ALL`

const TITLES_SQL = `
  SELECT StockCode AS unique_id, mode(Description) AS title FROM ${PRODUCTS} GROUP BY ALL`

async function readRetail(): Promise<Panel> {
  const database = await openDatabase(':memory:')
  const table = await database.table(RETAIL_SQL)
  const titles = await database.table(TITLES_SQL)
  database.close()
  const ds = numbersOf(table, 'ds')
  const first = ds.reduce((a, b) => Math.min(a, b), Infinity)
  const last = ds.reduce((a, b) => Math.max(a, b), -Infinity)
  const units = new Float64Array(last - first + 1)
  numbersOf(table, 'y').forEach((y, row) => {
    units[ds[row]! - first]! += y
  })
  const openDays = learnOpenDays(units, first)
  const panel = readPanelTable(table, { frequency: 'D', gaps: 'zero', openDays })
  return { ...panel, statics: { title: titleColumn(panel, titles) } }
}

function titleColumn(panel: Panel, table: Table): StaticColumn {
  const [ids, titles] = [textsOf(table, 'unique_id'), textsOf(table, 'title')]
  const titleOf = new Map(
    Array.from(ids.codes, (_, row) => [textAt(ids, row), textAt(titles, row)] as const),
  )
  return { kind: 'text', texts: panel.ids.map((id) => titleOf.get(id) ?? '') }
}

/** --knobs a=1,b=2 */
function knobSettings(): Record<string, number> {
  const pairs = argument('knobs', '')
    .split(',')
    .filter((pair) => pair !== '')
  return Object.fromEntries(pairs.map((pair) => [pair.split('=')[0]!, Number(pair.split('=')[1])]))
}

interface Round {
  readonly ours: QuantileForecast
  readonly classical: ReadonlyMap<string, QuantileForecast>
  readonly seconds: number
  /** Of a product's days, as the past showed it. */
  readonly correlation: number
}

/** What is known at an origin: later sales are taken out, and products that had none before. */
function knownAt(panel: Panel, origin: number): Panel {
  const values = panel.values.slice()
  for (let i = 0; i < panel.ids.length; i++) {
    const from = panel.offsets[i]! + Math.max(0, origin - panel.firstBucket[i]!)
    values.fill(Number.NaN, Math.min(from, panel.offsets[i + 1]!), panel.offsets[i + 1]!)
  }
  return { ...panel, values }
}

async function forecastFrom(panel: Panel, origin: number): Promise<Round> {
  const before = process.cpuUsage()
  const made = await forecastPanel(knownAt(panel, origin), {
    horizon: HORIZON,
    levels: LEVELS,
    origin,
    seed,
    models: model.split(','),
    workers: 2,
    settings: knobSettings(),
  })
  const seconds = cpuSeconds(before)
  const { verdict } = made.combination ?? {}
  if (verdict !== undefined) {
    console.error(`level ${verdict.level.toFixed(3)}, correlation ${verdict.correlation}`)
    for (const row of verdict.segments.filter((r) => r.series >= 10)) {
      console.error(
        `  ${row.segment} ${row.model}: ${row.series} products, weights ${row.weight.toFixed(2)} ${(row.meanWeight ?? row.weight).toFixed(2)}, floor ratio ${row.floorRatio.toFixed(3)} sums ${(row.sumsRatio ?? Number.NaN).toFixed(3)}, wape ${row.wape.toFixed(3)}, bias ${row.bias.toFixed(3)}`,
      )
    }
  }
  const levels = Float64Array.from(LEVELS)
  const classical = new Map(
    FORECASTERS.map(({ name }) => {
      const fitted = forecasterOf(name).fit(panel, { trainEnd: origin })
      return [name, fitted.predict(origin, HORIZON, levels)] as const
    }),
  )
  const correlation = verdict?.correlation ?? USUAL_CORRELATION
  return { ours: made.forecast, classical, seconds, correlation }
}

async function main(): Promise<void> {
  if (!existsSync(file)) {
    console.error(`No data at ${file}; give the folder with --data DIR.`)
    return
  }
  const panel = await readRetail()
  const end = panelEnd(panel) - skip * HORIZON
  const rounds: Round[] = []
  for (let back = originCount; back >= 1; back--) {
    rounds.push(await forecastFrom(panel, end - back * HORIZON))
    reportRound(panel, rounds.at(-1)!)
  }
  const data = `online retail: ${panel.ids.length} products, ${HORIZON} days ahead from ${originCount} origins`
  reportTotals(panel, rounds, data)
  reportMedians(panel, rounds, data)
  reportLoss(panel, rounds, data)
  reportYoung(panel, rounds, data)
  reportCoverage(panel, rounds, data)
  printFigure({
    figure: 'demand-retail/CPU of a forecast',
    value: rounded(rounds.reduce((sum, round) => sum + round.seconds, 0) / rounds.length),
    unit: 's',
    data,
    seed,
  })
}

/** Total of a series over a window, NaN where it did not exist before the origin. */
interface Totals {
  readonly i: number
  readonly actual: number
  readonly mean: number
  /** The last 28 days carried on. */
  readonly carried: number
  /** Days since the first sale. */
  readonly age: number
}

function totalsOf(panel: Panel, { origin, mean }: QuantileForecast): Totals[] {
  return panel.ids.flatMap((_, i) => {
    const age = origin - panel.firstBucket[i]!
    if (age <= 0) return []
    let [actual, ours, carried] = [0, 0, 0]
    for (let h = 0; h < HORIZON; h++) {
      actual += valueAt(panel, i, origin + h) || 0
      ours += mean[i * HORIZON + h]!
      carried += valueAt(panel, i, origin - HORIZON + h) || 0
    }
    return { i, actual, mean: ours, carried, age }
  })
}

const sum = <T>(items: readonly T[], value: (item: T) => number) =>
  items.reduce((total, item) => total + value(item), 0)

function reportRound(panel: Panel, round: Round): void {
  const totals = totalsOf(panel, round.ours)
  const actual = sum(totals, (t) => t.actual)
  const error = sum(totals, (t) => Math.abs(t.mean - t.actual))
  const carried = sum(totals, (t) => Math.abs(t.carried - t.actual))
  const bias = sum(totals, (t) => t.mean - t.actual) / actual
  console.error(
    `origin ${round.ours.origin}: wape of totals ${(error / actual).toFixed(3)}, ${(error / carried).toFixed(3)} of the last 28 days carried on; bias ${bias.toFixed(3)}; ${round.seconds.toFixed(1)} CPU s`,
  )
}

/** Error and bias of the 28-day total of means, the number a buyer orders by. */
function reportTotals(panel: Panel, rounds: readonly Round[], data: string): void {
  const totals = rounds.map((round) => totalsOf(panel, round.ours))
  const all = totals.flat()
  const actual = sum(all, (t) => t.actual)
  const ours = sum(all, (t) => Math.abs(t.mean - t.actual)) / actual
  const carried = sum(all, (t) => Math.abs(t.carried - t.actual)) / actual
  const ratios = totals.map(
    (of) =>
      sum(of, (t) => Math.abs(t.mean - t.actual)) / sum(of, (t) => Math.abs(t.carried - t.actual)),
  )
  printFigure({
    figure: 'demand-retail/WAPE of 28-day totals',
    value: rounded(ours),
    unit: 'share (interval: range of the ratio over origins)',
    interval: [rounded(Math.min(...ratios)), rounded(Math.max(...ratios))],
    baseline: rounded(carried),
    ratio: rounded(ours / carried),
    target: '≤ 0.88 times the last 28 days carried on',
    met: ours / carried <= 0.88,
    data,
    seed,
  })
  const biasOf = (of: readonly Totals[]) =>
    sum(of, (t) => t.mean - t.actual) / sum(of, (t) => t.actual)
  const biases = totals.map(biasOf)
  const bias = biasOf(all)
  printFigure({
    figure: 'demand-retail/bias of the total',
    value: rounded(bias),
    unit: 'share of what sold (interval: range over origins)',
    interval: [rounded(Math.min(...biases)), rounded(Math.max(...biases))],
    baseline: rounded(sum(all, (t) => t.carried - t.actual) / actual),
    target: 'within ± 0.15',
    met: Math.abs(bias) <= 0.15,
    data,
    seed,
  })
}

/** The same error of the medians of the totals: not what the target is of, but what suits an absolute error. */
function reportMedians(panel: Panel, rounds: readonly Round[], data: string): void {
  const parts = rounds.map((round) => {
    const medians = medianTotals(round.ours, round.correlation, seed)
    const totals = totalsOf(panel, round.ours)
    return {
      ours: sum(totals, (t) => Math.abs(medians[t.i]! - t.actual)),
      carried: sum(totals, (t) => Math.abs(t.carried - t.actual)),
      bias: sum(totals, (t) => medians[t.i]! - t.actual),
      actual: sum(totals, (t) => t.actual),
    }
  })
  const ratios = parts.map((part) => part.ours / part.carried)
  const actual = sum(parts, (part) => part.actual)
  printFigure({
    figure: 'demand-retail/WAPE of the medians of 28-day totals',
    value: rounded(sum(parts, (part) => part.ours) / actual),
    unit: `share (interval: range of the ratio over origins); bias ${(sum(parts, (part) => part.bias) / actual).toFixed(3)}`,
    interval: [rounded(Math.min(...ratios)), rounded(Math.max(...ratios))],
    baseline: rounded(sum(parts, (part) => part.carried) / actual),
    ratio: rounded(sum(parts, (part) => part.ours) / sum(parts, (part) => part.carried)),
    data,
    seed,
  })
}

function scoresOf(panel: Panel, forecasts: readonly QuantileForecast[]) {
  return forecasts.flatMap((forecast) => {
    const scores = scoreSeries(panel, forecast, SEASON)
    return scores.map((s, i) => (panel.firstBucket[i]! < forecast.origin ? s : undefined))
  })
}

function reportLoss(panel: Panel, rounds: readonly Round[], data: string): void {
  const mine = scoresOf(
    panel,
    rounds.map((round) => round.ours),
  )
  let best: { name: string; scores: (SeriesScore | undefined)[]; loss: number } | undefined
  for (const name of rounds[0]!.classical.keys()) {
    const scores = scoresOf(
      panel,
      rounds.map((round) => round.classical.get(name)!),
    )
    const loss = scorePanel(scores).scaledPinball
    if (best === undefined || loss < best.loss) best = { name, scores, loss }
  }
  const { ratio, interval } = lossRatio(mine, best!.scores, createRandom(`bootstrap-${seed}`))
  printFigure({
    figure: 'demand-retail/mean scaled pinball',
    value: rounded(scorePanel(mine).scaledPinball),
    unit: 'scaled pinball (interval: of the ratio)',
    interval: [rounded(interval[0]), rounded(interval[1])],
    baseline: rounded(best!.loss),
    ratio: rounded(ratio),
    target: '≤ 0.90 times the best classical model',
    met: ratio <= 0.9,
    data: `${data}; best classical model on these windows: ${best!.name}`,
    seed,
  })
  const { wape } = scorePanel(mine)
  printFigure({
    figure: 'demand-retail/WAPE of days',
    value: rounded(wape),
    unit: 'share',
    data,
    seed,
  })
}

/** Products first sold in the first days of the data may be older. */
const UNKNOWN_AGE_DAYS = 14

/** Mean 28-day total, from an age on, of products whose age is known and whose days are before `origin`. */
function totalAtAge(panel: Panel, origin: number, age: number): number {
  const start = panel.firstBucket.reduce((a, b) => Math.min(a, b))
  let [total, count] = [0, 0]
  for (let i = 0; i < panel.ids.length; i++) {
    const first = panel.firstBucket[i]!
    if (first < start + UNKNOWN_AGE_DAYS || first + age + HORIZON > origin) continue
    for (let h = 0; h < HORIZON; h++) total += valueAt(panel, i, first + age + h) || 0
    count++
  }
  return count > 0 ? total / count : 0
}

function reportYoung(panel: Panel, rounds: readonly Round[], data: string): void {
  let [ours, base, actual, count] = [0, 0, 0, 0]
  for (const round of rounds) {
    const before = [ours, base, actual] as const
    const young = totalsOf(panel, round.ours).filter((t) => t.age < YOUNG_DAYS)
    const byAge = new Map<number, number>()
    for (const t of young) {
      const { origin } = round.ours
      if (!byAge.has(t.age)) byAge.set(t.age, totalAtAge(panel, origin, t.age))
      ours += Math.abs(t.mean - t.actual)
      base += Math.abs(byAge.get(t.age)! - t.actual)
      actual += t.actual
      count++
    }
    const part = [ours - before[0], base - before[1], actual - before[2]] as const
    console.error(
      `young products, origin ${round.ours.origin}: ${young.length}, ${part[2]} units, ${(part[0] / part[1]).toFixed(3)} of the mean at that age`,
    )
  }
  printFigure({
    figure: 'demand-retail/WAPE of young products',
    value: rounded(ours / actual),
    unit: 'share',
    baseline: rounded(base / actual),
    ratio: rounded(ours / base),
    target: '≤ 0.85 times the mean of products of the same age',
    met: ours / base <= 0.85,
    data: `${data}; ${count} products under 8 weeks old`,
    seed,
  })
}

/** Share of days at or below a quantile, where the quantile is above zero: zeros say nothing. */
function reportCoverage(panel: Panel, rounds: readonly Round[], data: string): void {
  for (const level of [0.5, 0.75, 0.9, 0.95]) {
    const l = LEVELS.indexOf(level)
    let below = 0
    let points = 0
    for (const { ours } of rounds) {
      for (let k = 0; k < ours.mean.length; k++) {
        const i = Math.floor(k / HORIZON)
        const y = valueAt(panel, i, ours.origin + (k % HORIZON))
        const q = ours.quantiles[k * LEVELS.length + l]!
        if (Number.isNaN(y) || q <= 0 || panel.firstBucket[i]! >= ours.origin) continue
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

await main()
