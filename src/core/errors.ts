/** The one table of errors: code → what happened in general and the next thing to do. */
export const ERROR_TABLE = {
  ERR_ARGUMENT: 'An argument is outside what the function accepts.',
  ERR_NOT_FINITE: 'A number that must be finite is NaN or infinite.',
  ERR_FEED_NO_FILE: 'The feed has no file where one is expected.',
  ERR_FEED_UNREADABLE: 'A feed file cannot be read: truncated, damaged or of another format.',
  ERR_FEED_EMPTY: 'A feed file has no rows.',
  ERR_FEED_ENCODING: 'A feed file is not UTF-8.',
  ERR_FEED_TOO_LARGE: 'A feed file is larger than the limit.',
  ERR_FEED_UNKNOWN_TABLE: 'A feed file is named after no known table.',
  ERR_FEED_BAD_HEADER: 'The header of a feed file misses columns or has unknown ones.',
  ERR_FEED_BAD_VALUE: 'A value does not have the type or range its column asks for.',
  ERR_FEED_DUPLICATE_KEY: 'Two rows have the same key.',
  ERR_FEED_UNKNOWN_REFERENCE: 'A row refers to a key that its target table does not have.',
  ERR_FEED_FAULTS: 'The feed has faults; nothing was imported.',
  ERR_STORE_NOT_FOUND: 'There is no store in this folder.',
  ERR_STORE_EXISTS: 'There is a store in this folder already.',
  ERR_STORE_BUSY: 'Another process is writing to the store.',
  ERR_STORE_DENIED: 'The store may not be read or written by this user.',
  ERR_STORE_DAMAGED: 'A file of the store is missing or damaged.',
  ERR_STORE_EMPTY: 'The store does not hold the data that this step needs.',
  ERR_STORE_CHANGED: 'The store was changed in a way that a running server does not take up.',
  ERR_SETTINGS: 'storewright.toml has an unknown or unusable setting.',
  ERR_KNOB: 'A knob is unknown, declared twice or set outside its range.',
  ERR_LEDGER_CONFLICT: 'The ledger has moved past the sequence number that was expected.',
  ERR_LEDGER_CLOSED: 'The ledger is closed.',
  ERR_LEDGER_DAMAGED: 'The ledger cannot be read.',
  ERR_LEDGER_WRITE: 'The ledger could not be written; nothing of the append counts as recorded.',
  ERR_LEDGER_UNKNOWN: 'It is not known whether an append was recorded: no server answered in time.',
  ERR_LEDGER_AWAY: 'The servers of the ledger do not answer.',
  ERR_LEDGER_BAD_EVENT: 'An event does not have the form that its type asks for.',
  ERR_PANEL: 'The panel cannot be forecast as it is.',
  ERR_PLAN_NOT_FOUND: 'There is no such plan or plan line.',
  ERR_PLAN_STATUS: 'The plan line cannot go from its status to the one asked for.',
  ERR_NETWORK: 'The network cannot be planned as it is.',
  ERR_SQL: 'DuckDB refused a statement.',
  ERR_DISK_FULL: 'There is no room left where a file is to be written.',
  ERR_POSTGRES: 'PostgreSQL refused a statement, cannot be reached or lacks an extension.',
  ERR_INFEASIBLE: 'No plan meets all constraints together.',
  ERR_UNBOUNDED: 'A plan could be improved without end.',
  ERR_LIMIT: 'A limit of time or work was reached before there was a plan.',
  ERR_SOLVER: 'The solver failed or is closed.',
  ERR_WORKER: 'A worker stopped.',
  ERR_ROUTES_DAMAGED: 'A file of routes is damaged, or of another format.',
  ERR_ROUTES_FULL: 'A register of departures or route sets has no room left.',
  ERR_ROUTES_VERSION: 'There is no such route set, or it cannot be had now.',
  ERR_ROUTES_CONFLICT: 'Two route sets were switched at once; the first stands.',
  ERR_TIMETABLE: 'The timetable cannot be turned into routes.',
  ERR_STOCK_NOT_OWNER: 'Another node owns these products now.',
  ERR_STOCK_AWAY: 'No owner of these products answers.',
  ERR_STOCK_CLOCK: 'The clock went back, or is ahead of the time that is asked for.',
  ERR_STOCK_CLOSED: 'The keeper of stock is closed.',
  ERR_STOCK_CONFLICT: 'Others write to the ledger of stock at the same time, again and again.',
  ERR_STOCK_DAMAGED: 'Stock cannot be restored from what there is.',
  ERR_CANCELLED: 'The work was stopped before it ended.',
  ERR_NOT_FOUND: 'There is nothing at this address.',
  ERR_FORBIDDEN: 'The request needs a token.',
  ERR_PROMISE: 'The promise cannot be kept, or nothing can be promised.',
  ERR_ORDER: 'The order cannot take this step.',
  ERR_STOCK: 'Stock cannot change as asked; nothing has changed.',
  ERR_RATE: 'One caller has sent more requests than it may.',
  ERR_DESIGN: 'The design of a database cannot be changed as asked; it stands as it was.',
  ERR_DESIGN_CHANGED: 'A table changed under an action of the warehouse.',
  ERR_INTERNAL: 'Something that should not happen happened.',
} as const

export type ErrorCode = keyof typeof ERROR_TABLE

/** Where a fault lies: a file and, where known, the line (1-based, header included) and column. */
export interface ErrorPlace {
  readonly file?: string
  readonly line?: number
  readonly column?: string
  readonly value?: string
}

export interface ErrorDetails extends ErrorPlace {
  /** The next thing to do, as a sentence. */
  readonly next?: string
  readonly cause?: unknown
}

/** The one error class of the project; `code` is a key of ERROR_TABLE. */
export class StorewrightError extends Error {
  readonly code: ErrorCode
  readonly place: ErrorPlace
  readonly next: string | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'StorewrightError'
    this.code = code
    const { file, line, column, value } = details
    this.place = {
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
      ...(value === undefined ? {} : { value }),
    }
    this.next = details.next
  }
}

/** Throws ERR_ARGUMENT with `message` unless `condition` holds. */
export function requireArgument(condition: boolean, message: string): asserts condition {
  if (!condition) throw new StorewrightError('ERR_ARGUMENT', message)
}

/** Returns `value` when it is a finite number; throws ERR_NOT_FINITE naming it otherwise. */
export function requireFinite(value: number, name: string): number {
  if (!Number.isFinite(value)) {
    throw new StorewrightError('ERR_NOT_FINITE', `${name} is ${value}, not a finite number`)
  }
  return value
}

/** `file:line:column` as far as known, or an empty string. */
export function formatPlace(place: ErrorPlace): string {
  const { file, line, column } = place
  return [file, line === undefined ? undefined : `line ${line}`, column]
    .filter((part) => part !== undefined)
    .join(', ')
}
