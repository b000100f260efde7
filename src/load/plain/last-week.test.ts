import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sortedQuantile } from '../../core/quantiles.ts'
import { forecasterContract } from '../forecaster.contract.ts'
import type { LoadHistory } from '../types.ts'
import { lastWeek } from './last-week.ts'

const HOUR = 3_600_000
const CONTEXT = { events: [], seed: 1 }

const hourly = (values: readonly number[], startMs = 0): LoadHistory => ({
  group: {},
  axis: { startMs, stepMs: HOUR, count: values.length },
  values: Float64Array.from(values),
})

forecasterContract(lastWeek, { stepMs: 300_000, days: 28, ahead: 576 })
forecasterContract(lastWeek, { stepMs: 86_400_000, days: 60, ahead: 14 })

describe('last week', () => {
  const weeks = (count: number) =>
    hourly(Array.from({ length: 168 * count }, (_, t) => 100 + (t % 168) + 10 * ((t * 7919) % 13)))

  it('repeats the week before, over gaps and further weeks ahead', () => {
    const history = weeks(4)
    history.values[history.values.length - 1] = Number.NaN
    const fitted = lastWeek.fit(history, CONTEXT)
    const { mean } = fitted.forecast({ startMs: history.axis.count * HOUR, count: 336 })
    for (let t = 0; t < 167; t++) expect(mean[t]).toBe(history.values[3 * 168 + t])
    expect(mean[167]).toBe(history.values[3 * 168 - 1])
    expect(mean[168]).toBe(mean[0])
    const later = fitted.forecast({ startMs: (history.axis.count + 24) * HOUR, count: 24 })
    expect([...later.mean]).toEqual([...mean.slice(24, 48)])
  })

  it('has quantiles that its paths bear out', () => {
    const history = weeks(8)
    const made = lastWeek.fit(history, CONTEXT).forecast({ startMs: 8 * 168 * HOUR, count: 48 })
    const into = new Float64Array(48)
    const drawn = Array.from({ length: 200 }, (_, i) => made.path(i, into)[30]!)
    const sorted = Float64Array.from(drawn).sort()
    for (const level of [0.25, 0.5, 0.75]) {
      expect(sortedQuantile(sorted, level)).toBeCloseTo(made.quantile(level)[30]!, -1.5)
    }
  })

  it('says something of any history, without crossing quantiles and below zero', () => {
    const value = fc.oneof(fc.constant(Number.NaN), fc.double({ min: 0, max: 1e6, noNaN: true }))
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 400 }), (values) => {
        const history = hourly(values)
        fc.pre(lastWeek.suits(history, CONTEXT))
        const fitted = lastWeek.fit(history, CONTEXT)
        const made = fitted.forecast({ startMs: values.length * HOUR, count: 30 })
        const low = made.quantile(0.1)
        const high = made.quantile(0.9)
        const path = made.path(3, new Float64Array(30))
        for (let t = 0; t < 30; t++) {
          expect(made.mean[t]).toBeGreaterThanOrEqual(0)
          expect(low[t]).toBeGreaterThanOrEqual(0)
          expect(high[t]).toBeGreaterThanOrEqual(low[t]!)
          expect(path[t]).toBeGreaterThanOrEqual(0)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('refuses a range before the end of the history and off its steps', () => {
    const fitted = lastWeek.fit(weeks(2), CONTEXT)
    expect(() => fitted.forecast({ startMs: 0, count: 1 })).toThrow(/before the history ends/)
    expect(() => fitted.forecast({ startMs: 336.5 * HOUR, count: 1 })).toThrow(/off the steps/)
  })

  it('reads further steps as a fit of both would', () => {
    const both = weeks(5)
    const part = { ...both, axis: { ...both.axis, count: 700 }, values: both.values.slice(0, 700) }
    const rest = hourly([...both.values.slice(700)], 700 * HOUR)
    const range = { startMs: 840 * HOUR, count: 100 }
    const extended = lastWeek.fit(part, CONTEXT).extend(rest).forecast(range)
    const whole = lastWeek.fit(both, CONTEXT).forecast(range)
    expect(extended.mean).toEqual(whole.mean)
    expect(extended.quantile(0.9)).toEqual(whole.quantile(0.9))
  })
})
