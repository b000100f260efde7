/**
 * Weekly sales 39 weeks ahead from two and from three years of history, on panels made here, whose
 * seasons stay, drift from year to year, or stand on a level that wanders: error of ours and of its
 * parts against the seasonal naive, and against the true means, which nobody can beat.
 * node bench/demand-years.ts [--models auto,trees,classical] [--seeds 2] [--knobs a=1,b=2]
 *   [--m4 1]   (with --data DIR: the weekly series of M4, cut to two years at a time)
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type Panel, panelOf, type QuantileForecast } from '../src/core/panel.ts'
import { createRandom, type Random } from '../src/core/random/random.ts'
import { forecastPanel } from '../src/demand/index.ts'
import { seasonalNaiveBaseline } from './demand/naive.ts'
import { scorePanel, scoreSeries } from './demand/score.ts'
import { argument, dataFolder, printFigure, rounded } from './figure.ts'

const LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
const SEASON = 52
const HORIZON = 39
const STORES = 20
const DEPARTMENTS = 15
/** The first week of 2010. */
const FIRST = 2087
const models = argument('models', 'auto,trees,classical').split(',')
const seeds = Number(argument('seeds', '2'))
const withM4 = argument('m4', '0') === '1'

/** How a made-up world moves: standard deviations on the log scale. */
interface World {
  readonly name: string
  /** Of a department's season from one year to the next, of what the season itself has. */
  readonly drift: number
  /** Of a series' level from one week to the next. */
  readonly wander: number
  /** Of a store's growth a year. */
  readonly growth: number
  readonly noise: number
}

const WORLDS: readonly World[] = [
  { name: 'seasons that stay', drift: 0, wander: 0.004, growth: 0.03, noise: 0.1 },
  { name: 'seasons that drift', drift: 0.6, wander: 0.004, growth: 0.03, noise: 0.1 },
  { name: 'levels that wander', drift: 0.2, wander: 0.02, growth: 0.08, noise: 0.1 },
  { name: 'much noise', drift: 0.2, wander: 0.01, growth: 0.05, noise: 0.3 },
]

/** A smooth yearly wave of three harmonics and a few peaks, standard deviation about `size`. */
function seasonOf(random: Random, size: number): Float64Array {
  const waves = [1, 2, 3].map((k) => [random.normal() / k, random.normal() / k] as const)
  const season = Float64Array.from({ length: SEASON }, (_, w) =>
    waves.reduce((sum, [a, b], k) => {
      const angle = (2 * Math.PI * (k + 1) * w) / SEASON
      return sum + 0.6 * size * (a * Math.sin(angle) + b * Math.cos(angle))
    }, 0),
  )
  for (const peak of [5, 21, 46, 50]) season[peak]! += size * Math.abs(random.normal())
  return season
}

/** A world of stores × departments; `truth` are the means, without the noise of a week. */
function worldPanel(world: World, years: number, seed: string): { panel: Panel; truth: Panel } {
  const root = createRandom(seed)
  const length = years * SEASON + HORIZON
  const yearly = Array.from({ length: DEPARTMENTS }, (_, d) => {
    const random = root.split(`department-${d}`)
    const base = seasonOf(random, 0.25)
    let own = base
    return Array.from({ length: years + 1 }, () => {
      const moved = own
      const change = seasonOf(random, 0.25 * world.drift)
      own = own.map((s, w) => s + change[w]!)
      return moved
    })
  })
  const made = Array.from({ length: STORES * DEPARTMENTS }, (_, i) => {
    const [store, department] = [Math.floor(i / DEPARTMENTS), i % DEPARTMENTS]
    const growth = world.growth * root.split(`store-${store}`).normal()
    const random = root.split(`series-${i}`)
    const habit = seasonOf(random, 0.08)
    let level = Math.log(2000) + random.normal()
    const mean = Float64Array.from({ length }, (_, t) => {
      level += growth / SEASON + world.wander * random.normal()
      const season = yearly[department]![Math.floor(t / SEASON)]![t % SEASON]!
      return Math.exp(level + season + habit[t % SEASON]!)
    })
    const values = mean.map((m) => m * Math.exp(world.noise * random.normal()))
    return { id: `${store}_${department}`, firstBucket: FIRST, values, mean }
  })
  const statics = {
    store: categories(made.map(({ id }) => id.split('_')[0]!)),
    department: categories(made.map(({ id }) => id.split('_')[1]!)),
  }
  const buckets = { frequency: 'W' } as const
  return {
    panel: { ...panelOf(made, buckets), statics },
    truth: panelOf(
      made.map((s) => ({ ...s, values: s.mean })),
      buckets,
    ),
  }
}

function categories(names: readonly string[]) {
  const dictionary = [...new Set(names)]
  const codes = Int32Array.from(names, (name) => dictionary.indexOf(name))
  return { kind: 'category', codes, dictionary } as const
}

/** --knobs a=1,b=2 */
function knobSettings(): Record<string, number> {
  const pairs = argument('knobs', '')
    .split(',')
    .filter((pair) => pair !== '')
  return Object.fromEntries(pairs.map((pair) => [pair.split('=')[0]!, Number(pair.split('=')[1])]))
}

