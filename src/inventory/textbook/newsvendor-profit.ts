import { requireArgument } from '../../core/errors.ts'
import {
  type NewsvendorCosts,
  newsvendorNormal,
  newsvendorNormalCost,
  newsvendorPoisson,
  newsvendorPoissonCost,
} from './newsvendor.ts'

/** Money a unit: revenue r of a sale, purchase cost c, salvage v of a leftover, and extra costs. */
export interface ProfitTerms {
  readonly revenue: number
  readonly purchaseCost: number
  readonly salvageValue: number
  /** Of a leftover, beyond what it cost. */
  readonly holdingCost?: number
  /** Of a lost sale, beyond its margin. */
  readonly stockoutCost?: number
}

/** A base-stock level (units) and its expected profit (money a period). */
export interface ProfitableStock {
  readonly baseStockLevel: number
  readonly profit: number
}

/**
 * The costs of one unit too many and too few that are worth the same as given profit terms:
 * h′ = h + c − v, p′ = p + r − c; profit = (r − c) μ − cost. Source: Snyder & Shen §4.3.2.4.
 */
export function costsOfProfit(terms: ProfitTerms): NewsvendorCosts {
  const { revenue, purchaseCost, salvageValue, holdingCost = 0, stockoutCost = 0 } = terms
  requireArgument(
    salvageValue < purchaseCost && purchaseCost < revenue,
    `terms: salvage ${salvageValue} < purchase ${purchaseCost} < revenue ${revenue} does not hold`,
  )
  return {
    holdingCost: holdingCost + purchaseCost - salvageValue,
    stockoutCost: stockoutCost + revenue - purchaseCost,
  }
}

/** newsvendorNormal in profit form. Example 4.2: r 1, c 0.3, v 0.12, 50 ± 8: 56.604 at 33.002. */
export function newsvendorNormalProfit(
  terms: ProfitTerms,
  mean: number,
  sd: number,
  baseStockLevel = newsvendorNormal(costsOfProfit(terms), mean, sd).baseStockLevel,
): ProfitableStock {
  const cost = newsvendorNormalCost(baseStockLevel, costsOfProfit(terms), mean, sd)
  return { baseStockLevel, profit: (terms.revenue - terms.purchaseCost) * mean - cost }
}

/** newsvendorPoisson in profit form. */
export function newsvendorPoissonProfit(
  terms: ProfitTerms,
  mean: number,
  baseStockLevel = newsvendorPoisson(costsOfProfit(terms), mean).baseStockLevel,
): ProfitableStock {
  const cost = newsvendorPoissonCost(baseStockLevel, costsOfProfit(terms), mean)
  return { baseStockLevel, profit: (terms.revenue - terms.purchaseCost) * mean - cost }
}
