import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import type { LoadEvent, LoadHistory } from '../types.ts'
import { longForecaster } from './long.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.parse('2021-01-01T00:00:00Z')
/** The same feast on a date that moves. */
const FEASTS = ['2021-11-04', '2022-10-24', '2023-11-12'].map((date, k): LoadEvent => {
  const startMs = Date.parse(`${date}T00:00:00Z`)
  return { eventId: `feast-${k}`, kind: 'feast', startMs, endMs: startMs + DAY }
})

/** Hours with growth, seasons and a feast that takes a fifth away on the day after it. */
function madeUp(days: number, stepHours = 1, breakAt = Infinity, startMs = START): LoadHistory {
  const random = createRandom('made-up load')
  const count = (days * 24) / stepHours
  const values = Float64Array.from({ length: count }, (_, t) => {
    let sum = 0
    for (let h = 0; h < stepHours; h++) {
      const at = startMs + (t * stepHours + h) * HOUR
      const day = Math.floor((at - START) / DAY)
      const year = 0.2 * Math.cos((2 * Math.PI * day) / 365.2425)
      const week = (day + 4) % 7 >= 5 ? -0.15 : 0
      const clock = 0.4 * Math.sin((2 * Math.PI * (at % DAY)) / DAY) * (1 + year)
      const feast = FEASTS.some((one) => day === (one.startMs - START) / DAY + 1) ? -0.22 : 0
      const broken = day >= breakAt ? -0.25 : 0
      const noise = 0.02 * random.normal()
      sum += 1000 * Math.exp((0.1 * day) / 365 + year + week + clock + feast + broken + noise)
    }
    return sum
  })
  return { group: { region: 'a' }, axis: { startMs, stepMs: stepHours * HOUR, count }, values }
}

const context = { events: FEASTS, seed: 7 }

function mape(truth: Float64Array, forecast: Float64Array): number {
  return truth.reduce((sum, y, t) => sum + Math.abs(forecast[t]! / y - 1), 0) / truth.length
}

