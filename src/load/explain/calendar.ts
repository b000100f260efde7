import { requireArgument } from '../../core/errors.ts'
import type { LoadEvent } from '../types.ts'

/**
 * The event calendar as a record of what people said, oldest first: planners enter what is coming, each
 * service team says what it means for them. Times are epoch ms; the record is the ledger's.
 */
export type CalendarEntry<Event extends LoadEvent = LoadEvent> =
  | {
      readonly type: 'load-event-planned'
      readonly atMs: number
      readonly by: string
      readonly event: Event
      readonly note?: string
    }
  | {
      readonly type: 'load-event-withdrawn'
      readonly atMs: number
      readonly by: string
      readonly eventId: string
      readonly note?: string
    }
  | {
      readonly type: 'load-event-confirmed'
      readonly atMs: number
      readonly by: string
      readonly eventId: string
      readonly service: string
      readonly note?: string
    }
  | {
      readonly type: 'load-event-disputed'
      readonly atMs: number
      readonly by: string
      readonly eventId: string
      readonly service: string
      /** What the team expects instead, relative to the mean of the kind; 0: it does not touch them. */
      readonly strength: number
      readonly reason: string
    }

/** What one service team says of an event. */
export interface ServiceStanding {
  readonly service: string
  readonly standing: 'open' | 'confirmed' | 'disputed'
  readonly by?: string
  readonly atMs?: number
  /** The strength that counts for the service; absent: as the event says. */
  readonly strength?: number
  readonly reason?: string
}

/** An event as it stands. */
export interface CalendarEvent<Event extends LoadEvent = LoadEvent> {
  readonly event: Event
  readonly plannedBy: string
  readonly plannedAtMs: number
  readonly note?: string
  readonly withdrawn: boolean
  readonly services: readonly ServiceStanding[]
}

/**
 * The calendar after all entries: the last plan of an event counts, a new plan opens what services had
 * said of the old one (its times or strength may be others), a withdrawn event stays visible. Throws
 * ERR_ARGUMENT on an entry for an event that nobody planned, or a dispute of a strength below 0.
 */
export function calendarOf<Event extends LoadEvent>(
  entries: readonly CalendarEntry<Event>[],
  services: readonly string[],
): readonly CalendarEvent<Event>[] {
  const events = new Map<string, CalendarEvent<Event>>()
  for (const entry of entries) {
    if (entry.type === 'load-event-planned') {
      events.set(entry.event.eventId, planned(entry, services))
      continue
    }
    const known = events.get(entry.eventId)
    requireArgument(known !== undefined, `calendar: nobody planned the event ${entry.eventId}`)
    events.set(entry.eventId, after(known, entry))
  }
  return [...events.values()].sort((a, b) => a.event.startMs - b.event.startMs)
}

type Planned<Event extends LoadEvent> = Extract<
  CalendarEntry<Event>,
  { type: 'load-event-planned' }
>

function planned<Event extends LoadEvent>(
  { event, by, atMs, note }: Planned<Event>,
  services: readonly string[],
): CalendarEvent<Event> {
  requireArgument(event.endMs > event.startMs, `event ${event.eventId} ends before it starts`)
  const touched = event.group?.['service'] ?? event.group?.['service_id']
  const asked = touched === undefined ? services : services.filter((name) => name === touched)
  const standings = asked.map((service) => ({ service, standing: 'open' as const }))
  return {
    ...{ event, plannedBy: by, plannedAtMs: atMs, withdrawn: false, services: standings },
    ...(note === undefined ? {} : { note }),
  }
}

function after<Event extends LoadEvent>(
  known: CalendarEvent<Event>,
  entry: Exclude<CalendarEntry<Event>, { type: 'load-event-planned' }>,
): CalendarEvent<Event> {
  if (entry.type === 'load-event-withdrawn') return { ...known, withdrawn: true }
  const { service, by, atMs } = entry
  const said: ServiceStanding =
    entry.type === 'load-event-confirmed'
      ? {
          ...{ service, standing: 'confirmed', by, atMs },
          ...(entry.note === undefined ? {} : { reason: entry.note }),
        }
      : {
          ...{ service, standing: 'disputed', by, atMs },
          ...{ strength: notBelowZero(entry.strength), reason: entry.reason },
        }
  const others = known.services.filter((one) => one.service !== service)
  return { ...known, services: [...others, said] }
}

function notBelowZero(strength: number): number {
  requireArgument(
    strength >= 0,
    `a strength of ${strength} is below 0; give 0 where it has no effect`,
  )
  return strength
}

/**
 * The events that a forecast of one service is to know: a dispute's strength counts for that service
 * alone, and what it expects nothing of is left out.
 */
export function eventsFor<Event extends LoadEvent>(
  calendar: readonly CalendarEvent<Event>[],
  service: string,
): readonly Event[] {
  return calendar.flatMap(({ event, withdrawn, services }) => {
    if (withdrawn) return []
    const own = services.find((one) => one.service === service)
    const touched = event.group?.['service'] ?? event.group?.['service_id']
    if (touched !== undefined && touched !== service) return []
    if (own?.strength === undefined) return [event]
    return own.strength === 0 ? [] : [{ ...event, strength: own.strength }]
  })
}

/** Events that begin within `withinMs` of `now` and that some services have not answered, soonest first. */
export function unanswered<Event extends LoadEvent>(
  calendar: readonly CalendarEvent<Event>[],
  nowMs: number,
  withinMs: number,
): readonly { readonly event: Event; readonly services: readonly string[] }[] {
  return calendar.flatMap(({ event, withdrawn, services }) => {
    const open = services.filter(({ standing }) => standing === 'open')
    const isNear = event.endMs > nowMs && event.startMs <= nowMs + withinMs
    if (withdrawn || !isNear || open.length === 0) return []
    return [{ event, services: open.map(({ service }) => service) }]
  })
}
