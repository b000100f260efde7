import { describe, expect, it } from 'vitest'
import { createRandom } from '../core/random/random.ts'
import { likesForecaster } from './likes.ts'
import { longForecaster } from './long/index.ts'
import type { LoadEvent, LoadHistory } from './types.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.parse('2021-01-01T00:00:00Z')
/** The days before the new service goes live. */
const LIVE = 800
const SALES = ['2021-05-20', '2022-05-12', '2023-05-25'].map((date, k): LoadEvent => {
  const startMs = Date.parse(`${date}T00:00:00Z`)
  return { eventId: `sale-${k}`, kind: 'sale', startMs, endMs: startMs + DAY }
})
const context = { events: SALES, seed: 3 }

/** A made-up service of a family: seasons alike, each a little its own. */
interface Service {
  readonly name: string
  readonly level: number
  /** How strong its seasons and sales are beside the family's. */
  readonly swing: number
}

const FAMILY: readonly Service[] = [
  { name: 'search', level: 5000, swing: 1 },
  { name: 'cart', level: 800, swing: 1.15 },
  { name: 'reviews', level: 300, swing: 0.9 },
]
const NEW: Service = { name: 'questions', level: 120, swing: 1.05 }

function loadOf({ name, level, swing }: Service, fromDay: number, days: number): LoadHistory {
  const random = createRandom(`service ${name} ${fromDay}`)
  const startMs = START + fromDay * DAY
  const values = Float64Array.from({ length: days * 24 }, (_, t) => {
    const day = fromDay + Math.floor(t / 24)
    const year = 0.25 * Math.cos((2 * Math.PI * (day - 340)) / 365.2425)
    const week = day % 7 >= 5 ? 0.2 : 0
    const clock = 0.6 * Math.sin((2 * Math.PI * ((t % 24) - 8)) / 24) * (1 + year)
    const sale = SALES.some(({ startMs: at }) => day === (at - START) / DAY) ? 0.7 : 0
    return level * Math.exp(swing * (year + week + clock + sale) + 0.03 * random.normal())
  })
  return { group: { service: name }, axis: { startMs, stepMs: HOUR, count: days * 24 }, values }
}

const likes = FAMILY.map((service) => ({ history: loadOf(service, 0, LIVE), similarity: 0.8 }))

const forecaster = likesForecaster(likes)

function errorAfter(days: number, ahead: number): number {
  const fitted = forecaster.fit(loadOf(NEW, LIVE - days, days), context)
  const { mean } = fitted.forecast({ startMs: START + LIVE * DAY, count: ahead * 24 })
  const truth = loadOf(NEW, LIVE, ahead).values
  return truth.reduce((sum, y, t) => sum + Math.abs(mean[t]! / y - 1), 0) / truth.length
}

describe('likes', () => {
  it('forecasts three months of a service that is ten days old', () => {
    expect(errorAfter(10, 90)).toBeLessThan(0.12)
  })

  it('knows the sale before it has seen one, and says how far it may be off', () => {
    const young = forecaster.fit(loadOf(NEW, LIVE - 10, 10), context)
    const forecast = young.forecast({ startMs: START + LIVE * DAY, count: 90 * 24 })
    const sale = (SALES[2]!.startMs - START) / DAY - LIVE
    const dayOf = (d: number) => forecast.mean.subarray(d * 24, (d + 1) * 24)
    const sum = (d: number) => dayOf(d).reduce((a, b) => a + b, 0)
    expect(sum(sale) / sum(sale - 7)).toBeGreaterThan(1.6)
    const [low, high] = [forecast.quantile(0.05), forecast.quantile(0.95)]
    const truth = loadOf(NEW, LIVE, 90).values
    const inside = truth.filter((y, t) => y >= low[t]! && y <= high[t]!).length / truth.length
    expect(inside).toBeGreaterThan(0.8)
  })

  it('moves to what the service itself shows', () => {
    // Alone, with two months of its own, it has no season of the year.
    const own = loadOf(NEW, LIVE - 60, 60)
    const alone = longForecaster()
      .fit(own, context)
      .forecast({ startMs: START + LIVE * DAY, count: 180 * 24 })
    const truth = loadOf(NEW, LIVE, 180).values
    const lonely = truth.reduce((s, y, t) => s + Math.abs(alone.mean[t]! / y - 1), 0) / truth.length
    expect(errorAfter(60, 180)).toBeLessThan(0.6 * lonely)
    // Its weekends are the opposite of the family's; it believes itself more the longer it lives.
    const odd = (days: number) => {
      const history = loadOf(NEW, LIVE - days, days)
      const values = history.values.map((v, t) => {
        return (LIVE - days + Math.floor(t / 24)) % 7 >= 5 ? v * 0.5 : v
      })
      const fitted = forecaster.fit({ ...history, values }, context)
      const mean = fitted.forecast({ startMs: START + LIVE * DAY, count: 14 * 24 }).mean
      const on = (end: boolean) =>
        mean.filter((_, t) => (LIVE + Math.floor(t / 24)) % 7 >= 5 === end)
      const average = (v: Float64Array) => v.reduce((a, b) => a + b, 0) / v.length
      return average(on(true)) / average(on(false))
    }
    expect(odd(90)).toBeLessThan(0.75)
    expect(odd(10)).toBeGreaterThan(odd(90))
  })

  it('reads further days, and refuses what it cannot use', () => {
    const young = forecaster.fit(loadOf(NEW, LIVE - 10, 10), context)
    const older = young.extend(loadOf(NEW, LIVE, 20))
    expect(older.forecast({ startMs: START + (LIVE + 20) * DAY, count: 24 }).mean).toHaveLength(24)
    expect(() => likesForecaster([])).toThrow('similarity above 0')
    expect(() => likesForecaster([{ ...likes[0]!, similarity: 2 }])).toThrow('0 … 1')
    const empty = loadOf(NEW, LIVE - 10, 10)
    const nothing = { ...empty, values: empty.values.map(() => Number.NaN) }
    expect(() => forecaster.fit(nothing, context)).toThrow('a day of history')
  })
})
