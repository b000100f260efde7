import type { Database } from '../../core/sql/database.ts'
import { explain } from '../../load/index.ts'
import { type NamedEvent, readNamedEvents } from '../gameday/store-load.ts'
import type { CalendarRecord, NamedEntry } from './calendar-events.ts'

export type CalendarEvent = explain.CalendarEvent<NamedEvent>

/** Who planned what came with a feed. */
export const FEED = 'feed'
/** Events that happen to a store: nobody plans them, so that nobody is asked about them. */
const UNPLANNED: ReadonlySet<string> = new Set(['robot', 'outage'])

/** Whether an event is one that people plan, and teams are asked about. */
export const isPlanned = ({ kind }: { readonly kind: string }): boolean => !UNPLANNED.has(kind)

/**
 * The calendar in force: events of the table load_events, and over them what people entered, changed,
 * withdrew and answered. What people enter stands over a row of the feed with the same id; answers to
 * events that a later feed no longer has are let go.
 */
export async function readCalendar(
  db: Database,
  record: CalendarRecord,
): Promise<readonly CalendarEvent[]> {
  const told = await readNamedEvents(db)
  return calendarNow(told, record.entries, await readServiceIds(db))
}

async function readServiceIds(db: Database): Promise<string[]> {
  const rows = await db.rows('SELECT service_id FROM services ORDER BY service_id')
  return rows.map((row) => String(row['service_id']))
}

/** The calendar of events that a feed told and of what people said since. */
export function calendarNow(
  told: readonly NamedEvent[],
  entries: readonly NamedEntry[],
  services: readonly string[],
): readonly CalendarEvent[] {
  const fromFeed = told.map(
    (event): NamedEntry => ({ type: 'load-event-planned', atMs: 0, by: FEED, event }),
  )
  const known = new Set(told.map(({ eventId }) => eventId))
  const said = entries.filter((entry) => {
    if (entry.type !== 'load-event-planned') return known.has(entry.eventId)
    known.add(entry.event.eventId)
    return true
  })
  return explain
    .calendarOf([...fromFeed, ...said], services)
    .map((event) => (isPlanned(event.event) ? event : { ...event, services: [] }))
}

/** Events that count, by start. */
export function eventsInForce(calendar: readonly CalendarEvent[]): readonly NamedEvent[] {
  return calendar.filter(({ withdrawn }) => !withdrawn).map(({ event }) => event)
}

/**
 * The events that the forecast of a service in a region knows. An event counts as planned until the
 * service's team disputes it; from then on the team's own number counts for that service alone, and with
 * 0 the event does not touch it. Once an event is over its planned strength stands: what it did is learned
 * from the load.
 */
export function eventsOfSeries(
  calendar: readonly CalendarEvent[],
  group: Readonly<Record<string, string>>,
  nowMs: number,
): readonly NamedEvent[] {
  const asked = calendar.map((one) => (one.event.endMs > nowMs ? one : { ...one, services: [] }))
  const region = group['region'] ?? 'all'
  return explain
    .eventsFor(asked, group['service'] ?? 'all')
    .filter((event) => (event.group?.['region'] ?? region) === region)
}
