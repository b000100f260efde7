import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LotSizingTerms, wagnerWhitin } from './wagner-whitin.ts'

describe('wagnerWhitin, published answers', () => {
  it('Snyder & Shen example 3.9, problems 3.27, 3.29', () => {
    const example = { demand: [90, 120, 80, 70], fixedCost: 500, holdingCost: 2 }
    expect(wagnerWhitin(example)).toEqual({ orders: [210, 0, 150, 0], cost: 1380 })
    const first = wagnerWhitin({ demand: [150, 100, 80, 200], fixedCost: 120, holdingCost: 0.8 })
    expect(first.orders).toEqual([150, 180, 0, 200])
    expect(first.cost).toBeCloseTo(424, 9)
    const demand = [730, 580, 445, 650, 880]
    const second = wagnerWhitin({ demand, fixedCost: 100, holdingCost: 0.1 })
    expect(second.orders).toEqual([1310, 0, 1095, 0, 880])
    expect(second.cost).toBeCloseTo(423, 9)
  })

  it('purchase costs that change (SCMO homework c)', () => {
    const { orders, cost } = wagnerWhitin({
      demand: [400, 500, 500, 1100, 900],
      fixedCost: 100,
      holdingCost: 0.1,
      purchaseCost: [3, 1, 4, 6, 6],
    })
    expect(orders).toEqual([400, 3000, 0, 0, 0])
    expect(cost).toBeCloseTo(4940, 9)
  })
})

/** Cost of orders as they are: fixed, purchase and holding; Infinity where demand is not met. */
function costOf(orders: readonly number[], terms: LotSizingTerms): number {
  let stock = 0
  let cost = 0
  orders.forEach((units, t) => {
    const at = (given: number | readonly number[]) =>
      typeof given === 'number' ? given : given[t]!
    stock += units - terms.demand[t]!
    if (stock < -1e-9) cost = Infinity
    cost += (units > 0 ? at(terms.fixedCost) : 0) + at(terms.purchaseCost ?? 0) * units
    cost += at(terms.holdingCost) * stock
  })
  return cost
}

/** Least cost over all sets of periods to order in, each order covering until the next. */
function bruteForce(terms: LotSizingTerms): number {
  const periods = terms.demand.length
  let least = Infinity
  for (let set = 0; set < 2 ** periods; set++) {
    const orders = terms.demand.map(() => 0)
    let last = -1
    terms.demand.forEach((units, t) => {
      if ((set >> t) & 1) last = t
      if (last >= 0) orders[last]! += units
      else if (units > 0) last = -2
    })
    least = Math.min(least, costOf(orders, terms))
  }
  return least
}

describe('wagnerWhitin', () => {
  it('costs what trying all plans costs, and its orders cost what it says', () => {
    const column = (max: number) =>
      fc.array(fc.integer({ min: 0, max }), { minLength: 9, maxLength: 9 })
    fc.assert(
      fc.property(column(50), column(200), column(5), column(9), (d, K, h, c) => {
        const terms = { demand: d, fixedCost: K, holdingCost: h, purchaseCost: c }
        const { orders, cost } = wagnerWhitin(terms)
        expect(cost).toBeCloseTo(bruteForce(terms), 6)
        expect(costOf(orders, terms)).toBeCloseTo(cost, 6)
      }),
      { numRuns: 60 },
    )
  })
})
