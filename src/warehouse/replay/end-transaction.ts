import type { Database } from '../../core/sql/database.ts'

/** Ends a transaction that statements of a log left open: keeps what it did, or where that fails undoes it. */
export async function endTransaction(db: Pick<Database, 'answer'>): Promise<void> {
  await db.answer('COMMIT').catch(() => db.answer('ROLLBACK').catch(() => undefined))
}
