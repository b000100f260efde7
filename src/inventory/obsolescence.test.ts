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
    // Demand that ends on day 200: stocks of up to 60 days before it are dead in part.
    const found = estimateObsolescence(
      panel((d) => (d < 200 ? 5 : 0)),
      ones,
      DAYS,
      onlyLearned,
    )
    let stock = 0
    let dead = 0
    for (let at = DAYS - 90; at >= 56; at -= 14) {
      const units = (Math.max(0, Math.min(200, at) - (at - 56)) / 56) * 60
      stock += units
      dead += Math.max(0, units - Math.max(0, 200 - at))
    }
    expect(found.deadShare).toBeCloseTo(dead / stock, 10)
    expect(found.ratePerYear).toBeCloseTo(((dead / stock) * 730) / 60, 10)
  })

  it('waits as long as the history goes: what sells late is not dead', () => {
    const late = estimateObsolescence(
      panel((d) => (d % 150 < 60 ? 3 : 0)),
      ones,
      DAYS,
      onlyLearned,
    )
    expect(late.deadShare).toBeLessThan(0.1)
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
