/**
 * Planned occasions read by the default forecaster: generated stores, 28 days ahead from origins four
 * weeks apart over their last year, with the profiles of occasions and without, on the days around
 * occasions and on the others. The last weeks of the stores are left out.
 * node bench/demand-occasions.ts [--seeds 4,5] [--products 300] [--origins 12] [--model auto]
 */
import { type Panel, panelEnd, type QuantileForecast } from '../src/core/panel.ts'
import { pinballLoss } from '../src/core/quantiles.ts'
import { forecastPanel } from '../src/demand/index.ts'
import { writeTables } from '../src/feed/index.ts'
import { readPanelContext } from '../src/loop/inputs/panel-context.ts'
import { readSales } from '../src/loop/inputs/sales.ts'
import { generateDemoStore } from '../src/world/index.ts'
import { valueAt } from './demand/score.ts'
import { inMemory } from './demand-truth/in-memory.ts'
import { argument, cpuSeconds, meanInterval, printFigure, rounded } from './figure.ts'

const LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95]
const HORIZON = 28
const seeds = argument('seeds', '4,5').split(',').map(Number)
const products = Number(argument('products', '300'))
const origins = Number(argument('origins', '12'))
const model = argument('model', 'auto')
const extra = argument('knobs', '')
/** Days before and after an occasion that count as around it. */
const [BEFORE, AFTER] = [7, 4]

interface Sums {
  error: number
  loss: number
  actual: number
}

interface Score {
  readonly around: Sums
  readonly others: Sums
  /** Of the sums of each product over the horizon. */
  readonly sums: Sums
}

const none = (): Sums => ({ error: 0, loss: 0, actual: 0 })

async function readStore(seed: number): Promise<Panel> {
  const { tables } = generateDemoStore({ seed, products })
  const names = ['products', 'sales', 'prices', 'events', 'closed_days']
  return inMemory(async (database) => {
    await writeTables(database, Object.fromEntries(names.map((name) => [name, tables[name]!])))
    return readPanelContext(database, await readSales(database))
  })
}

/** The panel as it was known at an origin. */
function knownAt(panel: Panel, origin: number): Panel {
  const values = panel.values.slice()
  const censored = panel.censored?.slice()
  for (let i = 0; i < panel.ids.length; i++) {
    const from = panel.offsets[i]! + Math.max(0, origin - panel.firstBucket[i]!)
    const to = panel.offsets[i + 1]!
    values.fill(Number.NaN, Math.min(from, to), to)
    censored?.fill(Number.NaN, Math.min(from, to), to)
  }
  return { ...panel, values, ...(censored ? { censored } : {}) }
}

function isAround(panel: Panel, day: number): boolean {
  return (panel.events ?? []).some((e) => day >= e.firstDay - BEFORE && day <= e.lastDay + AFTER)
}

function score(panel: Panel, forecast: QuantileForecast, into: Score): void {
  const { origin, levels } = forecast
  panel.ids.forEach((_, i) => {
    if (panel.firstBucket[i]! >= origin) return
    const whole = { said: 0, came: 0 }
    for (let h = 0; h < HORIZON; h++) {
      const y = valueAt(panel, i, origin + h)
      if (Number.isNaN(y)) continue
      const sums = isAround(panel, origin + h) ? into.around : into.others
      const at = i * HORIZON + h
      levels.forEach((level, l) => {
        sums.loss += pinballLoss(y, forecast.quantiles[at * levels.length + l]!, level)
      })
      sums.error += Math.abs(forecast.mean[at]! - y)
      sums.actual += y
      whole.said += forecast.mean[at]!
      whole.came += y
    }
    into.sums.error += Math.abs(whole.said - whole.came)
    into.sums.actual += whole.came
  })
}

async function judge(panel: Panel, profiles: 0 | 1): Promise<Score> {
  const made: Score = { around: none(), others: none(), sums: none() }
  const settings = Object.fromEntries(
    extra
      .split(',')
      .filter((pair) => pair !== '')
      .map((pair) => [pair.split('=')[0]!, Number(pair.split('=')[1])]),
  )
  for (let k = 1; k <= origins; k++) {
    const origin = panelEnd(panel) - HORIZON * k
    const { forecast } = await forecastPanel(knownAt(panel, origin), {
      horizon: HORIZON,
      levels: LEVELS,
      origin,
      models: model.split(','),
      settings: { ...settings, 'demand.event-profiles': profiles },
    })
    const one: Score = { around: none(), others: none(), sums: none() }
    score(panel, forecast, one)
    console.error(
      `${profiles} ${new Date(origin * 86400000).toISOString().slice(0, 10)} sums ${(one.sums.error / one.sums.actual).toFixed(4)} around ${(one.around.error / one.around.actual).toFixed(4)} ${(one.around.loss / one.around.actual).toFixed(4)} others ${(one.others.error / one.others.actual).toFixed(4)} ${(one.others.loss / one.others.actual).toFixed(4)}`,
    )
    score(panel, forecast, made)
  }
  return made
}

const before = process.cpuUsage()
const scores: { readonly with: Score; readonly without: Score }[] = []
for (const seed of seeds) {
  const panel = await readStore(seed)
  scores.push({ without: await judge(panel, 0), with: await judge(panel, 1) })
}

function report(figure: string, read: (score: Score) => number, most: number): void {
  const ratios = scores.map((s) => read(s.with) / read(s.without))
  const { mean, interval } = meanInterval(ratios)
  printFigure({
    figure: `demand-occasions/${figure}`,
    value: rounded(mean),
    unit: 'times the forecast without profiles',
    interval,
    baseline: rounded(scores.reduce((s, one) => s + read(one.without), 0) / scores.length),
    target: `<= ${most}`,
    met: mean <= most,
    data: `${seeds.length} generated stores of ${products} products, ${origins} origins`,
  })
}

report('around-wape', ({ around }) => around.error / around.actual, 0.97)
report('around-pinball', ({ around }) => around.loss / around.actual, 0.97)
report('others-wape', ({ others }) => others.error / others.actual, 1.005)
report('others-pinball', ({ others }) => others.loss / others.actual, 1.005)
report('sums-wape', ({ sums }) => sums.error / sums.actual, 0.97)
console.error(`${rounded(cpuSeconds(before), 1)} CPU s`)
