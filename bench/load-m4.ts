import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type LoadHistory, lastWeek, recentForecaster } from '../src/load/index.ts'
import { argument, cpuSeconds, dataFolder, meanInterval, printFigure, rounded } from './figure.ts'

// M4 hourly and weekly: the last 48 hours and 13 weeks of each training series forecast from what is
// before them, without any knowledge of other series. MASE as in the competition: mean absolute error
// over that of the seasonal naive forecast within the history (season 24 and 1).
//
//   npm run -s bench -- load-m4 --data DIR [--every 1] [--peer PYTHON --peer-every 10]
//
// DIR holds the folder m4. --peer: a Python with statsforecast; AutoARIMA then runs on every tenth
// series of the same split. --back N leaves the last N steps out first: windows to choose settings on.

const HOUR = 3_600_000
const every = Number(argument('every', '1'))
const back = Number(argument('back', '0'))
const peer = argument('peer', '')
const peerEvery = Number(argument('peer-every', '10'))

interface Task {
  readonly name: string
  readonly stepMs: number
  readonly ahead: number
  /** Season of the error that MASE is measured by, and of the peer. */
  readonly season: number
  readonly peerSeason: number
  readonly target: number
}

interface Series {
  readonly id: string
  readonly past: Float64Array
  readonly future: Float64Array
}

const tasks: readonly Task[] = [
  { name: 'hourly', stepMs: HOUR, ahead: 48, season: 24, peerSeason: 24, target: 0.75 },
  { name: 'weekly', stepMs: 168 * HOUR, ahead: 13, season: 1, peerSeason: 52, target: 2.25 },
]

for (const task of tasks) run(task)

function run(task: Task): void {
  const all = read(task)
  const series = all.filter((_, i) => i % every === 0)
  const began = process.cpuUsage()
  const mases: number[] = []
  const naive: number[] = []
  const inside = { 0.8: 0, 0.95: 0 }
  for (const one of series) {
    const history = historyOf(one, task)
    const range = { startMs: history.axis.count * task.stepMs, count: task.ahead }
    const context = { events: [], seed: 1 }
    const made = recentForecaster.fit(history, context).forecast(range)
    mases.push(mase(one, made.mean, task.season))
    naive.push(mase(one, lastWeek.fit(history, context).forecast(range).mean, task.season))
    for (const level of [0.8, 0.95] as const) {
      const [low, high] = [made.quantile((1 - level) / 2), made.quantile((1 + level) / 2)]
      one.future.forEach((y, t) => {
        if (y >= low[t]! && y <= high[t]!) inside[level]++
      })
    }
  }
  const cpu = cpuSeconds(began)
  const { mean, interval } = meanInterval(mases)
  const data = `M4 ${task.name}, ${series.length} series, the last ${task.ahead} steps${back > 0 ? ` before the last ${back}` : ''} of the training part`
  printFigure({
    ...{ figure: `load-m4 ${task.name}: MASE`, value: rounded(mean), unit: 'ratio', data },
    interval: [rounded(interval[0]), rounded(interval[1])],
    ...{
      baseline: rounded(meanInterval(naive).mean),
      ratio: rounded(mean / meanInterval(naive).mean),
    },
    ...{ target: `≤ ${task.target}, or AutoARIMA's if lower`, met: mean <= task.target },
  })
  const steps = series.length * task.ahead
  for (const level of [0.8, 0.95] as const) {
    printFigure({
      figure: `load-m4 ${task.name}: steps inside the middle ${100 * level} % band`,
      ...{ value: rounded(inside[level] / steps), unit: 'share', target: level, data },
    })
  }
  printFigure({
    ...{
      figure: `load-m4 ${task.name}: CPU a series`,
      value: rounded(cpu / series.length),
      unit: 's',
      data,
    },
  })
  if (peer !== '') comparePeer(task, all)
}

function comparePeer(task: Task, all: readonly Series[]): void {
  const series = all.filter((_, i) => i % peerEvery === 0)
  const folder = mkdtempSync(join(tmpdir(), 'storewright-m4-'))
  try {
    const file = join(folder, 'series.json')
    writeFileSync(file, JSON.stringify(series.map(({ past }) => Array.from(past))))
    const script = new URL('peers/load_arima.py', import.meta.url).pathname
    const text = execFileSync(peer, [script, file, String(task.ahead), String(task.peerSeason)], {
      ...{ encoding: 'utf8', maxBuffer: 1e9, stdio: ['ignore', 'pipe', 'inherit'] },
    })
    const { means, cpu } = JSON.parse(text) as { means: number[][]; cpu: number }
    const theirs = series.map((one, i) => mase(one, Float64Array.from(means[i]!), task.season))
    const ours = series.map((one) => {
      const history = historyOf(one, task)
      const range = { startMs: history.axis.count * task.stepMs, count: task.ahead }
      const { mean } = recentForecaster.fit(history, { events: [], seed: 1 }).forecast(range)
      return mase(one, mean, task.season)
    })
    const [mine, other] = [meanInterval(ours), meanInterval(theirs)]
    printFigure({
      figure: `load-m4 ${task.name}: MASE beside AutoARIMA`,
      ...{ value: rounded(mine.mean), unit: 'ratio', baseline: rounded(other.mean) },
      interval: [rounded(mine.interval[0]), rounded(mine.interval[1])],
      ...{
        ratio: rounded(mine.mean / other.mean),
        target: '≤ AutoARIMA',
        met: mine.mean <= other.mean,
      },
      data: `every ${peerEvery}th series (${series.length}); AutoARIMA of statsforecast, season ${task.peerSeason}, ${rounded(cpu / series.length, 3)} CPU s a series`,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function read({ name, ahead }: Task): readonly Series[] {
  const path = join(dataFolder(), 'm4', `${name}-train.csv.gz`)
  const [, ...lines] = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n')
  return lines.map((line) => {
    const [id = '', ...cells] = line.split(',').map((cell) => cell.replaceAll('"', '').trim())
    const values = Float64Array.from(
      cells.filter((cell) => cell !== ''),
      Number,
    )
    const end = values.length - back
    return { id, past: values.slice(0, end - ahead), future: values.slice(end - ahead, end) }
  })
}

function historyOf({ id, past }: Series, { stepMs }: Task): LoadHistory {
  return { group: { series: id }, axis: { startMs: 0, stepMs, count: past.length }, values: past }
}

function mase({ past, future }: Series, mean: Float64Array, season: number): number {
  let scale = 0
  for (let t = season; t < past.length; t++) scale += Math.abs(past[t]! - past[t - season]!)
  scale /= past.length - season
  let error = 0
  future.forEach((y, t) => {
    error += Math.abs(y - mean[t]!)
  })
  return error / future.length / scale
}
