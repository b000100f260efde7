/**
 * Requests a minute to the web site of the World Cup 1998, forecast from one origin (to the end of June)
 * and refit each midnight, beside the same minute a week before with its past errors, and beside Prophet
 * and statsforecast's MSTL where a Python with them is given.
 * node bench/load-worldcup.ts [--data DIR] [--python PATH] [--peer-forecasts FILE] [--seed 1]
 * The peers take a quarter of an hour; with --peer-forecasts their forecasts are read from FILE where it is
 * there, and written to it where it is not.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LoadForecaster, lastWeek, structureForecaster } from '../src/load/index.ts'
import { peakDistribution } from '../src/load/peaks.ts'
import { argument, dataFolder, printFigure, rounded } from './figure.ts'
import { before, readEvents, readHistory, utcMs } from './load/history.ts'
import {
  addScores,
  LEVELS,
  largestMean,
  noSums,
  type Peak,
  peakError,
  type Sums,
} from './load/score.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE
const PEAK_MINUTES = 5
const given = dataFolder()
const folder = existsSync(join(given, 'worldcup98')) ? join(given, 'worldcup98') : given
const seed = Number(argument('seed', '1'))
const history = readHistory(join(folder, 'requests.csv.gz'), MINUTE)
const events = readEvents(folder)
const END = Math.min(
  utcMs('1998-07-01 00:00:00'),
  history.axis.startMs + history.axis.count * MINUTE,
)
const origins = ['1998-06-16', '1998-06-21', '1998-06-26'].map((day) => utcMs(`${day} 00:00:00`))
const midnights = Array.from({ length: (END - origins[0]!) / DAY }, (_, k) => origins[0]! + k * DAY)
const data = 'worldcup98, 16 to 30 June 1998, minutes'

const stepOf = (ms: number) => (ms - history.axis.startMs) / MINUTE
const actualOf = (from: number, to: number) => history.values.subarray(stepOf(from), stepOf(to))

interface Outcome {
  readonly sums: Sums
  readonly peaks: readonly Peak[]
}

/** Forecasts [origin, end) from what was known at the origin. */
function judge(
  forecaster: LoadForecaster,
  origin: number,
  end: number,
  withPeaks: boolean,
): Outcome {
  const fit = forecaster.fit(before(history, origin), { events, seed })
  const forecast = fit.forecast({ startMs: origin, count: (end - origin) / MINUTE })
  const sums = noSums()
  const quantiles = LEVELS.map((level) => forecast.quantile(level))
  addScores(sums, actualOf(origin, end), forecast.mean, quantiles)
  if (!withPeaks) return { sums, peaks: [] }
  const { startsMs, sorted } = peakDistribution(forecast, DAY, PEAK_MINUTES)
  const peaks = sorted.map((own, k) => {
    const at = (level: number) => own[Math.round(level * (own.length - 1))]!
    return { dayMs: startsMs[k]!, actual: actualPeak(startsMs[k]!), median: at(0.5), q95: at(0.95) }
  })
  return { sums, peaks }
}

function actualPeak(dayMs: number): number {
  return largestMean(history.values, stepOf(dayMs), stepOf(dayMs + DAY), PEAK_MINUTES)
}

function added(outcomes: readonly Outcome[]): Outcome {
  const sums = noSums()
  for (const one of outcomes) {
    for (const name of Object.keys(sums) as (keyof Sums)[]) sums[name] += one.sums[name]
  }
  return { sums, peaks: outcomes.flatMap(({ peaks }) => peaks) }
}

/** Smallest and largest of a figure over the parts it is made of. */
function range(values: readonly number[]): readonly [number, number] {
  return [rounded(Math.min(...values), 3), rounded(Math.max(...values), 3)]
}

interface Scheme {
  readonly name: string
  readonly parts: readonly (readonly [from: number, to: number])[]
}

const schemes: readonly Scheme[] = [
  { name: 'from one origin', parts: origins.map((origin) => [origin, END] as const) },
  { name: 'refit each midnight', parts: midnights.map((from) => [from, from + DAY] as const) },
]

