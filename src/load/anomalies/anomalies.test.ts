import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import type { LoadHistory } from '../types.ts'
import { type AnomalyOptions, findAnomalies, scoreAnomalies } from './find-anomalies.ts'
import { runningMax, spikes } from './measures.ts'
import { fitTail, tailSurprise } from './tail.ts'

const STEP = 300_000
const DAY = 288
const START = Date.UTC(2026, 0, 5)

/** Days of load with a shape and noise. */
function days(count: number, seed: number): Float64Array {
  const random = createRandom(`days ${seed}`)
  return Float64Array.from({ length: count * DAY }, (_, t) => {
    const shape = 1 + 0.4 * Math.sin((2 * Math.PI * t) / DAY)
    return 1000 * shape * (1 + 0.03 * random.normal())
  })
}

function historyOf(values: Float64Array, startMs = START): LoadHistory {
  return { group: {}, axis: { startMs, stepMs: STEP, count: values.length }, values }
}

function found(values: Float64Array, options: AnomalyOptions = {}) {
  return findAnomalies(historyOf(values), { sensitivity: 0.05, ...options }).map(
    ({ startMs, kind, reason }) => ({ step: (startMs - START) / STEP, kind, reason }),
  )
}

describe('findAnomalies', () => {
  it('finds nothing in ordinary days', () => {
    for (const seed of [1, 2, 3]) expect(found(days(20, seed))).toEqual([])
  })

  it('tells spikes, bursts, outages, breaks, unrest and flatlines apart', () => {
    const at = 15 * DAY + 100
    const change = (
      length: number,
      make: (value: number, t: number) => number,
      options?: AnomalyOptions,
    ) => {
      const values = days(20, 4)
      for (let t = at; t < at + length; t++) values[t] = make(values[t]!, t)
      return found(values, options)
    }
    expect(change(2, (v) => 3 * v)).toMatchObject([{ step: at, kind: 'spike' }])
    expect(change(48, (v) => 3 * v)).toMatchObject([{ step: at, kind: 'burst' }])
    expect(change(12, () => 5)).toMatchObject([{ step: at, kind: 'outage' }])
    expect(change(5 * DAY - 100, (v) => 2 * v)[0]).toMatchObject({ step: at, kind: 'break' })
    const unrest = change(3 * DAY, (v, t) => v * (t % 2 === 0 ? 1.15 : 0.85))[0]
    expect(unrest).toMatchObject({ kind: 'unrest' })
    const flat = change(DAY / 2, () => 1250, { sensitivity: 0.3 })[0]
    expect(flat).toMatchObject({ kind: 'flatline' })
    expect(flat!.reason).toMatch(/ups and downs 1\/\d/)
  })

  it('takes for usual what has come twice, and what comes at its time each day', () => {
    const values = days(24, 5)
    for (const day of [8, 12, 16, 20]) values.fill(4000, day * DAY + 60, day * DAY + 66)
    const steps = found(values).map(({ step }) => Math.floor(step / DAY))
    expect(steps).toEqual([8, 12])
    const random = createRandom(5)
    const nightly = Float64Array.from({ length: 20 * DAY }, (_, t) => {
      return (t % DAY === 36 ? 50 : 1) + 0.2 * random.normal()
    })
    nightly[15 * DAY + 200] = 20
    expect(found(nightly)).toMatchObject([{ step: 15 * DAY + 200, kind: 'spike' }])
  })

  it('calls no one when load goes back to where it has been', () => {
    const random = createRandom(10)
    const values = Float64Array.from({ length: 20 * DAY }, (_, t) => {
      const isDown = t >= 10 * DAY && t < 11 * DAY
      return (isDown ? 30 : 90) + random.normal()
    })
    const all = found(values)
    expect(all).toHaveLength(1)
    expect(all[0]).toMatchObject({ step: 10 * DAY, kind: 'break' })
  })

  it('reads nothing behind a step, unless it is asked to look at the whole', () => {
    const values = days(8, 6)
    values.fill(5000, 6 * DAY, 6 * DAY + 4)
    const whole = scoreAnomalies(historyOf(values))
    for (const end of [4 * DAY + 17, 6 * DAY + 2]) {
      const part = scoreAnomalies(historyOf(values.slice(0, end)))
      expect([...part]).toEqual([...whole.slice(0, end)])
    }
    values.fill(5000, DAY, DAY + 4)
    expect(found(values).map(({ step }) => step)).not.toContain(DAY)
    expect(found(values, { reference: 'whole' }).map(({ step }) => step)).toContain(DAY)
  })

  it('neither judges nor learns from events and from what was left out by hand', () => {
    const values = days(20, 7)
    values.fill(5000, 15 * DAY, 15 * DAY + 20)
    const range = { startMs: START + 15 * DAY * STEP, endMs: START + (15 * DAY + 20) * STEP }
    expect(found(values)).toHaveLength(1)
    expect(found(values, { leftOut: [{ ...range, reason: 'by hand' }] })).toEqual([])
    const event = { ...range, eventId: 'sale', kind: 'sale' }
    expect(found(values, { events: [event] })).toEqual([])
  })

  it('follows the clock of a zone', () => {
    // Clocks go forward in Paris on 29 March 2026: the nightly job comes an hour earlier in UTC.
    const start = Date.UTC(2026, 2, 15)
    const random = createRandom(29)
    const change = Date.UTC(2026, 2, 29, 1)
    const values = Float64Array.from({ length: 20 * DAY }, (_, t) => {
      const at = start + t * STEP
      const minutes = (at / 60_000 + (at >= change ? 120 : 60)) % 1440
      return (minutes >= 300 && minutes < 305 ? 50 : 2) + 0.2 * random.normal()
    })
    const history = historyOf(values, start)
    expect(findAnomalies(history, { zone: 'Europe/Paris' })).toEqual([])
    expect(findAnomalies(history)).not.toEqual([])
  })

  it('refuses sensitivities out of range, and is silent on little and on nothing', () => {
    expect(() => found(days(1, 1), { sensitivity: 0 })).toThrow('0.001')
    expect(found(new Float64Array(0))).toEqual([])
    expect(found(new Float64Array(40 * DAY).fill(Number.NaN))).toEqual([])
    expect(found(new Float64Array(10 * DAY))).toEqual([])
  })

  it('has gaps as gaps', () => {
    const values = days(20, 8)
    values.fill(Number.NaN, 9 * DAY, 10 * DAY)
    expect(found(values)).toEqual([])
  })
})

