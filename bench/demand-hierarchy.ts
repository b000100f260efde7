/**
 * Forecasts at each level of a hierarchy, made to agree: daily retail sales 28 days ahead (products,
 * kinds by the last word of their titles, countries, the total) and weekly Walmart sales 13 weeks ahead
 * (store × department, stores, departments, the total), from rolling origins inside the data. Beside
 * ours (bottom-up or MinT, by the past alone): the level's own forecast (classical choice), bottom-up
 * and MinT on the same origins; and the share inside the bands before they are stretched (the paths').
 * `--skip` leaves the last steps between origins out, for work on earlier origins.
 * node bench/demand-hierarchy.ts [--data DIR] [--sets retail,walmart] [--origins 3] [--skip 0] [--seed 1]
 */
import { existsSync } from 'node:fs'
import { type Panel, panelEnd, type QuantileForecast } from '../src/core/panel.ts'
import { sortedQuantile } from '../src/core/quantiles.ts'
import {
  chooseForecaster,
  chooseModels,
  pastForecasts,
  pickPanel,
  type ReconcileMethod,
  reconcileForecast,
  splitTotal,
} from '../src/demand/index.ts'
import type { reconcile } from '../src/learn/index.ts'
import {
  type DataSet,
  RETAIL_FILE,
  readRetail,
  readWalmart,
  WALMART_FILE,
} from './demand/hierarchy-sets.ts'
import { scorePanel, scoreSeries, valueAt } from './demand/score.ts'
import { argument, cpuSeconds, printFigure, rounded } from './figure.ts'

const LEVELS = Float64Array.from([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])
const seed = argument('seed', '1')
const originCount = Number(argument('origins', '3'))
const skipped = Number(argument('skip', '0'))
const sets = argument('sets', 'retail,walmart').split(',')

const METHODS = ['base', 'bottom-up', 'mint', 'ours'] as const
/** paths: ours as the sample paths have it, no band stretched. */
type Method = (typeof METHODS)[number] | 'paths'

/** Figures of one method at one level and origin. */
interface Scores {
  readonly level: string
  readonly method: Method
  readonly nodes: number
  readonly wape: number
  readonly pinball: number
  /** Share of points inside the middle 90 %. */
  readonly inside: number
  /** The same of the sums over the horizon, of ours and of the paths. */
  readonly spansInside?: number
}

/** The series that had begun by the origin, and their groups. */
function knownAt({ panel, groupings }: DataSet, origin: number) {
  const indices = Int32Array.from(panel.ids.keys()).filter((i) => panel.firstBucket[i]! < origin)
  const codesOf = ({ codes, ...rest }: reconcile.Grouping) => ({
    ...rest,
    codes: indices.map((i) => codes[i]!),
  })
  return { panel: pickPanel(panel, indices), groupings: groupings.map(codesOf) }
}

/** The sums of a panel as a panel, with all that came. */
function sumPanel(panel: Panel, { aggregates, names, start, member }: reconcile.Hierarchy): Panel {
  const first = panel.firstBucket.reduce((a, b) => Math.min(a, b))
  const length = panelEnd(panel) - first
  const values = new Float64Array(aggregates * length)
  for (let a = 0; a < aggregates; a++) {
    for (let k = start[a]!; k < start[a + 1]!; k++) {
      const i = member[k]!
      for (let t = panel.offsets[i]!; t < panel.offsets[i + 1]!; t++) {
        const at = panel.firstBucket[i]! - first + t - panel.offsets[i]!
        values[a * length + at]! += panel.values[t]! || 0
      }
    }
  }
  return {
    ids: names,
    buckets: panel.buckets,
    firstBucket: new Int32Array(aggregates).fill(first),
    offsets: Int32Array.from({ length: aggregates + 1 }, (_, a) => a * length),
    values,
    ...(panel.openDays === undefined ? {} : { openDays: panel.openDays }),
    ...(panel.events === undefined ? {} : { events: panel.events }),
  }
}

