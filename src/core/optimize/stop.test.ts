import { describe, expect, it } from 'vitest'
import {
  afterIterations,
  afterNoImprovement,
  afterSeconds,
  atGap,
  gapOf,
  onSignal,
  type SearchState,
  whenAny,
} from './stop.ts'

const state: SearchState = { iterations: 5, sinceImprovement: 2, value: 110, bound: 100 }

describe('stop rules', () => {
  it('count iterations and those without improvement', () => {
    expect(afterIterations(6)(state)).toBe(false)
    expect(afterIterations(5)(state)).toBe(true)
    expect(afterNoImprovement(3)(state)).toBe(false)
    expect(afterNoImprovement(2)(state)).toBe(true)
  })

  it('count seconds of the clock they are given, from when they are made', () => {
    let now = 40
    const rule = afterSeconds(2, () => now)
    now = 41.9
    expect(rule(state)).toBe(false)
    now = 42
    expect(rule(state)).toBe(true)
  })

  it('know the gap, whatever the sign of the value', () => {
    expect(gapOf(state)).toBeCloseTo(10 / 110, 12)
    expect(gapOf({ value: -10, bound: -12 })).toBeCloseTo(0.2, 12)
    expect(gapOf({ value: 0, bound: 0 })).toBe(0)
    expect(gapOf({ value: 10, bound: -Infinity })).toBe(Infinity)
    expect(atGap(0.09)(state)).toBe(false)
    expect(atGap(0.1)(state)).toBe(true)
  })

  it('stop at a signal, and when any of several stops', () => {
    const control = new AbortController()
    const rule = whenAny(afterIterations(9), onSignal(control.signal))
    expect(rule(state)).toBe(false)
    control.abort()
    expect(rule(state)).toBe(true)
    expect(whenAny()(state)).toBe(false)
  })
})
