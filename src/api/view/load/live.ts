import type { LiveSource, LiveState, NamedEvent, TrackedEvent } from '../../../loop/index.ts'
import type { LiveEvent, TrackedEventInfo } from '../../schemas/load.ts'
import { clockOf, eventInfo, isoOf, type LoadFacts } from './facts.ts'

/** The last event as it was followed, and the one that is followed now: bands, alarms, what the rest looks like. */
export function liveEvent(
  { note, events }: LoadFacts,
  now: LiveState | undefined,
  timeZone: string,
): LiveEvent {
  const { tracked } = note
  const event = events.find(({ eventId }) => eventId === tracked?.eventId)
  const isKnown = tracked !== undefined && event !== undefined
  return {
    tracked: isKnown
      ? trackedInfo(tracked, event, note.knownUntilMs, pastSentence(tracked, event, timeZone))
      : null,
    now: now === undefined ? null : nowInfo(now, timeZone),
    canReplay: isKnown,
  }
}

function trackedInfo(
  tracked: TrackedEvent,
  event: NamedEvent,
  nowMs: number,
  sentence: string,
): TrackedEventInfo {
  const { actual, expected, low, high, summary, projections } = tracked
  return {
    ...{ event: eventInfo(event, nowMs), sentence, startSeconds: tracked.fromMs / 1000 },
    ...{ actual: [...actual], expected: [...expected], low: [...low], high: [...high] },
    ...{ inside: summary.inside, error: summary.error },
    notices: summary.notices.map(({ atMs, kind, text }) => ({ at: isoOf(atMs), kind, text })),
    projections: projections.map(({ atMs, peak, endMs }) => ({
      at: isoOf(atMs),
      ...{ peak: peak.middle, peakLow: peak.low, peakHigh: peak.high },
      ends: isoOf(endMs.middle),
    })),
  }
}

function pastSentence(tracked: TrackedEvent, event: NamedEvent, timeZone: string): string {
  const { actual, expected, summary } = tracked
  return `${event.name} of ${clockOf(timeZone).day(event.startMs)} ${courseWords(actual, expected)}; ${Math.round(100 * summary.inside)} % of its minutes lay in the band of nine in ten.`
}

function nowInfo(state: LiveState, timeZone: string): NonNullable<LiveEvent['now']> {
  const { source, event, phase, atMs, tracked, trouble } = state
  const { summary } = tracked
  const last = summary.notices.findLast(({ kind }) => !kind.startsWith('edge'))?.kind
  const rest = summary.projection
  const tracks = trackedInfo(tracked, event, atMs, nowSentence(state, timeZone))
  return {
    ...{ source: source.kind, label: labelOf(source), phase, at: isoOf(atMs) },
    state: last === 'above' || last === 'below' ? last : 'inside',
    peak:
      rest === undefined || phase === 'waiting'
        ? null
        : {
            middle: Math.round(rest.peak.middle),
            ...{ low: Math.round(rest.peak.low), high: Math.round(rest.peak.high) },
            ...{ at: isoOf(rest.peakAtMs.middle), ends: isoOf(rest.endMs.middle) },
          },
    ...{ trouble: trouble ?? null, tracked: tracks },
  }
}

function labelOf(source: LiveSource): string {
  switch (source.kind) {
    case 'replay':
      return `replay of what was recorded, ${source.speed} times as fast`
    case 'push':
      return 'metrics pushed to /api/load/metrics'
    case 'prometheus':
      return `live from ${new URL(source.from).host}`
    default:
      return `live from ${source.from}`
  }
}

/** "Deal night at 20:15 runs as forecast." */
function nowSentence({ event, phase, atMs, tracked }: LiveState, timeZone: string): string {
  const { day, time } = clockOf(timeZone)
  if (phase === 'waiting') {
    return `${event.name} on ${day(event.startMs)} is next: it is followed from two hours before ${time(event.startMs)} on.`
  }
  const { actual, expected } = tracked
  const when = phase === 'over' ? `of ${day(event.startMs)} is over and` : `at ${time(atMs)}`
  return `${event.name} ${when} ${courseWords(actual, expected, phase === 'over' ? 'ran' : 'runs')}.`
}

function courseWords(
  actual: readonly (number | null)[],
  expected: readonly number[],
  verb = 'ran',
): string {
  let was = 0
  let should = 0
  actual.forEach((value, t) => {
    if (value === null) return
    was += value
    should += expected[t]!
  })
  if (was === 0) return verb === 'ran' ? 'was not seen' : 'has not been seen yet'
  const off = should > 0 ? was / should - 1 : 0
  if (Math.abs(off) < 0.02) return `${verb} as forecast`
  return `${verb} ${Math.round(100 * Math.abs(off))} % ${off > 0 ? 'above' : 'below'} its forecast`
}
