import type { PanelContext } from '../context.ts'
import { growable } from '../scratch.ts'
import { phaseOf, type SeriesView } from '../series-model.ts'

const weight = growable()

/**
 * Seasonal factors of a series by absolute phase, mean 1: (k·panel + Σ x/mean(x)) / (k + n) over the
 * observations of each phase. `sales` counts days with a sale instead of units, which one huge order
 * cannot bend; with units, x is cut at five times the mean for the same reason.
 */
export function seasonalFactors(
  series: SeriesView,
  context: PanelContext,
  prior: number,
  sales: boolean,
  into: Float64Array,
): void {
  const { season, profile } = context
  const { y, length, firstSlot, observed } = series
  const w = weight(season)
  let total = 0
  for (let t = 0; t < length; t++) {
    if (Number.isNaN(y[t]!)) continue
    total += sales ? (y[t]! > 0 ? 1 : 0) : y[t]!
  }
  const mean = total / Math.max(1, observed)
  for (let p = 0; p < season; p++) {
    into[p] = prior * profile[p]!
    w[p] = prior
  }
  let phase = phaseOf(firstSlot, season)
  for (let t = 0; t < length && mean > 0; t++) {
    if (!Number.isNaN(y[t]!)) {
      const x = sales ? (y[t]! > 0 ? 1 : 0) : y[t]!
      into[phase]! += Math.min(5, x / mean)
      w[phase]! += 1
    }
    phase = phase + 1 === season ? 0 : phase + 1
  }
  normalize(into, w, season)
}

function normalize(factors: Float64Array, weights: Float64Array, season: number): void {
  let sum = 0
  for (let p = 0; p < season; p++) {
    factors[p] = weights[p]! > 0 ? factors[p]! / weights[p]! : 1
    sum += factors[p]!
  }
  for (let p = 0; p < season; p++) {
    factors[p] = sum > 0 ? Math.max(0.02, (factors[p]! * season) / sum) : 1
  }
}
