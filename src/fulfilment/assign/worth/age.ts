import { type KnobSettings, readKnob } from '../../../core/knobs.ts'
import { ASSIGN_KNOBS } from '../knobs.ts'

/** Cents a unit by site and product. */
export type UnitCents = (site: number, product: number) => number

/**
 * Worths that fall with the age of stock down to a floor:
 *
 *   worth = max(floor, dual − cents a day × max(0, age − free days))
 *
 * so that of two sites that are otherwise equal the one with the older stock ships. A dual above the
 * floor stays the dual for fresh stock. The floor bounds what clearing old stock may cost.
 */
export function withAge(
  worthCents: UnitCents,
  ageDays: UnitCents,
  knobs: KnobSettings = {},
): UnitCents {
  const free = readKnob(ASSIGN_KNOBS.ageFreeDays, knobs)
  const perDay = readKnob(ASSIGN_KNOBS.ageCentsPerDay, knobs)
  const floor = readKnob(ASSIGN_KNOBS.ageFloor, knobs)
  return (site, product) => {
    const beyond = Math.max(0, ageDays(site, product) - free)
    return Math.max(floor, worthCents(site, product) - perDay * beyond)
  }
}
