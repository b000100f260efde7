import type { Answer } from '../../core/sql/answer.ts'
import type { Database } from '../../core/sql/database.ts'
import { cpuNow } from '../../core/sql/observe.ts'

/** One statement as it ran on one database. */
export interface Run {
  /** CPU of the process, all threads, from asking to the answer in JavaScript, ms. */
  readonly cpuMs: number
  readonly answer?: Answer
  readonly failed?: string
}

/** Runs one statement and takes its CPU; a failure is a result too. */
export async function measured(db: Pick<Database, 'answer'>, sql: string): Promise<Run> {
  const startedAt = cpuNow()
  try {
    const answer = await db.answer(sql)
    return { cpuMs: cpuNow() - startedAt, answer }
  } catch (error) {
    const cpuMs = cpuNow() - startedAt
    return { cpuMs, failed: error instanceof Error ? error.message : String(error) }
  }
}
