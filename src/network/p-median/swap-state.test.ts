import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { type Instance, instanceOf, leastGain } from './instance.ts'
import { descend, relink } from './local-search.ts'
import { greedyStart, randomStart, STARTS } from './starts.ts'
import { bestSwap, createSwapState, openAll, recompute, swap } from './swap-state.ts'
import { isAllowed, plainBestSwap, plainOptimum, plainValue } from './testing/plain.ts'
import { planeProblem, smallProblems } from './testing/problems.ts'

/** Instances that allow some choice of at least two sites and leave at least one out. */
const instances = smallProblems
  .filter(({ sites, p }) => p >= 2 && sites > p)
  .map(instanceOf)
  .filter((one) => one.candidates.length > one.p && plainOptimum(one) !== undefined)

/** A state with random sites. */
function stateOf(instance: Instance, seed: number) {
  const state = createSwapState(instance)
  openAll(state, randomStart(instance, createRandom(seed)))
  return state
}

describe('swap state', () => {
  it('knows its value and the best swap, as trying every swap does, after any swaps', () => {
    fc.assert(
      fc.property(instances, fc.array(fc.nat(), { maxLength: 5 }), (instance, draws) => {
        const state = stateOf(instance, 1)
        for (const draw of draws) {
          const closed = instance.candidates.filter((site) => state.isOpen[site] === 0)
          swap(state, closed[draw % closed.length]!, draw % instance.p)
        }
        const open = [...state.openSites]
        expect(state.value).toBeCloseTo(plainValue(instance, open), 6)
        fc.pre(isAllowed(instance, open))
        const found = bestSwap(state, instance.candidates, instance.locked, 1e-9 * state.value)
        const best = plainBestSwap(instance, open)
        if (found) expect(state.value - found.saving).toBeCloseTo(best, 6)
        // Sums kept along swaps carry rounding, which no share of a value of 0 allows for.
        else expect(best).toBeGreaterThanOrEqual(state.value * (1 - 1e-8) - 1e-12)
      }),
    )
  })

  it('keeps gains, losses and extras as if computed anew', () => {
    fc.assert(
      fc.property(instances, fc.nat(), (instance, draw) => {
        const state = stateOf(instance, 2)
        const closed = instance.candidates.filter((site) => state.isOpen[site] === 0)
        swap(state, closed[draw % closed.length]!, draw % instance.p)
        const [gain, loss, extra] = [state.gain.slice(), state.loss.slice(), state.extra.slice()]
        recompute(state)
        gain.forEach((value, f) => {
          expect(value).toBeCloseTo(state.gain[f]!, 6)
        })
        loss.forEach((value, s) => {
          expect(value).toBeCloseTo(state.loss[s]!, 6)
        })
        extra.forEach((value, k) => {
          expect(value).toBeCloseTo(state.extra[k]!, 6)
        })
      }),
    )
  })
})

describe('local search', () => {
  it('ends where no allowed swap saves anything, from every kind of start', () => {
    fc.assert(
      fc.property(instances, fc.nat({ max: 99 }), (instance, seed) => {
        for (const start of [...STARTS, greedyStart]) {
          const open = start(instance, createRandom(seed))
          expect(isAllowed(instance, [...open])).toBe(true)
          const state = createSwapState(instance)
          openAll(state, open)
          const value = descend(state)
          expect(isAllowed(instance, [...state.openSites])).toBe(true)
          const best = plainBestSwap(instance, [...state.openSites])
          expect(best).toBeGreaterThan(value - 1.01 * leastGain(instance, value) - 1e-12)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('links two choices through ones that are allowed and strictly between', () => {
    const random = createRandom(3)
    for (let k = 0; k < 20; k++) {
      const instance = instanceOf(planeProblem(30, 6, () => random.next()))
      const state = stateOf(instance, k)
      const from = state.isOpen.slice()
      const target = stateOf(instance, k + 100).isOpen
      relink(state, target)
      state.isOpen.forEach((open, site) => {
        if (open === 1) expect(from[site]! + target[site]!).toBeGreaterThan(0)
        else expect(from[site]! * target[site]!).toBe(0)
      })
      expect(state.isOpen).not.toEqual(target)
      expect(state.value).toBe(plainValue(instance, [...state.openSites]))
    }
  })
})
