import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDay, weekdayOf } from '../../core/calendar.ts'
import { type Panel, panelOf, type QuantileForecast } from '../../core/panel.ts'
import { tableNamed } from '../../feed/index.ts'
import { changesBetween, sharedWeeks, spanTotals } from './changes.ts'
import { type Contributions, combineContributions } from './contributions.ts'
import { curveContributions } from './curve-parts.ts'
import { fitCurve } from './fit-curve.ts'
import { explainCombination } from './members.ts'
import { PARTS, type Part } from './parts.ts'
import { curveWhereSilent } from './silent.ts'
import { mondayOf, weeklyContributions } from './weeks.ts'

const ORIGIN = parseDay('2026-04-01')
const SUNDAY = { closedWeekdays: [6], closedDays: new Set([ORIGIN + 3]) } as const

function panelWith(histories: readonly number[][]): Panel {
  const series = histories.map((values, i) => ({
    id: `p${i}`,
    firstBucket: ORIGIN - values.length,
    values,
  }))
  return panelOf(series, { frequency: 'D' }, SUNDAY)
}

function forecastOf(panel: Panel, curves: readonly (readonly number[])[]): QuantileForecast {
  return {
    ids: panel.ids,
    buckets: panel.buckets,
    origin: ORIGIN,
    horizon: curves[0]!.length,
    levels: Float64Array.of(0.5),
    mean: Float64Array.from(curves.flat()),
    quantiles: Float64Array.from(curves.flat()),
  }
}

const isShut = (day: number) => weekdayOf(day) === 6 || day === ORIGIN + 3

/** A curve that is zero on closed days, from open step and weekday. */
function curveOf(days: number, units: (step: number, weekday: number) => number): number[] {
  let step = 0
  return Array.from({ length: days }, (_, t) =>
    isShut(ORIGIN + t) ? 0 : units(step++, weekdayOf(ORIGIN + t)),
  )
}

function sumOfParts({ parts }: Contributions, at: number): number {
  return Object.values(parts).reduce((sum, units) => sum + units[at]!, 0)
}

function total(contributions: Contributions, part: Part, series = 0): number {
  const { horizon, parts } = contributions
  const units = parts[part] ?? new Float64Array(0)
  return units.subarray(series * horizon, (series + 1) * horizon).reduce((a, b) => a + b, 0)
}

/** Histories of a year, of a few days, of nothing; some days are missing. */
const history = fc.array(fc.oneof({ weight: 9, arbitrary: fc.nat(40) }, fc.constant(Number.NaN)), {
  maxLength: 400,
})
const curve = (length: number) =>
  fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: length, maxLength: length })

