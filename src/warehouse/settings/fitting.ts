import type { Database } from '../../core/sql/database.ts'
import { parseSelects } from '../layout/read/ast.ts'
import { type OrderBound, orderBoundOf } from '../layout/read/order-free.ts'
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
  const texts = await withViews(
    db,
    reads.map(({ template }) => template.sql),
  )
  return settings.filter(
    (setting) =>
      (setting.moves === undefined || moves[setting.moves]) &&
      texts.some((text) => setting.concerns?.test(text) !== false),
  )
}

/** Statements with what the views they name are made of: a file is read under the name of a view. */
async function withViews(db: Database, statements: readonly string[]): Promise<readonly string[]> {
  const views = await db.rows<{ name: string; sql: string }>(
    'SELECT view_name AS name, sql FROM duckdb_views() WHERE NOT internal AND sql IS NOT NULL',
  )
  return statements.map((statement) => {
    const words = new Set(statement.toLowerCase().match(/[\p{L}\p{N}_$]+/gu))
    const named = views.filter(({ name }) => words.has(name.toLowerCase()))
    return [statement, ...named.map(({ sql }) => sql)].join('\n')
  })
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
