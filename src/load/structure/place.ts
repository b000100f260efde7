/**
 * Where a moment stands in an event, so that events of any length share one profile:
 *
 *   lead        start edge     middle      end edge       tail
 *   ──────────┤├──────────┤ ┈┈ stretched ┈┈ ├──────────┤├──────────
 *          start                                       end
 *
 * Lead, edges and tail keep their minutes; the middle stretches. Bins are narrow at start and end.
 */
export interface ProfileFrame {
  /** Minutes before the start and after the end that an event is felt. */
  readonly leadMinutes: number
  readonly tailMinutes: number
  /** Minutes from the start, and before the end, that keep their length. */
  readonly edgeMinutes: number
}

const LEAD_BINS = 30
const EDGE_BINS = 24
const MIDDLE_BINS = 8
const TAIL_BINS = 30
export const BINS = LEAD_BINS + EDGE_BINS + MIDDLE_BINS + EDGE_BINS + TAIL_BINS

/** First bin of each stretch. */
export const START_AT = LEAD_BINS
const MIDDLE_AT = START_AT + EDGE_BINS
const CLOSE_AT = MIDDLE_AT + MIDDLE_BINS
export const TAIL_AT = CLOSE_AT + EDGE_BINS

/** Bins grow with the distance to the edge by this power: the fifth bin is wider than the first. */
const GROWTH = 1.4
const MINUTE = 60_000

export interface FrameOptions {
  /** Lead and tail as multiples of the event's length. */
  readonly reach: number
  readonly longestReachMinutes: number
  readonly longestEdgeMinutes: number
}

/** The frame of a kind whose events last `minutes` (their median). */
export function frameOf(minutes: number, options: FrameOptions): ProfileFrame {
  const reach = Math.min(options.longestReachMinutes, options.reach * minutes)
  return {
    leadMinutes: reach,
    tailMinutes: reach,
    edgeMinutes: Math.min(options.longestEdgeMinutes, minutes / 2),
  }
}

/**
 * Fractional bin of a moment, `sinceStartMs` after the start of an event of `lengthMs`; NaN outside lead
 * and tail. Bin k is centred at k + 0.5.
 */
export function binAt(frame: ProfileFrame, sinceStartMs: number, lengthMs: number): number {
  const since = sinceStartMs / MINUTE
  const length = lengthMs / MINUTE
  if (since < 0) return before(-since, frame.leadMinutes, LEAD_BINS, START_AT)
  if (since >= length) return after(since - length, frame.tailMinutes, TAIL_BINS, TAIL_AT)
  const edge = Math.min(frame.edgeMinutes, length / 2)
  if (since < edge) return after(since, frame.edgeMinutes, EDGE_BINS, START_AT)
  if (since >= length - edge) return before(length - since, frame.edgeMinutes, EDGE_BINS, TAIL_AT)
  return MIDDLE_AT + (MIDDLE_BINS * (since - edge)) / (length - 2 * edge)
}

function after(minutes: number, reach: number, bins: number, first: number): number {
  return minutes < reach ? first + bins * (minutes / reach) ** (1 / GROWTH) : Number.NaN
}

function before(minutes: number, reach: number, bins: number, end: number): number {
  return minutes <= reach ? end - bins * (minutes / reach) ** (1 / GROWTH) : Number.NaN
}
