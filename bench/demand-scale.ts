/**
 * A whole run at scale: 30,000 series of two years, training and a 28-day forecast, on two threads:
 * wall time and memory; and how many series a second each model forecasts on one core.
 * node bench/demand-scale.ts [--series 30000] [--frequency D|W] [--model auto] [--inference 20000]
 *   [--seed 1]   (--data is taken and not needed: the series are made here)
 */
import type { Panel } from '../src/core/panel.ts'
import { chooseForecaster, type ForecastPanelOptions, forecastPanel } from '../src/demand/index.ts'
import { SYNTHETIC_WORDS, syntheticPanel } from './demand/synthetic.ts'
import { argument, cpuSeconds, printFigure, rounded } from './figure.ts'

const LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
const HORIZON = 28
const MINUTES = 20
const GIGABYTES = 4
const SPEED = 20_000
/** Series that a model is trained on before its speed is measured. */
const TRAINED = 1500
/** Days a series of the speed test has. */
const DAYS = 180
const series = Number(argument('series', '30000'))
const frequency = argument('frequency', 'D') === 'W' ? 'W' : 'D'
const model = argument('model', 'auto')
const inference = Number(argument('inference', '20000'))
const seed = argument('seed', '1')

/** Two years of daily or weekly series; weeks are sums of seven days. */
function panelOf(count: number, length: number): Panel {
  if (frequency === 'D') return syntheticPanel(count, length, `demand-scale-${seed}`)
  const daily = syntheticPanel(count, 7 * length, `demand-scale-${seed}`)
  const values = new Float64Array(count * length)
  daily.values.forEach((y, k) => {
    const i = Math.floor(k / (7 * length))
    values[i * length + Math.floor((k % (7 * length)) / 7)]! += y
  })
  const offsets = Int32Array.from({ length: count + 1 }, (_, i) => i * length)
  return { ...daily, buckets: { frequency: 'W' }, offsets, values }
}

async function wholeRun(): Promise<void> {
  const length = frequency === 'D' ? 730 : 104
  const panel = panelOf(series, length)
  const wall = performance.now()
  const cpu = process.cpuUsage()
  let step = ''
  const options: ForecastPanelOptions = {
    horizon: HORIZON,
    levels: LEVELS,
    models: model.split(','),
    workers: 2,
    seed,
    onProgress: (progress) => {
      if (progress.step === step) return
      step = progress.step
      console.error(`${((performance.now() - wall) / 1000).toFixed(0)} s: ${step}`)
    },
  }
  const made = await forecastPanel(panel, options)
  const seconds = (performance.now() - wall) / 1000
  const bad = made.forecast.quantiles.filter((q) => !Number.isFinite(q)).length
  const gigabytes = process.resourceUsage().maxRSS / 2 ** 20
  const unit = frequency === 'D' ? 'days' : 'weeks'
  const data = `${SYNTHETIC_WORDS}; ${series} series × ${length} ${unit}, ${HORIZON} ahead, two threads; ${bad} numbers not finite`
  printFigure({
    figure: 'demand-scale/whole run',
    value: rounded(seconds / 60),
    unit: 'minutes of wall time',
    target: `≤ ${MINUTES}`,
    met: seconds <= 60 * MINUTES && bad === 0,
    data,
    seed,
  })
  printFigure({
    figure: 'demand-scale/CPU',
    value: rounded(cpuSeconds(cpu)),
    unit: 's',
    data,
    seed,
  })
  printFigure({
    figure: 'demand-scale/memory',
    value: rounded(gigabytes),
    unit: 'GB resident at most',
    target: `≤ ${GIGABYTES}`,
    met: gigabytes <= GIGABYTES,
    data,
    seed,
  })
}

/** Repeats the series of a small panel, so that a trained model has many to forecast. */
async function speedOf(name: string): Promise<void> {
  const small = panelOf(TRAINED, DAYS)
  const settings = { 'demand.net-most-steps': 20 }
  const fitted = await chooseForecaster(small, { horizon: HORIZON, models: [name], seed, settings })
  const levels = Float64Array.from(LEVELS)
  fitted.predict(DAYS, HORIZON, levels)
  const cpu = process.cpuUsage()
  let done = 0
  while (done < inference) {
    fitted.predict(DAYS, HORIZON, levels)
    done += TRAINED
  }
  const speed = done / cpuSeconds(cpu)
  printFigure({
    figure: `demand-scale/inference, ${name}`,
    value: rounded(speed),
    unit: 'series/s on a core',
    target: `≥ ${SPEED}`,
    met: speed >= SPEED,
    data: `${done} forecasts of ${HORIZON} buckets × ${LEVELS.length} quantiles from ${DAYS} of history`,
    seed,
  })
}

for (const name of ['classical', 'trees', 'mqcnn', 'mqrnn', 'auto']) {
  if (inference > 0) await speedOf(name)
}
if (series > 0) await wholeRun()
