import { requireArgument } from '../../core/errors.ts'

/**
 * A covariance of the errors of base forecasts without ever writing it down: share · diag(variance) +
 * (1 − share) / T · E Eᵀ, E = errors (nodes × T).
 */
export interface ErrorCovariance {
  readonly variance: Float64Array
  /** Weight of the diagonal, 0 to 1. */
  readonly share: number
  /** nodes × T, row-major. */
  readonly errors: Float64Array
  readonly points: number
}

/** A diagonal covariance: every node's error is its own. */
export function diagonal(variance: Float64Array): ErrorCovariance {
  return { variance, share: 1, errors: new Float64Array(0), points: 0 }
}

/**
 * The covariance of errors (nodes × T, row-major; missing = NaN counts as zero), shrunk towards its
 * diagonal by the intensity that minimises the expected squared error of the correlations: λ = Σ
 * Var(r_ij) / Σ r_ij², i ≠ j. Sources: Schäfer & Strimmer 2005; Wickramasuriya, Athanasopoulos &
 * Hyndman 2019 (MinT). In O(nodes · T²), by the T × T Gram matrix in place of the nodes × nodes one.
 */
export function shrunkCovariance(errors: Float64Array, nodes: number): ErrorCovariance {
  const points = errors.length / nodes
  requireArgument(
    nodes > 0 && Number.isInteger(points) && points > 0,
    `shrunkCovariance: ${errors.length} errors of ${nodes} nodes`,
  )
  const clean = errors.map((e) => (Number.isFinite(e) ? e : 0))
  const variance = new Float64Array(nodes)
  for (let i = 0; i < nodes; i++) {
    let sum = 0
    for (let t = 0; t < points; t++) sum += clean[i * points + t]! ** 2
    variance[i] = sum / points
  }
  floorVariance(variance)
  return { variance, share: intensity(clean, variance, points), errors: clean, points }
}

/** A node that never missed is believed a little less than wholly, so that the system can be solved. */
function floorVariance(variance: Float64Array): void {
  const mean = variance.reduce((a, b) => a + b, 0) / variance.length
  const least = mean > 0 ? 1e-8 * mean : 1
  for (let i = 0; i < variance.length; i++) variance[i] = Math.max(variance[i]!, least)
}

function intensity(errors: Float64Array, variance: Float64Array, points: number): number {
  if (points < 3) return 1
  const nodes = variance.length
  const gram = new Float64Array(points * points)
  const z = new Float64Array(points)
  let ownSquares = 0
  let ownVariances = 0
  for (let i = 0; i < nodes; i++) {
    let fourth = 0
    for (let t = 0; t < points; t++) {
      z[t] = errors[i * points + t]! / Math.sqrt(variance[i]!)
      fourth += z[t]! ** 4
    }
    for (let t = 0; t < points; t++) {
      for (let u = 0; u < points; u++) gram[t * points + u]! += z[t]! * z[u]!
    }
    const own = z.reduce((a, v) => a + v * v, 0) / points
    ownSquares += own * own
    ownVariances += fourth - points * own * own
  }
  // Σ_ij r_ij² = ‖Zᵀ Z‖² / T²; Σ_ij Σ_t (z_ti z_tj)² = Σ_t (Σ_i z_ti²)².
  let squares = 0
  let fourths = 0
  for (let t = 0; t < points; t++) {
    fourths += gram[t * points + t]! ** 2
    for (let u = 0; u < points; u++) squares += gram[t * points + u]! ** 2
  }
  squares /= points * points
  const spread = fourths - points * squares - ownVariances
  const variances = (spread * points) / (points - 1) ** 3
  const off = squares - ownSquares
  return off > 0 ? Math.min(1, Math.max(0, variances / off)) : 1
}

/** W x for a vector over all nodes. */
export function timesCovariance(w: ErrorCovariance, x: Float64Array): Float64Array {
  const out = x.map((v, i) => w.share * w.variance[i]! * v)
  if (w.share === 1 || w.points === 0) return out
  const { errors, points } = w
  const projected = new Float64Array(points)
  for (let i = 0; i < x.length; i++) {
    const v = x[i]!
    if (v === 0) continue
    for (let t = 0; t < points; t++) projected[t]! += errors[i * points + t]! * v
  }
  const scale = (1 - w.share) / points
  for (let i = 0; i < x.length; i++) {
    let sum = 0
    for (let t = 0; t < points; t++) sum += errors[i * points + t]! * projected[t]!
    out[i]! += scale * sum
  }
  return out
}
