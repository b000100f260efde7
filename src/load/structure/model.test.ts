import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import type { LoadContext, LoadEvent, LoadHistory } from '../types.ts'
import { historyFromLikes } from './likes.ts'
import { structureForecaster } from './structure.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const STEP = 5 * 60_000
const START = Date.UTC(2026, 2, 2)

/** Load of 100 a step with days and noise, times `factor` of the time. */
function history(days: number, factor: (atMs: number) => number = () => 1, seed = 3): LoadHistory {
  const random = createRandom(seed)
  const count = (days * DAY) / STEP
  const values = Float64Array.from({ length: count }, (_, t) => {
    const daily = Math.exp(0.4 * Math.sin((2 * Math.PI * t * STEP) / DAY))
    return 100 * daily * factor(START + t * STEP) * Math.exp(0.05 * random.normal())
  })
  return { group: {}, axis: { startMs: START, stepMs: STEP, count }, values }
}

function event(
  kind: string,
  day: number,
  hour: number,
  hours: number,
  strength?: number,
): LoadEvent {
  const startMs = START + day * DAY + hour * HOUR
  const one = { eventId: `${kind}-${day}`, kind, startMs, endMs: startMs + hours * HOUR }
  return strength === undefined ? one : { ...one, strength }
}

/** A sale: twice the load, four times in the first half hour, three times in the last. */
function saleFactor(sales: readonly LoadEvent[]) {
  return (atMs: number) => {
    const sale = sales.find(({ startMs, endMs }) => atMs >= startMs && atMs < endMs)
    if (sale === undefined) return 1
    if (atMs - sale.startMs < HOUR / 2) return 4
    return sale.endMs - atMs <= HOUR / 2 ? 3 : 2
  }
}

/** Mean forecast over the forecast without events, at `hours` after `fromMs`. */
function liftAt(h: LoadHistory, events: LoadEvent[], more: Partial<LoadContext> = {}) {
  const endMs = h.axis.startMs + h.axis.count * STEP
  const range = { startMs: endMs, count: (4 * DAY) / STEP }
  const forecaster = structureForecaster()
  const fitted = forecaster.fit(h, { events, seed: 1, ...more })
  const parts = fitted.forecast(range).parts()
  const ordinary = new Float64Array(range.count)
  const all = new Float64Array(range.count)
  for (const { kind, values } of parts) {
    values.forEach((v, t) => {
      all[t] = all[t]! + v
      if (kind !== 'event' && kind !== 'driver' && kind !== 'other') ordinary[t] = ordinary[t]! + v
    })
  }
  const at = (ms: number) => {
    const t = Math.floor((ms - endMs) / STEP)
    return all[t]! / ordinary[t]!
  }
  return { at, fitted, mean: all, endMs }
}

describe('events', () => {
  const past = [3, 10, 17, 24].map((day) => event('sale', day, 0, 24))

  it('keeps the opening and the last half hour when a day becomes two', () => {
    const planned = event('sale', 36, 0, 48)
    const { at } = liftAt(history(35, saleFactor(past)), [...past, planned])
    expect(at(planned.startMs + 10 * 60_000)).toBeGreaterThan(3)
    for (const hour of [6, 20, 24, 30, 42]) {
      expect(at(planned.startMs + hour * HOUR)).toBeGreaterThan(1.7)
      expect(at(planned.startMs + hour * HOUR)).toBeLessThan(2.4)
    }
    expect(at(planned.endMs - 10 * 60_000)).toBeGreaterThan(2.5)
    expect(at(planned.endMs + 6 * HOUR)).toBeLessThan(1.2)
  })

  it('doubles what an event adds at strength 2, and takes past strengths out', () => {
    const planned = event('sale', 36, 0, 24, 2)
    const { at } = liftAt(history(35, saleFactor(past)), [...past, planned])
    expect(at(planned.startMs + 12 * HOUR)).toBeGreaterThan(2.7)
    expect(at(planned.startMs + 12 * HOUR)).toBeLessThan(3.4)
    const told = past.map((one) => ({ ...one, strength: 0.5 }))
    const scaled = liftAt(history(35, saleFactor(past)), [...told, event('sale', 36, 0, 24)])
    expect(scaled.at(planned.startMs + 12 * HOUR)).toBeGreaterThan(2.6)
  })

  it('takes a kind without a past like the others, and is less sure of it', () => {
    const planned = event('launch', 36, 0, 24)
    const { at, fitted } = liftAt(history(35, saleFactor(past)), [...past, planned])
    expect(at(planned.startMs + 12 * HOUR)).toBeGreaterThan(1.4)
    expect(fitted.notes.some((note) => note.includes('No past event of kind launch'))).toBe(true)
  })

  it('finds the peak of a launch that sells out within minutes', () => {
    const launches = [2, 6, 9, 13, 16, 20, 23, 27, 30].map((day) => event('drop', day, 17, 0.25))
    const inLaunch = (atMs: number) =>
      launches.some(({ startMs, endMs }) => atMs >= startMs && atMs < endMs) ? 6 : 1
    const planned = event('drop', 36, 17, 0.25)
    const { at } = liftAt(history(35, inLaunch), [...launches, planned])
    expect(at(planned.startMs + STEP)).toBeGreaterThan(4.5)
    expect(at(planned.startMs - 30 * 60_000)).toBeLessThan(1.3)
    expect(at(planned.endMs + 60 * 60_000)).toBeLessThan(1.3)
  })

  it('tells two events of one day apart', () => {
    const morning = [2, 5, 9, 12, 16, 19, 23, 26, 30].map((day) => event('early', day, 9, 2))
    const evening = [2, 6, 9, 13, 16, 20, 23, 27, 30].map((day) => event('late', day, 13, 2))
    const inside = (list: LoadEvent[], ms: number) =>
      list.some(({ startMs, endMs }) => ms >= startMs && ms < endMs)
    const factor = (ms: number) => (inside(morning, ms) ? 2 : 1) * (inside(evening, ms) ? 4 : 1)
    const planned = [event('early', 36, 9, 2), event('late', 36, 13, 2)]
    const { at } = liftAt(history(35, factor), [...morning, ...evening, ...planned])
    expect(at(planned[0]!.startMs + HOUR)).toBeCloseTo(2, 0)
    expect(Math.abs(at(planned[1]!.startMs + HOUR) - 4)).toBeLessThan(0.8)
  })
})

