import type { Database } from '../../core/sql/database.ts'
import { parseSelects } from '../layout/ast.ts'
import { type OrderBound, orderBoundOf } from '../layout/order-free.ts'
import type { Workload } from '../types.ts'
import type { Setting } from './space.ts'

/**
 * Settings that can speed up something of a workload and leave every answer what it is: those that may
 * bring rows in another order are left out where an answer hangs on it.
 */
export async function fittingSettings(
  settings: readonly Setting[],
  workload: Workload,
  db: Database,
): Promise<readonly Setting[]> {
  const reads = workload.templates.filter(({ template }) => template.kind === 'select')
  const moves = await mayMove(
    db,
    reads.map(({ example, template }) => example ?? template.sql),
  )
  return settings.filter(
    (setting) =>
      (setting.moves === undefined || moves[setting.moves]) &&
      reads.some(({ template }) => setting.concerns?.test(template.sql) !== false),
  )
}

/** Templates looked at; a workload of more is taken to hold one that hangs on the order of rows. */
const MOST_PARSED = 500

async function mayMove(
  db: Database,
  statements: readonly string[],
): Promise<{ readonly groups: boolean; readonly rows: boolean }> {
  if (statements.length > MOST_PARSED) return { groups: false, rows: false }
  const parsed = await parseSelects(db, statements)
  const bounds = parsed.map(
    (select): OrderBound => (select === undefined ? 'order' : orderBoundOf(select)),
  )
  return {
    rows: bounds.every((bound) => bound === 'free'),
    // Rows meet a sum in their order whatever finds their group; groups of groups do not.
    groups: bounds.every(
      (bound, i) => bound === 'free' || (bound === 'rounding' && isOneQuery(statements[i]!)),
    ),
  }
}

function isOneQuery(sql: string): boolean {
  return (sql.match(/\bSELECT\b/gi) ?? []).length === 1
}
