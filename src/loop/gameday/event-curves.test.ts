import { expect, it } from 'vitest'
import type { LoadHistory } from '../../load/index.ts'
import { eventCurves, findEvent } from './event-curves.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE
const START = Date.UTC(2026, 2, 2)

/** Three weeks of minutes that repeat each day, one of them unknown. */
const values = Float64Array.from({ length: 21 * 1440 }, (_, m) => 100 + (m % 1440) / 10)
values[5] = Number.NaN
const history: LoadHistory = {
  group: { service: 'search' },
  axis: { startMs: START, stepMs: MINUTE, count: values.length },
  values,
}
const end = START + 21 * DAY
const sale = (eventId: string, startMs: number) => ({
  ...{ eventId, name: 'Deal night', kind: 'sale', startMs },
  endMs: startMs + 60 * MINUTE,
})
const past = sale('sale-1', START + DAY)
const toCome = sale('sale-2', end + 2 * DAY)
const later = sale('sale-3', end + 9 * DAY)
const events = [past, toCome, later]
const request = { histories: [history], events, column: 'mean', seed: 1 }

it('finds events by id, and of one name the next, else the last', () => {
  expect(findEvent(events, 'sale-1', end)).toBe(past)
  expect(findEvent(events, 'Deal night', end)).toBe(toCome)
  expect(findEvent(events, 'sale', START)).toBe(past)
  expect(findEvent(events, 'Deal night', end + 30 * DAY)).toBe(later)
  expect(() => findEvent(events, 'sale-9', end)).toThrow(
    expect.objectContaining({ code: 'ERR_ARGUMENT', next: expect.stringContaining('sale-') }),
  )
  expect(() => findEvent([], 'sale-9', end)).toThrow(
    expect.objectContaining({ next: expect.stringContaining('empty') }),
  )
})

it('takes what is past as it was recorded, the unknown as nothing', () => {
  const window = { fromMs: START, toMs: START + 10 * MINUTE }
  const { forecasts, notes } = eventCurves({ ...request, window })
  expect(forecasts[0]).toMatchObject({ service: 'search', startMs: START, stepMs: MINUTE })
  expect(Array.from(forecasts[0]!.requests.subarray(4, 7))).toEqual([values[4], 0, values[6]])
  expect(notes).toEqual(['search: as it was recorded'])
})

it('forecasts what is to come, its mean or a quantile', () => {
  const window = { fromMs: toCome.startMs - 90_000, toMs: toCome.endMs }
  const { forecasts, notes } = eventCurves({ ...request, window })
  const { startMs, requests } = forecasts[0]!
  expect(startMs).toBe(toCome.startMs - 2 * MINUTE)
  expect(requests.length).toBe(62)
  expect(requests.every((y) => y > 50 && y < 500)).toBe(true)
  expect(notes[0]).toMatch(/^search: forecast by /)
  const high = eventCurves({ ...request, column: 'q0.95', window }).forecasts[0]!.requests
  const sum = (list: Float64Array) => list.reduce((a, b) => a + b, 0)
  expect(sum(high)).toBeGreaterThanOrEqual(sum(requests) * 0.99)
})

it('refuses an event that the history ends in', () => {
  const window = { fromMs: end - MINUTE, toMs: end + MINUTE }
  expect(() => eventCurves({ ...request, window })).toThrow(
    expect.objectContaining({ code: 'ERR_ARGUMENT' }),
  )
})
