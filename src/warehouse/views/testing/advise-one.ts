import type { Database } from '../../../core/sql/database.ts'
import type { Action } from '../../types.ts'
import { adviseViews } from '../choose/adviser.ts'

/** The one view that is advised where these statements are asked very often. */
export async function adviseOne(db: Database, statements: readonly string[]): Promise<Action> {
  const demand = { fingerprint: 'f', statements, count: 1e6, totalCpuMs: 1e9 }
  const { actions, refusals } = await adviseViews(db, [demand], {
    ...{ seed: 1, storageBytes: 1e9, standing: [], present: [], days: 1, isAnticipating: false },
  })
  if (actions.length !== 1) throw new Error(refusals.map(({ reason }) => reason).join('; '))
  return actions[0]!
}
