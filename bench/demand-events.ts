/**
 * Moving events: error around an occurrence that was held out, with and without the profile learned
 * from the occurrences before it. India: days around Diwali; Walmart: weeks of holidays.
 * node bench/demand-events.ts [--data DIR]
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Buckets, formatDay, parseDay } from '../src/core/calendar.ts'
import { openDatabase } from '../src/core/sql/database.ts'
import { numbersOf, type Table, textsOf } from '../src/core/table.ts'
import { events } from '../src/learn/index.ts'
import { cpuSeconds, dataFolder, printFigure, rounded } from './figure.ts'

type EventSeries = events.EventSeries
type Occurrence = events.Occurrence

/** Series of a table sorted by `id`, then `step`: a value a step, NaN where there is none. */
function seriesOf(table: Table): EventSeries {
  const codes = textsOf(table, 'id').codes
  const [steps, values] = [numbersOf(table, 'step'), numbersOf(table, 'y')]
  const firstStep: number[] = []
  const rows: Float64Array[] = []
  for (let row = 0; row < codes.length; ) {
    const start = row
    while (row < codes.length && codes[row] === codes[start]) row++
    const series = new Float64Array(steps[row - 1]! - steps[start]! + 1).fill(Number.NaN)
    for (let k = start; k < row; k++) series[steps[k]! - steps[start]!] = values[k]!
    firstStep.push(steps[start]!)
    rows.push(series)
  }
  const offsets = new Int32Array(rows.length + 1)
  rows.forEach((series, i) => {
    offsets[i + 1] = offsets[i]! + series.length
  })
  const all = new Float64Array(offsets.at(-1)!)
  rows.forEach((series, i) => {
    all.set(series, offsets[i]!)
  })
  return { firstStep: Int32Array.from(firstStep), offsets, values: all }
}

function valueAt({ firstStep, offsets, values }: EventSeries, i: number, step: number): number {
  const t = step - firstStep[i]!
  return t >= 0 && t < offsets[i + 1]! - offsets[i]! ? values[offsets[i]! + t]! : Number.NaN
}

/** Mean of the values of steps [from, to), each over its multiplier; by phase of the season where `season` > 1. */
function levelOf(
  data: EventSeries,
  i: number,
  from: number,
  to: number,
  season: number,
  phase: number,
  multipliers: Float64Array | undefined,
): number {
  let sum = 0
  let count = 0
  for (let step = from; step < to; step++) {
    const value = valueAt(data, i, step) / Math.max(0.1, multipliers?.[step - from] ?? 1)
    if (Number.isNaN(value) || (season > 1 && (step - phase) % season !== 0)) continue
    sum += value
    count++
  }
  return count > 0 ? sum / count : Number.NaN
}

interface Setting {
  readonly season: number
  readonly lead: number
  readonly tail: number
  /** Steps from which the level is taken, and how many steps before the event the forecast is made. */
  readonly history: number
  readonly ahead: number
  /** Steps judged, from the first step of the event. */
  readonly judged: readonly [number, number]
  readonly groups?: { readonly of: Int32Array; readonly names: readonly string[] }
  readonly settings?: Readonly<Record<string, number>>
}

/** Σ |error| and Σ |actual| around one held-out occurrence, without and with the profile. */
function judge(data: EventSeries, all: readonly Occurrence[], held: Occurrence, setting: Setting) {
  const { season, lead, tail, history, ahead, judged, groups, settings = {} } = setting
  const origin = held.first - ahead
  const past = all.filter(({ last }) => last < origin)
  const effects = events.learnEffects(data, past, {
    season,
    lead,
    tail,
    end: origin,
    settings,
    ...(groups ? { groups } : {}),
  })
  const sums = { plain: 0, profile: 0, actual: 0 }
  for (let i = 0; i < data.firstStep.length; i++) {
    const target = { group: groups?.of[i] ?? -1 }
    const from = origin - history
    const before = events.effectMultipliers(effects, past, from, history, target)
    const first = held.first + judged[0]
    const count = judged[1] - judged[0] + 1
    const ahead = events.effectMultipliers(effects, all, first, count, target)
    for (let k = 0; k < count; k++) {
      const y = valueAt(data, i, first + k)
      const plain = levelOf(data, i, from, origin, season, first + k, undefined)
      const level = levelOf(data, i, from, origin, season, first + k, before)
      if (Number.isNaN(y) || Number.isNaN(plain)) continue
      sums.plain += Math.abs(plain - y)
      sums.profile += Math.abs(level * ahead[k]! - y)
      sums.actual += Math.abs(y)
    }
  }
  return sums
}

