import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { StorewrightError } from '../../../core/errors.ts'
import type { Database } from '../../../core/sql/database.ts'
import { dropCopies } from '../copies/record.ts'
import { readCarried } from '../joined/carried.ts'
import { bytesOf, parquetIn, readPlainSql } from './files.ts'
import { copyOthers, nextTo, placeOf, putInPlace, recoverParquet } from './place.ts'
import { sumOfRows } from './sums.ts'

/**
 * What is kept ends in it: the file, or the folder and each file in it, so that no pattern over files
 * that end in .parquet reads rows twice.
 */
const ENDING = '.before-layout'

/** What lay there before a layout took its place. */
export interface KeptParquet {
  readonly path: string
  readonly bytes: number
  /** Whether an earlier layout kept it: the same rows in the order that was before all layouts. */
  readonly isEarlier: boolean
}

function keptOf(path: string): string {
  return `${path}${ENDING}`
}

/** Where it is put together; what a crash leaves of it goes with the next. */
function partOf(kept: string): string {
  return `${kept}.part`
}

function keptFiles(kept: string): readonly string[] {
  if (!existsSync(kept)) return []
  if (!statSync(kept).isDirectory()) return [kept]
  return readdirSync(kept)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => join(kept, name))
    .sort()
}

/**
 * Puts what was written `beside` in the place of the `files` of a path and keeps these, or removes what
 * is kept already. Copies of their rows in other orders go. A crash leaves the old or the new
 * (`recoverParquet`), and either can be undone.
 */
export async function switchParquet(
  db: Database,
  path: string,
  files: readonly string[],
  beside: string,
  isOldKept: boolean,
): Promise<KeptParquet | undefined> {
  if (statSync(path).isDirectory()) copyOthers(path, files, beside)
  const kept = isOldKept ? await keepOld(db, path, files) : undefined
  putInPlace(path, beside)
  if (kept === undefined) dropKept(path)
  dropCopies(path)
  return kept
}

/**
 * Keeps the files of a path beside it, before others take their place: linked, or copied where files
 * cannot have two names. What an earlier layout kept stays if it holds the same rows, and goes if not,
 * because rows that came since would be lost by putting it back.
 */
async function keepOld(db: Database, path: string, files: readonly string[]): Promise<KeptParquet> {
  const kept = keptOf(path)
  const earlier = keptFiles(kept)
  if (earlier.length > 0 && (await haveSameRows(db, earlier, files))) {
    return { path: kept, bytes: bytesOf(earlier), isEarlier: true }
  }
  const part = partOf(kept)
  rmSync(part, { recursive: true, force: true })
  try {
    if (statSync(path).isDirectory()) {
      mkdirSync(part)
      for (const file of files) linkOrCopy(file, join(part, `${basename(file)}${ENDING}`))
    } else linkOrCopy(path, part)
    rmSync(kept, { recursive: true, force: true })
    renameSync(part, kept)
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
  return { path: kept, bytes: bytesOf(keptFiles(kept)), isEarlier: false }
}

function dropKept(path: string): void {
  const kept = keptOf(path)
  for (const place of [kept, partOf(kept)]) rmSync(place, { recursive: true, force: true })
}

/**
 * Puts back the file, or the files of the folder, that lay at `path` before it was laid out; other
 * things in the folder stay, copies in other orders go. A crash leaves the laid-out or the old (`recoverParquet`). Returns what it
 * put back. Throws ERR_ARGUMENT where nothing is kept, ERR_DESIGN_CHANGED where `path` holds other rows
 * by now, ERR_SQL where it cannot be read; with nothing at `path` there is nothing to compare.
 */
export async function undoParquet(
  db: Database,
  given: string,
): Promise<{ readonly path: string; readonly bytes: number }> {
  const path = placeOf(given)
  recoverParquet(path)
  const kept = keptOf(path)
  const old = keptFiles(kept)
  if (old.length === 0) {
    throw new StorewrightError('ERR_ARGUMENT', `nothing is kept of ${path}`, {
      file: kept,
      next: 'Name the file or folder that was laid out in its place. With --no-keep, or once what was kept is removed, there is no way back.',
    })
  }
  const bytes = bytesOf(old)
  const now = parquetIn(path)
  if (now.length > 0 && !(await haveSameRows(db, old, now))) {
    throw new StorewrightError(
      'ERR_DESIGN_CHANGED',
      `rows of ${path} have changed since it was laid out: putting ${kept} back would lose that`,
      { file: path, next: `To put it back all the same, move ${path} away first.` },
    )
  }
  if (statSync(kept).isDirectory()) putFolderBack(path, now, old)
  else putInPlace(path, kept)
  dropKept(path)
  dropCopies(path)
  return { path, bytes }
}

function putFolderBack(path: string, now: readonly string[], old: readonly string[]): void {
  const next = nextTo(path)
  rmSync(next, { recursive: true, force: true })
  mkdirSync(next)
  try {
    for (const file of old) linkOrCopy(file, join(next, basename(file, ENDING)))
    if (existsSync(path) && statSync(path).isDirectory()) copyOthers(path, now, next)
    putInPlace(path, next)
  } finally {
    rmSync(next, { recursive: true, force: true })
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    // Another file system, or one without links.
    copyFileSync(from, to)
  }
}

/** Whether files hold the same rows in whatever order, each as often, under the same columns. */
async function haveSameRows(
  db: Database,
  ones: readonly string[],
  others: readonly string[],
): Promise<boolean> {
  const rowsOf = async (files: readonly string[]) => {
    const from = readPlainSql(files, await readCarried(db, files))
    const { columns } = await db.answer(`DESCRIBE SELECT * FROM ${from}`)
    return JSON.stringify([columns[0], await sumOfRows(db, from)])
  }
  return (await rowsOf(ones)) === (await rowsOf(others))
}
