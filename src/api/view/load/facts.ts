import type { Database } from '../../../core/sql/database.ts'
import {
  type CalendarEvent,
  type CalendarRecord,
  type CapacityNote,
  currentVersion,
  eventsInForce,
  type LoadNote,
  type NamedEvent,
  readCalendar,
  requireVersion,
  type Version,
} from '../../../loop/index.ts'
import type { LoadEventInfo } from '../../schemas/load.ts'

/** What every answer about load begins with. */
export interface LoadFacts {
  readonly version: Version
  readonly note: LoadNote
  readonly capacity: CapacityNote | undefined
  /** What people said of events so far, and the calendar that it makes. */
  readonly record: CalendarRecord
  readonly calendar: readonly CalendarEvent[]
  /** Events that count, by start. */
  readonly events: readonly NamedEvent[]
}

/** Throws ERR_STORE_EMPTY before the first forecast of load. */
export async function readLoadFacts(db: Database, record: CalendarRecord): Promise<LoadFacts> {
  const version = await requireVersion(db, 'load')
  const capacity = await currentVersion(db, 'capacity')
  const calendar = await readCalendar(db, record)
  return {
    version,
    record,
    calendar,
    note: JSON.parse(version.note) as LoadNote,
    capacity: capacity === undefined ? undefined : (JSON.parse(capacity.note) as CapacityNote),
    events: eventsInForce(calendar),
  }
}

export const isoOf = (ms: number): string => new Date(ms).toISOString()

/** Events that nobody plans for. */
const UNPLANNED: readonly string[] = ['robot', 'outage']

/** The next event that is planned and not over. */
export function nextEventOf({ events, note }: LoadFacts): NamedEvent | undefined {
  return events.find(({ kind, endMs }) => endMs > note.knownUntilMs && !UNPLANNED.includes(kind))
}

export function eventInfo(event: NamedEvent, nowMs: number): LoadEventInfo {
  return {
    ...{ eventId: event.eventId, name: event.name, kind: event.kind },
    ...{ startsAt: isoOf(event.startMs), endsAt: isoOf(event.endMs) },
    serviceId: event.group?.['service'] ?? null,
    region: event.group?.['region'] ?? null,
    strength: event.strength ?? null,
    isPast: event.endMs <= nowMs,
  }
}

/** A day and, where asked, the time on the store's clock: "9 Apr", "19:30". */
export function clockOf(timeZone: string) {
  const day = new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short' })
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' })
  return { day: (ms: number) => day.format(ms), time: (ms: number) => time.format(ms) }
}
