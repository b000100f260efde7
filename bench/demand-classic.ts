/**
 * Classical forecasts with automatic choice against Python's statsforecast: CPU time and loss.
 * node bench/demand-classic.ts [--series 10000] [--sample 300] [--seed 1] [--python PATH]
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Panel, QuantileForecast } from '../src/core/panel.ts'
import { createRandom } from '../src/core/random/random.ts'
import { forecastPanel } from '../src/demand/index.ts'
import { lossRatio, scorePanel, scoreSeries } from './demand/score.ts'
import { SYNTHETIC_WORDS, syntheticPanel } from './demand/synthetic.ts'
import { argument, cpuSeconds, printFigure, rounded } from './figure.ts'

const DAYS = 730
const HORIZON = 28
const ORIGINS = 3
const SEASON = 7
const LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
/** What the peer has under other names; the same on both sides. */
const SHARED_MODELS = [
  'seasonal-naive',
  'moving-average',
  'auto-ets',
  'theta',
  'optimised-theta',
  'croston',
  'sba',
  'tsb',
]

const seed = argument('seed', '1')
const total = Number(argument('series', '10000'))
const sampled = Math.min(total, Number(argument('sample', '300')))
const home = new URL('./peers/', import.meta.url).pathname
const python = argument('python', join(home, '.venv/bin/python'))
const data = `${SYNTHETIC_WORDS}; ${DAYS} days, ${HORIZON} ahead`

const panel = syntheticPanel(total, DAYS + HORIZON, `demand-classic-${seed}`)
const sample = pick(panel, sampled)

async function ours(part: Panel, models: readonly string[], mixes: boolean) {
  const before = process.cpuUsage()
  const { forecast, chosen } = await forecastPanel(part, {
    horizon: HORIZON,
    levels: LEVELS,
    origin: DAYS,
    models,
    mixes,
    settings: { 'demand.backtest-origins': ORIGINS },
  })
  return { forecast, chosen, seconds: cpuSeconds(before) }
}

/** A random sample of series, in order. */
function pick(whole: Panel, count: number): Panel {
  const random = createRandom(`sample-${seed}`)
  const order = whole.ids.map((_, i) => i)
  for (let i = 0; i < count; i++) {
    const j = i + random.int(order.length - i)
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  const rows = order.slice(0, count).sort((a, b) => a - b)
  const size = DAYS + HORIZON
  const values = new Float64Array(count * size)
  rows.forEach((i, k) => {
    values.set(whole.values.subarray(i * size, (i + 1) * size), k * size)
  })
  return {
    ids: rows.map((i) => whole.ids[i]!),
    buckets: whole.buckets,
    firstBucket: new Int32Array(count),
    offsets: Int32Array.from({ length: count + 1 }, (_, k) => k * size),
    values,
  }
}

/** Runs the peer on the days before the holdout; its quantiles in our layout. */
function theirs(part: Panel): { forecast: QuantileForecast; seconds: number; chosen: object } {
  const folder = mkdtempSync(join(tmpdir(), 'storewright-bench-'))
  try {
    const source = join(folder, 'series.csv')
    const target = join(folder, 'forecast.csv')
    const lines = ['unique_id,ds,y']
    part.ids.forEach((id, i) => {
      for (let t = 0; t < DAYS; t++) lines.push(`${id},${t},${part.values[part.offsets[i]! + t]}`)
    })
    writeFileSync(source, lines.join('\n'))
    const args = [join(home, 'demand_classic.py'), source, target, HORIZON, SEASON, ORIGINS]
    const said = execFileSync(python, args.map(String), {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      // One thread: the CPU time of idle helpers would count against the peer.
      env: {
        ...process.env,
        NIXTLA_ID_AS_COL: '1',
        OMP_NUM_THREADS: '1',
        OPENBLAS_NUM_THREADS: '1',
      },
    })
    const result = JSON.parse(said.trim().split('\n').at(-1)!)
    return { forecast: readPeer(target, part), seconds: result.cpu_seconds, chosen: result.chosen }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function readPeer(file: string, part: Panel): QuantileForecast {
  const placeOf = new Map(part.ids.map((id, i) => [id, i]))
  const quantiles = new Float64Array(part.ids.length * HORIZON * LEVELS.length)
  const mean = new Float64Array(part.ids.length * HORIZON)
  for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
    const [id, ds, , ...values] = line.split(',')
    const at = placeOf.get(id!)! * HORIZON + Number(ds) - DAYS
    values.forEach((value, l) => {
      quantiles[at * LEVELS.length + l] = Number(value)
    })
    mean[at] = Number(values[3])
  }
  const { ids, buckets } = part
  const levels = Float64Array.from(LEVELS)
  return { ids, buckets, origin: DAYS, horizon: HORIZON, levels, mean, quantiles }
}

await ours(pick(panel, 40), SHARED_MODELS, false)
const mine = await ours(sample, SHARED_MODELS, false)
const usual = await ours(sample, ['auto'], true)
const all = await ours(panel, SHARED_MODELS, false)
const common = { data, seed }
printFigure({
  figure: 'demand-classic/series-per-cpu-second, all series',
  value: rounded(total / all.seconds),
  unit: 'series/CPU s',
  ...common,
  data: `${data}; ${total} series`,
})
const scores = scoreSeries(sample, mine.forecast, SEASON)
printFigure({
  figure: 'demand-classic/mean scaled pinball, all series',
  value: rounded(scorePanel(scoreSeries(panel, all.forecast, SEASON)).scaledPinball),
  unit: 'scaled pinball',
  ...common,
})
if (existsSync(python)) {
  const peer = theirs(sample)
  const peerScores = scoreSeries(sample, peer.forecast, SEASON)
  const speed = sampled / mine.seconds
  const peerSpeed = sampled / peer.seconds
  const note = `${data}; random sample of ${sampled} series; same eight models; peer statsforecast 2.0.3`
  printFigure({
    figure: 'demand-classic/series-per-cpu-second',
    value: rounded(speed),
    unit: 'series/CPU s',
    baseline: rounded(peerSpeed),
    ratio: rounded(speed / peerSpeed),
    target: '≥ 3 times the peer',
    met: speed >= 3 * peerSpeed,
    ...common,
    data: note,
  })
  for (const [name, own] of [
    ['same models, no mixes', scores],
    ['usual candidates and mixes', scoreSeries(sample, usual.forecast, SEASON)],
  ] as const) {
    const { ratio, interval } = lossRatio(own, peerScores, createRandom(`bootstrap-${seed}`))
    printFigure({
      figure: `demand-classic/mean scaled pinball against the peer, ${name}`,
      value: rounded(scorePanel(own).scaledPinball),
      unit: 'scaled pinball',
      interval: [rounded(interval[0]), rounded(interval[1])],
      baseline: rounded(scorePanel(peerScores).scaledPinball),
      ratio: rounded(ratio),
      target: '≤ 1.01 times the peer',
      met: ratio <= 1.01,
      ...common,
      data: note,
    })
  }
} else {
  console.error(
    `No peer: make it with python3 -m venv ${home}.venv and pip install -r ${home}requirements.txt`,
  )
}
