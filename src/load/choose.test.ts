import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sortedQuantile } from '../core/quantiles.ts'
import { decide, poolVerdicts } from './choice/decide.ts'
import { mixesOf } from './choice/judge.ts'
import { poolForecasts } from './choice/pool-forecasts.ts'
import { pastWindows } from './choice/windows.ts'
import { chooseForecast } from './choose.ts'
import { lastWeek } from './plain/last-week.ts'
import type { LoadForecaster, LoadHistory } from './types.ts'

const HOUR = 3_600_000

/** Weeks of hours with a daily season and growth that last week cannot know. */
function history(growth: number): LoadHistory {
  const count = 8 * 168
  const values = Float64Array.from(
    { length: count },
    (_, t) => 500 + growth * t + 100 * Math.sin((2 * Math.PI * t) / 24) + ((t * 7919) % 17),
  )
  return { group: {}, axis: { startMs: 0, stepMs: HOUR, count }, values }
}

/** Knows more than it could: the truth times a factor, with the bands of last week. */
const oracle = (truth: LoadHistory, factor: number, name = 'oracle'): LoadForecaster => ({
  name,
  suits: () => true,
  fit(known, context) {
    const floor = lastWeek.fit(known, context)
    const forecast: typeof floor.forecast = (range) => {
      const base = floor.forecast(range)
      const growth = (truth.values[1200]! - truth.values[1032]!) / 168
      const start = range.startMs / HOUR
      const mean = base.mean.map(
        (value, t) =>
          factor * (value + growth * 168 * Math.ceil((start + t + 1 - known.axis.count) / 168)),
      )
      const shift = (from: Float64Array) =>
        from.map((v, t) => Math.max(0, v + mean[t]! - base.mean[t]!))
      return {
        ...base,
        mean,
        quantile: (level) => shift(base.quantile(level)),
        path: (index, into) => {
          base.path(index, into)
          into.set(shift(into))
          return into
        },
        parts: () => [{ name: 'level', kind: 'level', values: mean }],
      }
    }
    return { ...floor, notes: ['oracle'], forecast }
  },
})

const CONTEXT = { events: [], seed: 1 }
const RANGE = { startMs: 8 * 168 * HOUR, count: 48 }

describe('the choice of a forecaster', () => {
  it('takes what did better on past windows, and says by how much', () => {
    const grown = history(1)
    const chosen = chooseForecast(grown, CONTEXT, RANGE, {
      forecasters: [lastWeek, oracle(grown, 1)],
    })
    expect(chosen.name).toBe('oracle')
    expect(chosen.notes[0]).toMatch(/of the loss of last-week/)
  })

  it('keeps last week where a forecaster is worse or cannot be used', () => {
    const level = history(0)
    const broken: LoadForecaster = {
      name: 'broken',
      suits: () => true,
      fit: () => {
        throw new Error('singular matrix')
      },
    }
    const forecasters = [lastWeek, oracle(level, 1.5), broken]
    const chosen = chooseForecast(level, CONTEXT, RANGE, { forecasters })
    expect(chosen.name).toBe('last-week')
    expect(chosen.notes.join()).toContain('broken: singular matrix')
  })

  it('keeps last week on a history too short to judge', () => {
    const short = history(1)
    const day = { ...short, axis: { ...short.axis, count: 10 }, values: short.values.slice(0, 10) }
    const range = { startMs: 10 * HOUR, count: 24 }
    const chosen = chooseForecast(day, CONTEXT, range, {
      forecasters: [lastWeek, oracle(short, 1)],
    })
    expect(chosen.name).toBe('last-week')
    expect(chosen.forecast.mean).toHaveLength(24)
  })

  it('mixes what errs in opposite ways', () => {
    const grown = history(0.2)
    const forecasters = [lastWeek, oracle(grown, 1.1, 'high'), oracle(grown, 0.9, 'low')]
    const chosen = chooseForecast(grown, CONTEXT, RANGE, { forecasters })
    expect(chosen.name).toBe('high 0.50 + low 0.50')
  })
})

describe('a pool of forecasts', () => {
  const grown = history(0.5)
  const one = lastWeek.fit(grown, CONTEXT).forecast(RANGE)
  const other = oracle(grown, 1.2).fit(grown, CONTEXT).forecast(RANGE)
  const pool = poolForecasts([
    { name: 'one', weight: 0.25, forecast: one },
    { name: 'other', weight: 0.75, forecast: other },
  ])

  it('averages means, quantiles and parts', () => {
    const parts = pool.parts()
    for (let t = 0; t < RANGE.count; t++) {
      const mean = 0.25 * one.mean[t]! + 0.75 * other.mean[t]!
      expect(pool.mean[t]).toBeCloseTo(mean, 9)
      expect(parts.reduce((sum, { values }) => sum + values[t]!, 0)).toBeCloseTo(mean, 6)
    }
  })

  it('has paths that bear out its quantiles, the same for the same index', () => {
    const into = new Float64Array(RANGE.count)
    const at20 = Array.from({ length: pool.pathCount }, (_, i) => pool.path(i, into)[20]!)
    const width = pool.quantile(0.9)[20]! - pool.quantile(0.1)[20]!
    const median = sortedQuantile(Float64Array.from(at20).sort(), 0.5)
    expect(Math.abs(median - pool.quantile(0.5)[20]!)).toBeLessThan(0.2 * width)
    expect([...pool.path(5, into)]).toEqual([...pool.path(5, new Float64Array(RANGE.count))])
  })
})

describe('past windows', () => {
  it('lie within the history, with the gap of the forecast before them', () => {
    const count = fc.integer({ min: 1, max: 5000 })
    fc.assert(
      fc.property(count, fc.nat(400), fc.integer({ min: 1, max: 3000 }), (n, ahead, horizon) => {
        for (const { known, start, count: steps } of pastWindows(n, ahead, horizon, 4)) {
          expect(known).toBeGreaterThan(0)
          expect(start).toBeGreaterThanOrEqual(known)
          expect(steps).toBeGreaterThan(0)
          expect(start + steps).toBeLessThanOrEqual(n)
        }
      }),
    )
  })
})

describe('a decision', () => {
  const mixes = mixesOf(2)
  const options = { shrink: 4, margin: 0.01, memberPrice: 0.005, unjudged: mixes[0]! }
  const verdict = (own: number, windows = 2) => ({
    windows,
    logRatios: Float64Array.from(mixes, (mix) => own * mix[1]!),
    failures: [],
  })

  it('follows the others where a series tells little of itself', () => {
    const verdicts = [verdict(0.1), ...Array.from({ length: 9 }, () => verdict(-0.3))]
    const pooled = poolVerdicts(verdicts, mixes.length)
    expect(decide(verdicts[0]!, pooled, mixes, options).mix).toEqual([0, 1])
    const alone = poolVerdicts([verdicts[0]!], mixes.length)
    expect(decide(verdicts[0]!, alone, mixes, options).mix).toEqual([1, 0])
  })

  it('keeps the floor within the margin', () => {
    const small = verdict(-0.005)
    const pooled = poolVerdicts([small], mixes.length)
    expect(decide(small, pooled, mixes, options).mix).toEqual([1, 0])
  })
})