describe('long', () => {
  const whole = madeUp(730 + 365)
  const train = madeUp(730)
  const fit = longForecaster().fit(train, context)
  const range = { startMs: START + 730 * DAY, count: 365 * 24 }
  const forecast = fit.forecast(range)
  const truth = whole.values.subarray(730 * 24)

  it('forecasts a year of hours of a made-up series', () => {
    expect(mape(truth, forecast.mean)).toBeLessThan(0.05)
  })

  it('moves a feast to its new date', () => {
    const at = (FEASTS[2]!.startMs - range.startMs) / HOUR + 24
    const dayMean = (t: number) => forecast.mean.subarray(t, t + 24).reduce((a, b) => a + b, 0)
    expect(dayMean(at) / dayMean(at + 7 * 24)).toBeLessThan(0.87)
    const lastYear = (FEASTS[1]!.startMs - START) / HOUR + 24 - 365 * 24
    expect(dayMean(lastYear) / dayMean(lastYear + 7 * 24)).toBeGreaterThan(0.95)
  })

  it('sums its parts to the mean and orders its quantiles', () => {
    const parts = forecast.parts()
    forecast.mean.forEach((mean, t) => {
      const sum = parts.reduce((total, { values }) => total + values[t]!, 0)
      expect(Math.abs(sum - mean)).toBeLessThan(1e-6 * mean)
    })
    expect(parts.map(({ name }) => name)).toContain('feast-2')
    const [low, middle, high] = [0.1, 0.5, 0.9].map((level) => forecast.quantile(level))
    expect(middle!.every((v, t) => v > low![t]! && v < high![t]!)).toBe(true)
  })

  it('draws paths that fill the bands, hang together and repeat', () => {
    const [low, high] = [forecast.quantile(0.1), forecast.quantile(0.9)]
    const into = new Float64Array(range.count)
    let inside = 0
    let day = 0
    for (let index = 0; index < forecast.pathCount; index++) {
      forecast.path(index, into)
      for (let t = 0; t < range.count; t += 97) {
        inside += into[t]! >= low[t]! && into[t]! <= high[t]! ? 1 : 0
        day++
      }
    }
    expect(Math.abs(inside / day - 0.8)).toBeLessThan(0.05)
    const again = forecast.path(3, new Float64Array(range.count))
    expect(forecast.path(3, into)).toEqual(again)
    expect(forecast.path(4, new Float64Array(range.count))).not.toEqual(again)
  })

  it('finds a level break, says so, and goes on from the new level', () => {
    const broken = madeUp(730, 1, 500)
    const after = longForecaster().fit(broken, context)
    expect(
      after.notes.some((note) => /level break −2\d(\.\d)? % on 2022-05-1[5-7]/.test(note)),
    ).toBe(true)
    const ahead = after.forecast({ startMs: range.startMs, count: 28 * 24 })
    const actual = madeUp(758, 1, 500).values.subarray(730 * 24)
    expect(mape(actual, ahead.mean)).toBeLessThan(0.06)
  })

  it('leaves out glitches with a reason and is not moved by them', () => {
    const values = train.values.slice()
    values[5000] = 0
    values[9000]! *= 20
    const fitted = longForecaster().fit({ ...train, values }, context)
    expect(fitted.leftOut.map(({ startMs }) => (startMs - START) / HOUR)).toEqual([5000, 9000])
    expect(fitted.leftOut[0]!.reason).toContain('%')
    const mean = fitted.forecast(range).mean
    expect(mape(forecast.mean, mean)).toBeLessThan(0.01)
  })

  it('takes a level break that is declared ahead', () => {
    const startMs = range.startMs + 100 * DAY
    const declared: LoadEvent = {
      eventId: 'move',
      kind: 'level-break',
      startMs,
      endMs: startMs + DAY,
      strength: 1.5,
    }
    const fitted = longForecaster().fit(train, { ...context, events: [...FEASTS, declared] })
    const mean = fitted.forecast(range).mean
    expect(mean[99 * 24]! / forecast.mean[99 * 24]!).toBeCloseTo(1, 6)
    expect(mean[200 * 24]! / forecast.mean[200 * 24]!).toBeCloseTo(1.5, 6)
  })

  it('takes growth that is declared to change ahead', () => {
    const startMs = range.startMs + 30 * DAY
    const base = { eventId: 'partners', startMs, endMs: startMs + DAY }
    const declared: LoadEvent = { ...base, kind: 'slope-break', strength: 1.5 }
    const fitted = longForecaster().fit(train, { ...context, events: [...FEASTS, declared] })
    const mean = fitted.forecast(range).mean
    expect(mean[29 * 24]! / forecast.mean[29 * 24]!).toBeCloseTo(1, 6)
    // 300 days at 50 % a year instead of about 10 %.
    const gained = mean[330 * 24]! / forecast.mean[330 * 24]!
    expect(gained).toBeGreaterThan(1.2)
    expect(gained).toBeLessThan(1.36)
  })

  it('has a season of the year after little more than one year', () => {
    const ahead = longForecaster()
      .fit(madeUp(400, 24), context)
      .forecast({ startMs: START + 400 * DAY, count: 300 })
    const actual = madeUp(700, 24).values.subarray(400)
    const flat = actual.map(
      () =>
        madeUp(400, 24)
          .values.subarray(-28)
          .reduce((a, b) => a + b) / 28,
    )
    expect(mape(actual, ahead.mean)).toBeLessThan(0.5 * mape(actual, flat))
  })

  it('reads further steps without a search', () => {
    const further = madeUp(30, 1, Infinity, START + 730 * DAY)
    const longer = fit.extend(further)
    expect(() => longer.forecast(range)).toThrow('before the history ends')
    const ahead = longer.forecast({ startMs: START + 760 * DAY, count: 48 })
    expect(mape(whole.values.subarray(760 * 24, 762 * 24), ahead.mean)).toBeLessThan(0.08)
  })

  it.each([24, 168])('forecasts steps of %i hours', (stepHours) => {
    const weeks = madeUp(728, stepHours)
    const ahead = longForecaster()
      .fit(weeks, context)
      .forecast({ startMs: START + 728 * DAY, count: (364 * 24) / stepHours })
    const actual = madeUp(1092, stepHours).values.subarray((728 * 24) / stepHours)
    expect(mape(actual, ahead.mean)).toBeLessThan(0.06)
  })

  it('refuses minutes, short histories and ranges before the end', () => {
    const forecaster = longForecaster()
    const { values, group } = train
    expect(
      forecaster.suits({ group, values, axis: { ...train.axis, stepMs: 60_000 } }, context),
    ).toBe(false)
    expect(() => forecaster.fit(madeUp(10), context)).toThrow('four weeks')
    expect(() => fit.forecast({ startMs: START, count: 5 })).toThrow('before the history ends')
    expect(() => fit.forecast({ startMs: range.startMs + 1, count: 5 })).toThrow('off the steps')
  })
})
