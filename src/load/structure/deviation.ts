import { normalCdf } from '../../core/distributions/normal.ts'

/**
 * Factor of load for a deviation x of its logarithm: eˣ below the expected course, (1 + x/2)² above it. A
 * lognormal lets load grow without bound where people run out; the square root of load (Box & Cox 1964,
 * λ = ½) is the mean between adding and multiplying.
 */
export function deviationFactor(x: number): number {
  return x > 0 ? (1 + 0.5 * x) * (1 + 0.5 * x) : Math.exp(x)
}

const STEPS = 512
const LARGEST = 4
let known: Float64Array | undefined

/**
 * Mean of the factor for x normal about 0 with `variance`: ½ + σ/√(2π) + σ²/8 above, e^(σ²/2) Φ(−σ)
 * below; read from a table, variances beyond 4 as 4.
 */
export function meanFactor(variance: number): number {
  known ??= Float64Array.from({ length: STEPS + 2 }, (_, k) => exactMeanFactor(place(k)))
  // Places go with the standard deviation, in which the factor is smooth.
  const at = Math.sqrt(Math.min(LARGEST, Math.max(0, variance)) / LARGEST) * STEPS
  const low = Math.floor(at)
  return known[low]! + (at - low) * (known[low + 1]! - known[low]!)
}

const place = (k: number) => (LARGEST * k * k) / (STEPS * STEPS)

/** The mean factor by its formula. */
export function exactMeanFactor(variance: number): number {
  const sd = Math.sqrt(variance)
  return 0.5 + sd / Math.sqrt(2 * Math.PI) + variance / 8 + Math.exp(variance / 2) * normalCdf(-sd)
}
