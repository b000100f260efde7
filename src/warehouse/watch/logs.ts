import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import { messageOf } from '../../core/sql/observe.ts'
import { splitSql } from './split-sql.ts'
import type { Templates } from './templates.ts'
import type { Watcher } from './watcher.ts'

/** A statement of somebody's log. */
export interface LogEntry {
  readonly sql: string
  /** Counts from 1: where it begins. */
  readonly line: number
  /** Epoch ms. */
  readonly at?: number
  readonly durationMs?: number
  readonly askedBy?: string
}

/** A line that says nothing, or a statement that DuckDB cannot read. */
export interface LogFault {
  readonly line: number
  readonly message: string
}

export interface ParsedLog {
  readonly entries: readonly LogEntry[]
  readonly faults: readonly LogFault[]
}

const STATEMENT = ['query', 'sql', 'statement', 'query_text']
const AT = ['at', 'time', 'timestamp', 'ts', 'started_at', 'start_time']
const MILLISECONDS = ['duration_ms', 'durationMs', 'elapsed_ms', 'wall_ms', 'latency_ms']
const ASKED_BY = ['user', 'asked_by', 'askedBy', 'application', 'username', 'visualization']

function unreadable(path: string, cause: unknown): StorewrightError {
  const isDenied = /EACCES|EPERM/.test((cause as NodeJS.ErrnoException).code ?? '')
  return new StorewrightError(
    isDenied ? 'ERR_FEED_UNREADABLE' : 'ERR_FEED_NO_FILE',
    isDenied ? `${path} may not be read by this user` : `${path} cannot be read`,
    {
      file: path,
      next: isDenied
        ? 'Check the permissions of the file and of its folder.'
        : 'Name the log: JSON lines or SQL.',
      cause,
    },
  )
}

/**
 * Reads a log: JSON lines with the statement under query, sql, statement or query_text, or SQL with a
 * ; behind each statement, or one a line (see `splitSql`); UTF-8 or UTF-16 with its mark, also gzipped.
 * Lines that cannot be read are told and passed over. Throws ERR_FEED_NO_FILE and ERR_FEED_UNREADABLE when the file as a whole cannot be read.
 */
export function readLog(path: string): ParsedLog {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw unreadable(path, cause)
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return parseLog(textOf(bytes, path))
  let unpacked: Buffer
  try {
    unpacked = gunzipSync(bytes)
  } catch (cause) {
    throw new StorewrightError('ERR_FEED_UNREADABLE', `${path} is no whole gzip file`, {
      file: path,
      next: 'Get the file again, or unpack what there is of it (zcat) and name that.',
      cause,
    })
  }
  return parseLog(textOf(unpacked, path))
}

/** Throws ERR_FEED_UNREADABLE where it is no text: no text holds the character 0. */
function textOf(bytes: Buffer, path: string): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe
  if (isUtf16 || !bytes.includes(0)) return bytes.toString(isUtf16 ? 'utf16le' : 'utf8')
  throw new StorewrightError('ERR_FEED_UNREADABLE', `${path} is no text`, {
    file: path,
    next: 'Name the log: JSON lines or SQL, as text or gzipped.',
  })
}

/** The same of the text of a log. */
export function parseLog(text: string): ParsedLog {
  const plain = text.replace(/^\uFEFF/, '')
  return isJsonLines(plain) ? parseJsonLines(plain) : { entries: splitSql(plain), faults: [] }
}

const LOOKED_AT = 20

/** Whether one of the first lines is a JSON object: the very first may be cut off. */
function isJsonLines(text: string): boolean {
  const lines = text.split('\n', LOOKED_AT * 2).map((line) => line.trim())
  const [first = '', ...more] = lines.filter((line) => line !== '').slice(0, LOOKED_AT)
  return first.startsWith('{') || more.some((line) => line.startsWith('{"'))
}

