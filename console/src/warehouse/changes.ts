import type { WarehouseSummary } from '../../../src/api/schemas/warehouse.ts'
import { api } from '../api.ts'
import { hush, say } from '../parts/toast.tsx'
import { askToken } from '../parts/token-dialog.tsx'
import { asApiError } from '../resource.ts'
import { actor, warehouse } from '../state.ts'
import { formatPlural } from '../text/format.ts'

/** Does a change and shows the page as it is then; true when it is done. */
async function change(work: () => Promise<WarehouseSummary>, done: () => void): Promise<boolean> {
  hush()
  try {
    warehouse.set(await work())
    done()
    return true
  } catch (cause) {
    const { reply, status } = asApiError(cause)
    if (status === 401) askToken(() => void change(work, done))
    else say({ text: `Nothing was changed: ${reply.message}`, tone: 'bad' })
    void warehouse.load()
    return false
  }
}

/** Makes what changes propose, with a way back. */
export function apply(actionIds: readonly string[]): Promise<boolean> {
  return change(
    () => api.applyActions({ actionIds: [...actionIds], by: actor.peek() }),
    () =>
      say({
        text: `${formatPlural(actionIds.length, 'change')} applied.`,
        tone: 'ok',
        undo: () => void undo(actionIds),
      }),
  )
}

export function undo(actionIds: readonly string[]): Promise<boolean> {
  return change(
    () => api.undoActions({ actionIds: [...actionIds], by: actor.peek() }),
    () => say({ text: `${formatPlural(actionIds.length, 'change')} undone.`, tone: 'ok' }),
  )
}

export function refuse(actionId: string, reason: string): Promise<boolean> {
  return change(
    () => api.refuseAction({ actionId, reason, by: actor.peek() }),
    () => say({ text: 'Refused: it is not proposed again.', tone: 'ok' }),
  )
}

/** Leaves statements of a template as they are asked, or tunes them again. */
export function setOff(fingerprint: string, off: boolean): Promise<boolean> {
  return change(
    () => api.setTemplateOff({ fingerprint, off, by: actor.peek() }),
    () =>
      say({
        text: off ? 'These statements run as they are asked.' : 'These statements are tuned again.',
        tone: 'ok',
        undo: () => void setOff(fingerprint, !off),
      }),
  )
}
