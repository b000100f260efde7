// npm run bench -- world-demo [--only FIGURE]
// CPU-seconds to generate a demo store of a million order lines with everything around them
// (catalog, places, demand, purchases, stock, searches, clicks), and the default store's. No public
// tool makes such a store, so the baseline is the physical limit: drawing the orders' lines alone,
// one random number and one write each.
import { createRandom } from '../src/core/random/random.ts'
import { type DemoParams, generateDemoStore, studentInterval } from '../src/world/index.ts'
import { argument, printFigure } from './figure.ts'

const SEEDS = [1, 2, 3, 4, 5]
const LINES = 1_000_000

interface Run {
  readonly seconds: number
  readonly lines: number
  readonly rows: number
}

function measure(params: DemoParams): Run {
  const before = process.cpuUsage()
  const { tables } = generateDemoStore(params)
  const { user, system } = process.cpuUsage(before)
  const rows = Object.values(tables).reduce((sum, { rowCount }) => sum + rowCount, 0)
  return { seconds: (user + system) / 1e6, lines: tables['order_lines']!.rowCount, rows }
}

/** Seconds to draw and store a million numbers for each of the five columns of a line. */
function limitSeconds(): number {
  const random = createRandom('limit')
  const before = process.cpuUsage()
  const columns = Array.from({ length: 5 }, () => new Float64Array(LINES))
  for (const column of columns) for (let i = 0; i < LINES; i++) column[i] = random.next()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

function report(figure: string, params: DemoParams, target: number, fewestLines: number): void {
  if (!['', figure].includes(argument('only', ''))) return
  const runs = SEEDS.map((seed) => measure({ ...params, seed }))
  const { mean, low, high } = studentInterval(runs.map(({ seconds }) => seconds))
  const lines = Math.min(...runs.map((run) => run.lines))
  const rows = Math.round(runs.reduce((sum, run) => sum + run.rows, 0) / runs.length)
  const baseline = limitSeconds()
  const peak = process.resourceUsage().maxRSS / 1024
  printFigure({
    figure,
    value: Number(mean.toFixed(2)),
    unit: 'CPU-s',
    interval: [Number(low.toFixed(2)), Number(high.toFixed(2))],
    baseline: Number(baseline.toFixed(3)),
    ratio: mean / baseline,
    target,
    met: high <= target && lines >= fewestLines,
    data: `generated: at least ${lines} order lines, ${rows} rows; peak memory ${peak.toFixed(0)} MiB; interval: 95 % over the seeds; baseline: five million random numbers drawn and stored`,
    seed: SEEDS.join(','),
  })
}

report('demo-store-default', {}, 10, 200_000)
// As npm start makes it: services by the minute for the last 70 days.
report('demo-store-with-load', { products: 3000, loadDays: 70 }, 10, 200_000)
// Some 5 % of the lines wanted are lost to stock-outs, so a little more is asked for.
report('demo-store-million-lines', { ordersPerDay: 720 }, 60, LINES)
