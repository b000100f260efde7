import { signal } from '@preact/signals'
import type { WarehouseSummary } from '../../../src/api/schemas/warehouse.ts'
import { api } from '../api.ts'
import { hush, say } from '../parts/toast.tsx'
import { askToken } from '../parts/token-dialog.tsx'
import { asApiError } from '../resource.ts'
import { actor, warehouse } from '../state.ts'
import { formatPlural } from '../text/format.ts'

/** What is being made or unmade of each action: it takes as long as building does. */
const underWay = signal<ReadonlyMap<string, 'apply' | 'undo'>>(new Map())

export const underWayOf = (actionId: string): 'apply' | 'undo' | undefined =>
  underWay.value.get(actionId)

/** Does a change and shows the page as it is then; true when it is done. */
async function change(
  work: () => Promise<WarehouseSummary>,
  done: (known: WarehouseSummary) => void,
): Promise<boolean> {
  hush()
  try {
    const known = await work()
    warehouse.set(known)
    done(known)
    return true
  } catch (cause) {
    const { reply, status } = asApiError(cause)
    if (status === 401) askToken(() => void change(work, done))
    else say({ text: `Nothing was changed: ${reply.message}`, tone: 'bad' })
    void warehouse.load()
    return false
  }
}

/** Makes or unmakes actions; those under way are left to it. */
async function changeDesign(how: 'apply' | 'undo', actionIds: readonly string[]): Promise<void> {
  const ids = actionIds.filter((id) => !underWay.peek().has(id))
  if (ids.length === 0) return
  underWay.value = new Map([...underWay.peek(), ...ids.map((id) => [id, how] as const)])
  const request = { actionIds: ids, by: actor.peek() }
  await change(
    () => (how === 'apply' ? api.applyActions(request) : api.undoActions(request)),
    (known) => tell(how, ids, known),
  ).finally(() => {
    underWay.value = new Map([...underWay.peek()].filter(([id]) => !ids.includes(id)))
  })
}

/** Says what came of it: an action may have failed, or been taken back by what was measured. */
function tell(how: 'apply' | 'undo', ids: readonly string[], { actions }: WarehouseSummary): void {
  const wanted = how === 'apply' ? 'applied' : 'undone'
  const asked = actions.filter(({ actionId }) => ids.includes(actionId))
  const done = asked.filter(({ status }) => status === wanted).map(({ actionId }) => actionId)
  const other = asked.find(({ status }) => status !== wanted)
  const back = how === 'apply' && done.length > 0 ? { undo: () => undo(done) } : {}
  if (other === undefined) {
    say({ text: `${formatPlural(done.length, 'change')} ${wanted}.`, tone: 'ok', ...back })
    return
  }
  const count = ids.length === 1 ? '' : `${done.length} of ${ids.length} changes ${wanted}. `
  const why = `${count}“${other.summary}” is ${other.status}: ${other.note ?? 'its panel says more'}.`
  say({ text: why, tone: 'bad', ...back })
}

/** Makes what changes propose, with a way back. */
export const apply = (actionIds: readonly string[]): void => void changeDesign('apply', actionIds)

export const undo = (actionIds: readonly string[]): void => void changeDesign('undo', actionIds)

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
