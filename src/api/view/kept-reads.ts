import { statSync } from 'node:fs'
import type { Database } from '../../core/sql/database.ts'
import { requireStore, withDatabase } from '../../loop/index.ts'

/** Gives what was read under a key, or reads it. */
export type KeptReads = <T>(key: string, make: (db: Database) => Promise<T>) => Promise<T>

/** Results by key, forgotten when the database file changes; two who ask at once wait for one. */
export function keepReads(folder: string): KeptReads {
  const file = requireStore(folder).database
  let stamp = ''
  let known = new Map<string, Promise<unknown>>()
  return async <T>(key: string, make: (db: Database) => Promise<T>): Promise<T> => {
    const { mtimeMs, size } = statSync(file)
    const now = `${mtimeMs} ${size}`
    if (now !== stamp) known = new Map()
    stamp = now
    const found = known.get(key)
    if (found !== undefined) return found as Promise<T>
    const made = withDatabase(folder, 'read', make)
    const own = known
    own.set(key, made)
    made.catch(() => own.delete(key))
    return made
  }
}
