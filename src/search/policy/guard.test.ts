import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import {
  allowanceOf,
  capOf,
  FRESH_GUARD,
  type GuardState,
  gainOf,
  isRetreated,
  observeSearch,
} from './guard.ts'

const DAY = 86_400_000

/** Searches of which a half leave the default; the default earns 0.3, others `other`. */
function watch(other: number, searches: number, seed = 1, from = FRESH_GUARD, day = 0): GuardState {
  const random = createRandom(seed)
  let state = from
  for (let t = 0; t < searches; t++) {
    const isDefault = random.next() < 0.5
    const reward = random.next() < (isDefault ? 0.3 : other) ? 1 : 0
    state = observeSearch(state, { reward, isDefault, defaultPropensity: 0.5 }, day * DAY + t)
  }
  return state
}

describe('the guard', () => {
  it('retreats when leaving the default costs more than is tolerated, and tries again later', () => {
    const state = watch(0.05, 3000)
    expect(state.retreats).toBe(1)
    const at = state.retreatedAt
    expect(isRetreated(state, at + 6 * DAY)).toBe(true)
    expect(capOf(state, at + 6 * DAY)).toBe(0)
    expect(capOf(state, at + 8 * DAY)).toBeCloseTo(0.8, 1)
  })

  it('counts as proven when leaving it pays, and then goes further', () => {
    const state = watch(0.5, 3000)
    expect(state.isProven).toBe(true)
    expect(state.retreats).toBe(0)
    expect(capOf(state, 3000)).toBeCloseTo(0.95, 2)
  })

  it('neither retreats nor counts as proven where there is no difference, at any time', () => {
    let wrong = 0
    for (let seed = 0; seed < 60; seed++) {
      const state = watch(0.3, 2000, seed)
      if (state.isProven || state.retreats > 0) wrong++
    }
    expect(wrong).toBeLessThanOrEqual(3)
  })

  it('measures the gain without bias', () => {
    // A half of the searches earn 0.2 more: 0.1 a search.
    const { mean, interval } = gainOf(watch(0.5, 20_000, 9))
    expect(Math.abs(mean - 0.1)).toBeLessThan(0.02)
    expect(interval[0]).toBeGreaterThan(0)
  })

  it('allows nothing before the default has earned anything', () => {
    expect(allowanceOf(FRESH_GUARD)).toBe(0)
    expect(capOf(FRESH_GUARD, 0)).toBe(0)
  })
})
