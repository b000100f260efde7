import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPathCache, type Decision, decideProducts } from './decide.ts'
import { expectedSaved, gainOf, gainOfUnits, type OrderGain } from './order-gain.ts'
import { bestQuantity, orderSteps } from './order-quantity.ts'
import type { PlanInput } from './plan-input.ts'
import { randomStore } from './testing.ts'

const SEED = fc.nat({ max: 1_000_000 })

/** Calls `check` with every decision of a store. */
function everyDecision(input: PlanInput, check: (decision: Decision, i: number) => void): void {
  decideProducts(input, createPathCache(), (decision) => check(decision, decision.product))
}

/** E[min(q, Λ)] by its definition. */
function savedPlainly(gain: OrderGain, quantity: number): number {
  return gain.lost.reduce((sum, lost) => sum + Math.min(quantity, lost), 0) / gain.lost.length
}

describe('orderGain', () => {
  it('counts the units saved as their definition does', () => {
    fc.assert(
      fc.property(SEED, fc.double({ min: 0, max: 200, noNaN: true }), (seed, quantity) => {
        everyDecision(randomStore(seed, 8), ({ gain }) => {
          expect(expectedSaved(gain, quantity)).toBeCloseTo(savedPlainly(gain, quantity), 7)
        })
      }),
      { numRuns: 30 },
    )
  })

  it('is the newsvendor where neither lots nor waiting come in', () => {
    const settings = { 'inventory.order-line-cost': 0, 'inventory.excess-loss': 0 }
    everyDecision({ ...randomStore(1, 40), settings }, ({ gain }) => {
      const still = { ...gain, learned: Float64Array.of(1) }
      for (const quantity of [1, 3, 10]) {
        if (quantity > gain.lotFrom) continue
        const saved = savedPlainly(gain, quantity)
        const plain = gain.savedPerUnit * saved - gain.heldPerUnit * (quantity - saved)
        expect(gainOf(still, quantity)).toBeCloseTo(plain, 6)
      }
    })
  })

  it('gives a whole lot the cost of one order line, where nothing is learned', () => {
    const settings = {
      'inventory.level-correlation': 0,
      'inventory.day-correlation': 0,
      'inventory.obsolescence-rate': 0,
      'inventory.excess-loss': 0,
    }
    let lots = 0
    everyDecision({ ...randomStore(3, 60), settings }, ({ gain }) => {
      if (gain.lotUnits === 0 || gain.lotFrom < 0) return
      lots++
      const still = { ...gain, learned: Float64Array.of(1) }
      const held = (quantity: number) => {
        const saved = expectedSaved(still, quantity)
        return still.savedPerUnit * saved - still.heldPerUnit * (quantity - saved)
      }
      const end = still.lotFrom + still.lotUnits
      expect(gainOfUnits(still, end) - held(end)).toBeCloseTo(50, 6)
    })
    expect(lots).toBeGreaterThan(5)
  })

  it('learns from demand only what its days have in common', () => {
    const learned = (level: number) => {
      const settings = { 'inventory.level-correlation': level, 'inventory.day-correlation': 0 }
      const spreads: number[] = []
      everyDecision({ ...randomStore(9, 40), settings }, ({ gain }) => {
        const mean = gain.learned.reduce((sum, ratio) => sum + ratio, 0) / gain.learned.length
        expect(mean).toBeCloseTo(1, 0)
        spreads.push(Math.max(...gain.learned) - Math.min(...gain.learned))
      })
      return spreads.reduce((sum, spread) => sum + spread, 0) / spreads.length
    }
    expect(learned(0)).toBeLessThan(0.4)
    expect(learned(0.5)).toBeGreaterThan(2 * learned(0))
  })

  it('writes excess down only beyond the cover that is none', () => {
    const without = { 'inventory.excess-loss': 0, 'inventory.order-line-cost': 0 }
    const input = randomStore(7, 40)
    const gains: OrderGain[] = []
    everyDecision({ ...input, settings: without }, ({ gain }) => gains.push({ ...gain }))
    const still = { learned: Float64Array.of(1), holdPerUnitDay: 0, lotUnits: 0 }
    for (const free of gains) {
      const charged = { ...free, ...still, excessLossPerUnit: 8, stockTakeDays: 60 }
      const plain = { ...free, ...still }
      const cover = Math.floor(free.dailyRate * free.coverDays - free.position)
      const loss = (quantity: number) =>
        gainOfUnits(plain, quantity) - gainOfUnits(charged, quantity)
      if (cover > 0) expect(loss(cover)).toBeCloseTo(0, 6)
      // A unit that waits for a whole period between stock-takes meets one for certain.
      const certain = Math.max(0, cover) + Math.ceil(free.dailyRate * 60) + 1
      expect(loss(certain + 1) - loss(certain)).toBeCloseTo(8, 6)
    }
    expect(gains.length).toBeGreaterThan(20)
  })

  it('never charges a unit more than its cost for waiting', () => {
    const input = randomStore(5, 40)
    everyDecision(input, ({ gain }, i) => {
      const far = 1e6
      const perUnit = gainOfUnits(gain, far + 1) - gainOfUnits(gain, far)
      expect(perUnit).toBeGreaterThanOrEqual(-input.unitCostCents[i]! - gain.heldPerUnit - 1e-3)
    })
  })
})

describe('bestQuantity', () => {
  it('finds what trying every number of cases finds', () => {
    fc.assert(
      fc.property(SEED, (seed) => {
        const input = randomStore(seed, 12)
        everyDecision(input, ({ gain, quantity }, i) => {
          const pack = input.casePack[i]!
          const first = Math.max(1, Math.ceil(input.minimumQuantity[i]! / pack))
          let best = 0
          const farthest = Math.max(gain.lost.at(-1)!, gain.lotFrom + gain.lotUnits)
          for (let cases = first; cases <= first + farthest / pack + 5; cases++) {
            best = Math.max(best, gainOf(gain, cases * pack))
          }
          expect(quantity).toBe(bestQuantity(gain, first * pack, pack))
          expect(gainOf(gain, quantity)).toBeCloseTo(best, 6)
        })
      }),
      { numRuns: 40 },
    )
  })

  it('orders nothing that sells below its cost', () => {
    const input = randomStore(7, 30)
    const dear = { ...input, unitCostCents: input.priceCents.map((price) => price * 2) }
    everyDecision(dear, ({ quantity }) => {
      expect(quantity).toBe(0)
    })
  })
})

describe('orderSteps', () => {
  it('lead by whole cases from nothing to the quantity, each step less worth its money', () => {
    fc.assert(
      fc.property(SEED, (seed) => {
        const input = randomStore(seed, 12)
        everyDecision(input, ({ gain, quantity }, i) => {
          if (quantity === 0) return
          const pack = input.casePack[i]!
          const smallest = Math.max(1, Math.ceil(input.minimumQuantity[i]! / pack)) * pack
          const steps = orderSteps(gain, smallest, pack, quantity, 100, 0.01)
          expect(steps.at(-1)!.quantity).toBe(quantity)
          let gained = 0
          steps.forEach((step, s) => {
            gained += step.gainCents
            expect(step.quantity % pack).toBe(0)
            expect(step.quantity).toBeGreaterThanOrEqual(smallest)
            expect(gained).toBeCloseTo(gainOf(gain, step.quantity), 6)
            const before = steps[s - 1]
            if (before === undefined) return
            const ratio = (one: typeof step) => one.gainCents / one.costCents
            expect(ratio(step)).toBeLessThanOrEqual(ratio(before) + 1e-9)
          })
        })
      }),
      { numRuns: 40 },
    )
  })
})
