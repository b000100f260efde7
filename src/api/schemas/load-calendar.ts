import * as z from 'zod'
import { moment } from './common.ts'
import { loadEvent } from './load.ts'

const word = z.string().min(1).max(200)
const person = z.string().trim().min(1).max(100)
const words = z.string().trim().max(500)
const perMinute = z.number().describe('requests a minute')
const strength = z
  .number()
  .min(0)
  .max(100)
  .describe('relative to the mean of its kind: 1.2 a fifth more, 0 no effect')

/** What one service's team says of an event. */
export const eventAnswer = z.object({
  serviceId: z.string(),
  name: z.string(),
  standing: z.enum(['open', 'confirmed', 'disputed']),
  by: z.string().nullable(),
  at: moment.nullable(),
  strength: z.number().describe('what counts for this service'),
  reason: z.string().nullable(),
  peakPerMinute: perMinute
    .nullable()
    .describe('expected by the forecast in force, over all regions; null beyond its hours'),
  usualPerMinute: perMinute.nullable().describe('what the same hour would bring without it'),
})
export type EventAnswer = z.infer<typeof eventAnswer>

/** An event of the calendar with the answers of all services it touches. */
export const calendarEvent = z.object({
  event: loadEvent,
  plannedBy: z.string().describe('a person, or feed'),
  plannedAt: moment.nullable().describe('null: it came with a feed'),
  note: z.string().nullable(),
  withdrawn: z.boolean(),
  answers: z.array(eventAnswer).describe('disputed first, then open, then confirmed'),
  counts: z.object({ open: z.int(), confirmed: z.int(), disputed: z.int() }),
})
export type CalendarEventInfo = z.infer<typeof calendarEvent>

/** GET /api/load/calendar */
export const eventCalendar = z.object({
  sentence: z.string().describe('who has not answered for what comes next'),
  events: z.array(calendarEvent).describe('what is to come, by start'),
  kinds: z.array(z.string()).describe('kinds of events so far'),
  services: z.array(z.object({ serviceId: z.string(), name: z.string() })),
  regions: z.array(z.string()),
  stale: z.boolean().describe('something was entered or answered that the forecast does not know'),
  command: z.string().describe('the command that takes it in'),
})
export type EventCalendar = z.infer<typeof eventCalendar>

export const eventParams = z.object({ eventId: word })

/** POST /api/load/calendar, POST /api/load/calendar/:eventId/change */
export const eventPlanRequest = z.object({
  name: word,
  kind: z.string().trim().min(1).max(40),
  startsAt: moment,
  endsAt: moment,
  serviceId: word.nullish().describe('null: all services'),
  region: word.nullish().describe('null: all regions'),
  strength: strength.nullish().describe('null: as its kind'),
  note: words.nullish(),
  by: person.default('console'),
})
export type EventPlanRequest = z.infer<typeof eventPlanRequest>

export const withdrawEventRequest = z.object({
  note: words.nullish(),
  by: person.default('console'),
})
export type WithdrawEventRequest = z.infer<typeof withdrawEventRequest>

export const confirmEventRequest = z.object({
  serviceId: word,
  note: words.nullish(),
  by: person.default('console'),
})
export type ConfirmEventRequest = z.infer<typeof confirmEventRequest>

export const disputeEventRequest = z.object({
  serviceId: word,
  reason: words.min(3),
  strength: strength.nullish(),
  peakPerMinute: perMinute
    .min(0)
    .max(1e12)
    .nullish()
    .describe('instead of a strength: the peak that the team expects, over all regions'),
  by: person.default('console'),
})
export type DisputeEventRequest = z.infer<typeof disputeEventRequest>
