import type { NightlyStatus } from '../../loop/index.ts'
import type { StoreInfo } from '../schemas/store.ts'

/** What pages are told of the nightly run; null where the server makes none. */
export function nightlyReply(status: NightlyStatus | undefined): StoreInfo['nightly'] {
  if (status === undefined) return null
  const { at, nextAt, running, last, doneAt } = status
  return {
    at,
    nextAt: moment(nextAt),
    running: running && {
      step: running.step,
      share: running.total === undefined ? null : running.done / Math.max(1, running.total),
    },
    last: last && {
      dueAt: moment(last.dueAt),
      startedAt: moment(last.startedAt),
      endedAt: moment(last.endedAt),
      outcome: last.outcome,
      message: last.message ?? null,
    },
    doneAt: moment(doneAt),
  }
}

function moment(epochMs: number): string
function moment(epochMs: number | null | undefined): string | null
function moment(epochMs: number | null | undefined): string | null {
  return epochMs === null || epochMs === undefined ? null : new Date(epochMs).toISOString()
}
