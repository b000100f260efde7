import { describe, expect, it } from 'vitest'
import { bucketStart, DAY_MS } from '../../core/calendar.ts'
import { type Panel, type PanelEvent, panelOf } from '../../core/panel.ts'
import { createRandom } from '../../core/random/random.ts'
import { chooseForecaster } from '../choose-forecaster.ts'
import type { CombinedForecaster } from '../combine/combined-forecaster.ts'
import { gridOf } from '../learned/trees/grid.ts'
import { plainGrids } from '../learned/trees/plain-grid.ts'
import { treesForecaster } from '../learned/trees-forecaster.ts'
import { eventReader } from './reader.ts'

const LEVELS = Float64Array.from([0.1, 0.5, 0.9])
const WEEKLY = { frequency: 'W', weekStart: 0 } as const
const FIRST = 1000
const DAYS = 420
const HORIZON = 28
const END = FIRST + DAYS
const PLANNED = 1433

/** First days of a sale of two days that stands on another weekday each time; the last is planned. */
const STARTS = [1060, 1117, 1181, 1243, 1306, 1361, PLANNED]

function sale(strength?: number, starts: readonly number[] = STARTS): PanelEvent[] {
  return starts.map((firstDay) => ({
    name: 'sale',
    kind: 'promotion',
    firstDay,
    lastDay: firstDay + 1,
    ...(firstDay >= END && strength !== undefined ? { strength } : {}),
  }))
}

const isStrong = (day: number) => day % 7 === 2
const isSale = (day: number) => STARTS.some((first) => day === first || day === first + 1)
const doubled = (day: number) => (isStrong(day) ? 2 : 1) * (isSale(day) ? 2 : 1)

/** Twenty products, one weekday twice as strong; `factor` of what a product sells on a plain day. */
function dailyPanel(factor: (day: number) => number, length = DAYS): Panel {
  const random = createRandom('sale days')
  return panelOf(
    Array.from({ length: 20 }, (_, i) => ({
      id: `product ${i}`,
      firstBucket: FIRST,
      values: Float64Array.from({ length }, (_v, t) => {
        const wanted = (6 + (i % 7)) * factor(FIRST + t)
        return Math.max(0, Math.round(wanted + Math.sqrt(wanted) * random.normal()))
      }),
    })),
    { frequency: 'D' },
  )
}

const DAILY = dailyPanel(doubled)
const TREES = treesForecaster({ leastRows: 50 })

const auto = (panel: Panel, events: readonly PanelEvent[]) =>
  chooseForecaster(
    { ...panel, events },
    { horizon: HORIZON, learned: [TREES] },
  ) as Promise<CombinedForecaster>

/** Sum of the means of all series on a day. */
function onDay({ mean }: { readonly mean: Float64Array }, day: number): number {
  let sum = 0
  for (let at = day - END; at < mean.length; at += HORIZON) sum += mean[at]!
  return sum
}

const onSale = (forecast: { readonly mean: Float64Array }) =>
  onDay(forecast, PLANNED) + onDay(forecast, PLANNED + 1)

