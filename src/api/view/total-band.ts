import { poissonQuantile } from '../../core/distributions/counts.ts'
import { readKnob } from '../../core/knobs.ts'
import { LEVEL_CORRELATION } from '../../inventory/index.ts'

/** Sums over the days of a forecast of q − mean: plain, and squared. */
export interface Deviations {
  readonly sum: number
  readonly squares: number
}

/**
 * The quantile at `level` of the sum of days from the same quantile of each day: mean ± √((1 − ρ) Σ dᵢ² +
 * ρ (Σ dᵢ)²) with dᵢ = qᵢ − meanᵢ and ρ the usual correlation of a product's days. Exact for
 * normal days of equal correlation; for the pages, where sampling every product would be slow. No
 * sum is surer than a Poisson's of that mean: days that mostly sell nothing tell too little apart.
 */
export function totalQuantile(mean: number, { sum, squares }: Deviations, level: number): number {
  const correlation = readKnob(LEVEL_CORRELATION)
  const spread = Math.sqrt((1 - correlation) * squares + correlation * sum * sum)
  const count = poissonQuantile(level, mean)
  if (level < 0.5) return Math.max(0, Math.min(count, mean - spread))
  return Math.max(count, mean + spread)
}
