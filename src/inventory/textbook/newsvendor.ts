import { poissonCdf, poissonPmf, poissonQuantile } from '../../core/distributions/counts.ts'
import { normalCdf, normalLoss, normalQuantile } from '../../core/distributions/normal.ts'
import { requireArgument } from '../../core/errors.ts'

/** Costs of one unit too many (holding) and one too few (stock-out), money a unit and period. */
export interface NewsvendorCosts {
  readonly holdingCost: number
  readonly stockoutCost: number
}

/** A base-stock level (units) and its expected cost (money a period). */
export interface BaseStock {
  readonly baseStockLevel: number
  readonly cost: number
}

/** A continuous demand a period: distribution function, its inverse and its mean. */
export interface ContinuousDemand {
  readonly cdf: (units: number) => number
  readonly quantile: (level: number) => number
  readonly mean: number
}

/** Probabilities of demand of 0, 1, 2 … units a period. */
export type DiscreteDemand = ArrayLike<number>

function requireCosts({ holdingCost, stockoutCost }: NewsvendorCosts): void {
  requireArgument(holdingCost > 0, `holdingCost: ${holdingCost} is not positive`)
  requireArgument(stockoutCost > 0, `stockoutCost: ${stockoutCost} is not positive`)
}

/** The critical ratio α = p / (h + p). Source: Snyder & Shen eq. 4.17. Throws ERR_ARGUMENT. */
export function criticalRatio(costs: NewsvendorCosts): number {
  requireCosts(costs)
  return costs.stockoutCost / (costs.holdingCost + costs.stockoutCost)
}

/**
 * The newsvendor with normal demand (`mean`, `sd` units a period), or with `leadTime` > 0 the
 * base-stock level of a system that orders every period and waits that many periods:
 *
 *   S* = μ + z_α σ,  g(S*) = (h + p) φ(z_α) σ,  with μ = mean (L + 1), σ = sd √(L + 1)
 *
 * Source: Snyder & Shen eq. 4.24, 4.30, §4.3.4. Example 4.3: h 0.18, p 0.70, 50 ± 8 gives 56.604
 * at 1.998.
 */
export function newsvendorNormal(
  costs: NewsvendorCosts,
  mean: number,
  sd: number,
  leadTime = 0,
): BaseStock {
  const z = normalQuantile(criticalRatio(costs))
  const baseStockLevel = mean * (leadTime + 1) + z * sd * Math.sqrt(leadTime + 1)
  return { baseStockLevel, cost: newsvendorNormalCost(baseStockLevel, costs, mean, sd, leadTime) }
}

/**
 * Expected cost a period of any base-stock level: h (S − μ) + (h + p) σ 𝓛((S − μ) / σ) with the
 * standard normal loss 𝓛; for σ = 0 the cost of the certain demand. Source: Snyder & Shen eq. 4.31.
 */
export function newsvendorNormalCost(
  baseStockLevel: number,
  costs: NewsvendorCosts,
  mean: number,
  sd: number,
  leadTime = 0,
): number {
  requireCosts(costs)
  requireArgument(sd >= 0, `sd: ${sd} is negative`)
  requireArgument(leadTime >= 0, `leadTime: ${leadTime} is negative`)
  const over = baseStockLevel - mean * (leadTime + 1)
  const sigma = sd * Math.sqrt(leadTime + 1)
  const short = sigma > 0 ? sigma * normalLoss(over / sigma) : Math.max(0, -over)
  return costs.holdingCost * over + (costs.holdingCost + costs.stockoutCost) * short
}

/**
 * The newsvendor with Poisson demand (`mean` units a period; `leadTime` as in newsvendorNormal):
 * the smallest S with F(S) ≥ p / (h + p). Source: Snyder & Shen eq. 4.36. Example 4.7: h 1, p 4,
 * mean 6 gives 8 at 3.570.
 */
export function newsvendorPoisson(costs: NewsvendorCosts, mean: number, leadTime = 0): BaseStock {
  const baseStockLevel = poissonQuantile(criticalRatio(costs), mean * (leadTime + 1))
  return { baseStockLevel, cost: newsvendorPoissonCost(baseStockLevel, costs, mean, leadTime) }
}

/**
 * Expected cost a period of an integer base-stock level under Poisson demand, with
 * E[(D − S)⁺] = (μ − S)(1 − F(S)) + μ f(S). Source: Snyder & Shen eq. C.41.
 */
export function newsvendorPoissonCost(
  baseStockLevel: number,
  costs: NewsvendorCosts,
  mean: number,
  leadTime = 0,
): number {
  requireCosts(costs)
  requireArgument(
    Number.isInteger(baseStockLevel),
    `baseStockLevel: ${baseStockLevel} is not a whole number`,
  )
  const mu = mean * (leadTime + 1)
  const upper = 1 - poissonCdf(baseStockLevel, mu)
  const short =
    baseStockLevel < 0
      ? mu - baseStockLevel
      : (mu - baseStockLevel) * upper + mu * poissonPmf(baseStockLevel, mu)
  const { holdingCost, stockoutCost } = costs
  return holdingCost * (baseStockLevel - mu) + (holdingCost + stockoutCost) * short
}

