import type { Database } from '../../core/sql/database.ts'

/** Bytes in use of the database file, after a checkpoint. */
export async function bytesOf(db: Pick<Database, 'answer'>): Promise<number> {
  await db.answer('CHECKPOINT')
  const { columns } = await db.answer(
    `SELECT CAST(block_size * used_blocks AS DOUBLE) FROM pragma_database_size()
     WHERE database_name = current_database()`,
  )
  return Number(columns[0]![0])
}