describe('curveContributions', () => {
  it('sums to the mean of every bucket, whatever the curve and the history', () => {
    const pair = fc.integer({ min: 1, max: 70 }).chain((days) => fc.tuple(history, curve(days)))
    fc.assert(
      fc.property(pair, ([values, means]) => {
        const panel = panelWith([values])
        const contributions = curveContributions(panel, forecastOf(panel, [means]))
        means.forEach((mean, t) => {
          expect(Math.abs(sumOfParts(contributions, t) - mean)).toBeLessThan(1e-9 * (1 + mean))
        })
      }),
      { seed: 3, numRuns: 200 },
    )
  })

  it('tells level, recent sales, trend and weekdays of a curve made of them', () => {
    const shape = [0.5, 0.5, 0, 0, 0, -1, 0]
    const means = curveOf(70, (step, weekday) => 12 + 0.1 * step + shape[weekday]!)
    const year = Array.from({ length: 364 }, (_, t) => (t < 336 ? 9 : 12))
    const panel = panelWith([year])
    const contributions = curveContributions(panel, forecastOf(panel, [means]))
    const openDays = means.filter((units) => units > 0).length
    const level = total(contributions, 'level')
    const recent = total(contributions, 'recent_sales')
    expect(level / openDays).toBeCloseTo(9 + 3 * (28 / 364), 2)
    expect((level + recent) / openDays).toBeCloseTo(12, 1)
    expect(total(contributions, 'trend')).toBeCloseTo((0.1 * openDays * (openDays - 1)) / 2, 6)
    expect(contributions.parts.weekday![0]! - contributions.parts.weekday![1]!).toBeCloseTo(0, 9)
    expect(total(contributions, 'weekday')).toBeCloseTo(0, 6)
    expect(Math.abs(total(contributions, 'other'))).toBeLessThan(0.05 * openDays)
  })

  it('credits recent sales no further than they reach', () => {
    const flat = panelWith([new Array(300).fill(5)])
    const means = curveOf(28, () => 8)
    const contributions = curveContributions(flat, forecastOf(flat, [means]))
    expect(total(contributions, 'recent_sales')).toBe(0)
    expect(total(contributions, 'other')).toBeCloseTo(3 * means.filter((m) => m > 0).length, 9)
  })

  it('gives a product without a history to its neighbours, and closed days nothing', () => {
    const panel = panelWith([[], [4, 99, 6, 5]])
    const means = curveOf(28, () => 3)
    const contributions = curveContributions(panel, forecastOf(panel, [means, means]))
    const openDays = means.filter((m) => m > 0).length
    expect(total(contributions, 'neighbours', 0)).toBeCloseTo(3 * openDays, 9)
    expect(total(contributions, 'level', 0)).toBe(0)
    expect(total(contributions, 'level', 1)).toBeCloseTo(5 * openDays, 9)
    expect(contributions.parts.level![28 + 3]).toBe(0)
  })

  it('reads nothing from the origin on', () => {
    const past = Array.from({ length: 200 }, (_, t) => t % 9)
    const panel = panelWith([past])
    const later = panelOf(
      [{ id: 'p0', firstBucket: ORIGIN - 200, values: [...past, 900, 900] }],
      panel.buckets,
      SUNDAY,
    )
    const forecast = forecastOf(panel, [curveOf(28, () => 4)])
    expect(curveContributions(later, forecast)).toEqual(curveContributions(panel, forecast))
  })

  it('refuses a forecast of other series', () => {
    const panel = panelWith([[1, 2, 3]])
    const forecast = { ...forecastOf(panel, [[1, 2]]), ids: ['another'] }
    expect(() => curveContributions(panel, forecast)).toThrow(/other series/)
  })
})

it('fitCurve agrees with the normal equations', () => {
  const slots = Int32Array.from({ length: 20 }, (_, t) => t % 3)
  const open = Uint8Array.from(slots, (_, t) => Number(t !== 4 && t !== 11))
  const values = Float64Array.from(slots, (s, t) => 3 + s * s + 0.4 * t + Math.sin(7 * t))
  const { base, slope, effects, steps } = fitCurve(values, open, slots)
  const residual = Array.from(values, (y, t) => y - base - slope * steps[t]! - effects[slots[t]!]!)
  const dot = (of: (t: number) => number) =>
    residual.reduce((sum, r, t) => sum + (open[t] === 1 ? r * of(t) : 0), 0)
  expect(dot(() => 1)).toBeCloseTo(0, 9)
  expect(dot((t) => steps[t]!)).toBeCloseTo(0, 9)
  for (const slot of [0, 1, 2]) expect(dot((t) => Number(slots[t] === slot))).toBeCloseTo(0, 9)
})

