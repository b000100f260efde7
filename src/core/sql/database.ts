import {
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBMaterializedResult,
  ResultReturnType,
  VARCHAR,
} from '@duckdb/node-api'
import { StorewrightError } from '../errors.ts'
import type { Column, Table } from '../table.ts'
import { type Answer, readAnswer } from './answer.ts'
import { castIn, castOut, readTable, rowsOf, valueAt } from './columns.ts'
import { type BeforeStatement, messageOf, type OnStatement, startWatch } from './observe.ts'
import { quoteName } from './quote.ts'
import { stoppable } from './stoppable.ts'

export { quoteName, quoteText } from './quote.ts'

/** What a statement may be given for its $1, $2, … */
export type SqlValue = string | number | boolean | null

/** A row as plain values: days as day numbers, instants as epoch ms, booleans as 0/1. */
export type Row = Readonly<Record<string, string | number | null>>

/** The one door to DuckDB. One connection; statements run in the order they are given. */
export interface Database {
  /** Runs statements that return nothing of interest. */
  run(sql: string, values?: readonly SqlValue[]): Promise<void>
  /** Rows of one query as objects; for small results. */
  rows<T extends Row = Row>(sql: string, values?: readonly SqlValue[]): Promise<T[]>
  /** Columns of one query as typed arrays; for large results. */
  table(sql: string, values?: readonly SqlValue[]): Promise<Table>
  /** Names, types and exact values of one query: one statement is sent, nothing around it. */
  answer(sql: string, values?: readonly SqlValue[]): Promise<Answer>
  /** Adds the rows of `table` to an existing SQL table; columns are matched by name and cast. */
  append(name: string, table: Table): Promise<void>
  /** Runs `work` in one transaction: all of it happens, or nothing. */
  transaction<T>(work: () => Promise<T>): Promise<T>
  /** Stops the statement that is running. */
  interrupt(): void
  close(): void
}

