import { totalmem } from 'node:os'
import { type Database, quoteText } from '../../core/sql/database.ts'
import type { Action } from '../types.ts'
import { type Assignment, bytesOf, isSame, MEMORY_PART } from './space.ts'

/** What an action of this folder needs to be used again. */
export interface SettingsDefinition {
  readonly set: Assignment
  /** What stood where it was found. */
  readonly stood: Assignment
}

/** Values of settings as they stand; those that this DuckDB does not have are absent. */
export async function standingValues(
  db: Pick<Database, 'rows'>,
  names: readonly string[],
): Promise<Assignment> {
  if (names.length === 0) return {}
  const list = names.map(quoteText).join(', ')
  const rows = await db.rows<{ name: string; value: string }>(
    `SELECT name, value FROM duckdb_settings() WHERE name IN (${list})`,
  )
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}

/** Statements that set values; DuckDB writes 128.0 MiB and takes it back. */
export function setStatements(values: Assignment): readonly string[] {
  return Object.entries(values).map(([name, value]) => `SET ${name} = ${quoteText(value)}`)
}

/** Settings of applied actions in use on one database, and out of use. */
export interface SettingsService {
  serve(action: Action): Promise<void>
  withdraw(action: Action): Promise<void>
}

/**
 * Sets what applied actions found, as long as the database is open: settings are not kept in its file.
 * Threads are set no higher than they stand, so that a person's own limit holds, and memory no higher than
 * a part of this machine's.
 */
export function createSettingsService(db: Database): SettingsService {
  const before = new Map<string, Assignment>()
  return {
    async serve({ actionId, definition }) {
      const { set, stood } = JSON.parse(definition) as SettingsDefinition
      const known = await standingValues(db, Object.keys(set))
      // What was applied a moment ago on this very connection stands already: then back to what stood.
      const isSet = Object.entries(set).every(([name, value]) => isSame(value, known[name]))
      before.set(actionId, isSet ? stood : known)
      for (const statement of setStatements(within(set, known))) await db.run(statement)
    },
    async withdraw({ actionId, definition }) {
      const { stood } = JSON.parse(definition) as SettingsDefinition
      const back = before.get(actionId) ?? stood
      before.delete(actionId)
      for (const statement of setStatements(back)) await db.run(statement)
    },
  }
}

function within(set: Assignment, standing: Assignment): Assignment {
  return Object.fromEntries(
    Object.entries(set).filter(([name, value]) => {
      if (name === 'threads') return Number(value) <= Number(standing[name])
      // A store may have moved to a smaller machine.
      if (name === 'memory_limit') return (bytesOf(value) ?? 0) <= totalmem() * MEMORY_PART
      return name in standing
    }),
  )
}
