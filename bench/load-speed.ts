/**
 * What fitting and forecasting by the minute costs: a year of minutes with events, three months of minutes
 * of one service with sample paths, and of 1,000 services in two threads.
 * node bench/load-speed.ts [--seed 1] [--only one|panel] [--services 1000]
 */
import { createRandom } from '../src/core/random/random.ts'
import { type LoadEvent, type LoadHistory, structureForecaster } from '../src/load/index.ts'
import { argument, cpuSeconds, median, printFigure, rounded } from './figure.ts'
import { measurePanel } from './load-speed/panel.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE
const START = Date.UTC(2025, 0, 1)
const YEAR_MINUTES = 525_600
const QUARTER_MINUTES = 91 * 1440
const seed = Number(argument('seed', '1'))

/** Two sales of a day and four launches of half an hour each month. */
function yearOfEvents(days: number): LoadEvent[] {
  const events: LoadEvent[] = []
  for (let day = 5; day < days; day += 5) {
    const isSale = day % 15 === 5
    const startMs = START + day * DAY + (isSale ? 0 : 17 * 60 * MINUTE)
    const endMs = startMs + (isSale ? DAY : 30 * MINUTE)
    events.push({ eventId: `event-${day}`, kind: isSale ? 'sale' : 'launch', startMs, endMs })
  }
  return events
}

/** Load with days, weeks, a walking level, noise and what the events do. */
function minutes(count: number, events: readonly LoadEvent[]): LoadHistory {
  const random = createRandom(seed).split('speed')
  let level = Math.log(2000)
  const values = Float64Array.from({ length: count }, (_, t) => {
    if (t % 1440 === 0) level += 0.03 * random.normal()
    const day = t / 1440
    const daily = 0.6 * Math.sin(2 * Math.PI * (day - 0.35))
    const weekly = Math.floor(day) % 7 >= 5 ? -0.3 : 0
    return Math.exp(level + daily + weekly + 0.08 * random.normal())
  })
  for (const { startMs, endMs, kind } of events) {
    const [from, to] = [startMs, endMs].map((ms) => (ms - START) / MINUTE)
    for (let t = from!; t < Math.min(count, to!); t++)
      values[t] = values[t]! * (kind === 'sale' ? 2 : 4)
  }
  return { group: {}, axis: { startMs: START, stepMs: MINUTE, count }, values }
}

/** CPU seconds of each of three runs. */
function timed(run: () => void): readonly number[] {
  return [0, 1, 2].map(() => {
    const since = process.cpuUsage()
    run()
    return cpuSeconds(since)
  })
}

/** What one service costs: a year's fit, a further day, three months with paths and quantiles. */
function measureOne(): void {
  const forecaster = structureForecaster()
  const events = yearOfEvents(365 + 92)
  const year = minutes(YEAR_MINUTES, events)
  const context = { events, seed }
  const fit = timed(() => forecaster.fit(year, context))
  printFigure({
    figure: 'load-speed/fit of a year of minutes with events',
    value: rounded(median(fit), 3),
    unit: 'CPU s',
    interval: [rounded(Math.min(...fit), 3), rounded(Math.max(...fit), 3)],
    target: '≤ 10',
    met: median(fit) <= 10,
    data: `made up: ${YEAR_MINUTES} minutes, ${events.length} events of two kinds`,
    seed,
  })

  const fitted = forecaster.fit(year, context)
  const day = minutes(YEAR_MINUTES + 1440, events)
  const further = {
    ...day,
    axis: { startMs: START + YEAR_MINUTES * MINUTE, stepMs: MINUTE, count: 1440 },
    values: day.values.slice(YEAR_MINUTES),
  }
  const extend = timed(() => fitted.extend(further))
  printFigure({
    figure: 'load-speed/a further day read into the year',
    value: rounded(median(extend), 3),
    unit: 'CPU s',
    interval: [rounded(Math.min(...extend), 3), rounded(Math.max(...extend), 3)],
    baseline: rounded(median(fit), 3),
    ratio: rounded(median(extend) / median(fit), 3),
    data: 'made up: the same year',
    seed,
  })

  const quarter = {
    ...year,
    axis: { ...year.axis, count: QUARTER_MINUTES },
    values: year.values.slice(0, QUARTER_MINUTES),
  }
  const ofQuarter = forecaster.fit(quarter, context)
  const range = { startMs: START + QUARTER_MINUTES * MINUTE, count: QUARTER_MINUTES }
  const quarterFit = timed(() => forecaster.fit(quarter, context))
  const pathCount = ofQuarter.forecast(range).pathCount
  const paths = timed(() => {
    const forecast = ofQuarter.forecast(range)
    const into = new Float64Array(range.count)
    for (let i = 0; i < pathCount; i++) forecast.path(i, into)
  })
  const quantiles = timed(() => {
    const forecast = ofQuarter.forecast(range)
    for (const level of [0.5, 0.9, 0.95, 0.99]) forecast.quantile(level)
  })
  for (const [name, seconds] of [
    ['fit of three months of minutes', quarterFit],
    [`${pathCount} paths of three months of minutes`, paths],
    ['four quantiles of three months of minutes', quantiles],
  ] as const) {
    printFigure({
      figure: `load-speed/${name}`,
      value: rounded(median(seconds), 3),
      unit: 'CPU s a service',
      interval: [rounded(Math.min(...seconds), 3), rounded(Math.max(...seconds), 3)],
      data: 'made up: the first quarter of the year',
      seed,
    })
  }
}

const only = argument('only', '')
if (only !== 'panel') measureOne()
if (only !== 'one') await measurePanel()
