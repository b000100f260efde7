import { requireArgument } from '../../core/errors.ts'
import {
  type DiscreteDemand,
  type NewsvendorCosts,
  newsvendorDiscrete,
  newsvendorDiscreteCost,
  requireDemand,
} from './newsvendor.ts'

/** An (s, S) policy: at or below s order up to S; cost in money a period. */
export interface ReorderPolicy {
  readonly reorderLevel: number
  readonly orderUpTo: number
  readonly cost: number
}

/** What (s, S) costs are computed from. */
export interface ReorderTerms extends NewsvendorCosts {
  /** Money an order. */
  readonly fixedCost: number
}

/**
 * Expected cost a period of an (s, S) policy with integer s < S, reviewed every period without lead
 * time (demand over L + 1 periods in place of one gives lead times):
 *
 *   c(s, S) = [K + Σ_{j=0}^{S−s−1} m(j) g(S − j)] / M(S − s)
 *   m(0) = 1 / (1 − f(0)),  m(j) = Σ_{l=0}^{j} f(l) m(j − l),  M(j) = Σ_{i<j} m(i)
 *
 * Source: Snyder & Shen eq. 4.42–4.46 (Zheng & Federgruen 1991).
 */
export function reorderCost(
  reorderLevel: number,
  orderUpTo: number,
  terms: ReorderTerms,
  demand: DiscreteDemand,
): number {
  requireArgument(
    Number.isInteger(reorderLevel) && Number.isInteger(orderUpTo) && reorderLevel < orderUpTo,
    `s = ${reorderLevel} and S = ${orderUpTo} are not whole numbers with s < S`,
  )
  return costCurve(terms, demand).cost(reorderLevel, orderUpTo)
}

/**
 * The (s, S) policy of least cost, exactly. Source: Zheng & Federgruen (1991); Snyder & Shen
 * algorithm 4.2. With h 1, p 9, K 64 and Poisson demand of mean 20: (14, 62) at 49.173.
 */
export function optimalReorderPolicy(terms: ReorderTerms, demand: DiscreteDemand): ReorderPolicy {
  const { period, cost } = costCurve(terms, demand)
  const start = newsvendorDiscrete(terms, demand).baseStockLevel
  let best = start
  let s = start - 1
  while (cost(s, best) > period(s)) s--
  let least = cost(s, best)
  for (let S = best + 1; period(S) <= least; S++) {
    if (cost(s, S) >= least) continue
    best = S
    while (cost(s, best) <= period(s + 1)) s++
    least = cost(s, best)
  }
  return { reorderLevel: s, orderUpTo: best, cost: least }
}

/** g(y) and c(s, S), with what was computed before kept. */
function costCurve(terms: ReorderTerms, demand: DiscreteDemand) {
  requireDemand(demand)
  requireArgument(demand[0]! < 1, 'demand: it is always zero')
  requireArgument(terms.fixedCost >= 0, `fixedCost: ${terms.fixedCost} is negative`)
  const renewals: number[] = [1 / (1 - demand[0]!)]
  const periods = new Map<number, number>()
  const renewal = (j: number): number => {
    while (renewals.length <= j) {
      const next = renewals.length
      let sum = 0
      for (let l = 1; l <= Math.min(next, demand.length - 1); l++) {
        sum += demand[l]! * renewals[next - l]!
      }
      renewals.push(sum * renewals[0]!)
    }
    return renewals[j]!
  }
  const period = (y: number): number => {
    const known = periods.get(y)
    if (known !== undefined) return known
    const cost = newsvendorDiscreteCost(y, terms, demand)
    periods.set(y, cost)
    return cost
  }
  const cost = (s: number, S: number): number => {
    let money = terms.fixedCost
    let length = 0
    for (let j = 0; j < S - s; j++) {
      money += renewal(j) * period(S - j)
      length += renewal(j)
    }
    return money / length
  }
  return { period, cost }
}

/**
 * The power approximation of (s, S) for normal demand without lead time:
 *
 *   Q = 1.30 μ^0.494 (K / h)^0.506 (1 + σ² / μ²)^0.116,  z = √(Q h / (σ p))
 *   s = 0.973 μ + σ (0.183 / z + 1.063 − 2.192 z),  S = s + Q
 *
 * without the caps that its authors put on both where Q / μ is below 1.5. Source: Ehrhardt & Mosier
 * (1984); Snyder & Shen §4.4.4. Example 4.8 gives (40.19, 74.29).
 */
export function powerApproximation(
  terms: ReorderTerms,
  mean: number,
  sd: number,
): { readonly reorderLevel: number; readonly orderUpTo: number } {
  const { holdingCost, stockoutCost, fixedCost } = terms
  const spread = 1 + (sd * sd) / (mean * mean)
  const lot = 1.3 * mean ** 0.494 * (fixedCost / holdingCost) ** 0.506 * spread ** 0.116
  const z = Math.sqrt((lot * holdingCost) / (sd * stockoutCost))
  const reorderLevel = 0.973 * mean + sd * (0.183 / z + 1.063 - 2.192 * z)
  return { reorderLevel, orderUpTo: reorderLevel + lot }
}
