import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeFileWhole } from '../../core/files.ts'
import type { Database } from '../../core/sql/database.ts'
import type { design } from '../../warehouse/index.ts'

/** What stands in a store's database, as the last who wrote through the door left it. */
export interface Standing {
  readonly actions: readonly design.StoredAction[]
  /** Tables that changed since the views on them were made, in small letters; '*': all. */
  readonly stale: readonly string[]
  /** Fingerprints of statements that a person wants left alone. */
  readonly leftAlone: readonly string[]
}

interface Kept extends Standing {
  readonly form: 'storewright-standing-1'
  readonly stamp: string
}

const fileOf = (databasePath: string) => join(dirname(databasePath), 'warehouse', 'standing.json')

/** The state of the file and of its log: another one was written by somebody else. */
function stampOf(databasePath: string): string {
  const { ino, mtimeMs, size } = statSync(databasePath)
  const log = `${databasePath}.wal`
  const waiting = existsSync(log) ? statSync(log).size : 0
  return `${ino} ${mtimeMs} ${size} ${waiting}`
}

const read = new Map<string, { readonly stamp: string; readonly kept: Kept | undefined }>()

/** What was kept, read once a process while the file stays. */
function keptOf(databasePath: string): Kept | undefined {
  const file = fileOf(databasePath)
  if (!existsSync(file)) return undefined
  const { ino, mtimeMs, size } = statSync(file)
  const stamp = `${ino} ${mtimeMs} ${size}`
  const known = read.get(file)
  if (known?.stamp === stamp) return known.kept
  const kept = parsed(readFileSync(file, 'utf8'))
  read.set(file, { stamp, kept })
  return kept
}

function parsed(text: string): Kept | undefined {
  try {
    const kept = JSON.parse(text) as Kept
    return kept.form === 'storewright-standing-1' ? kept : undefined
  } catch {
    // What cannot be read serves nothing, and is written anew.
    return undefined
  }
}

/** Whether something stands that may be out of date. To be asked while the database is open. */
export function hasStale(databasePath: string): boolean {
  const { actions = [], stale = ['*'] } = readStanding(databasePath) ?? {}
  if (!hasStanding(databasePath)) return false
  return stale.length > 0 && (actions.length > 0 || stale.includes('*'))
}

/** Whether anything was ever kept as standing. */
export function hasStanding(databasePath: string): boolean {
  return existsSync(fileOf(databasePath))
}

/**
 * What stands, where nobody else wrote to the database since it was kept; undefined otherwise. To be
 * asked while the database is open, so that nobody writes in between.
 */
export function readStanding(databasePath: string): Standing | undefined {
  const kept = keptOf(databasePath)
  return kept !== undefined && kept.stamp === stampOf(databasePath) ? kept : undefined
}

/** Keeps what stands, as the last act of a writer: what is written after it makes it void. */
export async function keepStanding(
  db: Database,
  databasePath: string,
  standing: Standing,
): Promise<void> {
  const file = fileOf(databasePath)
  mkdirSync(dirname(file), { recursive: true })
  await db.run('CHECKPOINT')
  const kept: Kept = { form: 'storewright-standing-1', stamp: stampOf(databasePath), ...standing }
  writeFileWhole(file, JSON.stringify(kept))
}

/** Makes void what was kept: nothing is served until the next writer keeps what stands. */
export function forgetStanding(databasePath: string): void {
  const file = fileOf(databasePath)
  rmSync(file, { force: true })
  try {
    writeFileWhole(file, '{}')
  } catch {
    // Without a file nothing is served either.
  }
}
