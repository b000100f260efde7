import { describe, expect, it } from 'vitest'
import { createRandom } from '../core/random/random.ts'
import type { LoadContext, LoadEvent, LoadForecast, LoadForecaster, LoadHistory } from './types.ts'

const START = Date.UTC(2026, 0, 5)
const DAY = 86_400_000

/** What a forecaster is tried on. */
export interface ContractCase {
  readonly stepMs: number
  readonly days: number
  /** Steps of the forecast. */
  readonly ahead: number
  /** Largest difference between extended and fitted anew, as a share of the mean load. Default 0.1. */
  readonly extendTolerance?: number
}

/** Load with days, weeks, a little growth and an event each week, from a seed. */
export function contractHistory(stepMs: number, days: number, seed = 1): LoadHistory {
  const random = createRandom(seed)
  const count = Math.round((days * DAY) / stepMs)
  const values = Float64Array.from({ length: count }, (_, t) => {
    const day = (t * stepMs) / DAY
    const daily = 1 + 0.5 * Math.sin(2 * Math.PI * (day - 0.3))
    const weekly = Math.floor(day) % 7 >= 5 ? 0.7 : 1
    const event = inEvent(START + t * stepMs) ? 1.8 : 1
    return Math.max(
      0,
      100 * (1 + day / 500) * daily * weekly * event * (1 + 0.05 * random.normal()),
    )
  })
  return { group: { service: 'search' }, axis: { startMs: START, stepMs, count }, values }
}

function inEvent(atMs: number): boolean {
  return contractEvents(400).some(({ startMs, endMs }) => atMs >= startMs && atMs < endMs)
}

/** An event of four hours each week, on weekdays in turn. */
export function contractEvents(days: number): LoadEvent[] {
  return Array.from({ length: Math.ceil(days / 7) }, (_, w) => {
    const startMs = START + (7 * w + (w % 5)) * DAY + 14 * 3_600_000
    return { eventId: `sale-${w}`, kind: 'sale', startMs, endMs: startMs + 4 * 3_600_000 }
  })
}

