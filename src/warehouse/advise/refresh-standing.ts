import type { Database } from '../../core/sql/database.ts'
import { type Decision, recordGain } from '../design/design.ts'
import { readActions } from '../design/records.ts'
import { createViewRewriter, type RefreshOutcome } from '../views/rewriter.ts'

/**
 * Brings all views that stand in a database up to date: the work of a quiet hour. What that took stands
 * on their records as upkeep of a day. Views that fail stay out of use, with the reason.
 */
export async function refreshStanding(
  db: Database,
  decision: Decision,
): Promise<readonly RefreshOutcome[]> {
  const views = (await readActions(db)).filter(
    ({ kind, status }) => kind === 'view' && status === 'applied',
  )
  const rewriter = createViewRewriter(db)
  for (const action of views) await rewriter.serve(action)
  const outcomes = await rewriter.refresh()
  for (const { actionId, cpuMs, refreshed } of outcomes) {
    const { measured, toMeasure } = views.find((action) => action.actionId === actionId)!
    if (measured === undefined || toMeasure !== undefined || refreshed === 'failed') continue
    await recordGain(db, actionId, { ...measured, upkeepCpuMsPerDay: cpuMs }, decision)
  }
  return outcomes
}
