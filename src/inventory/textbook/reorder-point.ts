import {
  normalCdf,
  normalLoss,
  normalPdf,
  normalQuantile,
} from '../../core/distributions/normal.ts'
import { requireArgument } from '../../core/errors.ts'
import { economicOrderQuantity } from './economic-order-quantity.ts'
import {
  type NewsvendorCosts,
  newsvendorNormal,
  newsvendorNormalCost,
  newsvendorPoisson,
  newsvendorPoissonCost,
} from './newsvendor.ts'

/** An (r, Q) policy: as soon as the position falls to r order Q; cost in money a unit of time. */
export interface ReorderPoint {
  readonly reorderPoint: number
  readonly orderQuantity: number
  readonly cost: number
}

/** What (r, Q) policies are computed from; time in any one unit. Stock-outs are backordered. */
export interface ReorderPointTerms extends NewsvendorCosts {
  /** Money an order. */
  readonly fixedCost: number
  /** Units a unit of time, and its standard deviation over one unit of time. */
  readonly demandMean: number
  readonly demandSd: number
  readonly leadTime: number
}

function leadTimeDemand(terms: ReorderPointTerms) {
  const mean = terms.demandMean * terms.leadTime
  const sd = terms.demandSd * Math.sqrt(terms.leadTime)
  requireArgument(sd > 0, `lead time demand has a standard deviation of ${sd}, not above 0`)
  return { mean, sd }
}

/** ∫_z^∞ 𝓛(t) dt = ½ [(z² + 1)(1 − Φ(z)) − z φ(z)], the second-order standard normal loss. */
function secondLoss(z: number): number {
  return 0.5 * ((z * z + 1) * normalCdf(-z) - z * normalPdf(z))
}

/**
 * Expected cost of an (r, Q) policy under normal demand:
 *
 *   c(r, Q) = [K λ + ∫_r^{r+Q} g(y) dy] / Q,  g the newsvendor cost of the lead time demand,
 *
 * the integral in closed form by the second-order loss function. Source: Snyder & Shen eq. 5.7.
 */
export function reorderPointCost(
  reorderPoint: number,
  orderQuantity: number,
  terms: ReorderPointTerms,
): number {
  requireArgument(orderQuantity > 0, `orderQuantity: ${orderQuantity} is not positive`)
  const { mean, sd } = leadTimeDemand(terms)
  const { holdingCost, stockoutCost, fixedCost, demandMean } = terms
  const low = reorderPoint - mean
  const high = low + orderQuantity
  const over = (high * high - low * low) / 2
  const short = sd * sd * (secondLoss(low / sd) - secondLoss(high / sd))
  const integral = holdingCost * over + (holdingCost + stockoutCost) * short
  return (fixedCost * demandMean + integral) / orderQuantity
}

/**
 * The best reorder point for a given quantity: g(r) = g(r + Q), by bisection.
 * Source: Snyder & Shen theorem 5.2.
 */
export function reorderPointFor(orderQuantity: number, terms: ReorderPointTerms): number {
  const { mean, sd } = leadTimeDemand(terms)
  const level = newsvendorNormal(terms, mean, sd).baseStockLevel
  let low = level - orderQuantity
  let high = level
  while (high - low > 1e-12 * Math.max(1, Math.abs(level))) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    const before = newsvendorNormalCost(middle, terms, mean, sd)
    const after = newsvendorNormalCost(middle + orderQuantity, terms, mean, sd)
    if (before > after) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/**
 * The (r, Q) policy of least cost under normal demand, exactly: Q H(Q) − ∫ g = K λ with
 * H(Q) = g(r(Q)) rising in Q, by bisection. Source: Zheng (1992); Snyder & Shen §5.3.2.
 */
export function optimalReorderPoint(terms: ReorderPointTerms): ReorderPoint {
  const { mean, sd } = leadTimeDemand(terms)
  const excess = (quantity: number) => {
    const point = reorderPointFor(quantity, terms)
    const edge = newsvendorNormalCost(point, terms, mean, sd)
    return edge - reorderPointCost(point, quantity, terms)
  }
  let low = 0
  let high = economicOrderQuantity({ ...terms, demandRate: terms.demandMean }).orderQuantity
  while (excess(high) < 0) {
    low = high
    high *= 2
  }
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (excess(middle) < 0) low = middle
    else high = middle
  }
  const reorderPoint = reorderPointFor(high, terms)
  const cost = reorderPointCost(reorderPoint, high, terms)
  return { reorderPoint, orderQuantity: high, cost }
}

