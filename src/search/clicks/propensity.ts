import { requireArgument } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { propensityFloorKnob } from './knobs.ts'

/**
 * Weight of a click at each rank: 1 / max(γ, floor), the floor by `search.click-propensity-floor`
 * (inverse propensities, clipped: Joachims, Swaminathan & Schnabel 2017). Ranks are from 0.
 */
export function inversePropensities(
  examination: ArrayLike<number>,
  knobs?: KnobSettings,
): Float64Array {
  const floor = readKnob(propensityFloorKnob, knobs)
  return Float64Array.from({ length: examination.length }, (_, r) => {
    const gamma = examination[r]!
    requireArgument(gamma >= 0 && gamma <= 1, `examination of rank ${r} is ${gamma}`)
    return 1 / Math.max(gamma, floor)
  })
}

/**
 * How many unweighted clicks are worth as much as these weighted ones: (Σ w)² / Σ w² (Kish 1965);
 * 0 without weights.
 */
export function effectiveClicks(weights: ArrayLike<number>): number {
  let sum = 0
  let squares = 0
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i]!
    squares += weights[i]! ** 2
  }
  return squares > 0 ? sum ** 2 / squares : 0
}
