import { StorewrightError } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { MAXIMUM_PAGE, MAXIMUM_REACH } from './knobs.ts'

/** A page of results. */
export interface Page {
  /** Place of the first one, from 0. */
  readonly from: number
  readonly size: number
}

/** The page asked for; throws ERR_ARGUMENT where it is none, or beyond the bounds of the knobs. */
export function checkPage({ from, size }: Page, settings: KnobSettings = {}): Page {
  const most = readKnob(MAXIMUM_PAGE, settings)
  const reach = readKnob(MAXIMUM_REACH, settings)
  if (!Number.isInteger(from) || from < 0 || !Number.isInteger(size) || size < 0) {
    throw refused(`no page from ${from} of ${size}`, 'Give whole numbers from 0.')
  }
  if (size > most) throw refused(`a page of ${size} results`, `Ask for ${most} at most.`)
  if (from + size > reach) {
    throw refused(
      `results to ${from + size}`,
      `Results are given to ${reach}: narrow the search by filters, or raise ${MAXIMUM_REACH.name}.`,
    )
  }
  return { from, size }
}

function refused(message: string, next: string): StorewrightError {
  return new StorewrightError('ERR_ARGUMENT', message, { next })
}
