import { growable } from '../../scratch.ts'
import type { PanelContext } from '../context.ts'
import { phaseOf, type SeriesView } from '../series-model.ts'

const weight = growable()

/** What the seasonal factors of a series are made of. */
export type ProfileOf = 'units' | 'sales' | 'sizes'

/** Observations above this many means count as this many: one huge order bends no weekday. */
const CLIP = 5

/**
 * Seasonal factors of a series by absolute phase, mean 1: (k·panel^power + Σ x/mean(x)) / (k + n) over
 * the observations of each phase, where x is the units of a slot, whether it sold at all (`sales`), or
 * the units of slots that sold (`sizes`).
 */
export function seasonalFactors(
  series: SeriesView,
  context: PanelContext,
  of: ProfileOf,
  prior: number,
  power: number,
  into: Float64Array,
): void {
  const { season, profile } = context
  const { y, length, firstSlot } = series
  const w = weight(season)
  let total = 0
  let count = 0
  for (let t = 0; t < length; t++) {
    const x = countedAs(of, y[t]!)
    if (Number.isNaN(x)) continue
    total += x
    count++
  }
  const mean = total / Math.max(1, count)
  for (let p = 0; p < season; p++) {
    into[p] = prior * profile[p]! ** power
    w[p] = prior
  }
  let phase = phaseOf(firstSlot, season)
  for (let t = 0; t < length && mean > 0; t++) {
    const x = countedAs(of, y[t]!)
    if (!Number.isNaN(x)) {
      into[phase]! += Math.min(CLIP, x / mean)
      w[phase]! += 1
    }
    phase = phase + 1 === season ? 0 : phase + 1
  }
  normalize(into, w, season)
}

/** NaN where the slot says nothing. */
function countedAs(of: ProfileOf, value: number): number {
  if (of === 'units') return value
  if (of === 'sizes') return value > 0 ? value : Number.NaN
  return value > 0 ? 1 : 0 * value
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
