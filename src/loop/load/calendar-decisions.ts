import { StorewrightError } from '../../core/errors.ts'
import { nearest } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import type { NewEvent } from '../../ledger/index.ts'
import { decideOnLedger } from '../decide-on-ledger.ts'
import { readLoadEnd } from '../gameday/store-load.ts'
import { withDatabase } from '../store/store.ts'
import { currentVersion } from '../versions.ts'
import { type CalendarEvent, isPlanned, readCalendar } from './calendar.ts'
import {
  calendarSubject,
  eventConfirmed,
  eventDisputed,
  eventPlanned,
  eventWithdrawn,
  readCalendarRecord,
} from './calendar-events.ts'
import { readEventPeaks, strengthForPeak } from './event-peaks.ts'

/** An event as a planner enters it. */
export interface EventPlan {
  readonly name: string
  /** Events of one kind share a profile; a kind without a past is taken like those of other kinds. */
  readonly kind: string
  /** Epoch ms. */
  readonly startMs: number
  readonly endMs: number
  /** The one service or region it touches; absent: all. */
  readonly serviceId?: string | undefined
  readonly region?: string | undefined
  /** Relative to the mean of its kind; absent: 1. */
  readonly strength?: number | undefined
  readonly note?: string | undefined
}

export interface CalendarOptions {
  readonly by: string
}

/** What a team expects instead: a strength, or a peak over all regions in requests a minute. */
export interface Dispute {
  readonly reason: string
  readonly strength?: number | undefined
  readonly peakPerMinute?: number | undefined
}

/** An event lasts at most so long; longer ones are breaks of level. */
const LONGEST_MS = 60 * 86_400_000
const MOST_STRENGTH = 100

interface Scene {
  readonly db: Database
  readonly calendar: readonly CalendarEvent[]
}

/** Enters an event to come; its id is made of its kind and day. Throws ERR_ARGUMENT on what cannot be. */
export function planEvent(
  folder: string,
  plan: EventPlan,
  { by }: CalendarOptions,
): Promise<CalendarEvent> {
  return decide(folder, async (scene) => {
    await requirePlan(scene, plan)
    const eventId = freeId(plan, scene.calendar)
    return [eventId, plannedAs(eventId, plan, by)]
  })
}

/** Changes an event to come: what teams said of it before is asked again. Throws ERR_PLAN_NOT_FOUND. */
export function changeEvent(
  folder: string,
  eventId: string,
  plan: EventPlan,
  { by }: CalendarOptions,
): Promise<CalendarEvent> {
  return decide(folder, async (scene) => {
    await requireOpen(scene, findIn(scene.calendar, eventId), 'changed')
    await requirePlan(scene, plan)
    return [eventId, plannedAs(eventId, plan, by)]
  })
}

/** Withdraws an event to come; entering it again with changeEvent brings it back. */
export function withdrawEvent(
  folder: string,
  eventId: string,
  { by, note }: CalendarOptions & { readonly note?: string | undefined },
): Promise<CalendarEvent> {
  return decide(folder, async (scene) => {
    const found = findIn(scene.calendar, eventId)
    await requireOpen(scene, found, 'withdrawn')
    if (found.withdrawn) throw wrongStatus(eventId, 'withdrawn already')
    const data = { eventId, note: note ?? null, by }
    return [eventId, eventWithdrawn.of(calendarSubject(eventId), data)]
  })
}

/** A service's team confirms what is planned. Throws ERR_PLAN_NOT_FOUND, ERR_PLAN_STATUS. */
export function confirmEvent(
  folder: string,
  eventId: string,
  serviceId: string,
  { by, note }: CalendarOptions & { readonly note?: string | undefined },
): Promise<CalendarEvent> {
  return decide(folder, async (scene) => {
    await requireAsked(scene, eventId, serviceId)
    const data = { eventId, serviceId, note: note ?? null, by }
    return [eventId, eventConfirmed.of(calendarSubject(eventId), data)]
  })
}

/** A service's team says what it expects instead, and why. Throws ERR_ARGUMENT without a number or a reason. */
export function disputeEvent(
  folder: string,
  eventId: string,
  serviceId: string,
  { by, ...dispute }: CalendarOptions & Dispute,
): Promise<CalendarEvent> {
  if (dispute.reason.trim().length < 3) {
    throw wrong('a dispute needs a reason', 'Say why in a few words: others read it.')
  }
  return decide(folder, async (scene) => {
    const { event } = await requireAsked(scene, eventId, serviceId)
    const strength = await strengthOf(scene, event, serviceId, dispute)
    const data = { eventId, serviceId, strength, reason: dispute.reason.trim(), by }
    return [eventId, eventDisputed.of(calendarSubject(eventId), data)]
  })
}

async function strengthOf(
  { db }: Scene,
  event: CalendarEvent['event'],
  serviceId: string,
  { strength, peakPerMinute }: Dispute,
): Promise<number> {
  if (strength !== undefined) return requireStrength(strength)
  if (peakPerMinute === undefined) {
    throw wrong('a dispute needs a number', 'Give a strength, or the peak in requests a minute.')
  }
  const forecast = await currentVersion(db, 'load')
  const peaks = forecast === undefined ? [] : await readEventPeaks(db, forecast.version, event)
  const own = peaks.find(({ service }) => service === serviceId)
  const found =
    own === undefined ? undefined : strengthForPeak(own, event.strength ?? 1, peakPerMinute)
  if (found !== undefined) return requireStrength(found)
  throw wrong(
    `the forecast sees no effect of ${event.eventId} on ${serviceId} that a peak could be measured by`,
    'Give a strength instead: 1 is the mean of its kind, 0 no effect.',
  )
}

