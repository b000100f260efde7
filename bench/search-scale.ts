// How time and memory of the index grow with the catalogue, from 10,000 to a million made products.
// Building and opening run in processes of their own, so that each one's memory is its own.
// --sizes 10000,30000 measures these alone; --chart docs/pictures/search-growth.svg draws what was measured.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIndex, openIndex } from '../src/search/index/door.ts'
import type { TextOptions } from '../src/search/index/types.ts'
import { argument, cpuSeconds, printFigure, rounded } from './figure.ts'
import { type GrowthPoint, writeGrowthCharts } from './search-scale/growth-chart.ts'
import { MADE_FIELDS, madeProducts, madeQueries } from './search-scale/made-products.ts'
import { measureScaledPipeline, type ScaledPipeline } from './search-scale/pipeline.ts'

const SEED = 1
/** Products that are made and added at a time, as a feed is read. */
const BATCH = 20_000
const QUERIES = 1000
const ROUNDS = 3
const OPTIONS: TextOptions = { count: 10 }
const MIB = 2 ** 20

interface Built {
  readonly cpuSeconds: number
  readonly peakMib: number
}

interface Opened extends Built {
  readonly seconds: number
  readonly queriesPerSecond: number
  readonly p99Ms: number
  readonly firstP99Ms: number
}

const step = argument('step', '')
if (step === 'build') await build(Number(argument('size', '0')), argument('file', ''))
else if (step === 'pipeline') {
  print(await measureScaledPipeline(argument('file', ''), Number(argument('size', '0'))))
} else if (step === 'open') await open(Number(argument('size', '0')), argument('file', ''))
else runAll(argument('sizes', '10000,30000,100000,300000,1000000').split(',').map(Number))

function runAll(sizes: readonly number[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'search-scale-'))
  const points: GrowthPoint[] = []
  try {
    for (const size of sizes) {
      const file = join(folder, `index-${size}`)
      const built = child<Built>('build', size, file)
      const fileMib = statSync(file).size / MIB
      const opened = child<Opened>('open', size, file)
      const pipeline = child<ScaledPipeline>('pipeline', size, file)
      rmSync(file)
      report(size, built, opened, fileMib)
      reportPipeline(size, pipeline)
      points.push({
        products: size,
        indexSeconds: built.cpuSeconds,
        openSeconds: opened.seconds,
        textP99Ms: opened.p99Ms,
        pipelineP99Ms: pipeline.p99Ms,
        indexMib: built.peakMib,
        pipelineMib: pipeline.peakMib,
      })
    }
    const chart = argument('chart', '')
    if (chart !== '') writeGrowthCharts(chart, points)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function child<T>(name: string, size: number, file: string): T {
  const args = [import.meta.filename, '--step', name, '--size', `${size}`, '--file', file]
  const run = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: MIB })
  if (run.status !== 0) throw new Error(`${name} of ${size} products failed: ${run.stderr}`)
  return JSON.parse(run.stdout) as T
}

async function build(size: number, file: string): Promise<void> {
  const index = createIndex(MADE_FIELDS)
  let spent = 0
  for (let from = 0; from < size; from += BATCH) {
    const batch = [...madeProducts(size, from, Math.min(size, from + BATCH), SEED)]
    const start = process.cpuUsage()
    index.add(batch)
    spent += cpuSeconds(start)
  }
  const start = process.cpuUsage()
  await index.save(file)
  spent += cpuSeconds(start)
  print({ cpuSeconds: spent, peakMib: process.resourceUsage().maxRSS / 1024 })
}

async function open(size: number, file: string): Promise<void> {
  const began = performance.now()
  const start = process.cpuUsage()
  const index = await openIndex(file)
  const cpu = cpuSeconds(start)
  const seconds = (performance.now() - began) / 1000
  const queries = madeQueries(size, QUERIES, SEED)
  const best = new Float64Array(QUERIES).fill(Infinity)
  const first = new Float64Array(QUERIES)
  let warm = 0
  for (let round = 0; round <= ROUNDS; round++) {
    const from = process.cpuUsage()
    queries.forEach((query, i) => {
      const at = performance.now()
      index.top(index.analyze(query), OPTIONS)
      const spent = performance.now() - at
      if (round === 0) first[i] = spent
      else best[i] = Math.min(best[i]!, spent)
    })
    warm = cpuSeconds(from)
  }
  const p99 = (times: Float64Array) => times.sort()[Math.floor(QUERIES * 0.99)]!
  print({
    cpuSeconds: cpu,
    peakMib: process.resourceUsage().maxRSS / 1024,
    seconds,
    queriesPerSecond: QUERIES / warm,
    p99Ms: p99(best),
    firstP99Ms: p99(first),
  })
}

function print(value: Built | Opened | ScaledPipeline): void {
  process.stdout.write(JSON.stringify(value))
}

function report(size: number, built: Built, opened: Opened, fileMib: number): void {
  const million = size === 1_000_000
  const line = (figure: string, value: number, unit: string, limit?: number) =>
    printFigure({
      figure: `search-scale ${size} products, ${figure}`,
      value: rounded(value),
      unit,
      ...(million && limit !== undefined ? { target: `≤ ${limit}`, met: value <= limit } : {}),
      data: 'made products of about 35 words',
      seed: SEED,
    })
  line('index and save, CPU', built.cpuSeconds, 's', 180)
  line('index and save, CPU a product', (built.cpuSeconds / size) * 1e6, 'µs')
  line('memory at most while indexing', built.peakMib, 'MiB', 2048)
  line('file', fileMib, 'MiB')
  line('open', opened.seconds, 's', 5)
  line('open, CPU', opened.cpuSeconds, 's')
  line('memory at most while open', opened.peakMib, 'MiB', 2048)
  line('queries a second of CPU, lists kept', opened.queriesPerSecond, 'queries/s')
  line('99 % of queries, best of three', opened.p99Ms, 'ms')
  line('99 % of queries, met for the first time', opened.firstP99Ms, 'ms')
}

function reportPipeline(size: number, pipeline: ScaledPipeline): void {
  const line = (figure: string, value: number, unit: string, limit?: number) =>
    printFigure({
      figure: `search-scale ${size} products, pipeline, ${figure}`,
      value: rounded(value),
      unit,
      ...(size === 1_000_000 && limit !== undefined
        ? { target: `≤ ${limit}`, met: value <= limit }
        : {}),
      data: `made products and log, without vectors, ${rounded(pipeline.candidates)} candidates ranked a query`,
      seed: SEED,
    })
  line('learning what queries mean', pipeline.understandingSeconds, 'CPU s')
  line('one core', pipeline.queriesPerSecond, 'queries/s')
  line('99 % of queries within', pipeline.p99Ms, 'ms', 25)
  line('memory at most', pipeline.peakMib, 'MiB')
}