function parseJsonLines(text: string): ParsedLog {
  const entries: LogEntry[] = []
  const faults: LogFault[] = []
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    try {
      const entry = entryOf(JSON.parse(line), i + 1)
      if (entry === undefined) {
        faults.push({ line: i + 1, message: `no statement under ${STATEMENT.join(', ')}` })
      } else entries.push(entry)
    } catch (error) {
      faults.push({ line: i + 1, message: `no JSON: ${messageOf(error)}` })
    }
  }
  return { entries, faults }
}

/** How PostgreSQL's jsonlog words a statement, with log_statement or log_min_duration_statement. */
const OF_POSTGRES = /^(?:duration: ([\d.]+) ms +)?(?:statement|execute [^:]*): ([\s\S]+)$/

/** A line of DuckDB's own log (`duckdb_logs`) or of PostgreSQL's jsonlog with its statement under `query`. */
function withQuery(line: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { message } = line
  if (typeof message !== 'string' || STATEMENT.some((name) => name in line)) return line
  if (line['type'] === 'QueryLog') return { ...line, query: message }
  const [, duration_ms, query] = OF_POSTGRES.exec(message) ?? []
  if (query === undefined) return line
  return { ...line, query, ...(duration_ms === undefined ? {} : { duration_ms }) }
}

function entryOf(json: unknown, number: number): LogEntry | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  const line = withQuery(json as Readonly<Record<string, unknown>>)
  const sql = firstOf(line, STATEMENT, (value) => (typeof value === 'string' ? value : undefined))
  if (sql === undefined || sql.trim() === '') return undefined
  const at = firstOf(line, AT, instantOf)
  const durationMs = firstOf(line, MILLISECONDS, (value) => {
    const ms = typeof value === 'string' ? Number(value) : value
    return typeof ms === 'number' && ms >= 0 ? ms : undefined
  })
  const askedBy = firstOf(line, ASKED_BY, (value) =>
    typeof value === 'string' ? value : undefined,
  )
  return {
    ...{ sql, line: number },
    ...(at === undefined ? {} : { at }),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(askedBy === undefined ? {} : { askedBy }),
  }
}

function firstOf<T>(
  line: Readonly<Record<string, unknown>>,
  names: readonly string[],
  read: (value: unknown) => T | undefined,
): T | undefined {
  for (const name of names) {
    const value = line[name] === undefined ? undefined : read(line[name])
    if (value !== undefined) return value
  }
  return undefined
}

/** ISO 8601, or a number: seconds or milliseconds since 1970, told apart by size. */
function instantOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value < 1e11 ? value * 1000 : value
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}

/**
 * Puts a log on record as if it had been asked here, and says which statements DuckDB cannot read.
 * Those are kept, as failed ones. Entries without a time follow each other by a second from `now` back;
 * those without a duration count as 1 ms, so that templates weigh by how often they are asked.
 */
export async function watchLog(
  log: ParsedLog,
  to: Watcher,
  {
    templates,
    db,
    now,
  }: { readonly templates: Templates; readonly db: Database; readonly now: number },
): Promise<readonly LogFault[]> {
  const faults = [...log.faults]
  const reasons = new Map<string, string>()
  for (const [i, { sql, line, at, durationMs, askedBy }] of log.entries.entries()) {
    let statement = templates.know(sql)
    const { fingerprint } = statement.template
    if (!templates.isMet(statement)) {
      const met = await templates.meet(statement, db)
      statement = met.statement
      if (met.isParsed) reasons.delete(fingerprint)
      else reasons.set(fingerprint, met.reason ?? 'it cannot be read')
    }
    const failed = reasons.get(fingerprint)
    if (failed !== undefined) faults.push({ line, message: failed })
    to.observe(statement, {
      at: at ?? now - 1000 * (log.entries.length - i),
      ...{ wallMs: durationMs ?? 1, rowsReturned: 0 },
      ...(askedBy === undefined ? {} : { askedBy }),
      ...(failed === undefined ? {} : { failed }),
    })
  }
  return faults.sort((a, b) => a.line - b.line)
}
