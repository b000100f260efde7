import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import type { Templates } from '../watch/templates.ts'
import type { ScheduleRequest, Scheduler } from './scheduler.ts'

export interface ScheduledOptions {
  readonly scheduler: Scheduler
  readonly templates: Pick<Templates, 'know'>
  /** Who asks, for what is expected of new statements. */
  readonly askedBy?: string
  /** Nobody waits for the answers: they go behind those that somebody waits for. */
  readonly isBackground?: boolean
  /** Once it is aborted, what is asked is refused; whoever aborts it interrupts what waits and runs. */
  readonly signal?: AbortSignal
}

/**
 * One connection whose statements run when the scheduler says so; several of one database share a
 * scheduler. Statements within a transaction wait their turn as others do. Interrupting it stops what
 * waits (ERR_CANCELLED) and what runs.
 */
export function scheduledDatabase(db: Database, options: ScheduledOptions): Database {
  const { scheduler, templates, askedBy, signal, isBackground = false } = options
  let stop = new AbortController()
  const interrupt = () => {
    stop.abort()
    stop = new AbortController()
    db.interrupt()
  }
  const inTurn = <T>(sql: string, work: () => Promise<T>): Promise<T> => {
    const { fingerprint, tables } = templates.know(sql).template
    const request: ScheduleRequest = {
      ...{ template: fingerprint, tables, isBackground },
      signal: signal?.aborted === true ? signal : stop.signal,
      ...(askedBy === undefined ? {} : { askedBy }),
    }
    return scheduler.run(request, work).catch((error: unknown) => {
      throw signal?.aborted === true ? stopped(error) : error
    })
  }
  return {
    run: (sql, values) => inTurn(sql, () => db.run(sql, values)),
    rows: (sql, values) => inTurn(sql, () => db.rows(sql, values)),
    table: (sql, values) => inTurn(sql, () => db.table(sql, values)),
    answer: (sql, values) => inTurn(sql, () => db.answer(sql, values)),
    append: (name, table) => inTurn(`INSERT INTO ${name} VALUES (0)`, () => db.append(name, table)),
    transaction: (work) => db.transaction(work),
    interrupt,
    close: () => db.close(),
  }
}

function stopped(cause: unknown): StorewrightError {
  return new StorewrightError('ERR_CANCELLED', 'the statement was stopped', { cause })
}
