import { describe, expect, it } from 'vitest'
import { type Panel, panelOf } from '../../core/panel.ts'
import { axisOf, copyHistory, hasSlot, slotOf } from '../axis.ts'
import { planBacktest } from '../backtest-plan.ts'
import { forecasterOf } from '../forecasters.ts'
import { learnContext } from './context.ts'

const DAILY = { frequency: 'D' } as const

describe('the open axis', () => {
  const openDays = { closedWeekdays: [5], closedDays: new Set([4]) } as const
  // Day 0 is a Thursday: days 2 and 9 are Saturdays.
  const panel = panelOf(
    [{ id: 'a', firstBucket: 0, values: [1, 2, 0, 4, 0, 6, 7, 8, 9, 0] }],
    DAILY,
    openDays,
  )

  it('has no slot for closed weekdays and a missing one for single closed days', () => {
    const axis = axisOf(panel)
    expect([1, 2, 3, 9, 10].map((day) => hasSlot(axis, day))).toEqual([
      true,
      false,
      true,
      false,
      true,
    ])
    expect(slotOf(axis, 14) - slotOf(axis, 7)).toBe(6)
    expect(slotOf(axis, -7)).toBe(-6)
    const y = new Float64Array(10)
    expect(copyHistory(panel, axis, 0, 10, y)).toBe(8)
    expect([...y.subarray(0, 8)]).toEqual([1, 2, 4, Number.NaN, 6, 7, 8, 9])
  })

  it('refuses a store that never opens', () => {
    const never = { closedWeekdays: [0, 1, 2, 3, 4, 5, 6], closedDays: new Set<number>() } as const
    expect(() => axisOf({ ...panel, openDays: never })).toThrow(
      expect.objectContaining({ code: 'ERR_PANEL' }),
    )
  })
})

describe('learnContext', () => {
  const weekly = (scale: number) =>
    Array.from({ length: 70 }, (_, t) => scale * (t % 7 === 1 ? 4 : 1))
  const panel: Panel = panelOf(
    [1, 100].map((scale) => ({ id: `${scale}`, firstBucket: 0, values: weekly(scale) })),
    DAILY,
  )

  it('pools the season of series of any size', () => {
    const { profile, season, nonNegative } = learnContext(panel)
    expect(season).toBe(7)
    expect(nonNegative).toBe(true)
    expect(profile[1]! / profile[2]!).toBeCloseTo(4, 6)
    expect(profile.reduce((a, b) => a + b, 0)).toBeCloseTo(7, 9)
  })

  it('learns from nothing at or after trainEnd', () => {
    const destroyed = { ...panel, values: panel.values.map((v, k) => (k % 70 >= 50 ? -1e9 : v)) }
    expect(learnContext(destroyed, { trainEnd: 50 })).toEqual(learnContext(panel, { trainEnd: 50 }))
  })

  it('lends a new product what young products sold', () => {
    const values = Array.from({ length: 40 }, (_, t) => t % 4)
    const young = panelOf(
      [
        { id: 'known', firstBucket: 0, values },
        { id: 'new', firstBucket: 40, values: [] },
      ],
      DAILY,
    )
    const { mean, quantiles } = forecasterOf('tsb')
      .fit(young)
      .predict(40, 1, Float64Array.from([0.1, 0.9]))
    expect(mean[1]).toBeCloseTo(1.5, 0)
    expect(quantiles[2]).toBeLessThan(quantiles[3]!)
  })
})

describe('planBacktest', () => {
  const panelOfLength = (length: number, frequency: 'D' | 'W') =>
    panelOf([{ id: 'a', firstBucket: 10, values: new Float64Array(length) }], { frequency })

  it('judges every bucket once and keeps half of the history before the first origin', () => {
    expect(planBacktest(panelOfLength(300, 'D'), 310, 28, 3)).toEqual({
      origins: [226, 254, 282],
      horizon: 28,
    })
    expect(planBacktest(panelOfLength(100, 'D'), 110, 28, 3)).toEqual({
      origins: [82],
      horizon: 28,
    })
  })

  it('shortens the horizon before it gives up', () => {
    expect(planBacktest(panelOfLength(40, 'D'), 50, 28, 3)).toEqual({ origins: [31], horizon: 19 })
    expect(planBacktest(panelOfLength(65, 'W'), 75, 39, 3)).toBeUndefined()
  })
})
