/**
 * Weekly Walmart sales through the panel tool, 39 weeks ahead, against the seasonal naive, at every
 * origin with 52 to 65 weeks of history inside the data given (the windows overlap: the interval of a
 * figure is its range over origins), beside the peers at the last origin.
 * node bench/demand-walmart.ts [--data DIR] [--weeks 39] [--origins 14] [--model auto] [--seed 1]
 *   [--peers 200] [--python PATH]
 * --origins N takes N of them, evenly; --peers N gives the slow peers N series, 0 leaves peers out.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bucketStart, DAY_MS, formatDay } from '../src/core/calendar.ts'
import { type Panel, panelEnd, type QuantileForecast } from '../src/core/panel.ts'
import { createRandom } from '../src/core/random/random.ts'
import { openDatabase } from '../src/core/sql/database.ts'
import { numbersOf, type Table, textAt, textsOf } from '../src/core/table.ts'
import { forecastTables, readPanelTable } from '../src/demand/index.ts'
import { seasonalNaiveBaseline } from './demand/naive.ts'
import { scorePanel, scoreSeries, valueAt } from './demand/score.ts'
import { argument, cpuSeconds, dataFolder, printFigure, rounded } from './figure.ts'

const LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
const MIDDLE = LEVELS.indexOf(0.5)
const SEASON = 52
const HOLIDAY_WEIGHT = 5
const folder = join(dataFolder(), 'demand/walmart')
const weeks = Number(argument('weeks', '39'))
const originCount = Number(argument('origins', '14'))
const model = argument('model', 'auto')
const peerSeries = Number(argument('peers', '200'))
const seed = argument('seed', '1')
const home = new URL('./peers/', import.meta.url).pathname
const python = argument('python', join(home, '.venv/bin/python'))

/** The few lines that turn the competition's files into a panel: unique_id, ds, y, covariates. */
const PANEL_SQL = (sales: string, features: string) => `
  SELECT s.Store || '_' || s.Dept AS unique_id, s.Date - DATE '1970-01-01' AS ds,
         s.Weekly_Sales AS y, f.IsHoliday::INT AS is_holiday
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
  const mean = new Float64Array(size).fill(Number.NaN)
  const quantiles = new Float64Array(size * LEVELS.length).fill(Number.NaN)
  const first = bucketStart(origin, panel.buckets) / DAY_MS
  const ids = textsOf(future, 'unique_id')
  numbersOf(future, 'ds').forEach((day, row) => {
    const place = placeOf.get(textAt(ids, row)!)! * weeks + (day - first) / 7
    mean[place] = numbersOf(table, 'mean')[row]!
    LEVELS.forEach((level, l) => {
      quantiles[place * LEVELS.length + l] = numbersOf(table, `q${level}`)[row]!
    })
  })
  const levels = Float64Array.from(LEVELS)
  return { ids: panel.ids, buckets: panel.buckets, origin, horizon: weeks, levels, mean, quantiles }
}

/** Figures of a forecast at one origin. */
interface Scores {
  readonly wape: number
  readonly wmae: number
  /** WMAE of the medians. */
  readonly wmaeOfMedian: number
  readonly pinball: number
  readonly inside80: number
  readonly inside90: number
  readonly bias: number
}

/** Scores of the series that `picks` lets through; holidays weigh five in WMAE. */
function scoresOf(
  panel: Panel,
  holidays: ReadonlySet<number>,
  forecast: QuantileForecast,
  picks: (i: number) => boolean = () => true,
): Scores {
  const size = LEVELS.length
  let [absolute, actual, bias, weighted, median, weight] = [0, 0, 0, 0, 0, 0]
  let [inside80, inside90, points] = [0, 0, 0]
  for (let at = 0; at < forecast.mean.length; at++) {
    const i = Math.floor(at / weeks)
    const bucket = forecast.origin + (at % weeks)
    const y = valueAt(panel, i, bucket)
    if (Number.isNaN(y) || Number.isNaN(forecast.mean[at]!) || !picks(i)) continue
    const q = (l: number) => forecast.quantiles[at * size + l]!
    const w = holidays.has(bucket) ? HOLIDAY_WEIGHT : 1
    points++
    absolute += Math.abs(y - forecast.mean[at]!)
    bias += forecast.mean[at]! - y
    actual += Math.abs(y)
    weighted += w * Math.abs(y - forecast.mean[at]!)
    median += w * Math.abs(y - q(MIDDLE))
    weight += w
    if (y >= q(1) && y <= q(size - 2)) inside80++
    if (y >= q(0) && y <= q(size - 1)) inside90++
  }
  // A year of weeks is no longer than the history: the scale is the mean week-to-week step.
  const scores = scoreSeries(panel, forecast, 1).map((s, i) => (picks(i) ? s : undefined))
  return {
    wape: absolute / actual,
    wmae: weighted / weight,
    wmaeOfMedian: median / weight,
    pinball: scorePanel(scores).scaledPinball,
    inside80: inside80 / points,
    inside90: inside90 / points,
    bias: bias / actual,
  }
}

/** --knobs a=1,b=2 */
function knobSettings(): Record<string, number> {
  const pairs = argument('knobs', '')
    .split(',')
    .filter((pair) => pair !== '')
  return Object.fromEntries(pairs.map((pair) => [pair.split('=')[0]!, Number(pair.split('=')[1])]))
}

interface Round {
  readonly origin: number
  readonly ours: Scores
  readonly naive: Scores
  readonly seconds: number
}

function dayOf(panel: Panel, bucket: number): number {
  return bucketStart(bucket, panel.buckets) / DAY_MS
}

async function runOrigin(
  whole: Table,
  all: Panel,
  holidays: ReadonlySet<number>,
  origin: number,
): Promise<Round & { forecast: QuantileForecast; baseline: QuantileForecast }> {
  const history = daysOf(whole, -Infinity, dayOf(all, origin))
  const future = withoutSales(daysOf(whole, dayOf(all, origin), dayOf(all, origin + weeks)))
  const before = process.cpuUsage()
  const answer = await forecastTables(history, future, {
    frequency: 'W',
    levels: LEVELS,
    models: model.split(','),
    seed,
    workers: 2,
    settings: knobSettings(),
  })
  const seconds = cpuSeconds(before)
  const forecast = gridOf(all, origin, answer.forecast, future)
  const baseline = seasonalNaiveBaseline(all, origin, weeks, LEVELS, SEASON)
  const ours = scoresOf(all, holidays, forecast)
  const naive = scoresOf(all, holidays, baseline)
  const ratio = (name: 'wape' | 'wmae' | 'pinball') => (ours[name] / naive[name]).toFixed(3)
  console.error(
    `${formatDay(dayOf(all, origin))}: wape ${ratio('wape')} wmae ${ratio('wmae')} (median ${(ours.wmaeOfMedian / naive.wmae).toFixed(3)}) pinball ${ratio('pinball')} of the naive; bias ${ours.bias.toFixed(3)}; inside ${ours.inside80.toFixed(3)} ${ours.inside90.toFixed(3)}; ${seconds.toFixed(0)} CPU s`,
  )
  return { origin, ours, naive, seconds, forecast, baseline }
}

/** Origins with 52 to 65 weeks before them and all weeks after them, `originCount` of them evenly. */
function originsOf(panel: Panel): number[] {
  const first = panel.firstBucket.reduce((a, b) => Math.min(a, b))
  const last = panelEnd(panel) - weeks
  const all = Array.from({ length: last - (first + SEASON) + 1 }, (_, k) => first + SEASON + k)
  const count = Math.min(originCount, all.length)
  const place = (k: number) => Math.round(((k + 1) * all.length) / count) - 1
  return Array.from({ length: count }, (_, k) => all[place(k)]!)
}

async function main(): Promise<void> {
  if (!existsSync(folder)) {
    console.error(`No data in ${folder}; give the folder with --data DIR.`)
    return
  }
  const whole = await readWalmart()
  const all = readPanelTable(whole, { frequency: 'W' })
  const holidays = holidaysOf(whole, all)
  const rounds: Awaited<ReturnType<typeof runOrigin>>[] = []
  for (const origin of originsOf(all)) rounds.push(await runOrigin(whole, all, holidays, origin))
  report(all, rounds)
  if (peerSeries > 0) runPeers(whole, all, holidays, rounds.at(-1)!)
}

function holidaysOf(whole: Table, panel: Panel): ReadonlySet<number> {
  const flags = numbersOf(whole, 'is_holiday')
  const start = dayOf(panel, 0)
  const weeksOf = numbersOf(whole, 'ds').map((day) => Math.round((day - start) / 7))
  return new Set(weeksOf.filter((_, row) => flags[row] === 1))
}

function report(panel: Panel, rounds: readonly Round[]): void {
  const first = panel.firstBucket.reduce((a, b) => Math.min(a, b))
  const span = `${rounds[0]!.origin - first} to ${rounds.at(-1)!.origin - first}`
  const data = `walmart: ${panel.ids.length} store-departments, ${rounds.length} overlapping origins after ${span} weeks, ${weeks} ahead; interval: range over origins`
  const ratios = [
    ['wape', 'WAPE', 'share', 0.88],
    ['wmae', 'WMAE, holidays × 5', 'dollars', 0.88],
    ['wmaeOfMedian', 'WMAE of medians', 'dollars', undefined],
    ['pinball', 'mean scaled pinball', 'of the mean weekly step', 0.75],
  ] as const
  const mean = (value: (round: Round) => number) =>
    rounds.reduce((sum, round) => sum + value(round), 0) / rounds.length
  for (const [name, words, unit, target] of ratios) {
    // Medians too stand against what the naive says itself, not against its own medians.
    const theirs = name === 'wmaeOfMedian' ? 'wmae' : name
    const all = rounds.map((round) => round.ours[name] / round.naive[theirs])
    const ratio = all.reduce((a, b) => a + b, 0) / all.length
    printFigure({
      figure: `demand-walmart/${words}`,
      value: rounded(mean((round) => round.ours[name])),
      unit,
      interval: [rounded(Math.min(...all)), rounded(Math.max(...all))],
      baseline: rounded(mean((round) => round.naive[theirs])),
      ratio: rounded(ratio),
      ...(target === undefined
        ? {}
        : { target: `≤ ${target} times the seasonal naive`, met: ratio <= target }),
      data: `${data} of the ratio`,
      seed,
    })
  }
  for (const [name, level] of [
    ['inside80', 0.8],
    ['inside90', 0.9],
  ] as const) {
    const value = mean((round) => round.ours[name])
    const values = rounds.map((round) => round.ours[name])
    printFigure({
      figure: `demand-walmart/coverage of ${100 * level} %`,
      value: rounded(value),
      unit: 'share',
      interval: [rounded(Math.min(...values)), rounded(Math.max(...values))],
      target: `${level} ± 0.06`,
      met: Math.abs(value - level) <= 0.06,
      data,
      seed,
    })
  }
  printFigure({
    figure: 'demand-walmart/CPU a forecast',
    value: rounded(mean((round) => round.seconds)),
    unit: 's',
    data,
    seed,
  })
}

/** Runs bench/peers/demand_walmart.py at the same origin; the slow ones on a sample of series. */
function runPeers(
  whole: Table,
  panel: Panel,
  holidays: ReadonlySet<number>,
  round: Round & { forecast: QuantileForecast },
): void {
  if (!existsSync(python)) {
    console.error(`No peer: python3 -m venv ${home}.venv; pip install -r ${home}requirements.txt`)
    return
  }
  const scratch = mkdtempSync(join(tmpdir(), 'storewright-bench-'))
  try {
    const sample = sampleOf(panel)
    writeCsv(join(scratch, 'rows.csv'), whole, panel, round.origin)
    writeFileSync(join(scratch, 'sample.txt'), [...sample].join('\n'))
    const origin = formatDay(dayOf(panel, round.origin))
    const args = [join(home, 'demand_walmart.py'), scratch, origin, String(weeks), String(seed)]
    const said = execFileSync(python, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NIXTLA_ID_AS_COL: '1', OMP_NUM_THREADS: '1' },
    })
    const seconds = JSON.parse(said.trim().split('\n').at(-1)!) as Record<string, number>
    for (const [name, spent] of Object.entries(seconds)) {
      const theirs = readPeer(join(scratch, `${name}.csv`), panel, round.origin)
      const picks = (i: number) => !Number.isNaN(theirs.mean[i * weeks]!)
      printPeer(name, spent, picks, scoresOf(panel, holidays, theirs, picks), {
        ours: scoresOf(panel, holidays, round.forecast, picks),
        panel,
      })
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function printPeer(
  name: string,
  seconds: number,
  picks: (i: number) => boolean,
  theirs: Scores,
  { ours, panel }: { readonly ours: Scores; readonly panel: Panel },
): void {
  const series = panel.ids.filter((_, i) => picks(i)).length
  const data = `walmart: the last origin, ${series} series; ${name}: ${seconds.toFixed(0)} CPU s`
  for (const [key, words] of [
    ['wape', 'WAPE'],
    ['wmae', 'WMAE'],
    ['pinball', 'mean scaled pinball'],
  ] as const) {
    printFigure({
      figure: `demand-walmart/${words} against ${name}`,
      value: rounded(ours[key]),
      unit: key === 'wape' ? 'share' : key === 'wmae' ? 'dollars' : 'of the mean weekly step',
      baseline: rounded(theirs[key]),
      ratio: rounded(ours[key] / theirs[key]),
      target: `< 1 times ${name}`,
      met: ours[key] < theirs[key],
      data,
      seed,
    })
  }
}

/** Ids of a random sample of series. */
function sampleOf(panel: Panel): Set<string> {
  const random = createRandom(`peers-${seed}`)
  const kept = new Set<string>()
  while (kept.size < Math.min(peerSeries, panel.ids.length)) {
    kept.add(panel.ids[random.int(panel.ids.length)]!)
  }
  return kept
}

function writeCsv(file: string, whole: Table, panel: Panel, origin: number): void {
  const end = dayOf(panel, origin + weeks)
  const ids = textsOf(whole, 'unique_id')
  const [ds, y, flag] = ['ds', 'y', 'is_holiday'].map((name) => numbersOf(whole, name))
  const lines = ['unique_id,ds,y,is_holiday']
  for (let row = 0; row < whole.rowCount; row++) {
    if (ds![row]! >= end) continue
    lines.push(`${textAt(ids, row)},${formatDay(ds![row]!)},${y![row]},${flag![row]}`)
  }
  writeFileSync(file, lines.join('\n'))
}

function readPeer(file: string, panel: Panel, origin: number): QuantileForecast {
  const placeOf = new Map(panel.ids.map((id, i) => [id, i]))
  const mean = new Float64Array(panel.ids.length * weeks).fill(Number.NaN)
  const quantiles = new Float64Array(mean.length * LEVELS.length).fill(Number.NaN)
  const [, ...lines] = readFileSync(file, 'utf8').trim().split('\n')
  for (const line of lines) {
    const [id, ahead, middle, ...values] = line.split(',')
    const at = placeOf.get(id!)! * weeks + Number(ahead)
    mean[at] = Number(middle)
    values.forEach((value, l) => {
      quantiles[at * LEVELS.length + l] = Number(value)
    })
  }
  const { ids, buckets } = panel
  const levels = Float64Array.from(LEVELS)
  return { ids, buckets, origin, horizon: weeks, levels, mean, quantiles }
}

await main()
