import { requireArgument } from '../../core/errors.ts'

/** A lot-sizing problem over periods; a single number stands for the same in every period. */
export interface LotSizingTerms {
  /** Units wanted in each period. */
  readonly demand: readonly number[]
  /** Money an order in the period. */
  readonly fixedCost: number | readonly number[]
  /** Money a unit held from the period to the next. */
  readonly holdingCost: number | readonly number[]
  /** Money a unit bought in the period. Default 0. */
  readonly purchaseCost?: number | readonly number[]
}

/** Units ordered in each period, and what all costs together. */
export interface LotSizes {
  readonly orders: readonly number[]
  readonly cost: number
}

/**
 * Lot sizes of least cost for a known demand that must be met on time, exactly, in O(n²):
 *
 *   θ(t) = min over s > t of K_t + c_t Σ_{i=t}^{s−1} d_i + Σ_{i=t}^{s−1} d_i Σ_{j=t}^{i−1} h_j + θ(s)
 *
 * an order covering whole periods (zero-inventory ordering). Of equally good plans the one with the
 * shortest first lots. Source: Wagner & Whitin (1958); Snyder & Shen algorithm 3.1. Example 3.9:
 * orders 210, 0, 150, 0 at 1380.
 */
export function wagnerWhitin(terms: LotSizingTerms): LotSizes {
  const { demand } = terms
  const periods = demand.length
  requireArgument(
    demand.every((units) => units >= 0),
    'demand: a period is negative',
  )
  const fixed = perPeriod(terms.fixedCost, periods, 'fixedCost')
  const holding = perPeriod(terms.holdingCost, periods, 'holdingCost')
  const purchase = perPeriod(terms.purchaseCost ?? 0, periods, 'purchaseCost')
  const costToGo = new Float64Array(periods + 1)
  const next = new Int32Array(periods)
  for (let t = periods - 1; t >= 0; t--) {
    costToGo[t] = Infinity
    let money = 0
    let units = 0
    let heldSince = 0
    for (let s = t + 1; s <= periods; s++) {
      money += demand[s - 1]! * (purchase[t]! + heldSince)
      heldSince += holding[s - 1]!
      units += demand[s - 1]!
      // Nothing wanted, nothing ordered: no fixed cost.
      const cost = money + (units > 0 ? fixed[t]! : 0) + costToGo[s]!
      if (cost < costToGo[t]!) {
        costToGo[t] = cost
        next[t] = s
      }
    }
  }
  return { orders: ordersOf(demand, next), cost: costToGo[0]! }
}

function ordersOf(demand: readonly number[], next: Int32Array): number[] {
  const orders = demand.map(() => 0)
  for (let t = 0; t < demand.length; t = next[t]!) {
    orders[t] = demand.slice(t, next[t]).reduce((sum, units) => sum + units, 0)
  }
  return orders
}

function perPeriod(
  given: number | readonly number[],
  periods: number,
  name: string,
): readonly number[] {
  const values = typeof given === 'number' ? Array.from({ length: periods }, () => given) : given
  requireArgument(
    values.length === periods && values.every((value) => value >= 0),
    `${name}: give one number ≥ 0, or one a period`,
  )
  return values
}
