import type { ApiInstance } from '../instance.ts'
import type { CalendarView } from '../load-view.ts'
import {
  calendarEvent,
  confirmEventRequest,
  disputeEventRequest,
  eventCalendar,
  eventParams,
  eventPlanRequest,
  withdrawEventRequest,
} from '../schemas/load-calendar.ts'
import { replies } from './replies.ts'

const tags = ['load']

/** The calendar of events: planners enter what is coming, service teams confirm or dispute it. */
export function addCalendarRoutes(app: ApiInstance, calendar: CalendarView): void {
  app.route({
    method: 'GET',
    url: '/api/load/calendar',
    schema: {
      operationId: 'getEventCalendar',
      tags,
      summary: 'What is coming, and what each service says to it',
      response: replies(eventCalendar),
    },
    handler: () => calendar.read(),
  })
  addPlanning(app, calendar)
  addAnswers(app, calendar)
}

function addPlanning(app: ApiInstance, calendar: CalendarView): void {
  app.route({
    method: 'POST',
    url: '/api/load/calendar',
    schema: {
      operationId: 'planLoadEvent',
      tags,
      summary: 'Enters an event to come',
      body: eventPlanRequest.strict(),
      response: replies(calendarEvent),
    },
    handler: ({ body }) => calendar.plan(body),
  })
  app.route({
    method: 'POST',
    url: '/api/load/calendar/:eventId/change',
    schema: {
      operationId: 'changeLoadEvent',
      tags,
      summary: 'Changes an event, or enters a withdrawn one again; services are asked anew',
      params: eventParams,
      body: eventPlanRequest.strict(),
      response: replies(calendarEvent),
    },
    handler: ({ params: { eventId }, body }) => calendar.change(eventId, body),
  })
  app.route({
    method: 'POST',
    url: '/api/load/calendar/:eventId/withdraw',
    schema: {
      operationId: 'withdrawLoadEvent',
      tags,
      summary: 'Withdraws an event: the next forecast does not know it',
      params: eventParams,
      body: withdrawEventRequest.strict(),
      response: replies(calendarEvent),
    },
    handler: ({ params: { eventId }, body }) => calendar.withdraw(eventId, body),
  })
}

function addAnswers(app: ApiInstance, calendar: CalendarView): void {
  app.route({
    method: 'POST',
    url: '/api/load/calendar/:eventId/confirm',
    schema: {
      operationId: 'confirmLoadEvent',
      tags,
      summary: 'A service confirms what an event means for it',
      params: eventParams,
      body: confirmEventRequest.strict(),
      response: replies(calendarEvent),
    },
    handler: ({ params: { eventId }, body }) => calendar.confirm(eventId, body),
  })
  app.route({
    method: 'POST',
    url: '/api/load/calendar/:eventId/dispute',
    schema: {
      operationId: 'disputeLoadEvent',
      tags,
      summary: 'A service says what it expects instead, and why: this counts for it alone',
      params: eventParams,
      body: disputeEventRequest.strict(),
      response: replies(calendarEvent),
    },
    handler: ({ params: { eventId }, body }) => calendar.dispute(eventId, body),
  })
}