/** What every forecaster of load promises; call inside a test file, once a case. */
export function forecasterContract(forecaster: LoadForecaster, one: ContractCase): void {
  const { stepMs, days, ahead } = one
  const history = contractHistory(stepMs, days)
  const context: LoadContext = { events: contractEvents(days + 60), seed: 7 }
  const endMs = START + history.axis.count * stepMs
  const range = { startMs: endMs, count: ahead }
  const forecastOf = (h = history, c = context) => forecaster.fit(h, c).forecast(range)

  describe(`${forecaster.name}, ${days} days of ${stepMs / 60_000} minutes`, () => {
    it('suits the history', () => {
      expect(forecaster.suits(history, context)).toBe(true)
    })

    it('answers for the range asked, with finite load of 0 or more', () => {
      const forecast = forecastOf()
      expect(forecast.axis).toEqual({ startMs: endMs, stepMs, count: ahead })
      expect(forecast.mean).toHaveLength(ahead)
      expect(isLoad(forecast.mean)).toBe(true)
      expect(isLoad(forecast.path(3, new Float64Array(ahead)))).toBe(true)
    })

    it('has parts that sum to the mean', () => {
      const forecast = forecastOf()
      const parts = forecast.parts()
      expect(parts.length).toBeGreaterThan(0)
      forecast.mean.forEach((mean, t) => {
        const sum = parts.reduce((total, { values }) => total + values[t]!, 0)
        expect(Math.abs(sum - mean)).toBeLessThanOrEqual(1e-6 * Math.max(1, mean))
      })
    })

    it('has quantiles that do not cross and lie at 0 or above', () => {
      const forecast = forecastOf()
      const rows = [0.01, 0.1, 0.5, 0.9, 0.99].map((level) => forecast.quantile(level))
      for (const row of rows) expect(isLoad(row)).toBe(true)
      for (let k = 1; k < rows.length; k++) {
        expect(rows[k]!.every((v, t) => v >= rows[k - 1]![t]!)).toBe(true)
      }
    })

    it('has paths whose share below a quantile is its level', () => {
      const forecast = forecastOf()
      const q80 = forecast.quantile(0.8)
      let below = 0
      const path = new Float64Array(ahead)
      for (let i = 0; i < forecast.pathCount; i++) {
        forecast.path(i, path)
        for (let t = 0; t < ahead; t++) if (path[t]! <= q80[t]!) below++
      }
      expect(forecast.pathCount).toBeGreaterThanOrEqual(200)
      expect(Math.abs(below / (ahead * forecast.pathCount) - 0.8)).toBeLessThan(0.05)
    })

    it('gives the same for the same seed, and the same path for the same index in any order', () => {
      const [a, b] = [forecastOf(), forecastOf()]
      expect(a.mean).toEqual(b.mean)
      const [early, late] = [a.path(5, new Float64Array(ahead)), b.path(0, new Float64Array(ahead))]
      expect(b.path(5, new Float64Array(ahead))).toEqual(early)
      expect(a.path(0, new Float64Array(ahead))).toEqual(late)
      expect(early).not.toEqual(late)
      expect(a.quantile(0.9)).toEqual(b.quantile(0.9))
    })

    it('extends to about what a new fit says', () => {
      const cut = history.axis.count - Math.round((3 * DAY) / stepMs)
      const extended = forecaster
        .fit(piece(history, 0, cut), context)
        .extend(piece(history, cut, history.axis.count))
        .forecast(range)
      const tolerance = one.extendTolerance ?? 0.1
      expect(distance(extended, forecastOf())).toBeLessThan(tolerance)
    })

    it('goes on from a range that starts later', () => {
      const later = forecaster
        .fit(history, context)
        .forecast({ startMs: endMs + 2 * DAY, count: ahead })
      expect(isLoad(later.mean)).toBe(true)
    })

    it('bears steps of which nothing is known, and steps of 0', () => {
      const values = history.values.slice()
      values.fill(Number.NaN, 10, 10 + Math.round(DAY / stepMs))
      values.fill(0, history.axis.count >> 1, (history.axis.count >> 1) + 2)
      values[history.axis.count - 1] = Number.NaN
      const forecast = forecastOf({ ...history, values })
      expect(isLoad(forecast.mean)).toBe(true)
      expect(isLoad(forecast.quantile(0.99))).toBe(true)
    })

    it('bears load that never changes and load that is always 0', () => {
      for (const level of [5, 0]) {
        const values = new Float64Array(history.axis.count).fill(level)
        const forecast = forecastOf({ ...history, values }, { events: [], seed: 1 })
        expect(isLoad(forecast.mean)).toBe(true)
        expect(forecast.mean.every((v) => Math.abs(v - level) <= 0.2 * level + 1e-6)).toBe(true)
      }
    })

    it('bears events of a kind that has no past', () => {
      const planned = { eventId: 'launch', kind: 'launch', startMs: endMs, endMs: endMs + DAY }
      const forecast = forecastOf(history, { ...context, events: [...context.events, planned] })
      expect(isLoad(forecast.mean)).toBe(true)
    })

    it('refuses what cannot be, and says what to do', () => {
      const bad = { eventId: 'back', kind: 'sale', startMs: START + DAY, endMs: START }
      const refusal = expect.objectContaining({ code: 'ERR_ARGUMENT' })
      const fitting = (h: LoadHistory, c = context) => forecaster.fit(h, c)
      expect(() => fitting(history, { ...context, events: [bad] })).toThrow(refusal)
      expect(() => fitting({ ...history, values: history.values.map((v) => -v) })).toThrow(refusal)
      expect(() => fitting({ ...history, values: history.values.slice(1) })).toThrow(refusal)
      const fitted = fitting(history)
      expect(() => fitted.forecast({ startMs: START, count: ahead })).toThrow(refusal)
      expect(() => fitted.forecast({ startMs: endMs + 1, count: ahead })).toThrow(refusal)
      expect(() => fitted.forecast({ startMs: endMs, count: 0 })).toThrow(refusal)
      expect(() => fitted.forecast(range).quantile(1)).toThrow(refusal)
      expect(() => fitted.forecast(range).path(-1, new Float64Array(ahead))).toThrow(refusal)
    })
  })
}

function isLoad(values: Float64Array): boolean {
  return values.every((v) => Number.isFinite(v) && v >= 0)
}

/** Mean absolute difference of two means, as a share of the second. */
function distance(a: LoadForecast, b: LoadForecast): number {
  let [difference, total] = [0, 0]
  a.mean.forEach((v, t) => {
    difference += Math.abs(v - b.mean[t]!)
    total += b.mean[t]!
  })
  return difference / total
}

function piece(history: LoadHistory, from: number, to: number): LoadHistory {
  const { startMs, stepMs } = history.axis
  const axis = { startMs: startMs + from * stepMs, stepMs, count: to - from }
  return { ...history, axis, values: history.values.slice(from, to) }
}