/** The forecast of the rows that the future asks for (those that came): zero elsewhere, in no sum. */
function askedOf(panel: Panel, forecast: QuantileForecast) {
  const { origin, horizon } = forecast
  const [mean, quantiles] = [forecast.mean.slice(), forecast.quantiles.slice()]
  const counted = new Uint8Array(mean.length).fill(1)
  for (let at = 0; at < mean.length; at++) {
    const y = valueAt(panel, Math.floor(at / horizon), origin + (at % horizon))
    if (!Number.isNaN(y)) continue
    counted[at] = 0
    mean[at] = 0
    quantiles.fill(0, at * LEVELS.length, (at + 1) * LEVELS.length)
  }
  return { base: { ...forecast, mean, quantiles }, counted }
}

/** Everything at one origin: scores by level and method, and what was chosen. */
async function scoreOrigin(set: DataSet, origin: number): Promise<Scores[]> {
  const { horizon } = set
  const { panel, groupings } = knownAt(set, origin)
  const run = { horizon, seed, trainEnd: origin, keepPast: true }
  const fitted = await chooseForecaster(panel, run)
  const made = await fitted.predictSharded(origin, horizon, LEVELS)
  const { base, counted } = set.asked ? askedOf(panel, made) : { base: made, counted: undefined }
  const past = await pastForecasts(panel, fitted, run)
  const before = process.cpuUsage()
  const by = async (method: ReconcileMethod) =>
    reconcileForecast(panel, base, past, {
      ...run,
      groupings,
      method,
      ...(counted === undefined ? {} : { counted }),
    })
  const plain = await by('bottom-up')
  const seconds = cpuSeconds(before)
  const mint = await by('mint')
  const ours = plain.choice.method === 'mint' ? mint : plain
  const sums = sumPanel(panel, plain.hierarchy)
  const own = (await chooseModels(sums, run)).predict(origin, horizon, LEVELS)
  const unstretched = byPaths(ours.aggregates, ours.paths)
  const stretched = ours.spread.map(
    ({ level, factor, spanFactor, before, after }) =>
      `${level} ${factor.toFixed(2)} (sums over the horizon ${spanFactor.toFixed(2)}; past inside ${before.toFixed(3)} → ${after.toFixed(3)})`,
  )
  console.error(
    `${set.name} ${origin}: ${plain.choice.method}, MinT ${plain.choice.ratio.toFixed(3)} of plain sums on ${past.length} past origins; sums took ${seconds.toFixed(1)} CPU s; bands stretched: ${stretched.join(', ')}`,
  )

  const score = (
    level: string,
    method: Method,
    of: Panel,
    made: QuantileForecast,
    rows: Int32Array,
  ) => scoresOf(level, method, pickPanel(of, rows), pickRows(made, rows), set.season)
  const scores: Scores[] = []
  for (const level of new Set(plain.hierarchy.sums.map((sum) => sum.level))) {
    const rows = Int32Array.from(
      plain.hierarchy.sums.flatMap((sum) => (sum.level === level ? [sum.aggregate] : [])),
    )
    scores.push(score(level, 'base', sums, own, rows))
    scores.push(score(level, 'bottom-up', sums, plain.aggregates, rows))
    scores.push(score(level, 'mint', sums, mint.aggregates, rows))
    const spans = (quantiles: Float64Array) => ({
      spansInside: spansInside(sums, ours.aggregates, quantiles, rows),
    })
    scores.push({
      ...score(level, 'ours', sums, ours.aggregates, rows),
      ...spans(ours.spanQuantiles),
    })
    const ofPaths = spanQuantilesOf(ours.aggregates, ours.paths)
    scores.push({ ...score(level, 'paths', sums, unstretched, rows), ...spans(ofPaths) })
  }
  const all = Int32Array.from(panel.ids.keys())
  scores.push(score('series', 'base', panel, base, all))
  scores.push(score('series', 'bottom-up', panel, plain.bottom, all))
  scores.push(score('series', 'mint', panel, mint.bottom, all))
  scores.push(score('series', 'ours', panel, ours.bottom, all))
  if (set.places !== undefined) scores.push(...(await scorePlaces(set, set.places, ours, origin)))
  return scores
}