function report(figure: string, data: string, sums: readonly ReturnType<typeof judge>[]): void {
  const total = (name: 'plain' | 'profile' | 'actual') => sums.reduce((s, one) => s + one[name], 0)
  const [plain, profile, actual] = [total('plain'), total('profile'), total('actual')]
  printFigure({
    figure: `demand-events/${figure}`,
    value: rounded(profile / actual),
    unit: 'share of the sum',
    baseline: rounded(plain / actual),
    ratio: rounded(profile / plain),
    target: '< 1 times the level without the profile',
    met: profile < plain,
    data,
  })
}

async function readTable(sql: string): Promise<Table> {
  const database = await openDatabase(':memory:')
  try {
    return await database.table(sql)
  } finally {
    database.close()
  }
}

async function india(folder: string): Promise<void> {
  const table = await readTable(`
    SELECT region AS id, CAST(ds AS DATE) - DATE '1970-01-01' AS step, sum(y) AS y
    FROM read_csv('${join(folder, 'hourly.csv.gz')}') GROUP BY ALL HAVING count(*) = 24 ORDER BY ALL`)
  const dates = await readTable(`
    SELECT kind AS id, CAST(starts_at AS DATE) - DATE '1970-01-01' AS step
    FROM read_csv('${join(folder, 'events.csv')}') WHERE kind IN ('diwali', 'holi') ORDER BY ALL`)
  const data = seriesOf(table)
  const names = textsOf(dates, 'id')
  const end = data.firstStep[0]! + data.offsets[1]!
  const all = Array.from(numbersOf(dates, 'step'), (day, row): Occurrence => {
    return { name: names.dictionary[names.codes[row]!]!, kind: 'holiday', first: day, last: day }
  }).filter(({ first }) => first + 8 < end)
  const effects = events.learnEffects(data, all, { season: 7, lead: 5, tail: 12 })
  for (const row of events.effectRows(effects)) {
    if (row.name !== 'diwali' || row.offset < 1 || row.offset > 2) continue
    printFigure({
      figure: `demand-events/daily load ${row.offset} days after Diwali over its level`,
      value: rounded(row.multiplier, 3),
      unit: 'ratio (interval: 8 of 10 dates)',
      interval: [rounded(row.low, 3), rounded(row.high, 3)],
      target: '0.79 to 0.87',
      met: row.multiplier >= 0.79 && row.multiplier <= 0.87,
      data: `India, five regions together, ${row.occurrences} dates`,
    })
  }
  const setting: Setting = {
    season: 7,
    lead: 5,
    tail: 12,
    history: 28,
    ahead: 7,
    judged: [-1, 7],
    groups: { of: data.firstStep.map((_, i) => i), names: textsOf(table, 'id').dictionary },
  }
  const held = all.filter(({ name }) => name === 'diwali').slice(2)
  report(
    'WAPE of the days from the eve to a week after Diwali',
    `India daily load by region, held out: ${held.map(({ first }) => formatDay(first)).join(', ')}, a week ahead`,
    held.map((one) => judge(data, all, one, setting)),
  )
  weekdays(data, all, setting)
}

/**
 * The same with and without the interaction with the weekday: India's holidays that keep their date
 * and so move through the week, and Diwali and Holi; from the third occurrence on.
 */
function weekdays(data: EventSeries, moving: readonly Occurrence[], setting: Setting): void {
  const first = data.firstStep[0]!
  const end = first + data.offsets[1]!
  const fixed = ['01-26', '08-15', '10-02', '12-25'].flatMap((date) =>
    [2018, 2019, 2020, 2021, 2022].map((year): Occurrence => {
      const day = parseDay(`${year}-${date}`)
      return { name: date, kind: 'holiday', first: day, last: day }
    }),
  )
  const all = [...moving, ...fixed].filter((one) => one.first >= first && one.last + 3 < end)
  const held = [...new Set(all.map(({ name }) => name))].flatMap((name) =>
    all.filter((one) => one.name === name).slice(2),
  )
  const sums = (settings: Setting['settings']) => {
    const own = { ...setting, ...(settings && { settings }), tail: 5, judged: [0, 2] as const }
    const parts = held.map((one) => judge(data, all, one, own))
    const total = (name: 'profile' | 'actual') => parts.reduce((sum, part) => sum + part[name], 0)
    return total('profile') / total('actual')
  }
  const [own, plain] = [sums(undefined), sums({ 'learn.event-weekday-spread': 0 })]
  printFigure({
    figure: 'demand-events/WAPE of holidays and two days after, with the weekday they fall on',
    value: rounded(own),
    unit: 'share of the sum',
    baseline: rounded(plain),
    ratio: rounded(own / plain),
    target: '<= 1.005 times the same without the weekday',
    met: own <= 1.005 * plain,
    data: `India daily load by region, ${held.length} occurrences held out, a week ahead`,
  })
}

