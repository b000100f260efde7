import type { Database } from '../../core/sql/database.ts'
import { cpuNow } from '../../core/sql/observe.ts'
import { type design, servingParts } from '../../warehouse/index.ts'

/** What bringing views up to date came to. */
export interface RefreshedViews {
  /** CPU of those that changed, ms, by action. */
  readonly spent: ReadonlyMap<string, number>
  /** Tables of views that could not be brought up to date, in small letters. */
  readonly stale: readonly string[]
}

const SEED = 1
const fresh = new WeakMap<Database, RefreshedViews>()

/** What the last refresh on this database came to, while no table has changed since. */
export function lastRefresh(db: Database): RefreshedViews | undefined {
  return fresh.get(db)
}

/** A table changed. */
export function forgetRefresh(db: Database): void {
  fresh.delete(db)
}

/**
 * Brings the views that stand up to date: rows that came behind the others are added, all else is
 * built anew. Views of which that fails stay out of use with their tables.
 */
export async function refreshViews(
  db: Database,
  actions: readonly design.StoredAction[],
): Promise<RefreshedViews> {
  const spent = new Map<string, number>()
  const stale = new Set<string>()
  for (const action of actions) {
    if (action.kind !== 'view') continue
    const startedAt = cpuNow()
    // One at a time, so that each is known by what it takes.
    const service = servingParts(db, SEED)
    try {
      await service.serve(action, true)
      const [outcome] = await service.refreshViews()
      if (outcome === undefined) continue
      if (outcome.refreshed === 'failed') throw new Error(outcome.failed)
      spent.set(action.actionId, cpuNow() - startedAt)
    } catch {
      for (const { table } of action.bases) stale.add(table.toLowerCase())
    }
  }
  const refreshed = { spent, stale: [...stale] }
  fresh.set(db, refreshed)
  return refreshed
}