/** The forecast with the quantiles of its sample paths. */
function byPaths(forecast: QuantileForecast, paths: Float64Array): QuantileForecast {
  const samples = paths.length / forecast.mean.length
  const quantiles = new Float64Array(forecast.quantiles.length)
  for (let at = 0; at < forecast.mean.length; at++) {
    const sorted = paths.slice(at * samples, (at + 1) * samples).sort()
    LEVELS.forEach((level, l) => {
      quantiles[at * LEVELS.length + l] = sortedQuantile(sorted, level)
    })
  }
  return { ...forecast, quantiles }
}

/** Quantiles of the sums of whole paths: aggregates × levels. */
function spanQuantilesOf({ mean, horizon }: QuantileForecast, paths: Float64Array): Float64Array {
  const samples = paths.length / mean.length
  const nodes = mean.length / horizon
  const out = new Float64Array(nodes * LEVELS.length)
  for (let a = 0; a < nodes; a++) {
    const sums = new Float64Array(samples)
    for (let k = 0; k < horizon * samples; k++) {
      sums[k % samples]! += paths[a * horizon * samples + k]!
    }
    sums.sort()
    LEVELS.forEach((level, l) => {
      out[a * LEVELS.length + l] = sortedQuantile(sums, level)
    })
  }
  return out
}

/** Share of the nodes whose sum over the horizon came inside the outer quantiles. */
function spansInside(
  sums: Panel,
  { origin, horizon }: QuantileForecast,
  quantiles: Float64Array,
  rows: Int32Array,
): number {
  let inside = 0
  for (const a of rows) {
    let came = 0
    for (let h = 0; h < horizon; h++) came += valueAt(sums, a, origin + h) || 0
    const from = a * LEVELS.length
    if (came >= quantiles[from]! && came <= quantiles[from + LEVELS.length - 1]!) inside++
  }
  return inside / rows.length
}

async function scorePlaces(
  set: DataSet,
  places: Panel,
  ours: Awaited<ReturnType<typeof reconcileForecast>>,
  origin: number,
): Promise<Scores[]> {
  const { horizon, season } = set
  const rows = Int32Array.from(places.ids.keys()).filter((p) => places.firstBucket[p]! < origin)
  const known = pickPanel(places, rows)
  const base = await chooseModels(known, { horizon, trainEnd: origin, seed })
  const samples = ours.paths.length / ours.aggregates.mean.length
  const split = await splitTotal(
    known,
    {
      origin,
      levels: LEVELS,
      mean: ours.aggregates.mean.subarray(0, horizon),
      paths: ours.paths.subarray(0, horizon * samples),
    },
    { past: ours.windows, seed },
  )
  console.error(`${set.name} ${origin}: places by ${split.method}`)
  const own = base.predict(origin, horizon, LEVELS)
  return [
    scoresOf('place', 'base', known, own, season),
    scoresOf('place', 'ours', known, split.parts, season),
  ]
}

function pickRows(forecast: QuantileForecast, rows: Int32Array): QuantileForecast {
  const { horizon } = forecast
  const size = horizon * LEVELS.length
  const mean = new Float64Array(rows.length * horizon)
  const quantiles = new Float64Array(rows.length * size)
  rows.forEach((i, k) => {
    mean.set(forecast.mean.subarray(i * horizon, (i + 1) * horizon), k * horizon)
    quantiles.set(forecast.quantiles.subarray(i * size, (i + 1) * size), k * size)
  })
  return { ...forecast, ids: Array.from(rows, (i) => forecast.ids[i]!), mean, quantiles }
}

