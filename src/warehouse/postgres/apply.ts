import { StorewrightError } from '../../core/errors.ts'
import type { Action } from '../types.ts'
import { type PostgresSession, quoteIdentifier } from './session.ts'

/**
 * Makes what an action proposes. An index is built without locking writers out; where that fails, the
 * invalid index it leaves is dropped. Throws ERR_POSTGRES.
 */
export async function applyToPostgres(session: PostgresSession, action: Action): Promise<void> {
  await requireNew(session, action)
  try {
    await runAll(session, action.apply)
  } catch (error) {
    await runAll(session, action.undo).catch(() => undefined)
    const said = error instanceof Error ? error.message : String(error)
    throw new StorewrightError('ERR_POSTGRES', `${action.actionId} was not applied: ${said}`, {
      next: 'What it had made is dropped. Solve what the server says and apply it again.',
      cause: error,
    })
  }
}

/** What stands already must not be dropped because it cannot be made again. */
async function requireNew(session: PostgresSession, { actionId, kind }: Action): Promise<void> {
  if (kind !== 'index' && kind !== 'view') return
  const [row] = await session.rows('SELECT 1 AS there FROM pg_class WHERE relname = $1 LIMIT 1', [
    actionId,
  ])
  if (row === undefined) return
  throw new StorewrightError('ERR_POSTGRES', `${actionId} is there already`, {
    next: 'Undo it first to make it anew.',
  })
}

/** Unmakes what an action made. Throws ERR_POSTGRES. */
export async function undoOnPostgres(session: PostgresSession, action: Action): Promise<void> {
  await runAll(session, action.undo)
}

/** Statements that build without locks refuse a transaction; the others go together. */
async function runAll(session: PostgresSession, statements: readonly string[]): Promise<void> {
  if (statements.some((sql) => / CONCURRENTLY /.test(sql))) {
    for (const sql of statements) await session.rows(sql)
    return
  }
  await session.rows('BEGIN')
  try {
    for (const sql of statements) await session.rows(sql)
    await session.rows('COMMIT')
  } catch (error) {
    await session.rows('ROLLBACK')
    throw error
  }
}

/**
 * Drops invalid indexes that an index build of ours left when it was killed; returns their names.
 * Throws ERR_POSTGRES.
 */
export async function dropInvalidIndexes(session: PostgresSession): Promise<readonly string[]> {
  const rows = await session.rows(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_index i
       JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE NOT i.indisvalid AND c.relname LIKE 'storewright\\_%'`,
  )
  const names: string[] = []
  for (const row of rows) {
    const name = `${quoteIdentifier(String(row['schema']))}.${quoteIdentifier(String(row['name']))}`
    await session.rows(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`)
    names.push(name)
  }
  return names
}
