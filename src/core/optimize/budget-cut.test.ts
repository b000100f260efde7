import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutAtLimits, type RankedSteps, rankSteps } from './budget-cut.ts'

const step = fc.record({
  cost: fc.integer({ min: 1, max: 60 }),
  ratio: fc.double({ min: 0.01, max: 5, noNaN: true }),
  volume: fc.integer({ min: 0, max: 10 }),
})

/** Lines of steps whose gain per money falls, volumes in proportion to cost. */
const someSteps = fc
  .array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 })
  .map((lines) => {
    const line: number[] = []
    const cost: number[] = []
    const gain: number[] = []
    const volume: number[] = []
    lines.forEach((steps, index) => {
      const ratios = steps.map((one) => one.ratio).sort((a, b) => b - a)
      steps.forEach((one, s) => {
        line.push(index)
        cost.push(one.cost)
        gain.push(one.cost * ratios[s]!)
        volume.push(one.cost * steps[0]!.volume * 0.01)
      })
    })
    return {
      line: Int32Array.from(line),
      cost: Float64Array.from(cost),
      gain: Float64Array.from(gain),
      volume: Float64Array.from(volume),
    }
  })

/** The most that any choice of first steps of each line gains within the budget. */
function bestGain(steps: RankedSteps, budget: number): number {
  let best = 0
  for (let set = 0; set < 2 ** steps.line.length; set++) {
    let cost = 0
    let gain = 0
    let whole = true
    for (let s = 0; s < steps.line.length; s++) {
      if (((set >> s) & 1) === 0) continue
      const follows = s > 0 && steps.line[s - 1] === steps.line[s]
      if (follows && ((set >> (s - 1)) & 1) === 0) whole = false
      cost += steps.cost[s]!
      gain += steps.gain[s]!
    }
    if (whole && cost <= budget) best = Math.max(best, gain)
  }
  return best
}

describe('cutAtLimits', () => {
  it('stays within the limits, takes first steps first, and adds up', () => {
    const limit = fc.integer({ min: 0, max: 300 })
    fc.assert(
      fc.property(someSteps, limit, fc.integer({ min: 0, max: 20 }), (steps, budget, space) => {
        const cut = cutAtLimits(steps, { budget, space })
        expect(cut.cost).toBeLessThanOrEqual(budget)
        expect(cut.volume).toBeLessThanOrEqual(space)
        let gain = 0
        cut.taken.forEach((taken, s) => {
          if (taken === 0) return
          gain += steps.gain[s]!
          if (s > 0 && steps.line[s - 1] === steps.line[s]) expect(cut.taken[s - 1]).toBe(1)
        })
        expect(cut.gain).toBeCloseTo(gain, 9)
      }),
    )
  })

  it('takes everything worth its money where nothing limits it', () => {
    fc.assert(
      fc.property(someSteps, (steps) => {
        const cut = cutAtLimits(steps, { budget: Infinity, space: Infinity })
        expect(cut.taken.every((taken) => taken === 1)).toBe(true)
        expect(cut.spacePrice).toBe(0)
      }),
    )
  })

  it('gains at least half of the best choice where single steps fit, and all but one step of it', () => {
    fc.assert(
      fc.property(someSteps, fc.integer({ min: 60, max: 300 }), (steps, budget) => {
        fc.pre(steps.line.length <= 12)
        const { gain } = cutAtLimits(steps, { budget, space: Infinity })
        const best = bestGain(steps, budget)
        const largest = steps.gain.reduce((most, one) => Math.max(most, one), 0)
        expect(gain).toBeGreaterThanOrEqual(best - largest - 1e-9)
      }),
      { numRuns: 60 },
    )
  })

  it('does not let one large step block the rest of the budget', () => {
    const steps = {
      line: Int32Array.of(0, 1, 2),
      cost: Float64Array.of(1000, 10, 10),
      gain: Float64Array.of(3000, 20, 10),
      volume: Float64Array.of(0, 0, 0),
    }
    expect(cutAtLimits(steps, { budget: 500, space: Infinity }).gain).toBe(30)
    expect(cutAtLimits(steps, { budget: 1000, space: Infinity }).gain).toBe(3000)
  })

  it('turns to what needs less room when space binds, and says what room is worth', () => {
    const steps = {
      line: Int32Array.of(0, 1),
      cost: Float64Array.of(100, 100),
      gain: Float64Array.of(300, 200),
      volume: Float64Array.of(10, 1),
    }
    const cut = cutAtLimits(steps, { budget: 1000, space: 5 })
    expect([...cut.taken]).toEqual([0, 1])
    expect(cut.spacePrice).toBeGreaterThan(0)
  })
})

describe('rankSteps', () => {
  it('puts the best use of money first', () => {
    const steps = {
      line: Int32Array.of(0, 0, 1),
      cost: Float64Array.of(10, 10, 10),
      gain: Float64Array.of(30, 5, 20),
      volume: new Float64Array(3),
    }
    expect([...rankSteps(steps)]).toEqual([0, 2, 1])
  })
})