function scoresOf(
  level: string,
  method: Method,
  panel: Panel,
  forecast: QuantileForecast,
  season: number,
): Scores {
  const { wape, scaledPinball } = scorePanel(scoreSeries(panel, forecast, season))
  const { origin, horizon, quantiles } = forecast
  const size = LEVELS.length
  let [inside, points] = [0, 0]
  for (let at = 0; at < forecast.mean.length; at++) {
    const y = valueAt(panel, Math.floor(at / horizon), origin + (at % horizon))
    if (Number.isNaN(y)) continue
    points++
    if (y >= quantiles[at * size]! && y <= quantiles[(at + 1) * size - 1]!) inside++
  }
  const nodes = panel.ids.length
  return { level, method, nodes, wape, pinball: scaledPinball, inside: inside / points }
}

function report(set: DataSet, rounds: readonly (readonly Scores[])[]): void {
  const levels = [...new Set(rounds[0]!.map(({ level }) => level))]
  for (const level of levels) {
    const of = (method: Method) =>
      rounds.flatMap((round) => round.filter((s) => s.level === level && s.method === method))
    const nodes = Math.max(...of('ours').map((s) => s.nodes))
    const data = `${set.name}: ${nodes} nodes, ${set.horizon} ahead from ${rounds.length} origins`
    for (const [key, words] of [
      ['wape', 'WAPE'],
      ['pinball', 'scaled pinball'],
    ] as const) {
      const mean = (method: Method) => average(of(method).map((s) => s[key]))
      for (const method of [...METHODS, 'paths'] as const) {
        if (of(method).length === 0) continue
        const values = of(method).map((s) => s[key])
        const ratio = mean(method) / mean('base')
        printFigure({
          figure: `demand-hierarchy/${set.name} ${level}, ${words}, ${method}`,
          value: rounded(mean(method)),
          unit: `${key === 'wape' ? 'share' : 'of the mean step'} (interval: range over origins)`,
          interval: [rounded(Math.min(...values)), rounded(Math.max(...values))],
          ...(method === 'base' ? {} : { baseline: rounded(mean('base')), ratio: rounded(ratio) }),
          ...(method === 'ours'
            ? { target: '≤ 1.02 times the own forecast of the level', met: ratio <= 1.02 }
            : {}),
          data,
          seed,
        })
      }
    }
    const [ours, paths] = [of('ours'), of('paths')]
    reportInside(`${set.name} ${level}`, data, ours, paths, (s) => s.inside)
    const words = `${set.name} ${level}, sums over the horizon`
    if (paths.length > 0) reportInside(words, data, ours, paths, (s) => s.spansInside!)
  }
}

/** How often what came was inside the middle 90 % of ours; beside it that of the paths. */
function reportInside(
  words: string,
  data: string,
  ours: readonly Scores[],
  paths: readonly Scores[],
  shareOf: (of: Scores) => number,
): void {
  const shares = ours.map(shareOf)
  const inside = average(shares)
  printFigure({
    figure: `demand-hierarchy/${words}, inside the middle 90 %, ours`,
    value: rounded(inside),
    unit: 'share (interval: range over origins; baseline: the paths)',
    interval: [rounded(Math.min(...shares)), rounded(Math.max(...shares))],
    ...(paths.length > 0 ? { baseline: rounded(average(paths.map(shareOf))) } : {}),
    target: '0.9 ± 0.1',
    met: Math.abs(inside - 0.9) <= 0.1,
    data,
    seed,
  })
}

const average = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

async function main(): Promise<void> {
  for (const name of sets) {
    const file = name === 'retail' ? RETAIL_FILE : WALMART_FILE
    if (!existsSync(file)) {
      console.error(`No data at ${file}; give the folder with --data DIR.`)
      continue
    }
    const set = name === 'retail' ? await readRetail() : await readWalmart()
    const end = panelEnd(set.panel)
    const rounds: Scores[][] = []
    for (let back = originCount - 1; back >= 0; back--) {
      const at = end - set.horizon - (skipped + back) * set.step
      rounds.push(await scoreOrigin(set, at))
    }
    report(set, rounds)
  }
}

await main()
