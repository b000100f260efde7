import type { Answer } from '../../core/sql/answer.ts'
import type { Database, SqlValue } from '../../core/sql/database.ts'
import type { ScheduleRequest, Scheduler } from './scheduler.ts'

/** Statements on several connections of one database, in the scheduler's order. */
export interface ScheduledPool {
  /** As Database.answer; rejects with ERR_CANCELLED where it was stopped while it waited. */
  answer(sql: string, request: ScheduleRequest, values?: readonly SqlValue[]): Promise<Answer>
}

/**
 * A pool whose scheduler decides what runs; a connection is free for each statement that starts, so
 * that `connections` must be as many as the policy ever runs at once. Throws RangeError otherwise.
 */
export function createScheduledPool(
  connections: readonly Database[],
  scheduler: Scheduler,
): ScheduledPool {
  const free = [...connections]
  return {
    answer: (sql, request, values) =>
      scheduler.run(request, async () => {
        const connection = free.pop()
        if (connection === undefined) {
          throw new RangeError(`more than ${connections.length} statements were started at once`)
        }
        try {
          return await connection.answer(sql, values)
        } finally {
          free.push(connection)
        }
      }),
  }
}
