import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import { messageOf } from '../../core/sql/observe.ts'
import {
  endOfBlock,
  endOfDollarQuoted,
  endOfEscaped,
  endOfLine,
  endOfQuoted,
} from './characters.ts'
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

/**
 * Reads a log: JSON lines with the statement under query, sql, statement or query_text, or SQL with a
 * ; behind each statement, or one a line; also gzipped. Lines that cannot be read are told and passed
 * over. Throws ERR_FEED_NO_FILE and ERR_FEED_UNREADABLE when the file as a whole cannot be read.
 */
export function readLog(path: string): ParsedLog {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw new StorewrightError('ERR_FEED_NO_FILE', `${path} cannot be read`, {
      file: path,
      next: 'Name the log: JSON lines or SQL.',
      cause,
    })
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return parseLog(bytes.toString('utf8'))
  try {
    return parseLog(gunzipSync(bytes).toString('utf8'))
  } catch (cause) {
    throw new StorewrightError('ERR_FEED_UNREADABLE', `${path} is no whole gzip file`, {
      file: path,
      next: 'Get the file again.',
      cause,
    })
  }
}

/** The same of the text of a log. */
export function parseLog(text: string): ParsedLog {
  return /^[\s\uFEFF]*\{/.test(text)
    ? parseJsonLines(text)
    : { entries: splitStatements(text), faults: [] }
}

function parseJsonLines(text: string): ParsedLog {
  const entries: LogEntry[] = []
  const faults: LogFault[] = []
  for (const [i, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue
    try {
      const entry = entryOf(JSON.parse(line) as Record<string, unknown>, i + 1)
      if (entry === undefined) {
        faults.push({ line: i + 1, message: `no statement under ${STATEMENT.join(', ')}` })
      } else entries.push(entry)
    } catch (error) {
      faults.push({ line: i + 1, message: `no JSON: ${messageOf(error)}` })
    }
  }
  return { entries, faults }
}

function entryOf(line: Record<string, unknown>, number: number): LogEntry | undefined {
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
  line: Record<string, unknown>,
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

/** Splits at each ; outside of texts, quoted names and comments; where there is none, at line ends. */
function splitStatements(text: string): readonly LogEntry[] {
  const cuts: number[] = []
  for (let i = 0; i < text.length; ) {
    const end = endOfPiece(text, i)
    if (text.charCodeAt(i) === 59) cuts.push(i)
    i = end
  }
  if (cuts.length === 0) {
    const lines = text.split('\n').map((sql, i) => ({ sql: sql.trim(), line: i + 1 }))
    return lines.filter(({ sql }) => hasWords(sql))
  }
  return piecesBetween(text, cuts)
}

function piecesBetween(text: string, cuts: readonly number[]): readonly LogEntry[] {
  const entries: LogEntry[] = []
  let line = 1
  let from = 0
  for (const cut of [...cuts, text.length]) {
    const piece = text.slice(from, cut)
    const lead = piece.length - piece.trimStart().length
    if (hasWords(piece)) {
      entries.push({ sql: piece.trim(), line: line + countBreaks(piece.slice(0, lead)) })
    }
    line += countBreaks(piece)
    from = cut + 1
  }
  return entries
}

/** Whether there is more than comments and white space. */
function hasWords(sql: string): boolean {
  return (
    sql
      .replace(/--[^\n]*/g, '')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .trim() !== ''
  )
}

function countBreaks(text: string): number {
  return text.split('\n').length - 1
}

function endOfPiece(text: string, i: number): number {
  const code = text.charCodeAt(i)
  const next = text.charCodeAt(i + 1)
  if (code === 39) {
    const before = text.charCodeAt(i - 1) | 32
    return before === 101 ? endOfEscaped(text, i) : endOfQuoted(text, i, 39)
  }
  if (code === 34) return endOfQuoted(text, i, 34)
  if (code === 45 && next === 45) return endOfLine(text, i)
  if (code === 47 && next === 42) return endOfBlock(text, i)
  if (code === 36) {
    const end = endOfDollarQuoted(text, i)
    return end > 0 ? end : i + 1
  }
  return i + 1
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
