import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { StorewrightError } from '../../core/errors.ts'

const FIELDS = ['query', 'sql', 'statement', 'query_text']

/**
 * Statements of a log in their order: JSON lines with a field query (or sql, statement, query_text),
 * or SQL with a ; or a line end after each statement; also gzipped. Throws ERR_FEED_NO_FILE,
 * ERR_FEED_UNREADABLE with file and line, ERR_FEED_EMPTY.
 */
export function readStatements(path: string): readonly string[] {
  const text = readText(path)
  const isJson = /^\s*\{/.test(text)
  const statements = isJson ? fromJsonLines(text, path) : splitStatements(text)
  if (statements.length === 0) {
    throw new StorewrightError('ERR_FEED_EMPTY', `${path} holds no statement`, {
      file: path,
      next: 'Name a log with one statement a line.',
    })
  }
  return statements
}

function readText(path: string): string {
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
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString('utf8')
  try {
    return gunzipSync(bytes).toString('utf8')
  } catch (cause) {
    throw new StorewrightError('ERR_FEED_UNREADABLE', `${path} is no whole gzip file`, {
      file: path,
      next: 'Get the file again.',
      cause,
    })
  }
}

function fromJsonLines(text: string, path: string): string[] {
  const statements: string[] = []
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const fault = (message: string, cause?: unknown) =>
      new StorewrightError('ERR_FEED_UNREADABLE', message, {
        file: path,
        line: i + 1,
        next: `Each line is an object with its statement in ${FIELDS[0]}.`,
        cause,
      })
    let parsed: Record<string, unknown>
    try {
      parsed = JSON.parse(line) as Record<string, unknown>
    } catch (cause) {
      throw fault('a line of the log is no JSON', cause)
    }
    const sql = FIELDS.map((field) => parsed[field]).find((value) => typeof value === 'string')
    if (typeof sql !== 'string') throw fault('a line of the log holds no statement')
    statements.push(sql)
  }
  return statements
}

/** Splits at each ; outside of texts, quoted names and comments; where there is none, at line ends. */
function splitStatements(text: string): string[] {
  const parts =
    text.match(/(?:'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|[^;])+/g) ?? []
  const whole = parts.length <= 1 && !text.includes(';') ? text.split('\n') : parts
  return whole.map((part) => part.trim()).filter((part) => part !== '')
}