const FRIDAYS: Buckets = { frequency: 'W', weekStart: 4 }

async function walmart(folder: string): Promise<void> {
  const table = await readTable(`
    SELECT Store || '_' || Dept AS id, CAST(Dept AS VARCHAR) AS dept, (Date - DATE '1969-12-26') // 7 AS step,
      greatest(0, Weekly_Sales) AS y
    FROM read_csv('${join(folder, 'sales.csv.gz')}', types = {'Date': 'DATE'}) ORDER BY id, step`)
  // Weeks are counted from Friday 1969-12-26 = 0, as bucketOf does.
  const data = seriesOf(table)
  const [ids, depts] = [textsOf(table, 'id'), textsOf(table, 'dept')]
  const of = new Int32Array(data.firstStep.length)
  let series = -1
  ids.codes.forEach((code, row) => {
    if (row === 0 || code !== ids.codes[row - 1]) series++
    of[series] = depts.codes[row]!
  })
  const [from, to] = [parseDay('2010-02-05'), parseDay('2012-01-26')]
  const used = ['Super Bowl', 'Easter', 'Labor Day', 'Thanksgiving', 'Christmas']
  const planned = events.retailOccasions(from, to, used)
  const all = events.occurrencesOf(planned, FRIDAYS)
  const setting: Setting = {
    season: 1,
    lead: 2,
    tail: 2,
    history: 8,
    ahead: 4,
    judged: [-1, 1],
    groups: { of, names: depts.dictionary },
  }
  for (const name of ['Easter', 'Thanksgiving', 'Christmas']) {
    const held = all.filter((one) => one.name === name).at(-1)!
    report(
      `WAPE of the weeks around ${name}`,
      `Walmart, ${data.firstStep.length} series, ${name} 2011 held out, learned from 2010, four weeks ahead`,
      [judge(data, all, held, setting)],
    )
  }
  aligned(data, planned)
}

/** Easter 2011 against the same week of 2010, and against the same week relative to Easter. */
function aligned(data: EventSeries, planned: Parameters<typeof events.alignedBucket>[2]): void {
  const easter = planned.filter(({ name }) => name === 'Easter').at(-1)!
  const [held] = events.occurrencesOf([easter], FRIDAYS)
  const sums = { plain: 0, profile: 0, actual: 0 }
  for (let step = held!.first - 3; step <= held!.first + 1; step++) {
    const base = events.alignedBucket(step, FRIDAYS, planned)
    for (let i = 0; i < data.firstStep.length; i++) {
      const y = valueAt(data, i, step)
      const plain = valueAt(data, i, step - 52)
      let moved = 0
      base.buckets.forEach((b, k) => {
        moved += base.weights[k]! * valueAt(data, i, b)
      })
      if (Number.isNaN(y + plain + moved)) continue
      sums.plain += Math.abs(plain - y)
      sums.profile += Math.abs(moved - y)
      sums.actual += y
    }
  }
  report(
    'WAPE of last year aligned with Easter, against last year',
    'Walmart, five weeks to the week after Easter 2011',
    [sums],
  )
}

async function main(): Promise<void> {
  const before = process.cpuUsage()
  for (const [name, run] of [
    ['load/india', india],
    ['demand/walmart', walmart],
  ] as const) {
    const folder = join(dataFolder(), name)
    if (existsSync(folder)) await run(folder)
    else console.error(`No data at ${folder}; give the folder with --data DIR.`)
  }
  printFigure({
    figure: 'demand-events/CPU',
    value: rounded(cpuSeconds(before)),
    unit: 's',
    data: 'all of the above',
  })
}

await main()
