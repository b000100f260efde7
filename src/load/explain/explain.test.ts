import { describe, expect, it } from 'vitest'
import type { KeptForecast } from '../cascade/versions.ts'
import { contractEvents, contractHistory } from '../forecaster.contract.ts'
import { structureForecaster } from '../structure/structure.ts'
import type { LoadEvent, LoadForecast } from '../types.ts'
import { type CalendarEntry, calendarOf, eventsFor, unanswered } from './calendar.ts'
import { outlookCsv, twoYearOutlook } from './outlook.ts'
import { forecastPage, pageText } from './page.ts'
import { changeSince } from './since-last.ts'
import { describeDifference, explainDifference, partsAt } from './year-on-year.ts'

const DAY = 86_400_000

describe('why a peak is above the one before', () => {
  const now = {
    total: 236,
    parts: [
      { name: 'level', kind: 'level' as const, load: 120 },
      { name: 'event sale', kind: 'event' as const, load: 96 },
      { name: 'daily season', kind: 'season' as const, load: 20 },
    ],
  }
  const before = {
    total: 200,
    parts: [
      { name: 'level', kind: 'level' as const, load: 100 },
      { name: 'event sale', kind: 'event' as const, load: 80 },
      { name: 'daily season', kind: 'season' as const, load: 20 },
    ],
  }

  it('is reasons that sum to the difference, largest first', () => {
    const found = explainDifference(now, before)
    expect(found.change).toBeCloseTo(0.18, 9)
    expect(found.reasons.map(({ name, load }) => [name, load])).toEqual([
      ['level', 20],
      ['event sale', 16],
      ['others', 0],
    ])
    expect(describeDifference("This year's peak", found)).toContain('is 18 % above the one before')
    expect(describeDifference("This year's peak", found)).toContain('- level: +20 (+10 %)')
  })

  it('brings events of a kind together by name, and counts what is new whole', () => {
    const parts = (event: string, load: number) => [
      { name: 'level', kind: 'level' as const, values: Float64Array.of(10) },
      { name: event, kind: 'event' as const, values: Float64Array.of(load) },
    ]
    const kindOf = ({ name }: { name: string }) => name.replace(/-\d+$/, '')
    const found = explainDifference(
      partsAt(parts('event sale-2026', 7), 0, kindOf),
      partsAt(parts('event sale-2025', 5), 0, kindOf),
    )
    expect(found.reasons[0]).toMatchObject({ name: 'event sale', load: 2 })
  })
})

describe('the change since the last forecast', () => {
  const kept = (startDay: number, level: number, band: number): KeptForecast => ({
    version: 1,
    madeAtMs: startDay * DAY,
    forecaster: 'structure',
    axis: { startMs: startDay * DAY, stepMs: DAY, count: 10 },
    mean: new Float64Array(10).fill(level),
    levels: [0.1, 0.9],
    quantiles: [new Float64Array(10).fill(level - band), new Float64Array(10).fill(level + band)],
  })

  it('is told on the days that both know', () => {
    const change = changeSince(kept(3, 110, 10), kept(0, 100, 20))!
    expect(change.steps).toBe(7)
    expect(change.change).toBeCloseTo(0.1, 9)
    expect(change.bandRatio).toBeCloseTo(0.5, 9)
    expect(changeSince(kept(30, 1, 1), kept(0, 1, 1))).toBeUndefined()
  })
})

