import { StorewrightError } from '../../core/errors.ts'
import { type LogFault, readLog } from '../watch/door.ts'

/** Statements of a log in their order, and the lines that say nothing. */
export interface LogStatements {
  readonly statements: readonly string[]
  /** Of each statement: where it begins, from 1. */
  readonly lines: readonly number[]
  readonly faults: readonly LogFault[]
}

/**
 * Reads the statements of a log (see `readLog`); lines that cannot be read are told and passed over.
 * Throws ERR_FEED_NO_FILE, ERR_FEED_UNREADABLE, and ERR_FEED_EMPTY where no statement is left.
 */
export function readLogStatements(path: string): LogStatements {
  const { entries, faults } = readLog(path)
  if (entries.length > 0) {
    const lines = entries.map(({ line }) => line)
    return { statements: entries.map(({ sql }) => sql), lines, faults }
  }
  const [fault] = faults
  throw new StorewrightError('ERR_FEED_EMPTY', `${path} holds no statement`, {
    file: path,
    ...(fault === undefined ? {} : { line: fault.line }),
    next: fault?.message ?? 'Name a log with one statement a line.',
  })
}

/** The statements alone. Throws what `readLogStatements` throws. */
export function readStatements(path: string): readonly string[] {
  return readLogStatements(path).statements
}
