import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reconcile } from '../../learn/index.ts'
import { contractEvents, contractHistory } from '../forecaster.contract.ts'
import type { LoadForecast } from '../types.ts'
import { fitCascade } from './cascade.ts'
import { coarserHistory } from './coarser.ts'
import { agree } from './temporal.ts'

const HOUR = 3_600_000
const START_MS = Date.UTC(2026, 0, 5)

/** A forecast whose courses are all its mean. */
const sure = (stepMs: number, mean: readonly number[]): LoadForecast => ({
  axis: { startMs: 0, stepMs, count: mean.length },
  mean: Float64Array.from(mean),
  quantile: () => Float64Array.from(mean),
  pathCount: 3,
  path(_, into) {
    into.set(mean)
    return into
  },
  parts: () => [{ name: 'level', kind: 'level', values: Float64Array.from(mean) }],
})

describe('grains that agree', () => {
  const load = fc.double({ min: 0.1, max: 1000, noNaN: true })

  it('are what minimum-trace reconciliation gives, with variances in proportion to load', () => {
    const loads = fc.array(load, { minLength: 4, maxLength: 4 })
    const pull = fc.double({ min: 0.05, max: 0.95, noNaN: true })
    fc.assert(
      fc.property(load, loads, pull, (whole, fine, share) => {
        const [coarse, parts] = agree([
          { forecast: sure(4 * HOUR, [whole]), pull: share },
          { forecast: sure(HOUR, fine), pull: 1 },
        ])
        const sum = fine.reduce((a, b) => a + b, 0)
        // pull = v_sum / (v_own + v_sum): with v_sum the sum of the loads, v_own follows.
        const variance = [sum * (1 / share - 1), ...fine]
        const plain = reconcile
          .minTrace(reconcile.hierarchyOf(4), reconcile.diagonal(Float64Array.from(variance)))
          .reconcile(Float64Array.from([whole, ...fine]))
        expect(coarse!.mean[0]! / plain[0]!).toBeCloseTo(1, 6)
        for (let j = 0; j < 4; j++) expect(parts!.mean[j]! / plain[1 + j]!).toBeCloseTo(1, 6)
      }),
    )
  })

  it('leave alone what the finer grain does not cover whole', () => {
    const fine = {
      ...sure(HOUR, [1, 1, 1, 1, 1, 1]),
      axis: { startMs: 2 * HOUR, stepMs: HOUR, count: 6 },
    }
    const [coarse, parts] = agree([
      { forecast: sure(4 * HOUR, [10, 8, 10]), pull: 1 },
      { forecast: fine, pull: 1 },
    ])
    expect([...coarse!.mean]).toEqual([10, 8, 10])
    expect([...parts!.mean]).toEqual([1, 1, 2, 2, 2, 2])
  })
})

describe('a cascade', () => {
  const history = contractHistory(300_000, 70)
  const context = { events: contractEvents(200), seed: 5 }
  const knobs = { 'load.week-horizon': 8, 'load.day-horizon': 40, 'load.hour-horizon': 21 }
  const fitted = fitCascade(history, context, { knobs })
  const { grains } = fitted.forecast()

  it('goes from weeks to hours, each by what serves it', () => {
    expect(grains.map(({ grain }) => grain)).toEqual(['week', 'day', 'hour'])
    for (const { pull, forecaster } of grains) {
      expect(pull).toBeGreaterThanOrEqual(0)
      expect(pull).toBeLessThanOrEqual(1)
      expect(forecaster).not.toBe('')
    }
  })

  it('adds hours up to days and days to weeks, in the mean, in each course and in the parts', () => {
    for (const at of [0, 1]) {
      const [coarse, fine] = [grains[at]!.forecast, grains[at + 1]!.forecast]
      const factor = coarse.axis.stepMs / fine.axis.stepMs
      const check = (whole: Float64Array, parts: Float64Array) => {
        const sums = coarserHistory({ group: {}, axis: fine.axis, values: parts }, factor)
        const from = (sums.axis.startMs - coarse.axis.startMs) / coarse.axis.stepMs
        let checked = 0
        for (let b = 0; b < sums.axis.count; b++) {
          if (from + b < 0 || from + b >= whole.length) continue
          expect(sums.values[b]! / whole[from + b]!).toBeCloseTo(1, 9)
          checked++
        }
        expect(checked).toBeGreaterThan(1)
      }
      check(coarse.mean, fine.mean)
      const course = coarse.path(9, new Float64Array(coarse.axis.count))
      check(course, fine.path(9, new Float64Array(fine.axis.count)))
      const sum = fine.parts().reduce((total, { values }) => total + values[5]!, 0)
      expect(sum / fine.mean[5]!).toBeCloseTo(1, 6)
    }
  })

  it('reads further steps without fitting anew, and says about what it would say then', () => {
    const more = contractHistory(300_000, 73)
    const from = history.axis.count
    const further = {
      group: {},
      axis: { startMs: START_MS + from * 300_000, stepMs: 300_000, count: more.axis.count - from },
      values: more.values.slice(from),
    }
    const refreshed = fitted.extend(further).forecast().grains[2]!.forecast
    const anew = fitCascade(more, context, { knobs }).forecast().grains[2]!.forecast
    expect(refreshed.axis).toEqual(anew.axis)
    const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0)
    expect(sum(refreshed.mean) / sum(anew.mean)).toBeCloseTo(1, 1)
  })

  it('keeps bands around the mean', () => {
    // With ten weeks of history, weeks repeat the last one, and their bands are those of growth.
    for (const { forecast } of grains.slice(1)) {
      const [low, high] = [forecast.quantile(0.05), forecast.quantile(0.95)]
      const inside = forecast.mean.filter((v, t) => v >= low[t]! && v <= high[t]!).length
      expect(inside / forecast.mean.length).toBeGreaterThan(0.9)
    }
  })
})
