import type { DepartureRoom } from './departure-book.ts'
import type { LookUpSettings } from './knobs.ts'
import { MOST_LEGS } from './route-set.ts'

/**
 * Mills that the fill of a route's departures adds to its cost, from the first word of its legs; −1
 * when one of them has no room for `units`. Equation as in `LookUp.find`.
 */
export type Pricing = (words: Int32Array, firstLeg: number, units: number) => number

/** Pricing by the room left in a book. */
export function createPricing({ state }: DepartureRoom, settings: LookUpSettings): Pricing {
  const inverse = new Float32Array(state.buffer, state.byteOffset, state.length)
  const { freeShare } = settings
  const scale = settings.fullMillsPerUnit / (freeShare * freeShare)
  return (words, firstLeg, units) => {
    let squares = 0
    for (let leg = firstLeg; leg < firstLeg + MOST_LEGS; leg++) {
      const slot = words[leg]! - 1
      if (slot < 0) break
      const left = state[2 * slot]! - units
      if (left < 0) return -1
      const short = freeShare - left * inverse[2 * slot + 1]!
      if (short > 0) squares += short * short
    }
    return squares * scale * units
  }
}