describe('combineContributions', () => {
  const member = (parts: Contributions['parts']): Contributions => ({
    ids: ['a', 'b'],
    origin: ORIGIN,
    horizon: 2,
    parts,
  })

  it('weighs the parts of the members, and calls the correction calibration', () => {
    const floor = member({ level: Float64Array.of(4, 4, 10, 10) })
    const trees = member({
      level: Float64Array.of(3, 3, 9, 9),
      price: Float64Array.of(1, 2, 0, 0),
    })
    const mean = Float64Array.of(3.9, 4.5, 10, 11)
    const { parts } = combineContributions(
      [
        { contributions: floor, weights: [0.5, 1] },
        { contributions: trees, weights: [0.5, 0] },
      ],
      mean,
    )
    expect(Array.from(parts.level!)).toEqual([3.5, 3.5, 10, 10])
    expect(Array.from(parts.price!)).toEqual([0.5, 1, 0, 0])
    expect(parts.calibration![0]).toBeCloseTo(-0.1, 12)
    expect(Array.from(parts.calibration!.subarray(2))).toEqual([0, 1])
  })

  it('sums to the forecast for any weights', () => {
    const units = fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), {
      minLength: 4,
      maxLength: 4,
    })
    const weight = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(units, units, units, weight, (a, b, mean, w) => {
        const combined = combineContributions(
          [
            {
              contributions: member({ level: Float64Array.from(a), event: Float64Array.from(b) }),
              weights: [w, 1 - w],
            },
            { contributions: member({ trend: Float64Array.from(b) }), weights: [1 - w, w] },
          ],
          Float64Array.from(mean),
        )
        for (let at = 0; at < 4; at++) {
          expect(Math.abs(sumOfParts(combined, at) - mean[at]!)).toBeLessThan(1e-9 * 2e4)
        }
      }),
      { seed: 5 },
    )
  })

  it('refuses members that differ', () => {
    const a = member({})
    const b = { ...a, origin: ORIGIN + 1 }
    const members = [a, b].map((contributions) => ({ contributions, weights: [1, 1] }))
    expect(() => combineContributions(members, new Float64Array(4))).toThrow(/differ/)
    expect(() => combineContributions([], new Float64Array(4))).toThrow(/no members/)
  })
})

it('a combination asks members that explain themselves, and reads the curves of the others', () => {
  const panel = panelWith([new Array(300).fill(4), new Array(300).fill(6)])
  const floor = forecastOf(panel, [curveOf(28, () => 5), curveOf(28, () => 6)])
  const open = floor.mean.map((units) => Number(units > 0))
  const price = open.map((isOpenDay) => 2 * isOpenDay)
  const told = { ids: panel.ids, origin: ORIGIN, horizon: 28, parts: { price } }
  const members = [
    { predict: () => floor },
    { predict: () => ({ ...floor, mean: price }), explain: () => told },
    undefined,
  ]
  const weights = Float64Array.of(0.5, 0.5, 0, 1, 0, 0)
  const mean = open.map((isOpenDay, at) => isOpenDay * (at < 28 ? 3.5 : 6.2))
  const forecast = { ...floor, mean }
  const explained = explainCombination(
    panel,
    { members, weights, segment: Int32Array.of(0, 1) },
    forecast,
  )
  const days = open.subarray(0, 28).reduce((a, b) => a + b, 0)
  expect(total(explained, 'price', 0)).toBeCloseTo(days, 9)
  expect(total(explained, 'price', 1)).toBe(0)
  expect(total(explained, 'level', 0)).toBeCloseTo(2 * days, 9)
  expect(total(explained, 'calibration', 1)).toBeCloseTo(0.2 * days, 9)
  mean.forEach((units, at) => {
    expect(Math.abs(sumOfParts(explained, at) - units)).toBeLessThan(1e-9)
  })
  const alone = { members: [undefined], weights: Float64Array.of(1), segment: new Int32Array(2) }
  expect(explainCombination(panel, alone, floor)).toEqual(curveContributions(panel, floor))
})

it('weeks sum what their days do, and begin on Mondays', () => {
  const panel = panelWith([Array.from({ length: 90 }, (_, t) => t % 5), [2, 3, 4]])
  const curves = [curveOf(40, (step) => 2 + 0.1 * step), curveOf(40, () => 7)]
  const forecast = forecastOf(panel, curves)
  const weekly = weeklyContributions(curveContributions(panel, forecast))
  curves.forEach((means, series) => {
    for (let t = 0; t < 40; t += 7) {
      const week = mondayOf(ORIGIN + t)
      const days = means.filter((_, u) => mondayOf(ORIGIN + u) === week)
      const rows = weekly.units.filter(
        (_, r) => weekly.series[r] === series && weekly.week[r] === week,
      )
      expect(rows.reduce((a, b) => a + b, 0)).toBeCloseTo(
        days.reduce((a, b) => a + b, 0),
        9,
      )
    }
  })
  expect([...weekly.week].every((day) => weekdayOf(day) === 0)).toBe(true)
})