/** What is known before `origin`. */
function cut(panel: Panel, origin: number): Panel {
  const series = panel.ids.map((id, i) => {
    const from = panel.offsets[i]!
    const kept = Math.max(0, origin - panel.firstBucket[i]!)
    const values = panel.values.subarray(from, Math.min(panel.offsets[i + 1]!, from + kept))
    return { id, firstBucket: panel.firstBucket[i]!, values }
  })
  const { statics } = panel
  return { ...panelOf(series, panel.buckets), ...(statics === undefined ? {} : { statics }) }
}

interface Ratios {
  readonly wape: number
  readonly pinball: number
  readonly bias: number
}

async function ratiosOf(panel: Panel, origin: number, model: string, seed: string) {
  const { forecast, combination } = await forecastPanel(cut(panel, origin), {
    horizon: HORIZON,
    levels: LEVELS,
    origin,
    seed,
    models: [model],
    settings: knobSettings(),
  })
  const rows = combination?.verdict.segments.filter((row) => row.model === 'trees') ?? []
  const weight = (of: 'weight' | 'meanWeight') =>
    rows.reduce((sum, row) => sum + row.series * (row[of] ?? 0), 0) /
    rows.reduce((sum, row) => sum + row.series, 0)
  if (rows.length > 0) {
    const judged = combination!.verdict.origins.length
    console.error(
      `  trees weigh ${weight('weight').toFixed(2)}, in means ${weight('meanWeight').toFixed(2)}; ${judged} origins judged, level ${combination!.verdict.level.toFixed(3)}`,
    )
  }
  const naive = seasonalNaiveBaseline(panel, origin, HORIZON, LEVELS, SEASON)
  return compared(panel, forecast, naive)
}

function compared(panel: Panel, ours: QuantileForecast, naive: QuantileForecast): Ratios {
  const [a, b] = [ours, naive].map((of) => scorePanel(scoreSeries(panel, of, 1)))
  return { wape: a!.wape / b!.wape, pinball: a!.scaledPinball / b!.scaledPinball, bias: a!.bias }
}

/** The true means, as a forecast without a spread. */
function oracle(panel: Panel, truth: Panel, origin: number): Ratios {
  const naive = seasonalNaiveBaseline(panel, origin, HORIZON, LEVELS, SEASON)
  const mean = naive.mean.map((_, at) => {
    const i = Math.floor(at / HORIZON)
    return truth.values[truth.offsets[i]! + origin - truth.firstBucket[i]! + (at % HORIZON)]!
  })
  return { ...compared(panel, { ...naive, mean }, naive), pinball: Number.NaN }
}

function report(what: string, model: string, of: readonly Ratios[], data: string): void {
  const mean = (key: keyof Ratios) => of.reduce((sum, r) => sum + r[key], 0) / of.length
  for (const key of ['wape', 'pinball'] as const) {
    if (Number.isNaN(mean(key))) continue
    const values = of.map((r) => r[key])
    printFigure({
      figure: `demand-years/${what}, ${model}: ${key === 'wape' ? 'WAPE' : 'scaled pinball'} over the seasonal naive's`,
      value: rounded(mean(key)),
      unit: `ratio (interval: range over seeds); bias ${mean('bias').toFixed(3)}`,
      interval: [rounded(Math.min(...values)), rounded(Math.max(...values))],
      data,
    })
  }
}

async function reportWorlds(years: number): Promise<void> {
  for (const world of WORLDS) {
    const all = new Map<string, Ratios[]>([['the true means', []]])
    for (const model of models) all.set(model, [])
    for (let seed = 1; seed <= seeds; seed++) {
      const { panel, truth } = worldPanel(world, years, `years-${seed}`)
      const origin = FIRST + years * SEASON
      all.get('the true means')!.push(oracle(panel, truth, origin))
      for (const model of models) {
        all.get(model)!.push(await ratiosOf(panel, origin, model, `${seed}`))
      }
    }
    const data = `made up: ${STORES} stores × ${DEPARTMENTS} departments, ${years} years of weeks, ${HORIZON} ahead, ${seeds} seeds`
    for (const [model, of] of all) report(`${years} years, ${world.name}`, model, of, data)
  }
}

/** The weekly series of M4 that are long enough, two years and a horizon of each, `back` windows ago. */
function readM4(file: string, back: number): Panel {
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n').slice(1)
  const length = 2 * SEASON + HORIZON
  const series = lines.flatMap((line) => {
    const [id, ...cells] = line.replaceAll('"', '').trim().split(',')
    const values = cells.filter((cell) => cell !== '').map(Number)
    const end = values.length - back * HORIZON
    if (end < length) return []
    return [{ id: id!, firstBucket: FIRST, values: values.slice(end - length, end) }]
  })
  return panelOf(series, { frequency: 'W' })
}

async function reportM4(): Promise<void> {
  const file = join(dataFolder(), 'load/m4/weekly-train.csv.gz')
  if (!existsSync(file)) {
    console.error(`No data at ${file}; give the folder with --data DIR.`)
    return
  }
  for (const model of models) {
    const of: Ratios[] = []
    for (const back of [0, 4, 8, 12]) {
      of.push(await ratiosOf(readM4(file, back), FIRST + 2 * SEASON, model, '1'))
    }
    report('M4', model, of, 'M4: weekly series, four cuts of two years, 39 weeks ahead')
  }
}

for (const years of [2, 3]) await reportWorlds(years)
if (withM4) await reportM4()
