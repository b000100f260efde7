import type { Database } from '../../core/sql/database.ts'
import type { Action } from '../types.ts'
import {
  buildStatements,
  dropStatements,
  VIEW_SCHEMA,
  type ViewDefinition,
} from '../views/answer/definition.ts'
import type { StoredAction } from './records.ts'

/** The definition of a view; undefined where an action is of another kind. */
export function viewOf({ kind, definition }: Action): ViewDefinition | undefined {
  if (kind !== 'view') return undefined
  const view = JSON.parse(definition) as Partial<ViewDefinition>
  return Array.isArray(view.tables) && Array.isArray(view.keys)
    ? (view as ViewDefinition)
    : undefined
}

/** Drops the schema of views where nothing stands in it any more; call it in a transaction. */
export async function dropEmptySchema(db: Database): Promise<void> {
  const [row] = await db.rows<{ schemas: number; tables: number }>(
    `SELECT (SELECT count(*) FROM duckdb_schemas()
       WHERE database_name = current_database() AND schema_name = '${VIEW_SCHEMA}') AS schemas,
     (SELECT count(*) FROM duckdb_tables()
       WHERE database_name = current_database() AND schema_name = '${VIEW_SCHEMA}') AS tables`,
  )
  if (row!.schemas > 0 && row!.tables === 0) await db.run(`DROP SCHEMA ${VIEW_SCHEMA}`)
}

/**
 * An action of a time when views stood among the tables of the user, as it is now, with the statements
 * that bring it there; undefined where it is none.
 */
export function movedView(
  action: StoredAction,
): { readonly action: StoredAction; readonly statements: readonly string[] } | undefined {
  const view = viewOf(action)
  if (view === undefined || action.apply.some((sql) => sql.includes(VIEW_SCHEMA))) return undefined
  const build = buildStatements(view)
  const moved = { ...action, apply: build, undo: dropStatements(view) }
  return {
    action: moved,
    statements: action.status === 'applied' ? [...action.undo, ...build] : [],
  }
}
