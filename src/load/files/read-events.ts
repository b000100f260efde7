import type { CsvRecord } from '../../core/csv-records.ts'
import { StorewrightError } from '../../core/errors.ts'
import type { LoadEvent } from '../types.ts'
import type { RowFile } from './open-rows.ts'
import { badTime } from './read-history.ts'
import { type ParsedTime, timeReader, zoneClock } from './times.ts'

const KNOWN = ['event_id', 'kind', 'starts_at', 'ends_at', 'strength', 'name']

/**
 * Reads events, past and to come: event_id, kind, starts_at, ends_at, optional strength; each other
 * column (region, service_id …) names the group that it touches, empty = all. An end that is a date or
 * a last second counts as the end of it. Throws ERR_FEED_BAD_HEADER, ERR_FEED_BAD_VALUE or
 * ERR_FEED_DUPLICATE_KEY with the line and column. Events come back by start.
 */
export async function readEvents(
  { file, batches }: RowFile,
  zone = 'UTC',
): Promise<readonly LoadEvent[]> {
  const events: LoadEvent[] = []
  const lines = new Map<string, number>()
  let read: ((record: CsvRecord) => LoadEvent) | undefined
  for await (const records of batches) {
    for (const record of records) {
      if (read === undefined) {
        read = eventReader(file, record, zone)
        continue
      }
      const event = read(record)
      refuseTwice(file, event, record.line, lines)
      events.push(event)
    }
  }
  return events.sort((a, b) => a.startMs - b.startMs)
}

function refuseTwice(
  file: string,
  { eventId }: LoadEvent,
  line: number,
  lines: Map<string, number>,
): void {
  const before = lines.get(eventId)
  if (before !== undefined) {
    throw new StorewrightError(
      'ERR_FEED_DUPLICATE_KEY',
      `event ${eventId} stands in line ${before} already`,
      {
        file,
        line,
        column: 'event_id',
        value: eventId,
        next: 'Give each event an id of its own, or take one of the rows out.',
      },
    )
  }
  lines.set(eventId, line)
}

function eventReader(file: string, header: CsvRecord, zone: string) {
  const names = header.cells.map((cell) => cell.trim())
  for (const name of ['event_id', 'kind', 'starts_at', 'ends_at']) {
    if (names.includes(name)) continue
    throw new StorewrightError('ERR_FEED_BAD_HEADER', `there is no column ${name}`, {
      file,
      line: header.line,
      column: name,
      next: `The header has ${names.join(', ')}. An event needs event_id, kind, starts_at and ends_at.`,
    })
  }
  const groupColumns = names.filter((name) => !KNOWN.includes(name))
  const instant = instantReader(file, zone)
  return ({ cells, line }: CsvRecord): LoadEvent => {
    const cell = (name: string) => (cells[names.indexOf(name)] ?? '').trim()
    const filled = (name: string) => {
      if (cell(name) !== '') return cell(name)
      throw badCell(file, line, name, '', `${name} is empty`, `Fill in ${name}.`)
    }
    const startMs = instant(filled('starts_at'), line, 'starts_at').ms
    const endMs = endOf(cell('ends_at'), instant(filled('ends_at'), line, 'ends_at').ms)
    if (!(endMs > startMs)) throw endsEarly(file, line, cell('starts_at'), cell('ends_at'))
    const touched = groupColumns.filter((name) => cell(name) !== '').map((n) => [n, cell(n)])
    const strength = strengthOf(file, line, cell('strength'))
    return {
      eventId: filled('event_id'),
      kind: filled('kind'),
      startMs,
      endMs,
      ...(touched.length === 0 ? {} : { group: Object.fromEntries(touched) }),
      ...(strength === undefined ? {} : { strength }),
    }
  }
}

/** A date means its whole day, and 23:59:59 the end of that second. */
function endOf(text: string, ms: number): number {
  if (text.length === 10) return ms + 86_400_000
  return (ms / 1000) % 60 === 59 ? ms + 1000 : ms
}

function endsEarly(file: string, line: number, start: string, end: string): StorewrightError {
  return badCell(
    file,
    line,
    'ends_at',
    end,
    `the event ends at ${end}, not after its start at ${start}`,
    'Correct starts_at or ends_at; an event lasts at least a moment.',
  )
}

function strengthOf(file: string, line: number, text: string): number | undefined {
  if (text === '') return undefined
  const strength = Number(text)
  if (Number.isFinite(strength) && strength >= 0) return strength
  const next = 'Write a ratio such as 1.2 (a fifth above the mean of its kind), or leave it empty.'
  throw badCell(file, line, 'strength', text, `"${text}" is no strength`, next)
}

function badCell(
  file: string,
  line: number,
  column: string,
  value: string,
  message: string,
  next: string,
): StorewrightError {
  return new StorewrightError('ERR_FEED_BAD_VALUE', message, { file, line, column, value, next })
}

function instantReader(file: string, zone: string) {
  const parse = timeReader()
  const clock = zone === 'UTC' ? undefined : zoneClock(zone)
  return (text: string, line: number, column: string): ParsedTime => {
    const time = parse(text)
    if (time === undefined) throw badTime(file, line, column, text)
    if (time.zoned || clock === undefined) return time
    return { ms: clock.toEpoch(time.ms), zoned: false }
  }
}