/** All changes go one way: read what stands, check, append, read again. */
function decide(
  folder: string,
  work: (scene: Scene) => Promise<readonly [eventId: string, event: NewEvent]>,
): Promise<CalendarEvent> {
  return decideOnLedger(folder, async (ledger, sequence) => {
    const record = await readCalendarRecord(ledger)
    const [eventId, event] = await withDatabase(folder, 'read', async (db) =>
      work({ db, calendar: await readCalendar(db, record) }),
    )
    await ledger.append([event], { expectedSequence: sequence })
    const after = await readCalendarRecord(ledger)
    return withDatabase(folder, 'read', async (db) =>
      findIn(await readCalendar(db, after), eventId),
    )
  })
}

function plannedAs(eventId: string, plan: EventPlan, by: string): NewEvent {
  const { name, kind, startMs, endMs, serviceId, region, strength, note } = plan
  return eventPlanned.of(calendarSubject(eventId), {
    ...{ eventId, name: name.trim(), kind: kind.trim(), startMs, endMs, by },
    ...{ serviceId: serviceId ?? null, region: region ?? null },
    ...{ strength: strength ?? null, note: note ?? null },
  })
}

function freeId({ kind, startMs }: EventPlan, calendar: readonly CalendarEvent[]): string {
  const taken = new Set(calendar.map(({ event }) => event.eventId))
  const plain = `${kind.trim()}-${new Date(startMs).toISOString().slice(0, 10)}`
  let eventId = plain
  for (let n = 2; taken.has(eventId); n++) eventId = `${plain}-${n}`
  return eventId
}

async function requirePlan({ db }: Scene, plan: EventPlan): Promise<void> {
  const { name, kind, startMs, endMs, serviceId, region, strength } = plan
  if (name.trim() === '' || kind.trim() === '') throw wrong('an event needs a name and a kind')
  if (!isPlanned({ kind: kind.trim() })) {
    throw wrong(`nobody plans events of kind ${kind}`, 'Take a kind such as sale or launch.')
  }
  if (!(endMs > startMs)) throw wrong('the event ends before it starts', 'Look at both times.')
  if (endMs - startMs > LONGEST_MS) {
    throw wrong(
      'the event lasts more than sixty days',
      'Declare a lasting change as a level-break.',
    )
  }
  if (strength !== undefined) requireStrength(strength)
  await requireAhead(db, endMs)
  await requireKnown(db, 'service_id', 'services', serviceId)
  await requireKnown(db, 'region', '(SELECT DISTINCT region FROM load)', region)
}

async function requireKnown(
  db: Database,
  column: 'service_id' | 'region',
  source: string,
  wanted: string | undefined,
): Promise<void> {
  if (wanted === undefined) return
  const known = (await db.rows(`SELECT ${column} AS id FROM ${source}`)).map(({ id }) => String(id))
  if (known.includes(wanted)) return
  const what = column === 'region' ? 'region' : 'service'
  throw wrong(`there is no ${what} ${wanted}`, `Did you mean ${nearest(wanted, known)}?`)
}

async function requireAhead(db: Database, endMs: number): Promise<void> {
  const known = await readLoadEnd(db)
  if (known === undefined || endMs > known) return
  throw wrong(
    'the event is over where load is known',
    'Enter what is coming; past events come with a feed (load_events).',
  )
}

async function requireOpen({ db }: Scene, found: CalendarEvent, what: string): Promise<void> {
  const known = await readLoadEnd(db)
  if (known === undefined || found.event.endMs > known) return
  throw wrongStatus(found.event.eventId, `over and cannot be ${what}`)
}

async function requireAsked(
  scene: Scene,
  eventId: string,
  serviceId: string,
): Promise<CalendarEvent> {
  const found = findIn(scene.calendar, eventId)
  await requireOpen(scene, found, 'answered')
  if (found.withdrawn) throw wrongStatus(eventId, 'withdrawn and cannot be answered')
  const names = found.services.map(({ service }) => service)
  if (names.includes(serviceId)) return found
  throw new StorewrightError('ERR_PLAN_NOT_FOUND', `${eventId} does not touch ${serviceId}`, {
    next:
      names.length === 0 ? 'No service is asked.' : `Did you mean ${nearest(serviceId, names)}?`,
  })
}

function requireStrength(strength: number): number {
  if (strength >= 0 && strength <= MOST_STRENGTH) return strength
  throw wrong(
    `${strength} is no strength`,
    `Give 0 to ${MOST_STRENGTH}: 1 is the mean of its kind, 0 no effect.`,
  )
}

function findIn(calendar: readonly CalendarEvent[], eventId: string): CalendarEvent {
  const found = calendar.find(({ event }) => event.eventId === eventId)
  if (found !== undefined) return found
  const ids = calendar.map(({ event }) => event.eventId)
  throw new StorewrightError('ERR_PLAN_NOT_FOUND', `there is no event ${eventId}`, {
    next: ids.length === 0 ? 'The calendar is empty.' : `Did you mean ${nearest(eventId, ids)}?`,
  })
}

function wrong(message: string, next?: string): StorewrightError {
  return new StorewrightError('ERR_ARGUMENT', message, next === undefined ? {} : { next })
}

function wrongStatus(eventId: string, what: string): StorewrightError {
  return new StorewrightError('ERR_PLAN_STATUS', `${eventId} is ${what}`, {
    next: 'See the calendar: storewright load calendar --store DIR',
  })
}
