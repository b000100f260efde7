import type { SiteStepRow } from '../../../src/api/schemas/network-sites.ts'
import { formatCount } from '../text/format.ts'

type Step = Pick<SiteStepRow, 'action' | 'year' | 'fromM3' | 'sizeM3'>

const DONE = { open: 'opened', enlarge: 'enlarged', close: 'closed' } as const
const ACTIONS = { open: '▲ Open', enlarge: '◆ Enlarge', close: '× Close' } as const

/** What is done, with its shape. */
export const actionWords = (action: SiteStepRow['action']): string => ACTIONS[action]

/** Room before and after. */
export function roomWords({ action, fromM3, sizeM3 }: Step): string {
  const after = `${formatCount(sizeM3)} m³`
  if (action === 'close') return `${formatCount(fromM3)} m³`
  return fromM3 === 0 ? after : `${formatCount(fromM3)} → ${after}`
}

/** A step as something that has happened by then. */
export function stepWords(step: Step): string {
  return `${DONE[step.action]} in year ${step.year}, ${roomWords(step)}`
}
