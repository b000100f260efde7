import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  optimalPoissonPoint,
  optimalReorderPoint,
  poissonPointCost,
  reorderPointByInventoryLevel,
  reorderPointCost,
  reorderPointFor,
  reorderPointWithSafetyStock,
} from './reorder-point.ts'

const example51 = {
  holdingCost: 0.225,
  stockoutCost: 7.5,
  fixedCost: 8,
  demandMean: 1300,
  demandSd: 150,
  leadTime: 1 / 12,
}
const problem51 = {
  holdingCost: 3.1,
  stockoutCost: 45,
  fixedCost: 50,
  demandMean: 800,
  demandSd: 40,
  leadTime: 4 / 365,
}
const problem53 = {
  holdingCost: 3 / 14,
  stockoutCost: 40,
  fixedCost: 85,
  demandMean: 192,
  demandSd: 17.4,
  leadTime: 3,
}
const problem52 = { holdingCost: 4, stockoutCost: 28, fixedCost: 4, demandMean: 12, leadTime: 0.5 }
const example58 = {
  holdingCost: 20,
  stockoutCost: 150,
  fixedCost: 100,
  demandMean: 1.5,
  leadTime: 2,
}

describe('(r, Q), published answers (Snyder & Shen)', () => {
  it('cost of given policies: example 5.1, problem 5.1', () => {
    expect(reorderPointCost(126.8, 328.5, example51)).toBeCloseTo(78.07116250928294, 7)
    expect(reorderPointCost(100, 250, example51)).toBeCloseTo(87.34647802817499, 7)
    expect(reorderPointCost(-1.9859, 166.95, problem51)).toBeCloseTo(484.2110418415538, 6)
    expect(reorderPointCost(100, 250, problem51)).toBeCloseTo(830.3219178082192, 6)
  })

  it('best reorder point for a quantity: example 5.2, problems 5.1, 5.3', () => {
    expect(reorderPointFor(318, example51)).toBeCloseTo(127.7880348669655, 5)
    expect(reorderPointFor(150, example51)).toBeCloseTo(147.1949581740714, 5)
    expect(reorderPointFor(750, example51)).toBeCloseTo(99.85377339616528, 5)
    expect(reorderPointFor(318, problem51)).toBeCloseTo(-11.727678833180178, 5)
    expect(reorderPointFor(750, problem53)).toBeCloseTo(598.4126476551643, 5)
  })

  it('expected-inventory-level approximation: example 5.2, problems 5.1(a), 5.3(a)', () => {
    const example = reorderPointByInventoryLevel(example51)
    expect(example.reorderPoint).toBeCloseTo(213.9704421358, 5)
    expect(example.orderQuantity).toBeCloseTo(318.5901810769, 5)
    expect(example.cost).toBeCloseTo(95.451140222852, 6)
    const problem = reorderPointByInventoryLevel(problem51)
    expect(problem.reorderPoint).toBeCloseTo(17.972649360167715, 5)
    expect(problem.orderQuantity).toBeCloseTo(162.1231617283653, 5)
    expect(problem.cost).toBeCloseTo(531.1189321826714, 5)
    expect(reorderPointByInventoryLevel(problem53).cost).toBeCloseTo(100.627394934774, 5)
  })

  it('EOQ with safety stock: example 5.5, problems 5.1(c), 5.3(c)', () => {
    const example = reorderPointWithSafetyStock(example51)
    expect(example.reorderPoint).toBeCloseTo(190.3369965715624, 6)
    expect(example.orderQuantity).toBeCloseTo(304.0467800264368, 6)
    expect(reorderPointWithSafetyStock(problem51).reorderPoint).toBeCloseTo(15.125515371852014, 6)
    expect(reorderPointWithSafetyStock(problem53).orderQuantity).toBeCloseTo(390.281949364815, 6)
  })

  it('Poisson: example 5.8, problem 5.2, other policies', () => {
    const example = optimalPoissonPoint(example58)
    expect(example).toMatchObject({ reorderPoint: 3, orderQuantity: 5 })
    expect(example.cost).toBeCloseTo(107.9235806331498, 7)
    const problem = optimalPoissonPoint(problem52)
    expect(problem).toMatchObject({ reorderPoint: 6, orderQuantity: 7 })
    expect(problem.cost).toBeCloseTo(28.241312842169155, 7)
    expect(poissonPointCost(8, 12, example58)).toBeCloseTo(242.5281637662021, 7)
    expect(poissonPointCost(3, 9, problem52)).toBeCloseTo(34.264154469469503, 7)
  })
})

describe('optimalReorderPoint', () => {
  it('costs no more than the loss-function approximation, which is all but exact (example 5.6)', () => {
    const { cost, orderQuantity, reorderPoint } = optimalReorderPoint(example51)
    expect(cost).toBeLessThanOrEqual(
      reorderPointCost(126.8670642878315, 328.4491413581765, example51),
    )
    expect(orderQuantity).toBeCloseTo(328.449, 0)
    expect(reorderPoint).toBeCloseTo(126.867, 0)
  })

  it('cannot be bettered nearby', () => {
    const positive = fc.double({ min: 0.1, max: 50, noNaN: true })
    fc.assert(
      fc.property(
        positive,
        positive,
        positive,
        fc.double({ min: 0.05, max: 2, noNaN: true }),
        (h, p, K, L) => {
          const terms = {
            holdingCost: h,
            stockoutCost: p,
            fixedCost: K,
            demandMean: 100,
            demandSd: 20,
            leadTime: L,
          }
          const { reorderPoint: r, orderQuantity: Q, cost } = optimalReorderPoint(terms)
          for (const [dr, dQ] of [
            [1, 0],
            [-1, 0],
            [0, 1],
            [0, -0.5],
            [1, 1],
            [-1, 1],
          ] as const) {
            if (Q + dQ <= 0) continue
            expect(reorderPointCost(r + dr, Q + dQ, terms)).toBeGreaterThanOrEqual(
              cost * (1 - 1e-9),
            )
          }
        },
      ),
      { numRuns: 50 },
    )
  })
})
