import { requireArgument } from '../../core/errors.ts'
import type { LoadAxis, LoadEvent } from '../types.ts'
import { localTime, weekdayOf } from './clock.ts'
import { binAt, type FrameOptions, frameOf, type ProfileFrame } from './place.ts'

/** Kinds of events whose frames are known. */
export interface EventKinds {
  readonly names: readonly string[]
  readonly frames: readonly ProfileFrame[]
}

/** An event on an axis: what the model needs of it. */
export interface EventSpan {
  readonly event: LoadEvent
  readonly kind: number
  /** First step that feels it, and the first that no longer does; may lie outside the axis. */
  readonly from: number
  readonly to: number
  /** [to − from] fractional bin of each step. */
  readonly bins: Float32Array
  /** Local day of the start, its weekday and hour. */
  readonly day: number
  readonly weekday: number
  readonly hour: number
}

/** Kinds of all events, past and planned, with the frame of their median length. */
export function eventKinds(events: readonly LoadEvent[], options: FrameOptions): EventKinds {
  const lengths = new Map<string, number[]>()
  for (const { kind, startMs, endMs } of events) {
    const list = lengths.get(kind) ?? []
    list.push((endMs - startMs) / 60_000)
    lengths.set(kind, list)
  }
  const names = [...lengths.keys()].sort()
  const frames = names.map((name) => {
    const sorted = lengths.get(name)!.sort((a, b) => a - b)
    return frameOf(sorted[sorted.length >> 1]!, options)
  })
  return { names, frames }
}

/** Spans of events that touch steps [0, count) of the axis, by start. Throws ERR_ARGUMENT on a strength below 0. */
export function eventSpans(
  events: readonly LoadEvent[],
  kinds: EventKinds,
  axis: LoadAxis,
  zone = 'UTC',
): EventSpan[] {
  const spans: EventSpan[] = []
  for (const event of events) {
    requireArgument(
      event.strength === undefined || (Number.isFinite(event.strength) && event.strength >= 0),
      `event ${event.eventId} has strength ${event.strength}; give 0 or more, 1 for the mean of its kind`,
    )
    const kind = kinds.names.indexOf(event.kind)
    const frame = kinds.frames[kind]
    if (frame === undefined) continue
    const span = spanOf(event, kind, frame, axis, zone)
    if (span.to > 0 && span.from < axis.count) spans.push(span)
  }
  return spans.sort((a, b) => a.event.startMs - b.event.startMs)
}

function spanOf(
  event: LoadEvent,
  kind: number,
  frame: ProfileFrame,
  { startMs, stepMs }: LoadAxis,
  zone: string,
): EventSpan {
  const length = event.endMs - event.startMs
  // A step is where its middle is.
  const middleOf = (t: number) => startMs + (t + 0.5) * stepMs - event.startMs
  const from = Math.ceil((event.startMs - frame.leadMinutes * 60_000 - startMs) / stepMs - 0.5)
  const to = Math.max(
    from,
    Math.ceil((event.endMs + frame.tailMinutes * 60_000 - startMs) / stepMs - 0.5),
  )
  const bins = new Float32Array(to - from)
  for (let k = 0; k < bins.length; k++) bins[k] = binAt(frame, middleOf(from + k), length)
  const local = localTime(event.startMs, zone)
  return {
    event,
    kind,
    from,
    to,
    bins,
    day: local.day,
    weekday: weekdayOf(local.day),
    hour: local.ms / 3_600_000,
  }
}