/**
 * The newsvendor with lognormal demand, ln D normal(`mu`, `sigma`): S* = exp(μ + σ z_α).
 * Source: Snyder & Shen §4.3.3, problem 4.8(b): h 1, p 0.1765, μ 6, σ 0.3 gives 295.63 at 29.44.
 */
export function newsvendorLognormal(costs: NewsvendorCosts, mu: number, sigma: number): BaseStock {
  const baseStockLevel = Math.exp(mu + sigma * normalQuantile(criticalRatio(costs)))
  return { baseStockLevel, cost: newsvendorLognormalCost(baseStockLevel, costs, mu, sigma) }
}

/**
 * Expected cost of a base-stock level under lognormal demand, with
 * E[(D − S)⁺] = e^{μ + σ²/2} Φ((μ + σ² − ln S) / σ) − S (1 − Φ((ln S − μ) / σ)).
 */
export function newsvendorLognormalCost(
  baseStockLevel: number,
  costs: NewsvendorCosts,
  mu: number,
  sigma: number,
): number {
  requireCosts(costs)
  requireArgument(baseStockLevel > 0, `baseStockLevel: ${baseStockLevel} is not positive`)
  requireArgument(sigma > 0, `sigma: ${sigma} is not positive`)
  const mean = Math.exp(mu + (sigma * sigma) / 2)
  const log = Math.log(baseStockLevel)
  const beyond = mean * normalCdf((mu + sigma * sigma - log) / sigma)
  const short = beyond - baseStockLevel * normalCdf((mu - log) / sigma)
  const { holdingCost, stockoutCost } = costs
  return holdingCost * (baseStockLevel - mean) + (holdingCost + stockoutCost) * short
}

/**
 * The newsvendor with any continuous demand ≥ 0 or unbounded below: S* = F⁻¹(p / (h + p)).
 * Source: Snyder & Shen eq. 4.27.
 */
export function newsvendorContinuous(costs: NewsvendorCosts, demand: ContinuousDemand): BaseStock {
  const baseStockLevel = demand.quantile(criticalRatio(costs))
  return { baseStockLevel, cost: newsvendorContinuousCost(baseStockLevel, costs, demand) }
}

/**
 * Expected cost of a base-stock level under any continuous demand, with E[(D − S)⁺] = ∫_S^∞ (1 − F),
 * by Simpson's rule up to the 1 − 10⁻¹² quantile (relative error about 1e-8 for smooth demand).
 */
export function newsvendorContinuousCost(
  baseStockLevel: number,
  costs: NewsvendorCosts,
  demand: ContinuousDemand,
): number {
  requireCosts(costs)
  const end = Math.max(baseStockLevel, demand.quantile(1 - 1e-12))
  const steps = 4096
  const width = (end - baseStockLevel) / steps
  let sum = 0
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2
    sum += weight * (1 - demand.cdf(baseStockLevel + i * width))
  }
  const short = (sum * width) / 3
  const { holdingCost, stockoutCost } = costs
  return holdingCost * (baseStockLevel - demand.mean) + (holdingCost + stockoutCost) * short
}

/**
 * The newsvendor with any discrete demand: the smallest S with F(S) ≥ p / (h + p). Source: Snyder &
 * Shen eq. 4.36. Problem 4.7(b) gives 5 at 1,225,000.
 */
export function newsvendorDiscrete(costs: NewsvendorCosts, demand: DiscreteDemand): BaseStock {
  const ratio = criticalRatio(costs)
  requireDemand(demand)
  let level = 0
  let cumulative = demand[0]!
  // A sum that reaches the ratio up to rounding reaches it.
  while (cumulative < ratio - 1e-12 && level < demand.length - 1) cumulative += demand[++level]!
  return { baseStockLevel: level, cost: newsvendorDiscreteCost(level, costs, demand) }
}

/** Expected cost of any base-stock level under discrete demand: h E[(S − D)⁺] + p E[(D − S)⁺]. */
export function newsvendorDiscreteCost(
  baseStockLevel: number,
  costs: NewsvendorCosts,
  demand: DiscreteDemand,
): number {
  requireCosts(costs)
  let cost = 0
  for (let units = 0; units < demand.length; units++) {
    const over = baseStockLevel - units
    cost += demand[units]! * (over > 0 ? costs.holdingCost * over : -costs.stockoutCost * over)
  }
  return cost
}

/** Throws ERR_ARGUMENT unless the probabilities are ≥ 0 and sum to 1. */
export function requireDemand(demand: DiscreteDemand): void {
  const total = Array.from(demand).reduce((sum, share) => sum + share, 0)
  requireArgument(
    Array.from(demand).every((share) => share >= 0) && Math.abs(total - 1) < 1e-6,
    `demand: its probabilities sum to ${total}, not 1`,
  )
}

/** Poisson probabilities of 0, 1, 2 … units, cut where less than 1e-15 is left. */
export function poissonDemand(mean: number): Float64Array {
  const last = Math.ceil(mean + 12 * Math.sqrt(mean) + 40)
  return Float64Array.from({ length: last + 1 }, (_, units) => poissonPmf(units, mean))
}