function report({ name, parts }: Scheme, own: readonly Outcome[], plain: readonly Outcome[]): void {
  const [all, base] = [added(own), added(plain)]
  const shares = own.map((one, k) => one.sums.absolute / plain[k]!.sums.absolute)
  const figure = `load-worldcup/${name}`
  const wape = all.sums.absolute / all.sums.actual
  const baseline = base.sums.absolute / base.sums.actual
  const common = { data, seed }
  printFigure({
    figure: `${figure}: WAPE`,
    value: rounded(wape),
    unit: 'share of load',
    interval: range(own.map(({ sums }) => sums.absolute / sums.actual)),
    baseline: rounded(baseline),
    ratio: rounded(wape / baseline),
    target: '≤ 0.75 times the same minute a week before',
    met: wape <= 0.75 * baseline,
    ...common,
    data: `${data}; ratios of ${parts.length} parts ${range(shares).join(' to ')}; WAPE of the median ${rounded(all.sums.median / all.sums.actual, 3)}`,
  })
  const pinball = all.sums.pinball / base.sums.pinball
  printFigure({
    figure: `${figure}: scaled pinball over that of lag 7 days with its past errors`,
    value: rounded(pinball),
    unit: 'ratio',
    interval: range(own.map(({ sums }, k) => sums.pinball / plain[k]!.sums.pinball)),
    target: '≤ 0.5',
    met: pinball <= 0.5,
    ...common,
  })
  for (const [band, inside] of [
    [0.8, all.sums.inside80],
    [0.9, all.sums.inside90],
  ] as const) {
    const value = inside / all.sums.steps
    printFigure({
      figure: `${figure}: inside the ${100 * band} % band`,
      value: rounded(value, 3),
      unit: 'share of minutes',
      interval: range(
        own.map(({ sums }) => (band === 0.8 ? sums.inside80 : sums.inside90) / sums.steps),
      ),
      target: `${band} within 0.05`,
      met: Math.abs(value - band) <= 0.05,
      ...common,
    })
  }
  reportPeaks(figure, all.peaks)
}

function reportPeaks(figure: string, peaks: readonly Peak[]): void {
  const near = peaks.filter((p) => Math.abs(p.median / p.actual - 1) <= 0.25).length
  const held = peaks.filter((p) => p.actual <= p.q95).length
  const words = peaks
    .map((p) => [p.actual, p.median, p.q95].map((v) => Math.round(v / 1000)).join('/'))
    .join(' ')
  printFigure({
    figure: `${figure}: days whose peak is within 25 % at the median`,
    value: near,
    unit: `of ${peaks.length} match days`,
    target: peaks.length,
    met: near === peaks.length,
    data: `${data}; peak, its median and 95 % quantile in thousands: ${words}`,
    seed,
  })
  printFigure({
    figure: `${figure}: days whose peak the 95 % quantile holds`,
    value: held,
    unit: `of ${peaks.length} match days`,
    target: `≥ 0.8 of them`,
    met: held >= 0.8 * peaks.length,
    data,
    seed,
  })
}

/** Whether the robots of May are among what was left out. */
function reportRobots(): void {
  const fit = structureForecaster().fit(before(history, origins[0]!), { events, seed })
  const bursts = ['1998-05-12 06:38:00', '1998-05-19 21:06:00'].map(utcMs)
  const found = bursts.filter((at) =>
    fit.leftOut.some(({ startMs, endMs }) => startMs <= at && at < endMs),
  )
  const hours = fit.leftOut.reduce((sum, { startMs, endMs }) => sum + (endMs - startMs) / 3.6e6, 0)
  printFigure({
    figure: 'load-worldcup/robot bursts found and left out',
    value: found.length,
    unit: `of ${bursts.length}`,
    target: bursts.length,
    met: found.length === bursts.length,
    data: `worldcup98 to 15 June; ${fit.leftOut.length} stretches left out, ${rounded(hours, 3)} hours in all`,
  })
}

