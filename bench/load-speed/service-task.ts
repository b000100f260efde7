import { createRandom } from '../../src/core/random/random.ts'
import {
  cascade,
  type LoadEvent,
  type LoadHistory,
  peakDistribution,
  peakQuantile,
  structureForecaster,
} from '../../src/load/index.ts'

/** One service of the panel. */
export interface ServiceTask {
  readonly index: number
  readonly seed: number
  readonly days: number
  readonly daysAhead: number
}

/** What a thread tells of a service: CPU seconds of its own, and a sum that no work can be left out of. */
export interface ServiceAnswer {
  readonly forecastSeconds: number
  readonly paths: number
  readonly checksum: number
  /** Actual over forecast of the minutes ahead, which the generator knows. */
  readonly wape: number
}

const MINUTE = 60_000
const DAY = 1440
const START = Date.UTC(2026, 0, 5)
const LEVELS = [0.5, 0.9, 0.95, 0.99]
/** Minutes are spread over quarters of an hour, as the cascade does for many services. */
const FACTOR = 15
const PATHS = { 'load.sample-paths': 200 }

/** Makes the history of a service, forecasts its minutes and reads quantiles and peaks from all paths. */
export function forecastService({ index, seed, days, daysAhead }: ServiceTask): ServiceAnswer {
  const { history, ahead, events } = madeService(seed, index, days, daysAhead)
  const before = process.threadCpuUsage()
  const fitted = cascade.refined(structureForecaster(PATHS), FACTOR).fit(history, { events, seed })
  const forecast = fitted.forecast({
    startMs: START + days * DAY * MINUTE,
    count: daysAhead * DAY,
  })
  const quantiles = LEVELS.map((level) => forecast.quantile(level))
  const peaks = peakDistribution(forecast, DAY * MINUTE, 5)
  const checksum =
    quantiles.reduce((sum, values) => sum + values.at(-1)!, 0) + peakQuantile(peaks, 0, 0.95)
  const used = process.threadCpuUsage(before)
  let error = 0
  let total = 0
  forecast.mean.forEach((value, t) => {
    error += Math.abs(value - ahead[t]!)
    total += ahead[t]!
  })
  const forecastSeconds = (used.user + used.system) / 1e6
  return { forecastSeconds, paths: forecast.pathCount, checksum, wape: error / total }
}

/** A service with days, weeks, growth and a sale every other week; the same for the same seed. */
function madeService(seed: number, index: number, days: number, daysAhead: number) {
  const random = createRandom(seed).split(index)
  const level = 20 * 10 ** (2.5 * random.next())
  const peakAt = random.next()
  const swing = 0.3 + 0.5 * random.next()
  const growth = 0.002 * (random.next() - 0.3)
  const events = saleDays(days + daysAhead, 1 + random.int(4))
  const inside = new Uint8Array((days + daysAhead) * DAY)
  for (const { startMs, endMs } of events) {
    inside.fill(1, (startMs - START) / MINUTE, (endMs - START) / MINUTE)
  }
  let wander = 0
  const values = Float64Array.from(inside, (sale, t) => {
    const day = t / DAY
    if (t % DAY === 0) wander = 0.8 * wander + 0.05 * random.normal()
    const daily = 1 + swing * Math.sin(2 * Math.PI * (day - peakAt))
    const weekly = Math.floor(day) % 7 >= 5 ? 0.75 : 1
    const mean = level * Math.exp(growth * day + wander) * daily * weekly * (1 + 1.2 * sale)
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()))
  })
  const axis = { startMs: START, stepMs: MINUTE, count: days * DAY }
  const history: LoadHistory = {
    group: { service: `s${index}` },
    axis,
    values: values.slice(0, axis.count),
  }
  return { history, ahead: values.subarray(axis.count), events }
}

function saleDays(days: number, weekday: number): readonly LoadEvent[] {
  return Array.from({ length: Math.floor(days / 14) }, (_, k) => {
    const startMs = START + ((14 * k + weekday) * DAY + 18 * 60) * MINUTE
    return { eventId: `sale-${k}`, kind: 'sale', startMs, endMs: startMs + 4 * 60 * MINUTE }
  })
}
