import { describe, expect, it } from 'vitest'
import { normalCdf, normalQuantile } from '../../core/distributions/normal.ts'
import {
  newsvendorContinuous,
  newsvendorContinuousCost,
  newsvendorDiscrete,
  newsvendorDiscreteCost,
  newsvendorLognormal,
  newsvendorLognormalCost,
  newsvendorNormal,
  newsvendorNormalCost,
  newsvendorPoisson,
  newsvendorPoissonCost,
  poissonDemand,
} from './newsvendor.ts'
import { newsvendorNormalProfit, newsvendorPoissonProfit } from './newsvendor-profit.ts'

const example43 = { holdingCost: 0.18, stockoutCost: 0.7 }
const problem41 = { holdingCost: 43, stockoutCost: 79 }
const example47 = { holdingCost: 1, stockoutCost: 4 }
const problem48b = { holdingCost: 1, stockoutCost: 0.1765 }
const problem47b = { holdingCost: 500_000, stockoutCost: 1_000_000 }

describe('newsvendor, published answers (Snyder & Shen)', () => {
  it('normal: example 4.3, problem 4.1, other levels', () => {
    const example = newsvendorNormal(example43, 50, 8)
    expect(example.baseStockLevel).toBeCloseTo(56.603955927433887, 8)
    expect(example.cost).toBeCloseTo(1.997605193176645, 8)
    expect(newsvendorNormalCost(40, example43, 50, 8)).toBeCloseTo(7.356131552870388, 8)
    const problem = newsvendorNormal(problem41, 900, 60)
    expect(problem.baseStockLevel).toBeCloseTo(922.7214038234755, 6)
    expect(problem.cost).toBeCloseTo(2718.196781782411, 6)
    expect(newsvendorNormalCost(1040, problem41, 900, 60)).toBeCloseTo(6044.298415188692, 6)
  })

  it('base stock with lead time: example 4.4', () => {
    const { baseStockLevel, cost } = newsvendorNormal(example43, 50, 8, 4)
    expect(baseStockLevel).toBeCloseTo(264.7668943741548, 7)
    expect(cost).toBeCloseTo(4.466781004149578, 7)
    expect(newsvendorNormalCost(180, example43, 50, 8, 4)).toBeCloseTo(49.000164748034095, 7)
    expect(newsvendorPoisson(example47, 2, 2)).toEqual(newsvendorPoisson(example47, 6))
  })

  it('Poisson: example 4.7, problem 4.8(a)', () => {
    const example = newsvendorPoisson(example47, 6)
    expect(example.baseStockLevel).toBe(8)
    expect(example.cost).toBeCloseTo(3.570106945770946, 8)
    expect(newsvendorPoissonCost(5, example47, 6)).toBeCloseTo(6.590296024616344, 8)
    const problem48a = { holdingCost: 200, stockoutCost: 270 }
    const problem = newsvendorPoisson(problem48a, 18)
    expect(problem.baseStockLevel).toBe(19)
    expect(problem.cost).toBeCloseTo(786.0884409351115, 7)
    expect(newsvendorPoissonCost(13, problem48a, 18)).toBeCloseTo(1445.751062891969, 7)
  })

  it('lognormal: problem 4.8(b), in closed form and as any continuous demand', () => {
    const closed = newsvendorLognormal(problem48b, 6, 0.3)
    expect(closed.baseStockLevel).toBeCloseTo(295.6266448071368, 7)
    expect(closed.cost).toBeCloseTo(29.44254358213529, 7)
    expect(newsvendorLognormalCost(350, problem48b, 6, 0.3)).toBeCloseTo(34.588836685654854, 7)
    const demand = {
      cdf: (x: number) => (x <= 0 ? 0 : normalCdf((Math.log(x) - 6) / 0.3)),
      quantile: (u: number) => Math.exp(6 + 0.3 * normalQuantile(u)),
      mean: Math.exp(6.045),
    }
    const any = newsvendorContinuous(problem48b, demand)
    expect(any.baseStockLevel).toBeCloseTo(closed.baseStockLevel, 9)
    expect(any.cost).toBeCloseTo(closed.cost, 6)
    expect(newsvendorContinuousCost(350, problem48b, demand)).toBeCloseTo(34.588836685654854, 6)
  })

  it('continuous: example 4.1', () => {
    const demand = {
      cdf: (x: number) => normalCdf((x - 50) / 8),
      quantile: (u: number) => 50 + 8 * normalQuantile(u),
      mean: 50,
    }
    const { baseStockLevel, cost } = newsvendorContinuous(example43, demand)
    expect(baseStockLevel).toBeCloseTo(56.603955927433887, 9)
    expect(cost).toBeCloseTo(1.997605193176645, 7)
  })

  it('discrete: problem 4.7(b), example 4.7', () => {
    const demand = [0, 0.25, 0.05, 0.1, 0.2, 0.15, 0.1, 0.1, 0.05]
    const { baseStockLevel, cost } = newsvendorDiscrete(problem47b, demand)
    expect(baseStockLevel).toBe(5)
    expect(cost).toBeCloseTo(1_225_000, 4)
    expect(newsvendorDiscreteCost(3, problem47b, demand)).toBeCloseTo(1_725_000, 4)
    const poisson = newsvendorDiscrete(example47, poissonDemand(6))
    expect(poisson.baseStockLevel).toBe(8)
    expect(poisson.cost).toBeCloseTo(3.570106945770946, 8)
  })

  it('profit form: example 4.2, problem 4.3(b), normal and Poisson', () => {
    const example42 = { revenue: 1, purchaseCost: 0.3, salvageValue: 0.12 }
    const normal = newsvendorNormalProfit(example42, 50, 8)
    expect(normal.baseStockLevel).toBeCloseTo(56.603955927433887, 8)
    expect(normal.profit).toBeCloseTo(33.002394806823354, 8)
    expect(newsvendorNormalProfit(example42, 50, 8, 40).profit).toBeCloseTo(27.643868447129613, 8)
    const poisson = newsvendorPoissonProfit(example42, 50)
    expect(poisson.baseStockLevel).toBe(56)
    expect(poisson.profit).toBeCloseTo(33.20276478819082, 8)
    const problem43b = { revenue: 7, purchaseCost: 2.5, salvageValue: 1.5 }
    const bare = newsvendorNormalProfit(problem43b, 50, 10)
    expect(bare.baseStockLevel).toBeCloseTo(59.084578685373856, 7)
    expect(bare.profit).toBeCloseTo(210.4768082523147, 7)
    const costly = { ...problem43b, holdingCost: 1, stockoutCost: 5 }
    expect(newsvendorNormalProfit(costly, 50, 10).baseStockLevel).toBeCloseTo(59.388143168769034, 7)
    expect(newsvendorNormalProfit(costly, 50, 10, 62).profit).toBeCloseTo(194.5482181675262, 7)
    expect(newsvendorPoissonProfit(costly, 50).baseStockLevel).toBe(57)
    expect(newsvendorPoissonProfit(costly, 50).profit).toBeCloseTo(203.67269269293658, 7)
  })

  it('refuses costs and probabilities that are none', () => {
    const argument = expect.objectContaining({ code: 'ERR_ARGUMENT' })
    expect(() => newsvendorNormal({ holdingCost: -2, stockoutCost: 1 }, 50, 8)).toThrow(argument)
    expect(() => newsvendorDiscrete(example47, [0.5, 0.4])).toThrow(argument)
    expect(() => newsvendorPoissonCost(2.5, example47, 6)).toThrow(argument)
    const loss = { revenue: 1, purchaseCost: 2, salvageValue: 0 }
    expect(() => newsvendorNormalProfit(loss, 50, 8)).toThrow(argument)
  })
})