/**
 * The expected-inventory-level approximation, stock-out cost a unit short (not a unit and time):
 *
 *   r = F⁻¹(1 − Q h / (p λ)),  Q = √(2 λ [K + p n(r)] / h),  in turn until neither moves
 *   cost = h (r − λL + Q / 2) + K λ / Q + p λ n(r) / Q,  n(r) = E[(D_L − r)⁺]
 *
 * Source: Whitin (1953); Snyder & Shen algorithm 5.1. Example 5.2 gives (213.97, 318.59) at 95.45.
 */
export function reorderPointByInventoryLevel(terms: ReorderPointTerms): ReorderPoint {
  const { mean, sd } = leadTimeDemand(terms)
  const { holdingCost: h, stockoutCost: p, fixedCost, demandMean: rate } = terms
  const shortage = (r: number) => sd * normalLoss((r - mean) / sd)
  let quantity = economicOrderQuantity({ ...terms, demandRate: rate }).orderQuantity
  let point = Number.NaN
  for (let round = 0; round < 1000; round++) {
    const ratio = 1 - (quantity * h) / (p * rate)
    requireArgument(ratio > 0, 'stockoutCost: it is too low for this approximation')
    const nextPoint = mean + sd * normalQuantile(ratio)
    const nextQuantity = Math.sqrt((2 * rate * (fixedCost + p * shortage(nextPoint))) / h)
    const settled = Math.abs(nextPoint - point) < 1e-10 && Math.abs(nextQuantity - quantity) < 1e-10
    point = nextPoint
    quantity = nextQuantity
    if (settled) break
  }
  const cost =
    h * (point - mean + quantity / 2) +
    (fixedCost * rate) / quantity +
    (p * rate * shortage(point)) / quantity
  return { reorderPoint: point, orderQuantity: quantity, cost }
}

/**
 * The EOQ with safety stock: Q = √(2Kλ/h), r = λL + z_α σ√L with α = p / (h + p).
 * Source: Snyder & Shen §5.2.3. Example 5.5 gives (190.34, 304.05).
 */
export function reorderPointWithSafetyStock(terms: ReorderPointTerms): ReorderPoint {
  const { mean, sd } = leadTimeDemand(terms)
  const reorderPoint = newsvendorNormal(terms, mean, sd).baseStockLevel
  const { orderQuantity } = economicOrderQuantity({ ...terms, demandRate: terms.demandMean })
  const cost = reorderPointCost(reorderPoint, orderQuantity, terms)
  return { reorderPoint, orderQuantity, cost }
}

/** Terms of Poisson demand: its mean tells its spread. */
export type PoissonPointTerms = Omit<ReorderPointTerms, 'demandSd'>

/**
 * Expected cost of an (r, Q) policy under Poisson demand, r and Q whole numbers:
 * c(r, Q) = [K λ + Σ_{y=r+1}^{r+Q} g(y)] / Q. Source: Snyder & Shen eq. 5.36.
 */
export function poissonPointCost(
  reorderPoint: number,
  orderQuantity: number,
  terms: PoissonPointTerms,
): number {
  requireArgument(
    Number.isInteger(orderQuantity) && orderQuantity > 0,
    `orderQuantity: ${orderQuantity} is not a positive whole number`,
  )
  const mean = terms.demandMean * terms.leadTime
  let sum = terms.fixedCost * terms.demandMean
  for (let y = reorderPoint + 1; y <= reorderPoint + orderQuantity; y++) {
    sum += newsvendorPoissonCost(y, terms, mean)
  }
  return sum / orderQuantity
}

/**
 * The (r, Q) policy of least cost under Poisson demand, exactly: starting from the newsvendor level
 * alone, the range (r, r + Q] takes in the cheaper of its two neighbours as long as that lowers the
 * average. Source: Federgruen & Zheng (1992); Snyder & Shen algorithm 5.3. Example 5.8: (3, 5) at
 * 107.92.
 */
export function optimalPoissonPoint(terms: PoissonPointTerms): ReorderPoint {
  const mean = terms.demandMean * terms.leadTime
  const cost = (y: number) => newsvendorPoissonCost(y, terms, mean)
  const level = newsvendorPoisson(terms, mean).baseStockLevel
  let point = level - 1
  let quantity = 1
  let sum = terms.fixedCost * terms.demandMean + cost(level)
  for (;;) {
    const [below, above] = [cost(point), cost(point + quantity + 1)]
    const next = Math.min(below, above)
    if (next >= sum / quantity) break
    sum += next
    quantity++
    if (below <= above) point--
  }
  return { reorderPoint: point, orderQuantity: quantity, cost: sum / quantity }
}
