import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { StorewrightError } from '../../core/errors.ts'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { withDatabase } from '../../loop/index.ts'

/** Which database a command of the warehouse works on. */
export interface PlaceOptions {
  readonly database?: string
  readonly store?: string
  readonly json: boolean
}

/** Adds --database, --store and --json. */
export function withPlace(command: Command): Command {
  return command
    .option('--database <file>', 'a DuckDB file')
    .option('--store <dir>', 'instead: the database of a store')
    .option('--json', 'print as JSON', false)
}

/** Opens the database named by the options for the time of `work`; `plain` is without what stands in it. Throws ERR_ARGUMENT and what opening throws. */
export async function atPlace<T>(
  { database, store }: PlaceOptions,
  mode: 'read' | 'write',
  work: (db: Database, plain: Database) => Promise<T>,
): Promise<T> {
  if ((database === undefined) === (store === undefined)) {
    throw new StorewrightError('ERR_ARGUMENT', 'name one database', {
      next: 'Give --database FILE or --store DIR.',
    })
  }
  if (store !== undefined) return withDatabase(store, mode, work)
  if (!existsSync(database!)) {
    throw new StorewrightError('ERR_STORE_NOT_FOUND', `there is no file ${database}`, {
      file: database!,
      next: 'Name a DuckDB file that exists.',
    })
  }
  const db = await openDatabase(database!, { mode, threads: 1 })
  try {
    return await work(db, db)
  } finally {
    db.close()
  }
}
