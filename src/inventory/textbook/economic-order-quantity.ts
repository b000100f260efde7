import { requireArgument } from '../../core/errors.ts'

/** Money an order, money a unit and time, units a unit of time. */
export interface LotTerms {
  readonly fixedCost: number
  readonly holdingCost: number
  readonly demandRate: number
}

/** A lot size (units) and its cost (money a unit of time). */
export interface Lot {
  readonly orderQuantity: number
  readonly cost: number
}

function requireTerms({ fixedCost, holdingCost, demandRate }: LotTerms): void {
  requireArgument(fixedCost >= 0, `fixedCost: ${fixedCost} is negative`)
  requireArgument(holdingCost > 0, `holdingCost: ${holdingCost} is not positive`)
  requireArgument(demandRate > 0, `demandRate: ${demandRate} is not positive`)
}

/**
 * The economic order quantity Q* = √(2Kλ / h) at √(2Kλh). Source: Harris (1913); Snyder & Shen
 * eq. 3.4, 3.5. Example 3.1: K 8, h 0.225, λ 1300 gives 304.05 at 68.41.
 */
export function economicOrderQuantity(terms: LotTerms): Lot {
  requireTerms(terms)
  const { fixedCost, holdingCost, demandRate } = terms
  const orderQuantity = Math.sqrt((2 * fixedCost * demandRate) / holdingCost)
  return { orderQuantity, cost: orderQuantity * holdingCost }
}

/** Cost of any lot: K λ / Q + h Q / 2. Source: Snyder & Shen eq. 3.3. */
export function lotCost(orderQuantity: number, terms: LotTerms): number {
  requireTerms(terms)
  requireArgument(orderQuantity > 0, `orderQuantity: ${orderQuantity} is not positive`)
  const { fixedCost, holdingCost, demandRate } = terms
  return (fixedCost * demandRate) / orderQuantity + (holdingCost * orderQuantity) / 2
}

/**
 * The EOQ with planned backorders at `stockoutCost` a unit and time: Q* = √(2Kλ(h + p) / (h p)), of
 * which the share x* = h / (h + p) is backordered. Source: Snyder & Shen eq. 3.26–3.28. Example 3.8
 * gives 310.81, 0.0431, 66.92.
 */
export function lotWithBackorders(
  terms: LotTerms & { readonly stockoutCost: number },
): Lot & { readonly stockoutFraction: number } {
  requireTerms(terms)
  const { holdingCost: h, stockoutCost: p } = terms
  requireArgument(p > 0, `stockoutCost: ${p} is not positive`)
  const { orderQuantity, cost } = economicOrderQuantity(terms)
  const stretch = Math.sqrt((h + p) / p)
  return {
    orderQuantity: orderQuantity * stretch,
    stockoutFraction: h / (h + p),
    cost: cost / stretch,
  }
}

/**
 * The economic production quantity at a finite `productionRate` > λ: Q* = √(2Kλ / (h (1 − λ/μ))).
 * Source: Snyder & Shen eq. 3.35, 3.36. Problem 3.22 gives 171.27 at 3.737.
 */
export function productionLot(terms: LotTerms & { readonly productionRate: number }): Lot {
  const { productionRate, demandRate } = terms
  requireArgument(
    productionRate > demandRate,
    `productionRate: ${productionRate} is not above the demand rate ${demandRate}`,
  )
  const holdingCost = terms.holdingCost * (1 - demandRate / productionRate)
  return economicOrderQuantity({ ...terms, holdingCost })
}

/** Prices that fall with the quantity: unitCosts[j] from breakpoints[j] units on (the first 0). */
export interface DiscountTerms {
  readonly fixedCost: number
  /** Share of the money bound, a unit of time. */
  readonly holdingCostRate: number
  readonly demandRate: number
  readonly breakpoints: readonly number[]
  readonly unitCosts: readonly number[]
}

/** A lot, the price region it lies in, and its cost with the purchase itself. */
export interface DiscountLot extends Lot {
  readonly region: number
}

function requireDiscounts({ breakpoints, unitCosts }: DiscountTerms): void {
  requireArgument(
    breakpoints.length === unitCosts.length && breakpoints[0] === 0,
    'breakpoints: give one a unit cost, the first 0',
  )
  const rising = breakpoints.every((b, j) => j === 0 || b > breakpoints[j - 1]!)
  const falling = unitCosts.every((c, j) => c > 0 && (j === 0 || c < unitCosts[j - 1]!))
  requireArgument(rising && falling, 'breakpoints must rise and unit costs fall, all positive')
}

