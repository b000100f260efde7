import * as z from 'zod'
import { defineEvent, type Ledger, subjectOf } from '../../ledger/index.ts'
import type { explain } from '../../load/index.ts'
import type { NamedEvent } from '../gameday/store-load.ts'

const person = z.string().min(1)

const planned = z.object({
  eventId: z.string().min(1),
  name: z.string(),
  kind: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  serviceId: z.string().nullable(),
  region: z.string().nullable(),
  strength: z.number().nullable(),
  note: z.string().nullable(),
  by: person,
})
const withdrawn = z.object({ eventId: z.string(), note: z.string().nullable(), by: person })
const confirmed = withdrawn.extend({ serviceId: z.string() })
const disputed = z.object({
  eventId: z.string(),
  serviceId: z.string(),
  strength: z.number(),
  reason: z.string(),
  by: person,
})

export const eventPlanned = defineEvent('load.event-planned', planned)
export const eventWithdrawn = defineEvent('load.event-withdrawn', withdrawn)
export const eventConfirmed = defineEvent('load.event-confirmed', confirmed)
export const eventDisputed = defineEvent('load.event-disputed', disputed)

export type PlannedEvent = z.infer<typeof planned>

/** What a person said about an event, as the explanations read it. */
export type NamedEntry = explain.CalendarEntry<NamedEvent>

/** Everything people said about events of load, oldest first, with the number of the last of it. */
export interface CalendarRecord {
  readonly entries: readonly NamedEntry[]
  /** Sequence number in the ledger of the last entry; 0 where there is none. */
  readonly sequence: number
}

const PREFIX = 'load.calendar'

/** The ledger's subject of an event of the calendar. */
export const calendarSubject = (eventId: string): string => subjectOf('load', 'calendar', eventId)

/** Reads the calendar's record from the ledger. */
export async function readCalendarRecord(ledger: Ledger): Promise<CalendarRecord> {
  const entries: NamedEntry[] = []
  let sequence = 0
  for await (const event of ledger.read({ prefix: PREFIX })) {
    const entry = entryOf(event)
    if (entry === undefined) continue
    entries.push(entry)
    sequence = event.sequence
  }
  return { entries, sequence }
}

type Recorded = Parameters<typeof eventPlanned.is>[0] & { readonly time: number }

function entryOf(event: Recorded): NamedEntry | undefined {
  const atMs = event.time
  if (eventPlanned.is(event)) {
    const { by, note } = event.data
    return { type: 'load-event-planned', atMs, by, ...noteOf(note), event: namedEvent(event.data) }
  }
  if (eventWithdrawn.is(event)) {
    const { eventId, by, note } = event.data
    return { type: 'load-event-withdrawn', atMs, by, eventId, ...noteOf(note) }
  }
  if (eventConfirmed.is(event)) {
    const { eventId, serviceId: service, by, note } = event.data
    return { type: 'load-event-confirmed', atMs, by, eventId, service, ...noteOf(note) }
  }
  if (!eventDisputed.is(event)) return undefined
  const { eventId, serviceId: service, strength, reason, by } = event.data
  return { type: 'load-event-disputed', atMs, by, eventId, service, strength, reason }
}

const noteOf = (note: string | null) => (note === null ? {} : { note })

function namedEvent(planned: PlannedEvent): NamedEvent {
  const { eventId, name, kind, startMs, endMs, serviceId, region, strength } = planned
  const group = {
    ...(serviceId === null ? {} : { service: serviceId }),
    ...(region === null ? {} : { region }),
  }
  return {
    ...{ eventId, name, kind, startMs, endMs },
    ...(Object.keys(group).length === 0 ? {} : { group }),
    ...(strength === null ? {} : { strength }),
  }
}
