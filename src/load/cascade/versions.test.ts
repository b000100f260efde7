import { describe, expect, it } from 'vitest'
import { contractHistory } from '../forecaster.contract.ts'
import { lastWeek } from '../plain/last-week.ts'
import type { LoadHistory } from '../types.ts'
import { errorsByHorizon, keepForecast, whatWouldReduceMost } from './versions.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const history = contractHistory(HOUR, 42)
const { startMs } = history.axis
const MADE_AT = startMs + 28 * DAY
const known: LoadHistory = {
  ...history,
  axis: { ...history.axis, count: 28 * 24 },
  values: history.values.slice(0, 28 * 24),
}
const levels = [0.1, 0.5, 0.9]
const forecast = lastWeek
  .fit(known, { events: [], seed: 1 })
  .forecast({ startMs: MADE_AT, count: 336 })
const kept = keepForecast(forecast, {
  version: 1,
  madeAtMs: MADE_AT,
  forecaster: 'last-week',
  levels,
})

describe('errors by distance ahead', () => {
  it('count each step once, at its distance', () => {
    const rows = errorsByHorizon([kept], history)
    expect(rows.map(({ upToMs }) => upToMs / HOUR)).toEqual([1, 6, 24, 72, 168, 336])
    expect(rows.reduce((sum, { steps }) => sum + steps, 0)).toBe(336)
    for (const { wape, coverage } of rows) {
      expect(wape).toBeGreaterThan(0)
      expect(coverage[0]!).toBeLessThanOrEqual(coverage[2]!)
    }
  })

  it('are nothing where the forecast was right, and have the sign of what was too much', () => {
    const right = { ...kept, mean: history.values.slice(28 * 24, 42 * 24) }
    expect(errorsByHorizon([right], history)[2]!.wape).toBe(0)
    const high = { ...right, mean: right.mean.map((v) => 1.2 * v) }
    expect(errorsByHorizon([high], history)[2]!.bias).toBeCloseTo(0.2, 9)
  })

  it('refuse forecasts of other steps', () => {
    const odd = { ...kept, axis: { ...kept.axis, stepMs: 60_000 } }
    expect(() => errorsByHorizon([odd], history)).toThrow(/other steps/)
  })
})

describe('what would reduce errors most', () => {
  const truth = history.values.slice(28 * 24, 42 * 24)
  const first = (mean: Float64Array, events = [] as Parameters<typeof whatWouldReduceMost>[2]) =>
    whatWouldReduceMost({ ...kept, mean }, history, events)

  it('is the level where all is too high', () => {
    expect(first(truth.map((v) => 1.3 * v))[0]).toMatchObject({ what: 'level' })
  })

  it('is the shape where the same hours are off each day', () => {
    const shaped = truth.map((v, t) => v * (t % 24 < 12 ? 1.2 : 0.8))
    expect(first(shaped)[0]).toMatchObject({ what: 'shape of the day' })
  })

  it('is the days where they go up and down', () => {
    const days = truth.map((v, t) => v * (Math.floor(t / 24) % 2 === 0 ? 1.2 : 0.8))
    expect(first(days)[0]).toMatchObject({ what: 'day-to-day' })
  })

  it('is the event where only that is off, and the shares sum to one', () => {
    const from = MADE_AT + 50 * HOUR
    const event = { eventId: 'e', kind: 'sale', startMs: from, endMs: from + 10 * HOUR }
    const missed = truth.map((v, t) => (t >= 50 && t < 60 ? v / 3 : v * (1 + 0.01 * (t % 2))))
    const found = first(missed, [event])
    expect(found[0]).toMatchObject({ what: 'events' })
    expect(found.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9)
  })
})