describe('what else moves load', () => {
  it('doubles load from a declared break on', () => {
    const step = event('level-break', 36, 12, 1, 2)
    const { mean, endMs } = liftAt(history(35), [step])
    const at = (ms: number) => mean[Math.floor((ms - endMs) / STEP)]!
    expect(at(step.startMs + 6 * HOUR) / at(step.startMs + 6 * HOUR - DAY)).toBeCloseTo(2, 1)
  })

  it('starts the level anew at a break that was declared, with no need of a strength', () => {
    const step = event('level-break', 33, 0, 1)
    const jump = (ms: number) => (ms >= step.startMs ? 1.5 : 1)
    const { fitted, mean } = liftAt(history(35, jump), [step])
    const day = mean.subarray(0, DAY / STEP)
    expect(day.reduce((a, b) => a + b, 0) / day.length).toBeGreaterThan(145)
    expect(fitted.notes.some((note) => note.startsWith('Break of level on 2026-04-04'))).toBe(true)
  })

  it('follows a driver that is known ahead', () => {
    const random = createRandom(9)
    const count = (39 * DAY) / STEP
    const orders = Float64Array.from({ length: count }, (_, t) => {
      const campaign = t % 700 < 60 ? 3 : 1
      return 20 * campaign * Math.exp(0.1 * random.normal())
    })
    const h = history(35, (ms) => (orders[(ms - START) / STEP]! / 20) ** 0.8)
    const driver = { name: 'orders', axis: { startMs: START, stepMs: STEP, count }, values: orders }
    const { at, endMs } = liftAt(h, [], { drivers: [driver] })
    const steps = Array.from({ length: (3 * DAY) / STEP }, (_, t) => t)
    const lift = (busy: boolean) => {
      const own = steps.filter((t) => orders[h.axis.count + t]! > 40 === busy)
      return own.reduce((sum, t) => sum + at(endMs + t * STEP), 0) / own.length
    }
    expect(lift(true)).toBeGreaterThan(1.8)
    expect(lift(false)).toBeLessThan(1.15)
  })

  it('leaves robots and outages out, with a reason, and what a person names', () => {
    const burst = START + 20 * DAY + 3 * HOUR
    const outage = START + 25 * DAY + 15 * HOUR
    const factor = (ms: number) => {
      if (ms >= burst && ms < burst + HOUR) return 12
      return ms >= outage && ms < outage + HOUR ? 0.01 : 1
    }
    const byHand = { startMs: START, endMs: START + DAY, reason: 'test traffic' }
    const { fitted } = liftAt(history(35, factor), [], { leftOut: [byHand] })
    const at = (ms: number) => fitted.leftOut.find((r) => r.startMs <= ms && ms < r.endMs)?.reason
    expect(at(burst + HOUR / 2)).toMatch(/burst of 1[1-4] times/)
    expect(at(outage + HOUR / 2)).toContain('outage')
    expect(at(START + HOUR)).toBe('test traffic')
    expect(fitted.leftOut.length).toBeLessThanOrEqual(4)
  })

  it('gives a new service the course of its likes at its own size', () => {
    const likes = [history(35), { ...history(35, () => 7, 5), group: { service: 'b' } }]
    const own = history(1, () => 0.2, 8)
    const late = { ...own, axis: { ...own.axis, startMs: START + 34 * DAY } }
    const { history: made, share, ownSteps } = historyFromLikes(late, likes)
    expect(ownSteps).toBe(late.values.length)
    const { mean } = liftAt(made, [])
    const level = mean.reduce((a, b) => a + b, 0) / mean.length
    expect(Math.abs(level / 20.8 - 1)).toBeLessThan(0.1)
    expect(share).toBeGreaterThan(0)
    const empty = { ...late, axis: { ...late.axis, count: 0 }, values: new Float64Array(0) }
    expect(historyFromLikes(empty, likes, 50).share).toBe(50)
    expect(() => historyFromLikes(empty, likes)).toThrow(/expected/)
  })
})