describe('the event calendar', () => {
  const event: LoadEvent = { eventId: 'bf', kind: 'sale', startMs: 100 * DAY, endMs: 101 * DAY }
  const plan: CalendarEntry = { type: 'load-event-planned', atMs: 1, by: 'mia', event }
  const services = ['cart', 'search']

  it('asks every service, and takes what it says', () => {
    const [open] = calendarOf([plan], services)
    expect(open!.services.map(({ standing }) => standing)).toEqual(['open', 'open'])
    const calendar = calendarOf(
      [
        plan,
        { type: 'load-event-confirmed', atMs: 2, by: 'ann', eventId: 'bf', service: 'cart' },
        {
          ...{ type: 'load-event-disputed', atMs: 3, by: 'bo', eventId: 'bf', service: 'search' },
          ...{ strength: 1.4, reason: 'the new suggest box doubles calls' },
        },
      ],
      services,
    )
    expect(eventsFor(calendar, 'cart')).toEqual([event])
    expect(eventsFor(calendar, 'search')).toEqual([{ ...event, strength: 1.4 }])
    expect(unanswered(calendar, 95 * DAY, 30 * DAY)).toEqual([])
    expect(unanswered([open!], 95 * DAY, 30 * DAY)[0]!.services).toEqual(services)
    expect(unanswered([open!], 5 * DAY, 30 * DAY)).toEqual([])
  })

  it('opens what was said when the plan changes, and forgets withdrawn events', () => {
    const confirmed: CalendarEntry = {
      ...{ type: 'load-event-confirmed', atMs: 2, by: 'ann', eventId: 'bf', service: 'cart' },
    }
    const again = calendarOf([plan, confirmed, { ...plan, atMs: 3 }], services)
    expect(again[0]!.services.every(({ standing }) => standing === 'open')).toBe(true)
    const gone = calendarOf(
      [plan, { type: 'load-event-withdrawn', atMs: 4, by: 'mia', eventId: 'bf' }],
      services,
    )
    expect(eventsFor(gone, 'cart')).toEqual([])
    expect(() => calendarOf([confirmed], services)).toThrow(/nobody planned/)
  })

  it('leaves out what a service expects nothing of', () => {
    const none: CalendarEntry = {
      ...{ type: 'load-event-disputed', atMs: 3, by: 'bo', eventId: 'bf', service: 'cart' },
      ...{ strength: 0, reason: 'batch jobs' },
    }
    expect(eventsFor(calendarOf([plan, none], services), 'cart')).toEqual([])
  })
})

describe('the two-year outlook', () => {
  it('has a line a quarter, by the largest week, with the change over a year', () => {
    const count = 104
    const weeks: LoadForecast = {
      axis: { startMs: Date.UTC(2026, 0, 5), stepMs: 7 * DAY, count },
      mean: new Float64Array(count),
      quantile: () => new Float64Array(count),
      pathCount: 200,
      path(index, into) {
        into.forEach((_, t) => {
          into[t] = 1000 * (1 + t / 104) + index
        })
        return into
      },
      parts: () => [],
    }
    const part = { region: 'us-west', family: 'c7g', weeks, loadPerServerWeek: 100 }
    const rows = twoYearOutlook([part])
    expect(rows).toHaveLength(8)
    expect(rows[0]!.serversUpper).toBeGreaterThan(rows[0]!.serversQ50)
    expect(rows[0]!.yearOnYear).toBeUndefined()
    expect(rows[4]!.yearOnYear).toBeGreaterThan(0.2)
    expect(outlookCsv(rows).split('\n')[1]).toMatch(/^us-west,c7g,2026-Q1,/)
  })
})

describe('a page for a service owner', () => {
  it('says what comes, its peaks, its reasons and its events', () => {
    const history = contractHistory(3_600_000, 56)
    const events = contractEvents(70)
    const fitted = structureForecaster().fit(history, { events, seed: 1 })
    const startMs = history.axis.startMs + 56 * DAY
    const forecast = fitted.forecast({ startMs, count: 168 })
    const page = forecastPage({
      ...{ name: 'search', forecaster: 'structure', history, events },
      ...{ axis: forecast.axis, mean: forecast.mean, parts: forecast.parts() },
      peaks: [{ startMs, atMs: startMs + 3_600_000, quantiles: [200, 260] }],
      peakLevels: [0.5, 0.95],
      ...{ leftOut: fitted.leftOut, notes: fitted.notes, repairs: ['h.csv: 3 rows …'] },
    })
    expect(page.map(({ title }) => title)).toEqual([
      'What is coming',
      'The highest peaks',
      'What it is made of',
      'Events in this time',
      'What it rests on',
    ])
    const text = pageText(page)
    expect(text).toMatch(/sale-8 \(sale\), .*: \+\d/)
    expect(text).toContain('50 %: 200, 95 %: 260')
  })
})
