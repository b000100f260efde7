import { normalCdf, normalLoss } from '../../core/distributions/normal.ts'

/** −log P(D = 0) beyond which counts are taken as normal: the recursion would start at nothing. */
const NORMAL_FROM = 600

/**
 * Demand of many entries (a product in a region), walked case by case. Demand is negative binomial
 * by mean m and variance φ m, Poisson where φ ≤ 1. Probabilities follow by recursion,
 * P(n + 1) = P(n) (m + n (φ − 1)) / (φ (n + 1)), so that a case costs as many steps as it has
 * units; very large demand is taken as normal.
 */
export class CaseWalk {
  readonly #mean: Float32Array
  readonly #dispersion: Float64Array
  readonly #products: number
  /** Units before the next case, by entry. */
  readonly units: Int32Array
  /** Expected units that the next case sells, by entry. */
  readonly sold: Float64Array
  /** P(D > units), by entry. */
  readonly short: Float64Array
  /** P(D > n) and P(D = n) at n = units + next case; NaN where demand is taken as normal. */
  readonly #beyond: Float64Array
  readonly #at: Float64Array

  /** `mean` by region × product, `dispersion` by product; entries are numbered as in `mean`. */
  constructor(mean: Float32Array, dispersion: Float64Array) {
    this.#mean = mean
    this.#dispersion = dispersion
    this.#products = dispersion.length
    this.units = new Int32Array(mean.length)
    this.sold = new Float64Array(mean.length)
    this.short = new Float64Array(mean.length)
    this.#beyond = new Float64Array(mean.length)
    this.#at = new Float64Array(mean.length)
  }

  /** Looks at the first case of an entry. */
  begin(entry: number, casePack: number): void {
    const m = this.#mean[entry]!
    const phi = this.#phi(entry)
    const logZero = phi > 1 ? (m * Math.log(phi)) / (phi - 1) : m
    this.units[entry] = 0
    this.#at[entry] = logZero > NORMAL_FROM ? Number.NaN : Math.exp(-logZero)
    this.#beyond[entry] = 1 - this.#at[entry]!
    this.#look(entry, casePack)
  }

  /** Takes the next case and looks at the one after it. */
  take(entry: number, casePack: number): void {
    this.units[entry]! += casePack
    this.#look(entry, casePack)
  }

  #phi(entry: number): number {
    return Math.max(1, this.#dispersion[entry % this.#products]!)
  }

  #look(entry: number, casePack: number): void {
    const m = this.#mean[entry]!
    const phi = this.#phi(entry)
    const from = this.units[entry]!
    let at = this.#at[entry]!
    if (Number.isNaN(at)) {
      this.short[entry] = normalShort(from, m, phi)
      this.sold[entry] = normalSold(from + casePack, m, phi) - normalSold(from, m, phi)
      return
    }
    let beyond = this.#beyond[entry]!
    this.short[entry] = beyond
    let sold = 0
    for (let n = from; n < from + casePack; n++) {
      sold += beyond
      at *= (m + n * (phi - 1)) / (phi * (n + 1))
      beyond = Math.max(0, beyond - at)
    }
    this.sold[entry] = sold
    this.#at[entry] = at
    this.#beyond[entry] = beyond
  }
}

/** E[min(D, n)] of a normal demand: m − σ L((n − m) / σ). */
function normalSold(n: number, mean: number, phi: number): number {
  const sd = Math.sqrt(phi * mean)
  return mean - sd * normalLoss((n - mean) / sd)
}

/** P(D > n) by the normal approximation with continuity. */
function normalShort(n: number, mean: number, phi: number): number {
  return normalCdf((mean - n - 0.5) / Math.sqrt(phi * mean))
}
