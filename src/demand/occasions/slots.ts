import { StorewrightError } from '../../core/errors.ts'
import type { Panel, PanelEvent } from '../../core/panel.ts'
import { events } from '../../learn/index.ts'
import { type Axis, slotOf } from '../axis.ts'

/**
 * Events as occurrences on the slots of the open axis; one on closed days alone counts on the next open
 * slot. Throws ERR_PANEL where a strength is not finite or is below zero.
 */
export function slotOccurrences(
  given: readonly PanelEvent[],
  buckets: Panel['buckets'],
  axis: Axis,
): events.Occurrence[] {
  for (const { name, strength = 1 } of given) requireStrength(name, strength)
  return events.occurrencesOf(given, buckets).map(({ first, last, ...rest }) => {
    const firstSlot = slotOf(axis, first)
    return { ...rest, first: firstSlot, last: Math.max(firstSlot, slotOf(axis, last + 1) - 1) }
  })
}

function requireStrength(name: string, strength: number): void {
  if (Number.isFinite(strength) && strength >= 0) return
  throw new StorewrightError('ERR_PANEL', `the strength of ${name} is ${strength}`, {
    next: 'Give 1 for an effect as in the past, 2 for one twice as large, 0 for none; or leave it out.',
  })
}
