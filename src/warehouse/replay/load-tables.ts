import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import { type Database, quoteName } from '../../core/sql/database.ts'
import { type ColumnProfile, profileColumns } from './column-profile.ts'
import { planCopies } from './copy-row.ts'
import { joinedColumns } from './joined-columns.ts'
import { findKeys } from './keys.ts'
import { columnsOf, readTableFile, type TableFile } from './table-files.ts'
import { upsampleTable } from './upsample.ts'

export interface LoadOptions {
  /** Copies of each table; 1 takes the files as they are. */
  readonly scale: number
  readonly seed: number
  /** Of a log: columns that it joins are shifted alike. */
  readonly statements: readonly string[]
  readonly signal?: AbortSignal
  readonly onProgress?: OnProgress
}

/** One table as it stands after loading. */
export interface LoadedTable {
  readonly name: string
  readonly file: string
  readonly rowCount: number
  /** Columns whose copies are shifted as keys. */
  readonly keys: readonly string[]
  /** Columns that needed a wider type for shifted keys. */
  readonly widened: readonly string[]
  /** Rows that equal another and could not be made to differ. */
  readonly equalRows: number
}

const SCRATCH = 'storewright_load'

/**
 * Loads tables from files, each `scale` times: the file's rows, then copies of them whose keys are
 * shifted by the same stride in all tables and whose other values are moved within the steps of
 * their neighbours. Same seed, same rows. Throws ERR_FEED_UNREADABLE with the file.
 */
export async function loadTables(
  db: Database,
  files: readonly TableFile[],
  options: LoadOptions,
): Promise<readonly LoadedTable[]> {
  return options.scale === 1 ? loadPlain(db, files, options) : loadCopies(db, files, options)
}

async function loadPlain(
  db: Database,
  files: readonly TableFile[],
  { signal, onProgress = silent }: LoadOptions,
): Promise<readonly LoadedTable[]> {
  const loaded: LoadedTable[] = []
  for (const [done, file] of files.entries()) {
    throwIfStopped(signal)
    onProgress({ step: 'load', done, total: files.length, note: file.name })
    const rowCount = await readTableFile(db, file, quoteName(file.name))
    loaded.push({ name: file.name, file: file.path, rowCount, keys: [], widened: [], equalRows: 0 })
  }
  return loaded
}

async function loadCopies(
  db: Database,
  files: readonly TableFile[],
  options: LoadOptions,
): Promise<readonly LoadedTable[]> {
  const { scale, signal, onProgress = silent } = options
  await db.run(`ATTACH ':memory:' AS ${SCRATCH}`)
  const at = (table: string) => `${SCRATCH}.${quoteName(`base ${table}`)}`
  const profiles: ColumnProfile[] = []
  for (const [done, file] of files.entries()) {
    throwIfStopped(signal)
    onProgress({ step: 'load', done, total: files.length, note: file.name })
    await readTableFile(db, file, at(file.name))
    profiles.push(
      ...(await profileColumns(db, file.name, at(file.name), await columnsOf(db, at(file.name)))),
    )
  }
  const named = files.map(({ name }) => ({
    name,
    columns: profiles.filter(({ table }) => table === name).map((column) => column.name),
  }))
  const joined = joinedColumns(options.statements, named)
  const strides = await findKeys(db, profiles, joined, at)
  const loaded: LoadedTable[] = []
  for (const file of files) {
    const own = profiles.filter(({ table }) => table === file.name)
    const columns = planCopies(own, strides, scale)
    const made = await upsampleTable(
      db,
      at(file.name),
      quoteName(file.name),
      SCRATCH,
      columns,
      options,
    )
    await db.run(`DROP TABLE ${at(file.name)}`)
    loaded.push({
      name: file.name,
      file: file.path,
      ...made,
      keys: columns.filter(({ how }) => how === 'shift').map(({ name }) => name),
      widened: columns.filter(({ type, profile }) => type !== profile.type).map(({ name }) => name),
    })
  }
  await db.run(`DETACH ${SCRATCH}`)
  return loaded
}
