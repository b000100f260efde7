import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Command } from 'commander'
import { StorewrightError } from '../../core/errors.ts'
import { isThere } from '../../core/files.ts'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { withDatabase } from '../../loop/index.ts'
import { memoryBeside, type PlanMemory } from '../../warehouse/index.ts'

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
  requireDatabaseFile(database!)
  if (mode === 'write') requireFolderForWriting(database!)
  const db = await openDatabase(database!, { mode, threads: 1 })
  try {
    return await work(db, db)
  } finally {
    db.close()
  }
}

/** Where steering is kept of a database that is no store's, whose door keeps it. */
export function memoryOf({ database }: PlaceOptions): { readonly memory?: PlanMemory } {
  return database === undefined ? {} : { memory: memoryBeside(database) }
}

/**
 * Writes what was done into the database's file. Where there is no room for it, all of it stands in the
 * log beside the file (.wal) already, and that is told.
 */
export async function bringTogether(db: Database): Promise<void> {
  try {
    await db.run('CHECKPOINT')
  } catch (error) {
    if (!(error instanceof StorewrightError) || error.code !== 'ERR_DISK_FULL') throw error
    process.stderr.write(
      'There is no room to write the file of the database anew. What was done stands in the .wal beside it: keep both, and make room.\n',
    )
  }
}

const MAGIC_AT = 8
const MAGIC = 'DUCK'

/** Throws where a file is no DuckDB database: DuckDB would take some others for databases in memory. */
function requireDatabaseFile(file: string): void {
  if (!isThere(file)) {
    throw new StorewrightError('ERR_STORE_NOT_FOUND', `there is no file ${file}`, {
      file,
      next: 'Name a DuckDB file that exists.',
    })
  }
  if (statSync(file).isDirectory()) {
    throw new StorewrightError('ERR_ARGUMENT', `${file} is a folder`, {
      file,
      next: `Name a DuckDB file, or a store: --store ${file}`,
    })
  }
  const magic = readMagic(file)
  if (magic === undefined || magic === MAGIC) return
  throw new StorewrightError('ERR_ARGUMENT', `${file} is no DuckDB database`, {
    file,
    next: 'Name a DuckDB file; where it was one, restore it from a copy.',
  })
}

/** Throws ERR_STORE_DENIED before any work where DuckDB could not write its log beside the file at the end. */
function requireFolderForWriting(file: string): void {
  const folder = dirname(resolve(file))
  try {
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    throw new StorewrightError(
      'ERR_STORE_DENIED',
      `${folder} may not be written to by this user, and DuckDB writes beside ${file} too (.wal)`,
      {
        file,
        next: 'Check the permissions of the folder, or work on a copy of the file elsewhere.',
        cause,
      },
    )
  }
}

/** Undefined where it may not be read: opening it says why. */
function readMagic(file: string): string | undefined {
  const bytes = Buffer.alloc(MAGIC_AT + MAGIC.length)
  try {
    const opened = openSync(file, 'r')
    try {
      readSync(opened, bytes, 0, bytes.length, 0)
    } finally {
      closeSync(opened)
    }
  } catch {
    return undefined
  }
  return bytes.toString('latin1', MAGIC_AT)
}
