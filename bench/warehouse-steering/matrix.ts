import { type Database, openDatabase } from '../../src/core/sql/database.ts'
import { loadTables } from '../../src/warehouse/replay/load-tables.ts'
import { listTableFiles } from '../../src/warehouse/replay/table-files.ts'
import {
  type ArmTimes,
  type MeasuredStatement,
  measureArms,
  type Screening,
  screenArms,
} from '../../src/warehouse/steering/door.ts'
import type { KnownStatement } from '../../src/warehouse/types.ts'
import { createTemplates } from '../../src/warehouse/watch/door.ts'

/** CPU of this process, ms, all threads. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** A database in memory with the tables of a folder; one thread, so that CPU can be compared. */
export async function openTables(folder: string): Promise<Database> {
  const db = await openDatabase(':memory:', { threads: 1 })
  await loadTables(db, listTableFiles(folder), { scale: 1, seed: 1, statements: [] })
  return db
}

/** Statements with their templates, as the warehouse knows them; those that fail are left out. */
export async function knowStatements(
  db: Database,
  statements: readonly string[],
): Promise<readonly KnownStatement[]> {
  const templates = createTemplates(2 * statements.length)
  const known: KnownStatement[] = []
  for (const sql of statements) {
    const { statement } = await templates.meet(templates.know(sql), db)
    if (statement.template.kind === 'select') known.push(statement)
  }
  return known
}

export const MEASURED = { repeats: 3, limitTimes: 3, slackMs: 2, cpu: cpuMs } as const

/** Finds arms on these statements: their default times first, once each. */
export async function findArms(
  db: Database,
  statements: readonly MeasuredStatement[],
  samples: number,
): Promise<Screening> {
  const timed: (MeasuredStatement & { readonly cpuMs: number })[] = []
  for (const statement of statements) {
    await db.answer(statement.sql)
    const since = cpuMs()
    await db.answer(statement.sql)
    timed.push({ ...statement, cpuMs: cpuMs() - since })
  }
  return screenArms(db, timed, { ...MEASURED, samples, leastGain: 0.01 })
}

/** Every statement under every arm. Throws where one failed: rows would no longer stand for statements. */
export async function measureAll(
  db: Database,
  statements: readonly MeasuredStatement[],
  { arms }: Screening,
  repeats: number,
): Promise<ArmTimes> {
  const times = await measureArms(db, statements, arms, { ...MEASURED, repeats })
  if (times.statements !== statements.length) throw new Error('a statement failed under an arm')
  return times
}
