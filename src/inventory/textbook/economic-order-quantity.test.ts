import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  economicOrderQuantity,
  jointReplenishment,
  lotCost,
  lotWithAllUnitsDiscounts,
  lotWithBackorders,
  lotWithIncrementalDiscounts,
  productionLot,
} from './economic-order-quantity.ts'

const example31 = { fixedCost: 8, holdingCost: 0.225, demandRate: 1300 }
const problem31 = { fixedCost: 2250, holdingCost: 275, demandRate: 182_500 }
const example35 = {
  fixedCost: 8,
  holdingCostRate: 0.3,
  demandRate: 1300,
  breakpoints: [0, 400, 800],
  unitCosts: [0.75, 0.72, 0.68],
}
const problem312 = {
  fixedCost: 2250,
  holdingCostRate: 0.25,
  demandRate: 182_500,
  breakpoints: [0, 1200, 2400],
  unitCosts: [1490, 1220, 1100],
}

describe('EOQ family, published answers (Snyder & Shen)', () => {
  it('EOQ: example 3.1, problem 3.1', () => {
    const example = economicOrderQuantity(example31)
    expect(example.orderQuantity).toBeCloseTo(304.0467800264368, 9)
    expect(example.cost).toBeCloseTo(68.41052550594827, 9)
    const problem = economicOrderQuantity(problem31)
    expect(problem.orderQuantity).toBeCloseTo(1728.109844993551, 8)
    expect(problem.cost).toBeCloseTo(475_230.2073732266, 5)
    expect(lotCost(example.orderQuantity, example31)).toBeCloseTo(example.cost, 9)
  })

  it('EOQ with backorders: example 3.8, problem 3.2(b)', () => {
    const example = lotWithBackorders({ ...example31, stockoutCost: 5 })
    expect(example.orderQuantity).toBeCloseTo(310.8125551589646, 9)
    expect(example.stockoutFraction).toBeCloseTo(0.043062200956938, 12)
    expect(example.cost).toBeCloseTo(66.92136355097325, 9)
    const terms = { fixedCost: 40, holdingCost: 40.05, stockoutCost: 60, demandRate: 2080 }
    const problem = lotWithBackorders(terms)
    expect(problem.orderQuantity).toBeCloseTo(83.23544812889804, 9)
    expect(problem.stockoutFraction).toBeCloseTo(0.400299850074962, 12)
    expect(problem.cost).toBeCloseTo(1999.148244415212, 8)
  })

  it('EPQ: example 3.1 at 2000 a year, problem 3.22', () => {
    const example = productionLot({ ...example31, productionRate: 2000 })
    expect(example.orderQuantity).toBeCloseTo(513.9328595516969, 9)
    expect(example.cost).toBeCloseTo(40.47221268969612, 9)
    const terms = { fixedCost: 4, holdingCost: 0.08, demandRate: 80, productionRate: 110 }
    expect(productionLot(terms).orderQuantity).toBeCloseTo(171.2697677155351, 9)
    expect(productionLot(terms).cost).toBeCloseTo(3.73679493197531, 9)
  })

  it('all-units discounts: example 3.6, problem 3.12(a)', () => {
    expect(lotWithAllUnitsDiscounts(example35)).toMatchObject({ orderQuantity: 800, region: 2 })
    expect(lotWithAllUnitsDiscounts(example35).cost).toBeCloseTo(978.6, 9)
    expect(lotWithAllUnitsDiscounts(problem312)).toMatchObject({ orderQuantity: 2400, region: 2 })
    expect(lotWithAllUnitsDiscounts(problem312).cost).toBeCloseTo(201_251_093.75, 4)
  })

  it('incremental discounts: example 3.7, problem 3.12(b)', () => {
    const example = lotWithIncrementalDiscounts(example35)
    expect(example.region).toBe(0)
    expect(example.orderQuantity).toBeCloseTo(304.04678003, 7)
    expect(example.cost).toBeCloseTo(1043.41052551, 7)
    const problem = lotWithIncrementalDiscounts(problem312)
    expect(problem.region).toBe(2)
    expect(problem.orderQuantity).toBeCloseTo(28_553.06065428, 6)
    expect(problem.cost).toBeCloseTo(208_678_591.6799, 4)
  })
})