/**
 * The lot under all-units discounts (the price of the lot's region for every unit of it): the best
 * of the realizable EOQs and the breakpoints. Source: Snyder & Shen §3.3.2. Example 3.6: 800 at
 * 978.60.
 */
export function lotWithAllUnitsDiscounts(terms: DiscountTerms): DiscountLot {
  requireDiscounts(terms)
  const { holdingCostRate, demandRate, breakpoints, unitCosts } = terms
  const candidates = unitCosts.map((unitCost, region) => {
    const region_ = { ...terms, holdingCost: holdingCostRate * unitCost }
    const wanted = economicOrderQuantity(region_).orderQuantity
    const end = breakpoints[region + 1] ?? Infinity
    // Above its region a lot is better placed in the next one, which is cheaper.
    const orderQuantity = Math.max(wanted, breakpoints[region]!)
    const cost = unitCost * demandRate + lotCost(orderQuantity, region_)
    return { orderQuantity, region, cost: orderQuantity < end ? cost : Infinity }
  })
  return cheapest(candidates)
}

/**
 * The lot under incremental discounts (each region's price for the units within it): the best of
 * the realizable √(2 (K + c̄_j) λ / (i c_j)), with c̄_j what the units below b_j cost more than at
 * c_j; breakpoints are never best. Source: Snyder & Shen §3.3.3. Example 3.7: 304.05 at 1043.41.
 */
export function lotWithIncrementalDiscounts(terms: DiscountTerms): DiscountLot {
  requireDiscounts(terms)
  const { fixedCost, holdingCostRate, demandRate, breakpoints, unitCosts } = terms
  let extra = 0
  const candidates = unitCosts.map((unitCost, region) => {
    if (region > 0) extra += breakpoints[region]! * (unitCosts[region - 1]! - unitCost)
    const holdingCost = holdingCostRate * unitCost
    const lot = economicOrderQuantity({ fixedCost: fixedCost + extra, holdingCost, demandRate })
    const inside =
      lot.orderQuantity >= breakpoints[region]! &&
      lot.orderQuantity < (breakpoints[region + 1] ?? Infinity)
    const purchase = unitCost * demandRate + (holdingCostRate * extra) / 2
    return { ...lot, region, cost: inside ? lot.cost + purchase : Infinity }
  })
  return cheapest(candidates)
}

function cheapest(candidates: readonly DiscountLot[]): DiscountLot {
  return candidates.reduce((best, candidate) => (candidate.cost < best.cost ? candidate : best))
}

/** Joint replenishment: a cost an order, and one for each product in it. */
export interface JointTerms {
  readonly sharedFixedCost: number
  readonly individualFixedCosts: readonly number[]
  readonly holdingCosts: readonly number[]
  readonly demandRates: readonly number[]
}

/** Product n is in every orderMultiples[n]-th order, which come baseCycleTime apart. */
export interface JointLots {
  readonly orderQuantities: readonly number[]
  readonly baseCycleTime: number
  readonly orderMultiples: readonly number[]
  readonly cost: number
}

/**
 * Joint replenishment by Silver's heuristic: the product of least k / (h λ) is in every order, the
 * others in every m-th, m = √((k_n / (h_n λ_n)) (h_1 λ_1 / (K + k_1))) rounded, at least 1; then
 * T = √(2 (K + Σ k/m) / Σ h m λ). Source: Silver (1976); Snyder & Shen §11.2.
 */
export function jointReplenishment(terms: JointTerms): JointLots {
  const { sharedFixedCost, individualFixedCosts: fixed, holdingCosts, demandRates } = terms
  requireArgument(
    fixed.length === holdingCosts.length && fixed.length === demandRates.length,
    'terms: give one fixed cost, holding cost and demand rate a product',
  )
  const holding = holdingCosts.map((h, n) => h * demandRates[n]!)
  const ratios = fixed.map((k, n) => k / holding[n]!)
  const base = ratios.indexOf(Math.min(...ratios))
  const scale = holding[base]! / (sharedFixedCost + fixed[base]!)
  const orderMultiples = ratios.map((ratio, n) =>
    n === base ? 1 : Math.max(1, Math.round(Math.sqrt(ratio * scale))),
  )
  const ordering = fixed.reduce((sum, k, n) => sum + k / orderMultiples[n]!, sharedFixedCost)
  const held = holding.reduce((sum, h, n) => sum + h * orderMultiples[n]!, 0)
  const baseCycleTime = Math.sqrt((2 * ordering) / held)
  return {
    orderQuantities: demandRates.map((rate, n) => rate * orderMultiples[n]! * baseCycleTime),
    baseCycleTime,
    orderMultiples,
    cost: ordering / baseCycleTime + (held * baseCycleTime) / 2,
  }
}
