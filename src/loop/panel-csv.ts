import { existsSync, readFileSync, statSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { StorewrightError } from '../core/errors.ts'
import { type Database, quoteText } from '../core/sql/database.ts'

/** Names of a file's columns; throws where the file is absent, unreadable, or lacks or repeats one. */
export async function readHeader(
  db: Database,
  path: string,
  needed: readonly string[],
): Promise<string[]> {
  if (!existsSync(path)) {
    throw new StorewrightError('ERR_FEED_NO_FILE', `there is no file ${path}`, {
      file: path,
      next: 'Check the path; CSV, CSV.gz and Parquet are read.',
    })
  }
  const describe = `DESCRIBE SELECT * FROM ${sourceOf(path, 'all_varchar = true')}`
  const shape = await readable(path, () => db.rows(`SELECT column_name FROM (${describe})`))
  const names = shape.map((row) => String(row['column_name']))
  requireDistinct(path, names)
  const absent = needed.find((name) => !names.includes(name))
  if (absent === undefined) return names
  if (statSync(path).size === 0) {
    throw new StorewrightError('ERR_FEED_BAD_HEADER', `${path} is empty`, {
      file: path,
      next: `Give a header with ${needed.join(', ')}, and rows below it.`,
    })
  }
  requireEvenRows(path)
  throw new StorewrightError('ERR_FEED_BAD_HEADER', `${path} has no column ${absent}`, {
    file: path,
    line: 1,
    next: `It has ${names.join(', ')}; ${needed.join(', ')} are needed.`,
  })
}

/** DuckDB calls the second of two columns `y` y_1. */
function requireDistinct(path: string, names: readonly string[]): void {
  const again = names.find((name) => name.endsWith('_1') && names.includes(name.slice(0, -2)))
  if (again === undefined || path.endsWith('.parquet')) return
  const header = partsOf(recordsOf(path)[0]?.text ?? '')
  const name = again.slice(0, -2)
  if (header.filter((own) => own === name).length < 2) return
  throw new StorewrightError('ERR_FEED_BAD_HEADER', `${path} has two columns ${name}`, {
    file: path,
    line: 1,
    next: 'Keep one of them, or give them different names.',
  })
}

/**
 * Throws with the line of the first row that has more or fewer columns than the header. DuckDB reads
 * such a file as one column, or takes one of its rows for the header.
 */
function requireEvenRows(path: string): void {
  if (path.endsWith('.parquet')) return
  const [header, ...rows] = recordsOf(path)
  const columns = partsOf(header?.text ?? '').length
  if (columns < 2) return
  const separator = separatorOf(header!.text)
  const bad = rows.find(({ text }) => partsOf(text, separator).length !== columns)
  if (bad === undefined) return
  const has = partsOf(bad.text, separator).length
  throw new StorewrightError(
    'ERR_FEED_BAD_VALUE',
    `the row has ${has} columns, the header ${columns}`,
    {
      file: path,
      line: bad.line,
      next: 'Correct the row; a value with a comma in it, such as 3,5, stands in quotes, and decimals are written 3.5.',
    },
  )
}

interface CsvRecord {
  /** Line on which it begins, from 1. */
  readonly line: number
  readonly text: string
}

/** The records of a CSV file as they stand: blank lines are none, a quoted one may have several lines. */
function recordsOf(path: string): CsvRecord[] {
  const bytes = readFileSync(path)
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  const records: CsvRecord[] = []
  let open: CsvRecord | undefined
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .forEach((own, k) => {
      const record = open
        ? { line: open.line, text: `${open.text}\n${own}` }
        : { line: k + 1, text: own }
      const isWhole = (record.text.split('"').length - 1) % 2 === 0
      open = isWhole ? undefined : record
      if (isWhole && record.text.trim() !== '') records.push(record)
    })
  return records
}

const separatorOf = (header: string) =>
  [',', ';', '\t', '|'].find((sign) => header.includes(sign)) ?? ','

/** Cells of a record; what stands in quotes may hold the separator. */
function partsOf(text: string, separator = separatorOf(text)): string[] {
  const bare = text.replace(/"[^"]*"/g, (quoted) => quoted.replaceAll(separator, ' '))
  return bare.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
}

/** Line of a row of a file, both as a reader of tables counts them: header 1, first row 2. */
function lineOfRow(path: string, line: number): number {
  return path.endsWith('.parquet') ? line : (recordsOf(path)[line - 1]?.line ?? line)
}

/** What `read` gives; a fault in a row is told with the line of the file, blank lines counted. */
export async function atTrueLine<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof StorewrightError) || error.code !== 'ERR_PANEL') throw error
    const { file, line } = error.place
    if (file === undefined || line === undefined || line < 2 || !existsSync(file)) throw error
    const place = { ...error.place, line: lineOfRow(file, line) }
    const next = error.next === undefined ? {} : { next: error.next }
    throw new StorewrightError(error.code, error.message, { ...place, ...next, cause: error })
  }
}

/** What `read` gives; a failure of DuckDB becomes a fault of the file. */
export async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    const message = String(cause instanceof Error ? cause.message : cause)
    if (/utf-?8|unicode/i.test(message)) throw notUtf8(path, message, cause)
    throw new StorewrightError(
      'ERR_FEED_UNREADABLE',
      `${path} cannot be read: ${message.split('\n')[0]}`,
      {
        file: path,
        next: 'Is it CSV with a header, CSV.gz or Parquet, and complete?',
        cause,
      },
    )
  }
}

function notUtf8(path: string, message: string, cause: unknown): StorewrightError {
  const line = Number(/Line: (\d+)/.exec(message)?.[1])
  return new StorewrightError('ERR_FEED_ENCODING', `${path} is not UTF-8`, {
    file: path,
    ...(Number.isNaN(line) ? {} : { line }),
    next: 'Save it as UTF-8 (in a spreadsheet: CSV UTF-8).',
    cause,
  })
}

export function sourceOf(path: string, options: string): string {
  if (path.endsWith('.parquet')) return `read_parquet(${quoteText(path)})`
  return `read_csv(${quoteText(path)}, header = true, ${options})`
}

/** y, where something was observed: these words are how people write that nothing was. */
export const OBSERVED = `CASE WHEN lower(trim(CAST(y AS VARCHAR))) NOT IN
  ('', '-', 'na', 'n/a', 'nan', 'null', 'none') THEN trim(CAST(y AS VARCHAR)) END`

/** y may be missing, but what is there must be a finite number. */
export async function requireNumbers(db: Database, path: string): Promise<void> {
  const [bad] = await db.rows(
    `SELECT line, CAST(y AS VARCHAR) AS value FROM (
       SELECT row_number() OVER () + 1 AS line, y FROM panel_rows
     ) WHERE ${OBSERVED} IS NOT NULL
       AND coalesce(NOT isfinite(TRY_CAST(${OBSERVED} AS DOUBLE)), true) LIMIT 1`,
  )
  if (bad === undefined) return
  const value = String(bad['value'])
  const isComma = /^-?\d[\d.]*,\d+$/.test(value)
  throw new StorewrightError('ERR_FEED_BAD_VALUE', `y is "${value}", not a finite number`, {
    file: path,
    line: lineOfRow(path, Number(bad['line'])),
    column: 'y',
    value,
    next: isComma
      ? 'Write numbers with a decimal point and without marks of thousands: 1005 or 5.5.'
      : 'Leave it empty where nothing was observed.',
  })
}
