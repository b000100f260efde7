import type { Database } from '../../../core/sql/database.ts'
import {
  type CalendarEvent,
  changeEvent,
  confirmEvent,
  disputeEvent,
  type EventPeak,
  type EventPlan,
  FEED,
  planEvent,
  readEventPeaks,
  withdrawEvent,
} from '../../../loop/index.ts'
import type { CalendarView } from '../../load-view.ts'
import type {
  CalendarEventInfo,
  EventAnswer,
  EventCalendar,
  EventPlanRequest,
} from '../../schemas/load-calendar.ts'
import { clockOf, eventInfo, isoOf, type LoadFacts } from './facts.ts'

/** Events that begin within so many days are those that teams are urged to answer for. */
const URGED_MS = 30 * 86_400_000
const UNPLANNED: ReadonlySet<string> = new Set(['robot', 'outage'])

interface CalendarSource {
  readonly folder: string
  readonly timeZone: string
  facts(): Promise<LoadFacts>
  read<T>(work: (db: Database) => Promise<T>): Promise<T>
}

/** The calendar of a store's events; changes are events of its ledger. */
export function createCalendarView(source: CalendarSource): CalendarView {
  const { folder } = source
  const changed = async (event: CalendarEvent): Promise<CalendarEventInfo> => {
    const facts = await source.facts()
    return source.read(async (db) =>
      eventOf(event, facts, await readNames(db), await peaksOf(db, facts, event)),
    )
  }
  return {
    async read() {
      const facts = await source.facts()
      return source.read((db) => readCalendarInfo(db, facts, source))
    },
    plan: async ({ by, ...plan }) => changed(await planEvent(folder, planOf(plan), { by })),
    change: async (id, { by, ...plan }) =>
      changed(await changeEvent(folder, id, planOf(plan), { by })),
    withdraw: async (id, { by, note }) =>
      changed(await withdrawEvent(folder, id, { by, note: note ?? undefined })),
    confirm: async (id, { serviceId, by, note }) =>
      changed(await confirmEvent(folder, id, serviceId, { by, note: note ?? undefined })),
    dispute: async (id, { serviceId, by, reason, strength, peakPerMinute }) =>
      changed(
        await disputeEvent(folder, id, serviceId, {
          ...{ by, reason, strength: strength ?? undefined },
          peakPerMinute: peakPerMinute ?? undefined,
        }),
      ),
  }
}

function planOf(plan: Omit<EventPlanRequest, 'by'>): EventPlan {
  const { name, kind, startsAt, endsAt, serviceId, region, strength, note } = plan
  return {
    ...{ name, kind, startMs: Date.parse(startsAt), endMs: Date.parse(endsAt) },
    ...{ serviceId: serviceId ?? undefined, region: region ?? undefined },
    ...{ strength: strength ?? undefined, note: note || undefined },
  }
}

async function readCalendarInfo(
  db: Database,
  facts: LoadFacts,
  { folder, timeZone }: CalendarSource,
): Promise<EventCalendar> {
  const { calendar, note, record } = facts
  const names = await readNames(db)
  const events: CalendarEventInfo[] = []
  for (const one of calendar) {
    if (one.event.endMs <= note.knownUntilMs || UNPLANNED.has(one.event.kind)) continue
    events.push(eventOf(one, facts, names, await peaksOf(db, facts, one)))
  }
  const planned = calendar.filter(({ event }) => !UNPLANNED.has(event.kind))
  return {
    sentence: sentenceOf(events, note.knownUntilMs, timeZone),
    events,
    kinds: [...new Set(planned.map(({ event }) => event.kind))].sort(),
    services: [...names].map(([serviceId, name]) => ({ serviceId, name })),
    regions: [...new Set(note.series.map(({ region }) => region))],
    stale: record.sequence > (note.calendarSequence ?? 0),
    command: `storewright run --store ${folder}`,
  }
}

async function readNames(db: Database): Promise<ReadonlyMap<string, string>> {
  const rows = await db.rows('SELECT service_id, name FROM services ORDER BY service_id')
  return new Map(
    rows.map((row) => [String(row['service_id']), String(row['name'] ?? row['service_id'])]),
  )
}

function peaksOf(
  db: Database,
  { version }: LoadFacts,
  { event }: CalendarEvent,
): Promise<readonly EventPeak[]> {
  return readEventPeaks(db, version.version, event)
}

const PLACE = { disputed: 0, open: 1, confirmed: 2 } as const

function eventOf(
  known: CalendarEvent,
  { note }: LoadFacts,
  names: ReadonlyMap<string, string>,
  peaks: readonly EventPeak[],
): CalendarEventInfo {
  const answers = known.services
    .map((one) => answerOf(one, known, names, peaks))
    .sort((a, b) => PLACE[a.standing] - PLACE[b.standing] || (a.name < b.name ? -1 : 1))
  const of = (standing: EventAnswer['standing']) =>
    answers.filter((one) => one.standing === standing).length
  return {
    event: eventInfo(known.event, note.knownUntilMs),
    plannedBy: known.plannedBy,
    plannedAt: known.plannedBy === FEED ? null : isoOf(known.plannedAtMs),
    note: known.note ?? null,
    withdrawn: known.withdrawn,
    answers,
    counts: { open: of('open'), confirmed: of('confirmed'), disputed: of('disputed') },
  }
}

function answerOf(
  { service, standing, by, atMs, strength, reason }: CalendarEvent['services'][number],
  { event }: CalendarEvent,
  names: ReadonlyMap<string, string>,
  peaks: readonly EventPeak[],
): EventAnswer {
  const own = peaks.find((peak) => peak.service === service)
  return {
    ...{ serviceId: service, name: names.get(service) ?? service, standing },
    ...{ by: by ?? null, at: atMs === undefined ? null : isoOf(atMs) },
    ...{ strength: strength ?? event.strength ?? 1, reason: reason ?? null },
    peakPerMinute: own === undefined ? null : Math.round(own.peak),
    usualPerMinute: own === undefined ? null : Math.round(own.usual),
  }
}

/** "Deal night on 9 Apr: 4 of 6 services have not answered." */
function sentenceOf(events: readonly CalendarEventInfo[], nowMs: number, timeZone: string): string {
  const coming = events.filter(({ withdrawn }) => !withdrawn)
  if (coming.length === 0) return 'Nothing is planned: enter what is coming.'
  const near = coming.filter(({ event }) => Date.parse(event.startsAt) <= nowMs + URGED_MS)
  const open = near.find(({ counts }) => counts.open > 0)
  const { day } = clockOf(timeZone)
  if (open !== undefined) {
    const { event, counts, answers } = open
    return `${event.name} on ${day(Date.parse(event.startsAt))}: ${counts.open === answers.length ? 'no service has' : `${counts.open} of ${answers.length} services have not`} answered yet.`
  }
  const disputed = near.reduce((sum, { counts }) => sum + counts.disputed, 0)
  if (near.length === 0) return 'Nothing is planned for the next thirty days.'
  return disputed === 0
    ? 'All services have confirmed what comes in the next thirty days.'
    : `All services have answered for the next thirty days; ${disputed} ${disputed === 1 ? 'answer is' : 'answers are'} other than planned.`
}
