import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import * as z from 'zod'
import { StorewrightError } from '../../core/errors.ts'
import { searchActed, searchAsked } from './events.ts'
import type { LoggedSearch } from './log.ts'

/** Searches as JSON lines: what was asked and shown, and under `events` what followed. */
export function searchLogLines(log: readonly LoggedSearch[]): string {
  return log
    .map(
      ({ record, events, total }) =>
        `${JSON.stringify({ ...record, total: total ?? 0, events })}\n`,
    )
    .join('')
}

/**
 * Reads a log of searches from JSON lines (also .gz). Throws ERR_FEED_NO_FILE, ERR_FEED_EMPTY, and
 * ERR_FEED_BAD_VALUE with the line and field at fault.
 */
export function readSearchLogFile(file: string): LoggedSearch[] {
  const lines = textOf(file).split('\n')
  const log: LoggedSearch[] = []
  lines.forEach((line, i) => {
    if (line.trim() !== '') log.push(readLine(line, file, i + 1))
  })
  if (log.length === 0) {
    throw new StorewrightError('ERR_FEED_EMPTY', `${file} has no searches`, {
      file,
      next: 'Write one from a store: storewright search log --store DIR --out FILE',
    })
  }
  return log.sort((a, b) => a.record.at - b.record.at)
}

const logged = z.object({ events: z.array(searchActed.schema).default([]) })

function readLine(line: string, file: string, number: number): LoggedSearch {
  const data = parsed(line, file, number)
  const asked = searchAsked.schema.safeParse(data)
  const acts = logged.safeParse(data)
  if (!asked.success || !acts.success) {
    const issue = (asked.error ?? acts.error)!.issues[0]!
    throw new StorewrightError('ERR_FEED_BAD_VALUE', `${issue.path.join('.')}: ${issue.message}`, {
      file,
      line: number,
      column: issue.path.join('.'),
      next: 'A line is what `storewright search log` writes.',
    })
  }
  const { total, ...record } = asked.data
  return { record, events: acts.data.events, total, imported: false }
}

function parsed(line: string, file: string, number: number): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new StorewrightError('ERR_FEED_BAD_VALUE', 'this line is no JSON', {
      file,
      line: number,
      cause,
      next: 'Give one JSON object a line.',
    })
  }
}

function textOf(file: string): string {
  try {
    const bytes = readFileSync(file)
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  } catch (cause) {
    throw new StorewrightError('ERR_FEED_NO_FILE', `${file} cannot be read`, { file, cause })
  }
}
