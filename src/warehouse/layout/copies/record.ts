import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { StorewrightError } from '../../../core/errors.ts'
import { writeFileWhole } from '../../../core/files.ts'
import { type Database, quoteText } from '../../../core/sql/database.ts'
import { readCarried } from '../joined/carried.ts'
import { readPlainSql } from '../parquet/files.ts'
import { sumOfRows } from '../parquet/sums.ts'

/** A copy of some columns of all rows of Parquet files, in an order of its own. */
export interface ParquetCopy {
  /** Its file, in the folder of copies. */
  readonly file: string
  readonly columns: readonly string[]
  /** In words, for a person. */
  readonly order: string
}

/** What stands in the folder of copies: which there are, and of which files as they were. */
interface CopiesRecord {
  readonly version: number
  readonly of: FilesMark
  readonly copies: readonly ParquetCopy[]
  /** Fingerprints of templates that read the files all the same, since no copy made them faster. */
  readonly stays?: readonly string[]
}

/** Copies in service, and the templates that read none of them. */
export interface CopiesInService {
  readonly copies: readonly ParquetCopy[]
  readonly stays: ReadonlySet<string>
}

const NO_COPIES: CopiesInService = { copies: [], stays: new Set() }

/** What files are: by it a change is seen, whoever made it. */
interface FilesMark {
  /** Names, sizes and times of change of the files, and a checksum of their footers. */
  readonly files: readonly string[]
  readonly footers: string
  /** Columns with their types, and the number of rows with a checksum of them that no order changes. */
  readonly columns: string
  readonly rows: string
}

const VERSION = 1
const RECORD = 'copies.json'
/** No pattern over files that end in .parquet reads a copy for rows of the table. */
const ENDING = '.copy'

/** The folder of the copies of what lies at a path. */
export function copiesOf(path: string): string {
  return `${path}.copies`
}

/** A name for the file of a copy in the folder of a path, which no other copy has had. */
export function copyFile(path: string, place: number): string {
  const folder = copiesOf(path)
  mkdirSync(folder, { recursive: true })
  return join(folder, `${place}-${Date.now().toString(36)}-${process.pid}${ENDING}`)
}

/**
 * Puts copies into service in place of those before, in one rename: a crash leaves the ones or the
 * others. What is no copy of the record any more is removed. Throws ERR_DESIGN_CHANGED where the files
 * are not what they were when they were copied.
 */
export async function keepCopies(
  db: Database,
  path: string,
  files: readonly string[],
  copies: readonly ParquetCopy[],
  isUnchanged: () => boolean,
): Promise<void> {
  if (copies.length === 0) {
    dropCopies(path)
    return
  }
  const record: CopiesRecord = { version: VERSION, of: await markFiles(db, files), copies }
  if (!isUnchanged()) {
    throw new StorewrightError('ERR_DESIGN_CHANGED', `${path} changed while it was copied`, {
      file: path,
      next: 'The copies before stay; try again when nothing writes to it.',
    })
  }
  writeFileWhole(join(copiesOf(path), RECORD), JSON.stringify(record))
  sweepCopies(path)
}

/**
 * Keeps some of the copies that are in service, and has templates read the files themselves, told by
 * their fingerprints.
 */
export function narrowCopies(
  path: string,
  files: ReadonlySet<string>,
  stays: readonly string[],
): void {
  const record = readRecord(path)
  if (record === undefined) return
  const copies = record.copies.filter(({ file }) => files.has(file))
  if (copies.length === 0) {
    dropCopies(path)
    return
  }
  writeFileWhole(join(copiesOf(path), RECORD), JSON.stringify({ ...record, copies, stays }))
  sweepCopies(path)
}

/** Removes all copies of a path; what says that there are any goes first. */
export function dropCopies(path: string): void {
  rmSync(join(copiesOf(path), RECORD), { force: true })
  rmSync(copiesOf(path), { recursive: true, force: true })
}

/** Removes files of copies that no record names, as a crash leaves them. */
export function sweepCopies(path: string): void {
  const folder = copiesOf(path)
  if (!existsSync(folder)) return
  const kept = new Set([RECORD, ...(readRecord(path)?.copies ?? []).map(({ file }) => file)])
  for (const name of readdirSync(folder)) {
    if (!kept.has(name)) rmSync(join(folder, name), { recursive: true, force: true })
  }
  if (kept.size === 1) rmSync(folder, { recursive: true, force: true })
}

/**
 * The copies of what lies at a path, none where the files are not what was copied. Where their names,
 * sizes, times or footers are others, their rows are compared.
 */
export async function readCopies(
  db: Database,
  path: string,
  files: readonly string[],
): Promise<CopiesInService> {
  const record = readRecord(path)
  if (record === undefined || record.version !== VERSION) return NO_COPIES
  const { of, copies, stays = [] } = record
  if (!copies.every(({ file }) => existsSync(join(copiesOf(path), file)))) return NO_COPIES
  const found = { copies, stays: new Set(stays) }
  const isSame =
    JSON.stringify(of.files) === JSON.stringify(stampsOf(files)) &&
    of.footers === (await footersOf(db, files))
  if (isSame) return found
  const rows = await rowsOf(db, files)
  return of.columns === rows.columns && of.rows === rows.rows ? found : NO_COPIES
}

function readRecord(path: string): CopiesRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(copiesOf(path), RECORD), 'utf8')) as CopiesRecord
  } catch {
    // None, or not of this program.
    return undefined
  }
}

async function markFiles(db: Database, files: readonly string[]): Promise<FilesMark> {
  const stamps = stampsOf(files)
  const footers = await footersOf(db, files)
  return { files: stamps, footers, ...(await rowsOf(db, files)) }
}

function stampsOf(files: readonly string[]): readonly string[] {
  return files.map((file) => {
    const { size, mtimeNs } = statSync(file, { bigint: true })
    return `${basename(file)} ${size} ${mtimeNs}`
  })
}

async function footersOf(db: Database, files: readonly string[]): Promise<string> {
  const [row] = await db.rows(
    `SELECT count(*) AS n, CAST(sum(hash(m)) AS VARCHAR) AS h
     FROM (SELECT * EXCLUDE (file_name) FROM parquet_metadata([${files.map(quoteText).join(', ')}])) AS m`,
  )
  return JSON.stringify(row)
}

async function rowsOf(
  db: Database,
  files: readonly string[],
): Promise<Pick<FilesMark, 'columns' | 'rows'>> {
  const from = readPlainSql(files, await readCarried(db, files))
  const { columns } = await db.answer(`DESCRIBE SELECT * FROM ${from}`)
  return { columns: JSON.stringify([columns[0], columns[1]]), rows: await sumOfRows(db, from) }
}

/** Tells whether files are still what they were when asked for this; some µs a file. */
export function watchFiles(files: readonly string[]): () => boolean {
  const stamp = () => {
    try {
      return files
        .map((file) => {
          const { size, mtimeNs, ctimeNs, ino } = statSync(file, { bigint: true })
          return `${ino} ${size} ${mtimeNs} ${ctimeNs}`
        })
        .join('\n')
    } catch {
      // A file that is gone.
      return ''
    }
  }
  const before = stamp()
  return () => before !== '' && stamp() === before
}
