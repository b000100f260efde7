import {
  cascade,
  type LoadContext,
  type LoadEvent,
  type LoadHistory,
  structureForecaster,
  track,
} from '../../load/index.ts'

/** An event as it was followed minute by minute, against what was forecast before it began. */
export interface TrackedEvent {
  readonly eventId: string
  /** Epoch ms of the first minute. */
  readonly fromMs: number
  /** [minutes] requests, null where nothing is known. */
  readonly actual: readonly (number | null)[]
  readonly expected: readonly number[]
  /** The band of nine in ten. */
  readonly low: readonly number[]
  readonly high: readonly number[]
  readonly summary: track.TrackSummary
  /** What the rest looked like, quarter hour by quarter hour. */
  readonly projections: readonly (track.Projection & { readonly atMs: number })[]
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const BEFORE_MS = 2 * HOUR_MS
const AFTER_MS = 2 * HOUR_MS
const STATUS_MINUTES = 15
/** Of longer histories, minutes are spread over steps of so many: quick, at the price of blunt edges. */
const SPREAD = 5
/** Days of minutes up to which minutes themselves are forecast: an opening is sharper than a step of five. */
const MINUTE_DAYS = 200
/** Weeks of history from which an event can be expected. */
const LEAST_MS = 14 * 24 * HOUR_MS
const UNPLANNED = new Set(['robot', 'outage'])

/** The last event that was planned and is over, with enough history before it. */
export function lastEventOf<Event extends LoadEvent>(
  events: readonly Event[],
  { axis }: LoadHistory,
): Event | undefined {
  const endMs = axis.startMs + axis.count * axis.stepMs
  return events.findLast(
    (event) =>
      !UNPLANNED.has(event.kind) &&
      event.group === undefined &&
      event.endMs + AFTER_MS <= endMs &&
      event.startMs - BEFORE_MS - axis.startMs >= LEAST_MS,
  )
}

/** An event that is being followed: a forecast from before it, and what has come since. */
export interface EventTracking {
  /** Epoch ms of the first minute. */
  readonly fromMs: number
  /** Minutes in all. */
  readonly count: number
  /** Reads what came; minutes that end at or before `atMs` are taken as complete. */
  take(samples: readonly track.LoadSample[], atMs: number): void
  /** What stands, minutes to come without a load. */
  snapshot(): TrackedEvent
}

/**
 * Begins to follow an event. Its forecast knows the calendar and the history up to two hours before the
 * event, and no more. Throws ERR_ARGUMENT where the history is too short to forecast from.
 */
export function beginTracking(
  history: LoadHistory,
  event: LoadEvent,
  context: LoadContext,
  settings: Readonly<Record<string, number>>,
): EventTracking {
  const { startMs, count: known } = history.axis
  const first = Math.floor((event.startMs - BEFORE_MS - startMs) / MINUTE_MS)
  const count = Math.ceil((event.endMs - event.startMs + BEFORE_MS + AFTER_MS) / MINUTE_MS)
  const fromMs = startMs + first * MINUTE_MS
  const length = Math.min(first, known)
  const before: LoadHistory = {
    group: history.group,
    axis: { ...history.axis, count: length },
    values: history.values.subarray(0, length),
  }
  const minutes = structureForecaster(settings)
  const isLong = length * MINUTE_MS > MINUTE_DAYS * 24 * HOUR_MS
  const forecast = (isLong ? cascade.refined(minutes, SPREAD) : minutes)
    .fit(before, context)
    .forecast({ startMs: fromMs, count })
  const actual: (number | null)[] = new Array(count).fill(null)
  const follower = track.createFollower(forecast, {
    ...{ statusSteps: STATUS_MINUTES, settings },
    onStep({ atMs, load }) {
      if (!Number.isNaN(load)) actual[Math.round((atMs - fromMs) / MINUTE_MS)] = Math.round(load)
    },
  })
  const projections: (track.Projection & { readonly atMs: number })[] = []
  const whole = (values: Float64Array) => Array.from(values, (value) => Math.round(value))
  const bands = {
    expected: whole(forecast.quantile(0.5)),
    low: whole(forecast.quantile(0.05)),
    high: whole(forecast.quantile(0.95)),
  }
  return {
    ...{ fromMs, count },
    take(samples, atMs) {
      for (const message of follower.take(samples, atMs)) {
        if (message.kind !== 'status') continue
        projections.push({ ...message.projection, atMs: message.step.atMs })
      }
    },
    snapshot: () => ({
      ...{ eventId: event.eventId, fromMs, actual: [...actual], ...bands },
      ...{ summary: follower.summary(), projections: [...projections] },
    }),
  }
}

/** Load of a past stretch as samples, minute by minute; unknown minutes have none. */
export function samplesOf(
  { axis, values }: LoadHistory,
  fromMs: number,
  toMs: number,
): track.LoadSample[] {
  const samples: track.LoadSample[] = []
  for (let at = fromMs; at < toMs; at += MINUTE_MS) {
    const requests = values[Math.round((at - axis.startMs) / MINUTE_MS)] ?? Number.NaN
    if (Number.isNaN(requests)) continue
    samples.push({ fromMs: at, toMs: at + MINUTE_MS, requests, whole: true })
  }
  return samples
}

/**
 * Follows a past event as it would have been followed live: the forecast knows what came before the
 * event and the calendar, each minute comes in its turn.
 */
export function trackPastEvent(
  history: LoadHistory,
  event: LoadEvent,
  context: LoadContext,
  settings: Readonly<Record<string, number>>,
): TrackedEvent {
  const tracking = beginTracking(history, event, context, settings)
  const endMs = tracking.fromMs + tracking.count * MINUTE_MS
  for (let at = tracking.fromMs; at < endMs; at += MINUTE_MS) {
    tracking.take(samplesOf(history, at, at + MINUTE_MS), at + MINUTE_MS)
  }
  return tracking.snapshot()
}

/** All services and regions together, minute by minute; a minute that nobody knows is unknown. */
export function addHistories(histories: readonly LoadHistory[]): LoadHistory {
  const startMs = Math.min(...histories.map(({ axis }) => axis.startMs))
  const endMs = Math.max(...histories.map(({ axis }) => axis.startMs + axis.count * axis.stepMs))
  const values = new Float64Array((endMs - startMs) / MINUTE_MS).fill(Number.NaN)
  for (const { axis, values: own } of histories) {
    const offset = (axis.startMs - startMs) / MINUTE_MS
    own.forEach((value, t) => {
      if (Number.isNaN(value)) return
      const sum = values[offset + t]!
      values[offset + t] = Number.isNaN(sum) ? value : sum + value
    })
  }
  return {
    group: { service: 'all', region: 'all' },
    axis: { startMs, stepMs: MINUTE_MS, count: values.length },
    values,
  }
}
