import type { CalendarView } from '../../src/api/load-view.ts'
import type { LoadEventInfo } from '../../src/api/schemas/load.ts'
import type {
  CalendarEventInfo,
  EventAnswer,
  EventPlanRequest,
} from '../../src/api/schemas/load-calendar.ts'
import { StorewrightError } from '../../src/core/errors.ts'

const SERVICES = [
  ['cart', 'Carts', 2300],
  ['search', 'Search', 5300],
  ['web', 'Pages', 25_000],
] as const

/** A calendar in memory: the events to come of the fixture's load, with nobody's answer yet. */
export function createFixtureCalendar(
  events: readonly LoadEventInfo[],
  nowIso: string,
  need: () => void,
): CalendarView {
  const known = new Map(
    events.filter(({ isPast }) => !isPast).map((event) => [event.eventId, planned(event)]),
  )
  let changed = false
  const find = (eventId: string): CalendarEventInfo => {
    const found = known.get(eventId)
    if (found !== undefined) return found
    throw new StorewrightError('ERR_PLAN_NOT_FOUND', `there is no event ${eventId}`)
  }
  const put = (next: CalendarEventInfo): CalendarEventInfo => {
    changed = true
    const of = (standing: EventAnswer['standing']) =>
      next.answers.filter((one) => one.standing === standing).length
    const counts = { open: of('open'), confirmed: of('confirmed'), disputed: of('disputed') }
    const whole = { ...next, counts }
    known.set(next.event.eventId, whole)
    return whole
  }
  const answer = (eventId: string, serviceId: string, said: Partial<EventAnswer>) => {
    const found = find(eventId)
    if (found.withdrawn) throw new StorewrightError('ERR_PLAN_STATUS', `${eventId} is withdrawn`)
    if (!found.answers.some((one) => one.serviceId === serviceId)) {
      throw new StorewrightError('ERR_PLAN_NOT_FOUND', `${eventId} does not touch ${serviceId}`)
    }
    const answers = found.answers.map((one) =>
      one.serviceId === serviceId ? { ...one, at: nowIso, ...said } : one,
    )
    return put({ ...found, answers })
  }
  const enter = (eventId: string, { by, note, ...plan }: EventPlanRequest) => {
    if (plan.endsAt <= plan.startsAt) {
      throw new StorewrightError('ERR_ARGUMENT', 'the event ends before it starts')
    }
    const event: LoadEventInfo = {
      ...{ eventId, name: plan.name, kind: plan.kind, startsAt: plan.startsAt },
      ...{ endsAt: plan.endsAt, serviceId: plan.serviceId ?? null, region: plan.region ?? null },
      ...{ strength: plan.strength ?? null, isPast: false },
    }
    return put({ ...planned(event), plannedBy: by, plannedAt: nowIso, note: note ?? null })
  }
  return {
    async read() {
      need()
      const list = [...known.values()].sort((a, b) =>
        a.event.startsAt < b.event.startsAt ? -1 : 1,
      )
      const open = list.find(({ counts, withdrawn }) => !withdrawn && counts.open > 0)
      return {
        sentence:
          open === undefined
            ? 'All services have answered.'
            : `${open.event.name} on 4 Dec: ${open.counts.open} of ${open.answers.length} services have not answered yet.`,
        ...{ events: list, kinds: ['launch', 'sale'], regions: ['us-east', 'us-west'] },
        services: SERVICES.map(([serviceId, name]) => ({ serviceId, name })),
        ...{ stale: changed, command: 'storewright run --store gift-store' },
      }
    },
    plan: async (request) => enter(`${request.kind}-${request.startsAt.slice(0, 10)}`, request),
    change: async (eventId, request) => enter(find(eventId).event.eventId, request),
    withdraw: async (eventId) => {
      const found = find(eventId)
      if (found.withdrawn) throw new StorewrightError('ERR_PLAN_STATUS', `${eventId} is withdrawn`)
      return put({ ...found, withdrawn: true })
    },
    confirm: async (eventId, { serviceId, by, note }) =>
      answer(eventId, serviceId, { standing: 'confirmed', by, reason: note ?? null }),
    dispute: async (eventId, { serviceId, by, reason, strength }) =>
      answer(eventId, serviceId, { standing: 'disputed', by, reason, strength: strength ?? 0.7 }),
  }
}

function planned(event: LoadEventInfo): CalendarEventInfo {
  const asked = SERVICES.filter(([id]) => event.serviceId === null || event.serviceId === id)
  return {
    ...{ event, plannedBy: 'feed', plannedAt: null, note: null, withdrawn: false },
    answers: asked.map(([serviceId, name, peak]) => ({
      ...{ serviceId, name, standing: 'open', by: null, at: null, reason: null },
      ...{ strength: event.strength ?? 1, peakPerMinute: peak },
      usualPerMinute: Math.round(peak / 3.2),
    })),
    counts: { open: asked.length, confirmed: 0, disputed: 0 },
  }
}