export interface OpenOptions {
  /** Readers may be many; a writer is alone. Default 'write'. */
  readonly mode?: 'read' | 'write'
  readonly threads?: number
  /** For example '1GB'. */
  readonly memoryLimit?: string
  /** Told of what callers ask; statements the door adds by itself are not among them. */
  readonly onStatement?: OnStatement
  readonly before?: BeforeStatement
  /** Stops what is asked at once, as `stoppable` does. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens a DuckDB file, or ':memory:'. Throws ERR_STORE_BUSY when another process writes to it,
 * ERR_STORE_DAMAGED when it is no DuckDB file.
 */
export async function openDatabase(path: string, options: OpenOptions = {}): Promise<Database> {
  const [database] = await openConnections(path, 1, options)
  return database!
}

/**
 * Opens a DuckDB file with several connections, whose statements run beside each other; they share
 * threads, memory and what they see. It is closed with the last of them. Throws as openDatabase.
 */
export async function openConnections(
  path: string,
  count: number,
  options: OpenOptions = {},
): Promise<Database[]> {
  const shared = await openShared(path, options)
  let open = count
  const closeOne = () => {
    open -= 1
    if (open === 0) shared.close()
  }
  const databases: Database[] = []
  for (let i = 0; i < count; i++) {
    const one = await shared.connect()
    const close = () => {
      one.close()
      closeOne()
    }
    databases.push(stoppable({ ...one, close }, options.signal))
  }
  return databases
}

/** A DuckDB file that is open, to which connections come and go. */
export interface SharedDatabase {
  /** Another connection, with hooks of its own; closing it leaves the file open. */
  connect(hooks?: Pick<OpenOptions, 'onStatement' | 'before'>): Promise<Database>
  /** Closes the file; connections are closed before. */
  close(): void
}

/** Opens a DuckDB file for connections that come and go. Throws as openDatabase. */
export async function openShared(path: string, options: OpenOptions = {}): Promise<SharedDatabase> {
  const settings: Record<string, string> = { autoinstall_known_extensions: 'false' }
  if (options.mode === 'read') settings['access_mode'] = 'READ_ONLY'
  if (options.threads !== undefined) settings['threads'] = String(options.threads)
  if (options.memoryLimit !== undefined) settings['memory_limit'] = options.memoryLimit
  let instance: DuckDBInstance
  try {
    instance = await DuckDBInstance.create(path, settings)
  } catch (cause) {
    throw openError(path, options.mode ?? 'write', cause)
  }
  return {
    async connect(hooks = options) {
      const connection = await instance.connect()
      await connection.run("SET TimeZone = 'UTC'")
      return databaseOver(connection, hooks)
    },
    close: () => instance.closeSync(),
  }
}

function openError(path: string, mode: 'read' | 'write', cause: unknown): StorewrightError {
  const text = messageOf(cause)
  if (/lock/i.test(text)) {
    const [, pid] = /\(PID (\d+)\)/.exec(text) ?? []
    return new StorewrightError('ERR_STORE_BUSY', `${path} is in use by another process`, {
      file: path,
      next: `Wait until it ends, or stop it${pid === undefined ? '' : ` (process ${pid})`}, and try again.`,
      cause,
    })
  }
  if (/permission denied|read-only file/i.test(text)) {
    const verb = mode === 'read' ? 'read' : 'written'
    return new StorewrightError('ERR_STORE_DENIED', `${path} may not be ${verb} by this user`, {
      file: path,
      next: 'Check the permissions of the file and of its folder (a writer needs both), or run this as the user who owns it.',
      cause,
    })
  }
  return new StorewrightError('ERR_STORE_DAMAGED', `${path} cannot be opened: ${text}`, {
    file: path,
    next: 'Restore it from a copy, or make a new store and import the feed again.',
    cause,
  })
}

/** One statement on the connection, unobserved. */
type Run = (sql: string, values?: readonly SqlValue[]) => Promise<DuckDBMaterializedResult>

function runOn(connection: DuckDBConnection, door: Door): Run {
  return async (sql, values = []) => {
    door.begun++
    door.running++
    try {
      // Without values the binding takes a shorter way: one crossing instead of three.
      return values.length === 0
        ? await connection.run(sql)
        : await connection.run(sql, [...values])
    } catch (cause) {
      throw statementError(cause)
    } finally {
      door.running--
    }
  }
}

/** What one connection is at. */
interface Door {
  isInTransaction: boolean
  /** How often its user stopped what ran. */
  stops: number
  /** Statements begun so far, and those that have not ended. */
  begun: number
  running: number
}

const STOP_AGAIN_MS = 5

/**
 * Stops what runs. DuckDB forgets to stop a statement that was asked for and has not begun: one that goes
 * on is stopped again until it ends.
 */
function stopOn(connection: DuckDBConnection, door: Door): void {
  door.stops++
  connection.interrupt()
  const { begun } = door
  const again = () => {
    // With others beside it nobody knows whom it would meet.
    if (door.running !== 1 || door.begun !== begun) return
    connection.interrupt()
    setTimeout(again, STOP_AGAIN_MS)
  }
  if (door.running === 1) setTimeout(again, STOP_AGAIN_MS)
}

const DENIED = /permission denied|read-only file system|operation not permitted/i
const NO_ROOM =
  /no space left on device|disk quota exceeded|file too large|max_temp_directory_size|could not write (all bytes|file)/i

function statementError(cause: unknown): StorewrightError {
  const message = messageOf(cause)
  if (/^(TransactionContext|IO) Error/.test(message) && DENIED.test(message)) {
    return new StorewrightError('ERR_STORE_DENIED', message, {
      next: 'Nothing of the statement stands. DuckDB writes beside the database too (.wal): check the permissions of the file and of its folder.',
      cause,
    })
  }
  if (!NO_ROOM.test(message)) return new StorewrightError('ERR_SQL', message, { cause })
  return new StorewrightError('ERR_DISK_FULL', message, {
    next: 'Nothing of the statement stands. Make room there, or name another folder, and try again.',
    cause,
  })
}

function databaseOver(connection: DuckDBConnection, hooks: Hooks): Database {
  const door: Door = { isInTransaction: false, stops: 0, begun: 0, running: 0 }
  const run = runOn(connection, door)
  const asked = observer(hooks, door)
  const table = (sql: string, values: readonly SqlValue[] = []) =>
    asked(
      sql,
      values,
      (q) => readWhole(run, door, q, values),
      ({ rowCount }) => rowCount,
    )
  return {
    run: async (sql, values = []) => {
      await asked(sql, values, (q) => run(q, values), countReturned)
    },
    rows: async <T extends Row>(sql: string, values: readonly SqlValue[] = []) =>
      rowsOf(await table(sql, values)) as T[],
    table,
    answer: (sql, values = []) =>
      asked(
        sql,
        values,
        async (q) => readAnswer(await run(q, values)),
        ({ rowCount }) => rowCount,
      ),
    append: (name, rows) => appendTable(connection, run, asked, name, rows),
    transaction: (work) => transactionOn(run, door, work),
    interrupt: () => stopOn(connection, door),
    close: () => connection.closeSync(),
  }
}

/** Rows of an answer; what an INSERT or CREATE says of itself is none. */
function countReturned(result: DuckDBMaterializedResult): number {
  return result.returnType === ResultReturnType.QUERY_RESULT ? result.rowCount : 0
}

async function transactionOn<T>(run: Run, door: Door, work: () => Promise<T>): Promise<T> {
  await run('BEGIN TRANSACTION')
  door.isInTransaction = true
  try {
    const result = await work()
    await run('COMMIT')
    return result
  } catch (error) {
    // What went wrong first is what the caller should see.
    await run('ROLLBACK').catch(() => undefined)
    throw error
  } finally {
    door.isInTransaction = false
  }
}

type Hooks = Pick<OpenOptions, 'onStatement' | 'before'>

/** Runs `work` with what a caller asked, or its replacement, and tells of it. */
type Asked = <T>(
  sql: string,
  values: readonly SqlValue[],
  work: (sql: string) => Promise<T>,
  rowsOfResult: (result: T) => number,
) => Promise<T>

function observer({ onStatement, before }: Hooks, door: Pick<Door, 'isInTransaction'>): Asked {
  return async (sql, values, work, countRows) => {
    const replacement = door.isInTransaction ? undefined : before?.(sql, values)
    let told = replacement === undefined ? {} : { replacedBy: replacement }
    const stop = onStatement === undefined ? undefined : startWatch()
    const tell = (outcome: { rowsReturned: number; failed?: string }) => {
      if (stop !== undefined) onStatement?.({ sql, values, ...told, ...stop(), ...outcome })
    }
    try {
      const result =
        replacement === undefined
          ? await work(sql)
          : await work(replacement).catch((error: unknown) => {
              told = { ...told, ...{ replacementFailed: messageOf(error) } }
              return work(sql)
            })
      tell({ rowsReturned: countRows(result) })
      return result
    } catch (error) {
      tell({ rowsReturned: 0, failed: messageOf(error) })
      throw error
    }
  }
}

async function readWhole(
  run: Run,
  door: Pick<Door, 'stops'>,
  sql: string,
  values: readonly SqlValue[],
): Promise<Table> {
  const { stops } = door
  // DuckDB casts in its own loops, so that only doubles and texts cross into JavaScript.
  const described = await run(`DESCRIBE ${sql}`, values)
  const shape = (await described.getRowsJS()).map((row) => ({
    name: String(row[0]),
    type: String(row[1]),
  }))
  const list = shape.map((c) => `${castOut(c.name, c.type)} AS ${quoteName(c.name)}`).join(', ')
  // Between two statements nothing runs that could be stopped.
  if (stops !== door.stops) throw new StorewrightError('ERR_SQL', 'INTERRUPT Error: Interrupted!')
  const result = await run(`SELECT ${list} FROM (${sql}) AS q`, values)
  return readTable(shape, await result.fetchAllChunks())
}

const CHUNK_ROWS = 2048

async function appendTable(
  connection: DuckDBConnection,
  run: Run,
  asked: Asked,
  name: string,
  table: Table,
): Promise<void> {
  const columns = Object.entries(table.columns)
  const described = await (await run(`DESCRIBE ${quoteName(name)}`)).getRowsJS()
  const targetType = new Map(described.map((row) => [String(row[0]), String(row[1])]))
  const staging = columns
    .map(([c, column]) => `${quoteName(c)} ${column.kind === 'text' ? 'VARCHAR' : 'DOUBLE'}`)
    .join(', ')
  await run(`CREATE OR REPLACE TEMP TABLE staging_rows (${staging})`)
  const appender = await connection.createAppender('staging_rows')
  const types = columns.map(([, column]) => (column.kind === 'text' ? VARCHAR : DOUBLE))
  for (let from = 0; from < table.rowCount; from += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, table.rowCount - from)
    const chunk = DuckDBDataChunk.create(types, count)
    columns.forEach(([, column], c) => {
      writeColumn(chunk, c, column, from, count)
    })
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
  const names = columns.map(([c]) => quoteName(c)).join(', ')
  const casts = columns.map(([c]) => castIn(c, targetType.get(c) ?? 'VARCHAR')).join(', ')
  // The one statement of them that changes what others read is told as the caller's.
  await asked(
    `INSERT INTO ${quoteName(name)} (${names}) SELECT ${casts} FROM staging_rows`,
    [],
    run,
    () => 0,
  )
  await run('DROP TABLE staging_rows')
}

function writeColumn(
  chunk: DuckDBDataChunk,
  c: number,
  column: Column,
  from: number,
  count: number,
): void {
  const vector = chunk.getColumnVector(c)
  for (let i = 0; i < count; i++) vector.setItem(i, valueAt(column, from + i))
  vector.flush()
}
