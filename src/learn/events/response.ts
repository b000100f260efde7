import { declareKnob, type KnobSettings, readKnob } from '../../core/knobs.ts'
import { type EventProfile, multiplierAt } from './effects.ts'
import { profileIndex } from './occurrence.ts'
import type { OnSeries } from './windows.ts'

const RESPONSE_SPREAD = declareKnob({
  name: 'learn.event-response-spread',
  unit: 'standard deviation of responses',
  range: [0, 3],
  default: 0.5,
  trades:
    'How much series are taken to differ in how they answer an occasion: higher follows what each did before, lower what its group did.',
})

/** Gathers how strongly each series answers an occasion, relative to its group. */
export interface Responses {
  begin(profile: EventProfile, groupOf: Int32Array): void
  readonly add: OnSeries
  /** Responses by series: 1 where nothing is known. */
  finish(settings: KnobSettings): Float64Array
}

/**
 * Response of series i: the slope s of seen − expected on expected · (multiplier − 1), drawn to 1:
 * s = (Σ x y + λ) / (Σ x² + λ), λ = its noise over the variance of responses; never below 0 nor
 * above 4.
 */
export function createResponses(count: number): Responses {
  let current: EventProfile | undefined
  let groups = new Int32Array(0)
  const cross = new Float64Array(count)
  const square = new Float64Array(count)
  const noise = new Float64Array(count)
  const points = new Float64Array(count)
  return {
    begin(profile, groupOf) {
      current = profile
      groups = Int32Array.from(groupOf)
      for (const sums of [cross, square, noise, points]) sums.fill(0)
    },
    add(occurrence, series, step, seen, expected, isOrdinary) {
      if (isOrdinary) {
        noise[series]! += (seen - expected) ** 2
        points[series]! += 1
        return
      }
      const profile = current!
      const at = profileIndex(profile, occurrence, step)
      if (at < 0) return
      const segment = profile.segments[groups[series]! + 1] ?? profile.segments[0]!
      const x =
        expected *
        (occurrence.strength ?? 1) *
        (multiplierAt(segment, profile.season, at, step) - 1)
      cross[series]! += x * (seen - expected)
      square[series]! += x * x
    },
    finish(settings) {
      const prior = readKnob(RESPONSE_SPREAD, settings) ** 2
      return Float64Array.from(cross, (sum, i) => {
        if (points[i] === 0 || square[i] === 0) return 1
        if (prior === 0) return 1
        const lambda = noise[i]! / points[i]! / prior
        const slope = (sum + lambda) / (square[i]! + lambda)
        return Number.isFinite(slope) ? Math.max(0, Math.min(4, slope)) : 1
      })
    },
  }
}
