import type { CalendarEventInfo, EventPlanRequest } from '../../../src/api/schemas/load-calendar.ts'
import { api } from '../api.ts'
import { say } from '../parts/toast.tsx'
import { setParams } from '../router.ts'
import { actor, loadSummary } from '../state.ts'
import { change } from './changes.ts'
import { calendar } from './load-state.ts'

/** An event as a form gives it. */
export type EventPlan = Omit<EventPlanRequest, 'by'>

/** Does a change, reads the calendar anew and says what was done. */
function changeCalendar(
  work: () => Promise<CalendarEventInfo>,
  words: (made: CalendarEventInfo) => string,
  undo?: () => void,
): Promise<boolean> {
  return change(async () => {
    const made = await work()
    await calendar.load()
    void loadSummary.load()
    say({ text: words(made), tone: 'ok', undo })
  })
}

const by = () => actor.peek()

/** Enters an event and opens it. */
export function planEvent(plan: EventPlan): Promise<boolean> {
  return changeCalendar(
    async () => {
      const made = await api.planEvent({ ...plan, by: by() })
      setParams({ event: made.event.eventId })
      return made
    },
    ({ event }) => `${event.name} entered: the next run knows it.`,
  )
}

export function changeEvent(eventId: string, plan: EventPlan): Promise<boolean> {
  return changeCalendar(
    () => api.changeEvent(eventId, { ...plan, by: by() }),
    ({ event }) => `${event.name} changed: its services are asked anew.`,
  )
}

/** The plan of an event as it stands. */
export function planOf({ event, note }: CalendarEventInfo): EventPlan {
  const { name, kind, startsAt, endsAt, serviceId, region, strength } = event
  return { name, kind, startsAt, endsAt, serviceId, region, strength, note }
}

/** Withdraws an event; the way back enters it again. */
export function withdrawEvent(known: CalendarEventInfo): Promise<boolean> {
  const { eventId, name } = known.event
  return changeCalendar(
    () => api.withdrawEvent(eventId, { by: by() }),
    () => `${name} withdrawn: the next run leaves it out.`,
    () => void changeEvent(eventId, planOf(known)),
  )
}

export function confirmEvent(eventId: string, serviceId: string): Promise<boolean> {
  return changeCalendar(
    () => api.confirmEvent(eventId, { serviceId, by: by() }),
    () => `Confirmed for ${serviceId}.`,
  )
}

/** What a team expects instead: a strength or a peak, with the reason. */
export type Dispute = { readonly reason: string } & (
  | { readonly strength: number }
  | { readonly peakPerMinute: number }
)

export function disputeEvent(
  eventId: string,
  serviceId: string,
  dispute: Dispute,
): Promise<boolean> {
  return changeCalendar(
    () => api.disputeEvent(eventId, { serviceId, ...dispute, by: by() }),
    () => `Disputed for ${serviceId}: its number counts in the next run.`,
    () => void confirmEvent(eventId, serviceId),
  )
}
