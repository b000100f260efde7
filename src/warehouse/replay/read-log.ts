import { StorewrightError } from '../../core/errors.ts'
import { readLog } from '../watch/logs.ts'

/**
 * Statements of a log in their order: JSON lines with a field query (or sql, statement, query_text),
 * or SQL with a ; or a line end after each statement; also gzipped. Throws ERR_FEED_NO_FILE,
 * ERR_FEED_UNREADABLE with file and line, ERR_FEED_EMPTY.
 */
export function readStatements(path: string): readonly string[] {
  const { entries, faults } = readLog(path)
  const [fault] = faults
  if (fault !== undefined) {
    throw new StorewrightError('ERR_FEED_UNREADABLE', fault.message, {
      file: path,
      line: fault.line,
      next: 'Each line is an object with its statement in query.',
    })
  }
  if (entries.length === 0) {
    throw new StorewrightError('ERR_FEED_EMPTY', `${path} holds no statement`, {
      file: path,
      next: 'Name a log with one statement a line.',
    })
  }
  return entries.map(({ sql }) => sql)
}