describe('changes between versions', () => {
  it('are taken over the whole weeks both cover', () => {
    const monday = mondayOf(ORIGIN)
    const span = (from: number, days: number) => ({ from: monday + from, days })
    expect(sharedWeeks(span(2, 28), span(9, 28))).toEqual(span(14, 14))
    expect(sharedWeeks(span(0, 28), span(0, 28))).toEqual(span(0, 28))
    expect(sharedWeeks(span(0, 7), span(3, 28))).toBeUndefined()
    expect(sharedWeeks(span(0, 7), span(30, 28))).toBeUndefined()
  })

  it('sum to the difference of the forecasts, part by part', () => {
    const older = panelWith([new Array(200).fill(4), [1, 2, 3, 4], [5, 5, 5, 5]])
    const newer = panelWith([
      [...new Array(172).fill(4), ...new Array(28).fill(9)],
      [1, 2, 3, 4],
    ])
    const before = forecastOf(older, [
      curveOf(28, () => 4),
      curveOf(28, () => 2),
      curveOf(28, () => 5),
    ])
    const after = forecastOf(newer, [curveOf(28, () => 9), curveOf(28, () => 3)])
    const span = sharedWeeks({ from: ORIGIN, days: 28 }, { from: ORIGIN, days: 28 })!
    const totals = (panel: Panel, forecast: QuantileForecast) =>
      spanTotals(
        curveContributions(panel, forecast),
        forecast.mean,
        panel.ids.map((_, i) => (i === 0 ? 'theta' : 'mix(theta+croston)')),
        span,
      )
    const [a, b] = [totals(older, before), totals(newer, after)]
    const rows = changesBetween(a, b)
    const moved = (id: string) => rows.filter((row) => row.id === id)
    const sum = (id: string) => moved(id).reduce((s, row) => s + row.units, 0)
    expect(sum('p0')).toBeCloseTo(b.mean[0]! - a.mean[0]!, 9)
    expect(sum('p1')).toBeCloseTo(b.mean[1]! - a.mean[1]!, 9)
    expect(moved('p2')).toEqual([])
    expect(moved('p0').map((row) => row.part)).toEqual(['level', 'recent_sales'])
    const blank = { ...a, method: ['', '', ''], parts: new Float64Array(a.parts.length) }
    const untold = changesBetween(blank, b)
    expect(untold.map((row) => row.part)).toEqual(['model', 'model'])
    expect(untold[0]!.units).toBeCloseTo(b.mean[0]! - a.mean[0]!, 9)
    expect(changesBetween(a, a)).toEqual([])
    const combined = { ...b, method: ['combined', 'curve'] }
    expect(changesBetween(a, combined).filter(({ id }) => id === 'p0')).toEqual([
      { id: 'p0', part: 'model', units: expect.closeTo(b.mean[0]! - a.mean[0]!, 9) },
    ])
  })
})

it('the parts are those that the feed declares', () => {
  const valuesOf = (table: string) => tableNamed(table).columns['part']!.values
  expect(valuesOf('forecast_contributions')).toEqual([...PARTS])
  expect(valuesOf('forecast_changes')).toEqual([...PARTS, 'model'])
})

it('series that a model says nothing of are read from their curves, the others left as they are', () => {
  const panel = panelWith([new Array(300).fill(4), new Array(300).fill(6), new Array(300).fill(0)])
  const forecast = forecastOf(panel, [
    curveOf(28, () => 5),
    curveOf(28, () => 6),
    curveOf(28, () => 0),
  ])
  const price = forecast.mean.map((units, at) => (at < 28 ? units : 0))
  const told = { ids: panel.ids, origin: ORIGIN, horizon: 28, parts: { price } }
  const whole = curveWhereSilent(panel, told, forecast.mean)
  expect(total(whole, 'level', 0)).toBe(0)
  const days = forecast.mean.subarray(28, 56).filter((units) => units > 0).length
  expect(total(whole, 'level', 1)).toBeCloseTo(6 * days, 9)
  forecast.mean.forEach((units, at) => {
    expect(Math.abs(sumOfParts(whole, at) - units)).toBeLessThan(1e-9)
  })
  expect(whole.parts.other?.every((units) => Math.abs(units) < 1e-9) ?? true).toBe(true)
})
