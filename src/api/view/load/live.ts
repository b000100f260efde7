import type { LiveEvent } from '../../schemas/load.ts'
import { clockOf, eventInfo, isoOf, type LoadFacts } from './facts.ts'

/** The last event as it was followed: bands, alarms, and what the rest looked like on the way. */
export function liveEvent({ note, events }: LoadFacts, timeZone: string): LiveEvent {
  const { tracked } = note
  const event = events.find(({ eventId }) => eventId === tracked?.eventId)
  if (tracked === undefined || event === undefined) return { tracked: null }
  const { actual, expected, summary } = tracked
  const info = eventInfo(event, note.knownUntilMs)
  return {
    tracked: {
      event: info,
      sentence: `${event.name} of ${clockOf(timeZone).day(event.startMs)} ${courseWords(actual, expected)}; ${Math.round(100 * summary.inside)} % of its minutes lay in the band of nine in ten.`,
      startSeconds: tracked.fromMs / 1000,
      actual: [...actual],
      expected: [...expected],
      low: [...tracked.low],
      high: [...tracked.high],
      inside: summary.inside,
      error: summary.error,
      notices: summary.notices.map(({ atMs, kind, text }) => ({ at: isoOf(atMs), kind, text })),
      projections: tracked.projections.map(({ atMs, peak, endMs }) => ({
        at: isoOf(atMs),
        ...{ peak: peak.middle, peakLow: peak.low, peakHigh: peak.high },
        ends: isoOf(endMs.middle),
      })),
    },
  }
}

function courseWords(actual: readonly (number | null)[], expected: readonly number[]): string {
  let was = 0
  let should = 0
  actual.forEach((value, t) => {
    if (value === null) return
    was += value
    should += expected[t]!
  })
  const off = should > 0 ? was / should - 1 : 0
  if (Math.abs(off) < 0.02) return 'ran as forecast'
  return `ran ${Math.round(100 * Math.abs(off))} % ${off > 0 ? 'above' : 'below'} its forecast`
}
