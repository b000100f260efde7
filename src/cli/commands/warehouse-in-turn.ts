import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import { stoppable } from '../../core/sql/stoppable.ts'
import {
  type AppliedMeasured,
  applyMeasured,
  design,
  isMeasuringOpen,
  type MeasuringOptions,
  measureOpen,
} from '../../warehouse/index.ts'
import { perDay } from './warehouse-words.ts'

/** Something that was asked for one action and not done. */
export interface NotDone {
  readonly actionId: string
  readonly reason: string
  readonly next?: string
}

export interface InTurn {
  readonly measured: readonly AppliedMeasured[]
  readonly failed: readonly NotDone[]
}

export interface InTurnOptions extends MeasuringOptions {
  readonly decision: design.Decision
  readonly signal: AbortSignal
}

/**
 * Applies actions one after the other and measures them; one that fails keeps no other from it, one alone
 * throws what it fails by. Once a person stops it, the statement in hand ends at once and ERR_CANCELLED says
 * what stands by then.
 */
export async function applyInTurn(
  db: Database,
  ids: readonly string[],
  { decision, signal, plain = db, ...options }: InTurnOptions,
): Promise<InTurn> {
  const measured: AppliedMeasured[] = []
  const failed: NotDone[] = []
  const open = stoppable(db, signal)
  const measuring = { ...options, plain: plain === db ? open : stoppable(plain, signal) }
  for (const id of ids) {
    if (signal.aborted) break
    try {
      measured.push(await applyMeasured(open, id, decision, measuring))
    } catch (error) {
      if (signal.aborted) break
      if (!(error instanceof StorewrightError) || ids.length === 1) throw error
      failed.push(notDone(id, error))
    }
  }
  const isWhole = measured.length + failed.length === ids.length
  if (!isWhole || measured.some(({ isStopped }) => isStopped)) throw await stopped(db, ids)
  return { measured, failed }
}

/**
 * Measures what an earlier command applied and could not measure to its end. Throws ERR_CANCELLED once a
 * person has stopped it.
 */
export async function measureLeftOver(
  db: Database,
  { decision, signal, plain = db, ...options }: InTurnOptions,
): Promise<readonly AppliedMeasured[]> {
  if (signal.aborted) return []
  const open = stoppable(db, signal)
  const measuring = { ...options, plain: plain === db ? open : stoppable(plain, signal) }
  const measured = await measureOpen(open, decision, measuring)
  const stoppedAt = measured.find(({ isStopped }) => isStopped)
  if (stoppedAt === undefined) return measured
  throw new StorewrightError('ERR_CANCELLED', `stopped while ${stoppedAt.actionId} was measured`, {
    next: 'It stands as it stood; the next command measures it.',
  })
}

export function notDone(actionId: string, { message, next }: StorewrightError): NotDone {
  return { actionId, reason: message, ...(next === undefined ? {} : { next }) }
}

async function stopped(db: Database, ids: readonly string[]): Promise<StorewrightError> {
  const actions = (await design.readActions(db)).filter(({ actionId }) => ids.includes(actionId))
  const stand = actions.filter(({ status }) => status === 'applied')
  const unmeasured = stand.filter(isMeasuringOpen)
  const listed = (some: typeof actions) => some.map(({ actionId }) => actionId).join(', ')
  const told = [
    stand.length === 0 ? 'The design stands as it was.' : `What was made stands: ${listed(stand)}.`,
    ...(unmeasured.length === 0 ? [] : [`The next command measures ${listed(unmeasured)}.`]),
    ...(stand.length === ids.length
      ? []
      : ['The others are proposed still: storewright warehouse apply goes on.']),
  ]
  return new StorewrightError(
    'ERR_CANCELLED',
    `stopped after ${stand.length} of ${ids.length} actions`,
    { next: told.join(' ') },
  )
}

/** What became of one action, on a line. */
export function describeMeasured({
  actionId,
  measured,
  share,
  takenBack,
  isStopped,
}: AppliedMeasured): string {
  if (takenBack !== undefined) return `${actionId}: taken back: ${takenBack}`
  if (isStopped === true) return `${actionId}: applied, not measured yet`
  if (measured === undefined || share === undefined) return `${actionId}: applied`
  const saved = `${perDay(measured.savedCpuMsPerDay)} of CPU a day, ${(100 * share).toFixed(0)} % of what its statements took`
  return share > 0
    ? `${actionId}: applied; it saves ${saved}`
    : `${actionId}: applied; it saves nothing (${saved}): storewright warehouse undo ${actionId} takes it back`
}
