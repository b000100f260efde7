import { type Database, openDatabase } from '../../src/core/sql/database.ts'

/** Does `work` on a database in memory, and closes it. */
export async function inMemory<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(':memory:')
  try {
    return await work(database)
  } finally {
    database.close()
  }
}
