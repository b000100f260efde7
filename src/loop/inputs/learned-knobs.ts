import type { KnobSettings } from '../../core/knobs.ts'
import type { Panel } from '../../core/panel.ts'
import { estimateObsolescence, OBSOLESCENCE_RATE } from '../../inventory/index.ts'

/**
 * The knobs of a buying decision on `day`: what a person set, and the obsolescence rate learned
 * from the sales before that day where nobody set one.
 */
export function buyingKnobs(
  panel: Panel,
  unitCostCents: ArrayLike<number>,
  day: number,
  knobs: KnobSettings,
): KnobSettings {
  if (knobs[OBSOLESCENCE_RATE.name] !== undefined) return knobs
  const { ratePerYear } = estimateObsolescence(panel, unitCostCents, day, knobs)
  const [minimum, maximum] = OBSOLESCENCE_RATE.range
  const rate = Math.min(maximum, Math.max(minimum, ratePerYear))
  return { ...knobs, [OBSOLESCENCE_RATE.name]: rate }
}
