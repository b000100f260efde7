import { describe, expect, it } from 'vitest'
import { panelOf } from '../../core/panel.ts'
import { denseDays, historyOf, initialStock } from './initial-stock.ts'
import { discretize, fixedLeadTimes, leadTimesOf } from './lead-times.ts'
import { naivePolicy, naiveReplacePolicy } from './naive.ts'
import type { ReviewState } from './policy.ts'

const panel = panelOf(
  [
    { id: 'old', firstBucket: 10, values: [1, 2, 3, Number.NaN, 5, -6, 7] },
    { id: 'new', firstBucket: 14, values: [4, 4] },
  ],
  { frequency: 'D' },
)

const products = {
  ids: ['old', 'new'],
  unitCostCents: Float64Array.of(1, 1),
  minimumQuantity: Float64Array.of(0, 12),
  casePack: Float64Array.of(4, 5),
  quotedLeadTimeDays: Float64Array.of(3, 2),
}

describe('denseDays', () => {
  it('lays a ragged panel out, with zeros for what is missing or returned', () => {
    expect([...denseDays(panel, 12, 4)]).toEqual([3, 0, 5, 0, 0, 0, 4, 4])
    expect([...denseDays(panel, 8, 4)]).toEqual([0, 0, 1, 2, 0, 0, 0, 0])
    expect([...denseDays(panel, 16, 3)]).toEqual([7, 0, 0, 0, 0, 0])
  })
})

describe('initialStock', () => {
  it('covers lead time and review of average sales, in packs of at least the minimum', () => {
    const history = historyOf(panel, 16, 8)
    expect(history).toMatchObject({ firstDay: 8, days: 8, stride: 8 })
    // old: 11 units in 8 days, 3 + 2 days: 6.875 → 8; new: 8 in 8 days, 4 days: 4 → 12 → 15.
    expect([...initialStock(history, products, 2)]).toEqual([8, 15])
    expect([...initialStock(history, products, 2, 10)]).toEqual([16, 15])
    expect([...initialStock(history, products, 2, 0)]).toEqual([0, 0])
  })
})

describe('naive policies', () => {
  const days = 30
  const state: ReviewState = {
    day: 130,
    review: 0,
    reviewPeriodDays: 7,
    products,
    priceCents: Float64Array.of(9, 9),
    onHand: Float64Array.of(4, 40),
    onOrder: Float64Array.of(2, 0),
    openOrders: {
      product: Int32Array.of(0),
      orderedOn: Int32Array.of(129),
      expectedOn: Int32Array.of(132),
      units: Float64Array.of(2),
    },
    sold: {
      firstDay: 100,
      days,
      stride: 40,
      units: Float64Array.from({ length: 80 }, (_, i) => (i < 2 ? 1000 : i < 40 ? 2 : 1)),
    },
  }

  it('orders up to lead time and review of the last 28 days', () => {
    expect([...naivePolicy.order(state)]).toEqual([2 * 10 - 6, 0])
  })

  it('orders what sold since the last review', () => {
    expect([...naiveReplacePolicy.order(state)]).toEqual([14, 7])
  })
})

describe('lead times', () => {
  it('shares tables among products', () => {
    expect(fixedLeadTimes([7, 3, 7])).toEqual({
      distributionOf: Int32Array.of(0, 1, 0),
      offsets: Int32Array.of(0, 1, 2),
      values: Int32Array.of(7, 3),
    })
    expect([...leadTimesOf([[0.2, 4.6]], [0]).values]).toEqual([1, 5])
    expect(() => leadTimesOf([[]], [0])).toThrow('no values')
    expect(() => leadTimesOf([[1]], [1])).toThrow('product 0')
    expect(() => leadTimesOf([[Number.NaN]], [0])).toThrow('NaN')
  })

  it('discretizes a quantile function at the middle of equal shares', () => {
    expect([...discretize((level) => 10 * level, 4)]).toEqual([1.25, 3.75, 6.25, 8.75])
  })
})
