import { throwIfStopped } from '../progress.ts'
import type { Database } from './database.ts'
import { messageOf } from './observe.ts'

/**
 * The database as long as nobody stops the work: once `signal` is aborted, the statement that runs is
 * interrupted at once and nothing more is asked; both throw ERR_CANCELLED. A transaction in which this
 * happens is rolled back, one whose COMMIT has begun stands. Without a signal it is `db` itself.
 */
export function stoppable(db: Database, signal: AbortSignal | undefined): Database {
  if (signal === undefined) return db
  const stop = () => db.interrupt()
  signal.addEventListener('abort', stop, { once: true })
  const unlessStopped = async <T>(ask: () => Promise<T>): Promise<T> => {
    throwIfStopped(signal)
    try {
      return await ask()
    } catch (error) {
      if (/interrupt/i.test(messageOf(error))) throwIfStopped(signal)
      throw error
    }
  }
  return {
    run: (sql, values) => unlessStopped(() => db.run(sql, values)),
    rows: (sql, values) => unlessStopped(() => db.rows(sql, values)),
    table: (sql, values) => unlessStopped(() => db.table(sql, values)),
    answer: (sql, values) => unlessStopped(() => db.answer(sql, values)),
    append: (name, rows) => unlessStopped(() => db.append(name, rows)),
    transaction: (work) => unlessStopped(() => db.transaction(work)),
    interrupt: () => db.interrupt(),
    close() {
      signal.removeEventListener('abort', stop)
      db.close()
    },
  }
}
