import type { Panel } from '../../core/panel.ts'

/** How all products together answer prices: demand × exp(−elasticity · log price + lift · promoted). */
export interface PriceResponse {
  readonly elasticity: number
  readonly promotionLift: number
}

/** Price over usual price and promotion flag of each value of a panel, where it knows them. */
export interface PriceColumns {
  readonly relative: Float64Array | undefined
  readonly promoted: Float64Array | undefined
  readonly offsets: Int32Array
}

/** The columns `price_relative` and `promotion` of a panel's known covariates. */
export function priceColumns(panel: Panel): PriceColumns {
  const columns = panel.known?.columns ?? {}
  return {
    relative: columns['price_relative'],
    promoted: columns['promotion'],
    offsets: panel.known?.offsets ?? panel.offsets,
  }
}

/** Factor of demand by price of series `i`, step `t` of its own clock; 1 where nothing is known. */
export function priceFactor(
  { relative, promoted, offsets }: PriceColumns,
  { elasticity, promotionLift }: PriceResponse,
  i: number,
  t: number,
): number {
  const at = offsets[i]! + t
  const log = logPrice(relative?.[at])
  const flag = promoted?.[at] ?? 0
  if (log === 0 && !(flag > 0)) return 1
  return Math.exp(-elasticity * log + (flag > 0 ? promotionLift : 0))
}

/** Logarithm of a relative price; 0 where it is unknown or no price at all. */
function logPrice(price = Number.NaN): number {
  return price > 0 && price < Infinity ? Math.log(price) : 0
}

/** Sums of one pass over cells with another price than usual. */
export interface PriceSums {
  /** Score and curvature of (elasticity, lift): Poisson log-likelihood. */
  readonly gradient: Float64Array
  readonly hessian: Float64Array
}

export function emptySums(): PriceSums {
  return { gradient: new Float64Array(2), hessian: new Float64Array(3) }
}

/** Adds a cell: units seen, units expected at the current response. */
export function addCell(
  sums: PriceSums,
  { relative, promoted, offsets }: PriceColumns,
  i: number,
  t: number,
  seen: number,
  expected: number,
): void {
  const at = offsets[i]! + t
  const a = -logPrice(relative?.[at])
  const b = (promoted?.[at] ?? 0) > 0 ? 1 : 0
  if (a === 0 && b === 0) return
  const { gradient, hessian } = sums
  gradient[0]! += a * (seen - expected)
  gradient[1]! += b * (seen - expected)
  hessian[0]! += a * a * expected
  hessian[1]! += a * b * expected
  hessian[2]! += b * b * expected
}

/** Prior weight, as curvature: few cells leave the response near that of groceries and gifts. */
const PRIOR = 20
const USUAL: PriceResponse = { elasticity: 1.5, promotionLift: 0.1 }

/** One damped Newton step of the Poisson regression, drawn to the usual response. */
export function stepResponse(response: PriceResponse, sums: PriceSums): PriceResponse {
  const [a, b, c] = [sums.hessian[0]! + PRIOR, sums.hessian[1]!, sums.hessian[2]! + PRIOR]
  const g = sums.gradient[0]! - PRIOR * (response.elasticity - USUAL.elasticity)
  const h = sums.gradient[1]! - PRIOR * (response.promotionLift - USUAL.promotionLift)
  const determinant = a * c - b * b
  const clamp = (v: number, low: number, high: number) => Math.max(low, Math.min(high, v))
  return {
    elasticity: clamp(response.elasticity + (c * g - b * h) / determinant, 0, 6),
    promotionLift: clamp(response.promotionLift + (a * h - b * g) / determinant, -0.5, 1.5),
  }
}

/** The response before anything is known. */
export const USUAL_RESPONSE = USUAL