const value = fc.oneof(fc.double({ min: -50, max: 50, noNaN: true }), fc.constant(Number.NaN))

describe('measures and tails', () => {
  it('has the running maximum and the spikes of plain loops', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), (all, r) => {
        const y = Float64Array.from(all)
        const known = (from: number, to: number) =>
          [...y.slice(Math.max(0, from), to)].filter((v) => !Number.isNaN(v))
        const most = y.map((_, t) => {
          const near = known(t - r, t + r + 1)
          return near.length === 0 ? Number.NaN : Math.max(...near)
        })
        expect(runningMax(y, r)).toEqual(most)
        const plain = y.map((v, t) => {
          const before = known(t - 2 * r - 1, t).sort((a, b) => a - b)
          const half = before.length >> 1
          if (t < 2 * r + 2 || before.length === 0) return Number.NaN
          return v - (before.length % 2 ? before[half]! : 0.5 * (before[half - 1]! + before[half]!))
        })
        expect(spikes(y, r)).toEqual(plain)
      }),
    )
  })

  it('is the less surprised the more there was of the kind', () => {
    const peaks = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), {
      minLength: 2,
      maxLength: 30,
    })
    fc.assert(
      fc.property(peaks, fc.double({ min: 0, max: 300, noNaN: true }), (all, x) => {
        const tail = fitTail(Float64Array.from(all))!
        const surprise = tailSurprise(tail, x, 1)
        expect(surprise).toBeLessThanOrEqual(tailSurprise(tail, x + 10, 1) + 1e-9)
        expect(tailSurprise(tail, x, 2)).toBeLessThanOrEqual(surprise + 1e-9)
        const once = fitTail(Float64Array.from([...all, x, x]))!
        expect(tailSurprise(once, x, 1)).toBeLessThanOrEqual(Math.log(all.length + 2))
      }),
    )
  })
})