/** Forecasts of a Python tool, ten-minute means, one row a step and scheme part. */
function peers(python: string): Map<string, Map<string, Float64Array>> {
  const work = mkdtempSync(join(tmpdir(), 'storewright-bench-'))
  try {
    const wide = 10
    const lines = ['ds,y']
    for (let t = 0; t + wide <= history.axis.count; t += wide) {
      const own = history.values.subarray(t, t + wide).filter((v) => !Number.isNaN(v))
      if (own.length === 0) continue
      const mean = own.reduce((a, b) => a + b, 0) / own.length
      lines.push(
        `${new Date(history.axis.startMs + t * MINUTE).toISOString().slice(0, 19)},${mean}`,
      )
    }
    writeFileSync(join(work, 'history.csv'), lines.join('\n'))
    const parts = schemes.flatMap((scheme) => scheme.parts)
    const words = parts.map((part) => part.map((ms) => new Date(ms).toISOString().slice(0, 19)))
    writeFileSync(join(work, 'parts.json'), JSON.stringify(words))
    const script = new URL('./peers/load_worldcup.py', import.meta.url).pathname
    const args = [script, join(work, 'history.csv'), join(folder, 'events.csv')]
    const kept = argument('peer-forecasts', join(work, 'out.csv'))
    if (existsSync(kept)) return readPeers(kept, wide)
    execFileSync('nice', ['-n', '19', python, ...args, join(work, 'parts.json'), kept], {
      stdio: ['ignore', 'ignore', 'ignore'],
      env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    })
    return readPeers(kept, wide)
  } finally {
    rmSync(work, { recursive: true })
  }
}

/** peer → "part" → minutes. */
function readPeers(file: string, wide: number): Map<string, Map<string, Float64Array>> {
  const found = new Map<string, Map<string, Float64Array>>()
  for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
    const [peer, part, step, value] = line.split(',')
    const parts = found.get(peer!) ?? new Map<string, Float64Array>()
    found.set(peer!, parts)
    const [from, to] = schemes.flatMap((scheme) => scheme.parts)[Number(part)]!
    const minutes = parts.get(part!) ?? new Float64Array((to - from) / MINUTE)
    parts.set(part!, minutes)
    minutes.fill(Number(value), Number(step) * wide, (Number(step) + 1) * wide)
  }
  return found
}

function reportPeers(results: ReadonlyMap<string, readonly Outcome[]>): void {
  const python = argument('python', new URL('./peers/.venv/bin/python', import.meta.url).pathname)
  if (!existsSync(python)) {
    console.error(`No peers: give --python PATH of one with bench/peers/requirements.txt`)
    return
  }
  for (const [peer, curves] of peers(python)) {
    let part = 0
    for (const scheme of schemes) {
      const own = added(results.get(scheme.name)!)
      let [absolute, total] = [0, 0]
      const errors: number[] = []
      for (const [from, to] of scheme.parts) {
        const curve = curves.get(String(part++))!
        actualOf(from, to).forEach((y, t) => {
          if (Number.isNaN(y)) return
          absolute += Math.abs(y - curve[t]!)
          total += y
        })
        for (let day = 0; day < (to - from) / DAY; day++) {
          const peak = largestMean(curve, day * 1440, (day + 1) * 1440, PEAK_MINUTES)
          errors.push(Math.abs(peak / actualPeak(from + day * DAY) - 1))
        }
      }
      const theirs = {
        wape: absolute / total,
        peak: errors.reduce((a, b) => a + b, 0) / errors.length,
      }
      const ours = { wape: own.sums.absolute / own.sums.actual, peak: peakError(own.peaks) }
      for (const [name, key] of [
        ['WAPE', 'wape'],
        ['error of the daily peak', 'peak'],
      ] as const) {
        printFigure({
          figure: `load-worldcup/${scheme.name}: ${name} beside ${peer}`,
          value: rounded(ours[key]),
          unit: 'share',
          baseline: rounded(theirs[key]),
          ratio: rounded(ours[key] / theirs[key]),
          target: '≤ 0.8 times the peer',
          met: ours[key] <= 0.8 * theirs[key],
          data: `${data}; the peer on ten-minute means`,
          seed,
        })
      }
    }
  }
}

const results = new Map<string, readonly Outcome[]>()
for (const scheme of schemes) {
  const own = scheme.parts.map(([from, to]) => judge(structureForecaster(), from, to, true))
  const plain = scheme.parts.map(([from, to]) => judge(lastWeek, from, to, false))
  results.set(scheme.name, own)
  report(scheme, own, plain)
}
reportRobots()
reportPeers(results)