describe('the default forecast of a planned occasion', () => {
  it('rises above the level in proportion to its strength, and not at all at strength 0', async () => {
    const sums: number[] = []
    for (const strength of [0, 0.5, 1, 2]) {
      const fitted = await auto(DAILY, sale(strength))
      sums.push(onSale(fitted.predict(END, HORIZON, LEVELS)))
    }
    const [none, half, one, two] = sums as [number, number, number, number]
    const unplanned = await auto(DAILY, sale(undefined, STARTS.slice(0, -1)))
    expect(none).toBeCloseTo(onSale(unplanned.predict(END, HORIZON, LEVELS)), 9)
    expect(one / none).toBeGreaterThan(1.8)
    expect(one / none).toBeLessThan(2.1)
    expect((half - none) / (one - none)).toBeCloseTo(0.5, 1)
    expect((two - none) / (one - none)).toBeCloseTo(2, 1)
  })

  it('is told by parts that sum to it, the occasion by its own', async () => {
    const fitted = await auto(DAILY, sale(2))
    const forecast = fitted.predict(END, HORIZON, LEVELS)
    const { parts } = fitted.explain(forecast)
    let [event, all] = [0, 0]
    forecast.mean.forEach((mean, at) => {
      const sum = Object.values(parts).reduce((s, units) => s + units[at]!, 0)
      expect(sum).toBeCloseTo(mean, 6)
      const h = at % HORIZON
      if (h < PLANNED - END || h > PLANNED - END + 1) return
      event += parts.event![at]!
      all += mean
    })
    // Twice the effect of what doubles sales: two thirds of all.
    expect(event / all).toBeGreaterThan(0.55)
    expect(event / all).toBeLessThan(0.75)
  })

  it('does nothing on an occasion never seen', async () => {
    const known = sale(undefined, STARTS.slice(0, -1))
    const fair = { name: 'fair', kind: 'fair', firstDay: PLANNED, lastDay: PLANNED, strength: 3 }
    const [without, with_] = [await auto(DAILY, known), await auto(DAILY, [...known, fair])]
    const said = (fitted: CombinedForecaster) => fitted.predict(END, HORIZON, LEVELS)
    expect(said(with_)).toEqual(said(without))
  })

  it('follows a date to another weekday, and a sale that makes all weekdays alike', async () => {
    const known = [1045, 1079, 1116, 1150, 1188, 1223, 1262, 1297, 1339, 1366]
    const isOn = (day: number) => known.some((first) => day === first || day === first + 1)
    // Whatever the weekday, the sale sells three times a plain day: a strong one gains less.
    const alike = dailyPanel((day) => (isOn(day) ? 3 : isStrong(day) ? 2 : 1))
    const liftOn = async (first: number) => {
      const fitted = await auto(alike, sale(undefined, [...known, first]))
      const forecast = fitted.predict(END, HORIZON, LEVELS)
      expect(onDay(forecast, first + 7) / onDay(forecast, first - 7)).toBeCloseTo(1, 1)
      return onDay(forecast, first) / onDay(forecast, first - 7)
    }
    expect(await liftOn(STRONG + 2)).toBeGreaterThan(2.4)
    expect(await liftOn(STRONG)).toBeLessThan(1.9)
  })
})

const STRONG = Array.from({ length: 7 }, (_, k) => PLANNED + k).find(isStrong)!

