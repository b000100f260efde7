import type { NetworkInfo, NetworkSwitchRequest } from '../../../src/api/schemas/network.ts'
import { api } from '../api.ts'
import { hush, say } from '../parts/toast.tsx'
import { askToken } from '../parts/token-dialog.tsx'
import { asApiError } from '../resource.ts'
import { setParams } from '../router.ts'
import { actor, networks } from '../state.ts'
import { formatPlural } from '../text/format.ts'
import { putNetwork } from './network-state.ts'

/** Does a change, says so with a way back, and asks for the token where one is needed. */
async function change(
  work: () => Promise<NetworkInfo>,
  text: string,
  undo?: () => void,
): Promise<void> {
  hush()
  try {
    putNetwork(await work())
    say({ text, tone: 'ok', undo })
  } catch (cause) {
    const { reply, status } = asApiError(cause)
    if (status === 401) return askToken(() => void change(work, text, undo))
    say({ text: `Nothing was changed: ${reply.message}`, tone: 'bad' })
    // Somebody else may have been first: what is shown should be what holds.
    if (status === 409) void networks.of('').load()
  }
}

/** Puts other regions in force; the way back is the same step. */
export function applyRegions(
  next: NetworkInfo['shown'],
  before: number | undefined,
): Promise<void> {
  const put = (version: number) => async (): Promise<NetworkInfo> => {
    const reply = await api.applyRegions({ version, by: actor.peek() })
    setParams({ regions: null })
    return reply
  }
  const back =
    before === undefined
      ? undefined
      : () => void change(put(before), `Regions ${before} are in force again.`)
  return change(
    put(next.version),
    `${formatPlural(next.regions, 'region')} of plan ${next.version} are in force. Lanes and routes stay as they are.`,
    back,
  )
}

/** Sends parcels by another route set; undone by rolling it back. */
export function switchRoutes(
  request: Pick<NetworkSwitchRequest, 'version' | 'regions' | 'reason' | 'at'>,
  revision: number,
): Promise<void> {
  const where = request.regions === undefined ? '' : ` in ${request.regions.join(', ')}`
  const when = request.at === undefined ? 'from now on' : 'from the time you set'
  return change(
    () => api.switchRoutes({ ...request, by: actor.peek(), expected: revision }),
    `Parcels${where} take route set ${request.version} ${when}. Those under way keep theirs.`,
    () => void rollBack(revision + 1, 'undone'),
  )
}

/** Undoes the last switch that stands. */
export function rollBack(revision: number, reason?: string): Promise<void> {
  return change(
    () =>
      api.rollBackRoutes({
        by: actor.peek(),
        expected: revision,
        ...(reason === undefined ? {} : { reason }),
      }),
    'Rolled back: new parcels take the routes from before the last switch.',
  )
}