/** Instances and solutions of Silver (1976), Silver, Pyke & Peterson (1998) and Snyder's SCMO. */
const JOINT = [
  [600, [120, 840, 300], [160, 20, 50], [1, 1, 1], [1, 3, 1], 3.103164454170876, 837.8544026261366],
  [
    20_000,
    [36_000, 46_000, 34_000, 38_000],
    [1000, 900, 1200, 1000],
    [1780, 445, 920, 175],
    [1, 2, 1, 3],
    0.24433405218634363,
    1_028_646.3597045067,
  ],
  [
    1500,
    [4000, 1000, 2000],
    [300, 200, 200],
    [9100, 83_200, 20_800],
    [3, 1, 2],
    0.017076411245211497,
    566_083.0327787611,
  ],
  [
    180,
    [60, 100, 180, 115, 135],
    [5.32, 3.92, 4.76, 3.92, 3.36],
    [6200, 1300, 400, 4400, 1800],
    [1, 2, 4, 1, 2],
    0.11364657309360865,
    9107.181781429423,
  ],
  [
    10,
    [1.87, 5.27, 7.94, 8.19, 8.87],
    [0.2, 0.2, 0.2, 0.2, 0.2],
    [1736, 656, 558, 170, 142],
    [1, 1, 1, 3, 3],
    0.2813771490671472,
    218.68632025498687,
  ],
  [
    40,
    [15, 15, 15, 15],
    [0.24, 0.24, 0.24, 0.24],
    [86_000, 12_500, 1400, 3000],
    [1, 1, 4, 3],
    0.07617340262784976,
    2067.650840930354,
  ],
] as const

describe('joint replenishment, published answers', () => {
  it('agrees on all six instances', () => {
    for (const [K, k, h, rate, multiples, cycle, cost] of JOINT) {
      const lots = jointReplenishment({
        sharedFixedCost: K,
        individualFixedCosts: k,
        holdingCosts: h,
        demandRates: rate,
      })
      expect(lots.orderMultiples).toEqual(multiples)
      expect(lots.baseCycleTime).toBeCloseTo(cycle, 12)
      expect(lots.cost / cost).toBeCloseTo(1, 12)
    }
  })
})

describe('discounts', () => {
  it('find what trying every lot finds', () => {
    const terms = fc.record({
      fixedCost: fc.integer({ min: 1, max: 500 }),
      holdingCostRate: fc.double({ min: 0.05, max: 0.5, noNaN: true }),
      demandRate: fc.integer({ min: 10, max: 500 }),
      first: fc.integer({ min: 1, max: 100 }),
      step: fc.integer({ min: 1, max: 100 }),
      price: fc.integer({ min: 5, max: 50 }),
    })
    fc.assert(
      fc.property(terms, ({ first, step, price, ...rest }) => {
        const breakpoints = [0, first, first + step]
        const discounts = { ...rest, breakpoints, unitCosts: [price, price * 0.9, price * 0.7] }
        const all = lotWithAllUnitsDiscounts(discounts).cost
        const incremental = lotWithIncrementalDiscounts(discounts).cost
        const { fixedCost: K, holdingCostRate: i, demandRate: rate, unitCosts } = discounts
        for (let Q = 1; Q < 400; Q++) {
          const region = breakpoints.filter((b) => b <= Q).length - 1
          const price = unitCosts[region]!
          expect(price * rate + (K * rate) / Q + (i * price * Q) / 2).toBeGreaterThan(all - 1e-9)
          const money = unitCosts.reduce((sum, unitCost, j) => {
            const end = breakpoints[j + 1] ?? Infinity
            return sum + unitCost * Math.max(0, Math.min(Q, end) - breakpoints[j]!)
          }, 0)
          const cost = (money * rate) / Q + (K * rate) / Q + (i * money) / 2
          expect(cost).toBeGreaterThan(incremental - 1e-9)
        }
      }),
      { numRuns: 40 },
    )
  })
})