describe('what is known of occasions at an origin', () => {
  const weekly = weeklyPanel()
  const panels = [
    ['days', { ...dailyPanel(doubled, DAYS + HORIZON), events: sale(1.5) }, END, 28],
    ['weeks', weekly, 2000 + 100, 12],
  ] as const

  it.each(panels)('is from before it: %s', (_, panel, origin, horizon) => {
    const values = panel.values.slice()
    const random = createRandom('future')
    panel.ids.forEach((_id, i) => {
      const from = panel.offsets[i]! + origin - panel.firstBucket[i]!
      for (let k = from; k < panel.offsets[i + 1]!; k++) values[k] = 1e5 * random.next()
    })
    const shuffled = { ...panel, values }
    for (const trainEnd of [origin - horizon, origin]) {
      const [a, b] = [panel, shuffled].map((p) => TREES.fit(p, { trainEnd, horizon }))
      expect(b!.predict(origin, horizon, LEVELS)).toEqual(a!.predict(origin, horizon, LEVELS))
    }
  })

  it.each(panels)('is so in the rows to learn from too: %s', (_, panel, origin) => {
    const grid = gridOf(panel)
    const slot = origin - 40 - panel.firstBucket[0]!
    const grids = plainGrids(grid, eventReader(panel, origin), grid.slots)
    const later = panel.values.slice()
    panel.ids.forEach((_id, i) => {
      const from = panel.offsets[i]! + origin - 40 - panel.firstBucket[i]!
      for (let k = from; k < panel.offsets[i + 1]!; k++) later[k]! *= 1 + (k % 5)
    })
    const changed = { ...panel, values: later }
    // The weights of series in the sums of all are from before the end of training.
    const others = plainGrids(gridOf(changed), eventReader(changed, origin - 40), slot)
    const same = plainGrids(grid, eventReader(panel, origin - 40), slot)
    const [table, other] = [same.at(slot).table!, others.at(slot).table!]
    expect(table.touches).toBe(true)
    for (let t = grid.base; t < grid.base + grid.slots + 20; t++) {
      expect(other.at(3, t)).toBe(table.at(3, t))
    }
    expect(grids.at(grid.slots).grid.values).not.toEqual(grid.values)
  })

  it('is divided out where an occasion was, and nowhere else', () => {
    const panel = { ...DAILY, events: sale() }
    const { grid, table } = plainGrids(gridOf(DAILY), eventReader(panel, END), DAYS).at(DAYS)
    const sums = (values: Float64Array, day: number) =>
      DAILY.ids.reduce((sum, _, i) => sum + values[i * DAYS + day - FIRST]!, 0)
    for (const day of STARTS.slice(0, -1)) {
      const plain = sums(grid.values, day) / (isStrong(day) ? 2 : 1)
      expect(plain / sums(DAILY.values, isStrong(day) ? day - 6 : day - 7)).toBeCloseTo(1, 0)
      expect(table!.at(0, day)).toBeGreaterThan(1.7)
    }
    expect(table!.at(0, 1150)).toBe(1)
    expect(grid.values.subarray(140, 160)).toEqual(DAILY.values.subarray(140, 160))
  })

  it('lifts a week of its own', async () => {
    const origin = 2000 + 110
    const said = (strength: number) => {
      const events = [...weekly.events!, week(origin + 3, strength)]
      return TREES.fit({ ...weekly, events }, { horizon: 8 }).predict(origin, 8, LEVELS).mean
    }
    const [none, one, two] = [0, 1, 2].map((strength) =>
      said(strength).reduce((sum, m, k) => sum + (k % 8 === 3 ? m : 0), 0),
    )
    expect(one! / none!).toBeGreaterThan(1.3)
    expect((two! - none!) / (one! - none!)).toBeCloseTo(2, 6)
  })
})

/** Weeks 2000 … of 40 series; an occasion of one week sells half as much again. */
function weeklyPanel(): Panel {
  const random = createRandom('weeks')
  const weeks = [22, 49, 77, 95, 106]
  const panel = panelOf(
    Array.from({ length: 40 }, (_, i) => ({
      id: `${i % 5}_${Math.floor(i / 5)}`,
      firstBucket: 2000,
      values: Float64Array.from({ length: 110 }, (_v, t) => {
        const season = 1 + 0.3 * Math.sin((2 * Math.PI * t) / 52)
        return 50 * season * (weeks.includes(t) ? 1.5 : 1) * (1 + 0.08 * random.normal())
      }),
    })),
    WEEKLY,
  )
  return { ...panel, events: weeks.map((t) => week(2000 + t)) }
}

function week(bucket: number, strength?: number): PanelEvent {
  const firstDay = bucketStart(bucket, WEEKLY) / DAY_MS
  const own = strength === undefined ? {} : { strength }
  return { name: 'fair', kind: 'fair', firstDay, lastDay: firstDay + 2, ...own }
}

describe('a strength', () => {
  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('of %s is refused', (strength) => {
    const panel = { ...DAILY, events: sale(strength) }
    expect(() => eventReader(panel, END)).toThrow(/strength of sale/)
    expect(() => TREES.fit(panel)).toThrow(/strength of sale/)
  })

  it('can be left unread', () => {
    expect(eventReader({ ...DAILY, events: sale() }, END, { 'demand.event-profiles': 0 })).toBe(
      undefined,
    )
  })
})
