import { StorewrightError } from '../../core/errors.ts'
import { throwIfStopped } from '../../core/progress.ts'
import { type Database, quoteName } from '../../core/sql/database.ts'

/**
 * Runs `work`, stops its statements when `signal` is aborted (then throws ERR_CANCELLED), and
 * drops the temporary tables of the feed in any case.
 */
export async function withFeedTables<T>(
  db: Database,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  throwIfStopped(signal)
  const stop = () => db.interrupt()
  signal?.addEventListener('abort', stop)
  try {
    return await work()
  } catch (error) {
    if (error instanceof StorewrightError && error.code === 'ERR_SQL') throwIfStopped(signal)
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
    await dropFeedTables(db)
  }
}

async function dropFeedTables(db: Database): Promise<void> {
  const tables = await db.rows<{ table_name: string }>(
    `SELECT table_name FROM duckdb_tables() WHERE temporary AND starts_with(table_name, 'feed_')`,
  )
  for (const { table_name } of tables) await db.run(`DROP TABLE temp.main.${quoteName(table_name)}`)
}
