import { expect, test } from 'vitest'
import { beyondBooked, heldBeyondWeek } from './booked.ts'
import { WEEK_MS, weekPeaks } from './headroom.ts'

const HOUR = 3_600_000
const axis = { startMs: 0, stepMs: HOUR, count: 336 }
const base = { serviceId: 's', region: 'east', serverTypeId: 'a' }
const runs = { ...base, servers: 3, fromMs: -Infinity, untilMs: Infinity }
const scene = { perServer: () => 10, zones: () => 3, startMs: 0 }
/** 5 requests/s, 40 in hour 20 of both weeks. */
const forecast = {
  axis,
  pathCount: 1,
  path: (_: number, into: Float64Array) =>
    into
      .map((__, t) => (t % 168 === 20 ? 40 : 5) * 3600)
      .reduce((all, v, t) => {
        all[t] = v
        return all
      }, into),
}
const peaksWith = (held: Float64Array) =>
  weekPeaks(beyondBooked(forecast, held, 1 / 3600), 0, 2).sorted.map(([peak]) => peak)

test('servers booked for an evening hold that evening alone, with a zone gone', () => {
  const evening = { ...base, servers: 3, fromMs: 18 * HOUR, untilMs: 23 * HOUR }
  const held = heldBeyondWeek(axis, { ...scene, standing: [runs, evening] })
  // Six servers in three zones hold 40 with one gone, three hold 20.
  expect(held[20]).toBe(20)
  expect([held[17], held[23], held[188]]).toEqual([0, 0, 0])
  const [first, second] = peaksWith(held)
  expect(first).toBeCloseTo(20, 6)
  expect(second).toBeCloseTo(40, 6)
})

test('servers of whole weeks are not counted twice; an order that begins within a week counts from then', () => {
  const week = { ...base, servers: 3, fromMs: WEEK_MS, untilMs: 2 * WEEK_MS }
  const held = heldBeyondWeek(axis, { ...scene, standing: [runs, week] })
  expect(held.every((value) => value === 0)).toBe(true)
  const late = { ...week, fromMs: 10 * HOUR }
  const from = heldBeyondWeek(axis, { ...scene, standing: [runs, late] })
  expect([from[9], from[10], from[167], from[168]]).toEqual([0, 20, 20, 0])
})

test('nothing booked leaves the forecast as it is', () => {
  const held = heldBeyondWeek(axis, { ...scene, standing: [runs] })
  expect(beyondBooked(forecast, held, 1)).toBe(forecast)
})
