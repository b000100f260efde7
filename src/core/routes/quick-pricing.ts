import { type DepartureRoom, firstTightWord, TIGHT_SHARE, TIGHT_UNITS } from './departure-book.ts'
import type { LookUpSettings } from './knobs.ts'
import { createPricing, type Pricing } from './pricing.ts'
import { MOST_LEGS } from './route-set.ts'

/**
 * The same prices as `createPricing`, without reading departures whose bit says that they have room:
 * (left − TIGHT_UNITS) / capacity ≥ TIGHT_SHARE means no price for parcels up to TIGHT_UNITS where
 * prices begin at TIGHT_SHARE or below. Larger parcels and other knees are priced by the slots. For
 * rooms that are changed through `reserve`, `release` and the book alone.
 */
export function createQuickPricing(room: DepartureRoom, settings: LookUpSettings): Pricing {
  const price = createPricing(room, settings)
  if (settings.freeShare > TIGHT_SHARE) return price
  const { state } = room
  const first = firstTightWord(room)
  return (words, firstLeg, units) => {
    if (units > TIGHT_UNITS) return price(words, firstLeg, units)
    let tight = 0
    for (let leg = firstLeg; leg < firstLeg + MOST_LEGS; leg++) {
      const slot = words[leg]! - 1
      if (slot < 0) break
      tight |= state[first + (slot >> 5)]! >>> (slot & 31)
    }
    return (tight & 1) === 0 ? 0 : price(words, firstLeg, units)
  }
}
