import { describe, expect, it } from 'vitest'
import { panelOf } from '../core/panel.ts'
import { estimateObsolescence } from './obsolescence.ts'

const DAYS = 400
const panel = (units: (day: number) => number, products = 40) =>
  panelOf(
    Array.from({ length: products }, (_, i) => ({
      id: `p${i}`,
      firstBucket: 0,
      values: Float64Array.from({ length: DAYS }, (_, d) => units(d)),
    })),
    { frequency: 'D' },
  )
const ones = new Float64Array(40).fill(1)
const onlyLearned = { 'inventory.obsolescence-prior': 0 }

describe('estimateObsolescence', () => {
  it('finds none where demand is steady', () => {
    const found = estimateObsolescence(
      panel(() => 3),
      ones,
      DAYS,
      onlyLearned,
    )
    expect(found.ratePerYear).toBe(0)
    expect(found.stocks).toBeGreaterThan(500)
  })

  it('recovers the rate at which demand dies', () => {
    // Demand that falls by the factor e in 100 days sells 100 (1 − e^-0.9) / (rate 60) of a stock.
    const found = estimateObsolescence(
      panel((d) => 100 * Math.exp(-d / 100)),
      ones,
      DAYS,
      onlyLearned,
    )
    const start = 60 * ((Math.exp(0.56) - 1) / 0.56)
    const dead = Math.max(0, 1 - (100 * (1 - Math.exp(-0.9))) / start)
    expect(found.deadShare).toBeCloseTo(dead, 2)
    expect(found.ratePerYear).toBeCloseTo((dead * 730) / 60, 1)
  })

  it('looks at nothing from the day on', () => {
    const early = estimateObsolescence(
      panel((d) => (d < 300 ? 5 : 0)),
      ones,
      300,
      onlyLearned,
    )
    expect(early.ratePerYear).toBe(0)
  })

  it('leaves the word to the knob where there is no past', () => {
    const young = estimateObsolescence(
      panel(() => 1),
      ones,
      60,
      { 'inventory.obsolescence-rate': 0.7 },
    )
    expect(young).toEqual({ ratePerYear: 0.7, deadShare: 0, stocks: 0 })
  })
})
