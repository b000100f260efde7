import type { KnobSettings } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import type { Rewriter } from '../types.ts'
import { createRanges, RANGED } from './ranges.ts'

/**
 * Ranges as a rewriter, for a place among others: what they rewrite no steerer is asked of, so that ranges
 * must come from here.
 */
export function rangesRewriter(db: Database, knobs: KnobSettings = {}): Rewriter {
  const ranges = createRanges(db, knobs)
  return {
    rewrite(statement) {
      const sql = ranges.choose(statement)?.sql
      return sql === undefined ? undefined : { sql, actionId: RANGED }
    },
    meet: (statement) => ranges.meet(statement),
    knows: ranges.knows,
    failed(statement) {
      ranges.learn(statement, { arm: RANGED, cpuMs: 0, interrupted: true })
      return false
    },
    learn(statement, { cpuMs, actionId = 'default' }) {
      ranges.learn(statement, { arm: actionId, cpuMs, interrupted: false })
    },
    changed: (table, how) => ranges.changed?.(table, how),
  }
}
