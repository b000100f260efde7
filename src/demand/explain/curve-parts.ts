import { weekdayOf } from '../../core/calendar.ts'
import { requireArgument } from '../../core/errors.ts'
import { historyBefore, type Panel, type QuantileForecast } from '../../core/panel.ts'
import { isOpenBucket } from '../axis.ts'
import { type Contributions, closedWith } from './contributions.ts'
import { fitCurve } from './fit-curve.ts'
import type { Part } from './parts.ts'

/** Fewer observations than these say nothing of a product's own level. */
const OWN_OBSERVATIONS = 3

/** By frequency: buckets of the long memory and of the short ones, and the cycle within a week or day. */
const MEMORY = {
  D: { long: 364, short: [7, 14, 28, 56], rest: 'other' },
  W: { long: 52, short: [2, 4, 8], rest: 'season' },
  M: { long: 12, short: [1, 2, 3], rest: 'season' },
  H: { long: 24 * 28, short: [24, 48, 24 * 7], rest: 'other' },
} as const

/**
 * What the mean of any forecast is made of, told from the curve and the history alone, so that it
 * needs nothing of the model (classical models and their mixes say nothing of themselves). Each part
 * is the step from one simple forecast to the next:
 *
 * 1. level: every open bucket sells what a mean open bucket of the past year did, L.
 * 2. recent_sales: the curve's base a (fitCurve) in place of L, as far as the means of the last weeks
 *    (of 1, 2, 4 and 8) reach towards it; beyond them it is `other` (weeks and months: `season`).
 * 3. trend: the slope of the curve from its first open bucket on.
 * 4. weekday: the days of the week about the line (hours of the day are `season`).
 * 5. other (weeks and months: season): the curve itself, less all of these.
 *
 * A series with fewer than three observations has no level of its own: its base is `neighbours`. The
 * parts sum to `forecast.mean` (units, series × horizon) to 1e-9; closed days have none. Throws
 * ERR_ARGUMENT when forecast and panel differ in series. The method is this project's own.
 */
export function curveContributions(panel: Panel, forecast: QuantileForecast): Contributions {
  const { ids, origin, horizon, mean } = forecast
  requireArgument(
    ids.length === panel.ids.length && ids.every((id, i) => id === panel.ids[i]),
    'curveContributions: the forecast is of other series than the panel',
  )
  const open = openBuckets(panel, origin, horizon)
  const parts: Partial<Record<Part, Float64Array>> = {}
  const put = (part: Part, at: number, units: number) => {
    if (units === 0) return
    parts[part] ??= new Float64Array(mean.length)
    parts[part][at]! += units
  }
  for (let i = 0; i < ids.length; i++) {
    const curve = mean.subarray(i * horizon, (i + 1) * horizon)
    explainCurve(panel, i, { origin, open, curve }, (part, t, units) => {
      put(part, i * horizon + t, units)
    })
  }
  return closedWith({ ids, origin, horizon, parts }, mean, MEMORY[panel.buckets.frequency].rest)
}

interface Curve {
  readonly origin: number
  /** 1 where the store is open, by bucket of the horizon. */
  readonly open: Uint8Array
  readonly curve: Float64Array
}

function explainCurve(
  panel: Panel,
  i: number,
  { origin, open, curve }: Curve,
  put: (part: Part, t: number, units: number) => void,
): void {
  const { frequency } = panel.buckets
  const { rest } = MEMORY[frequency]
  const slots = Int32Array.from(curve, (_, t) => slotOf(panel, origin + t))
  const { base, slope, effects, steps } = fitCurve(curve, open, slots)
  const { level, recent, own } = baseParts(panel, i, origin, base)
  for (let t = 0; t < curve.length; t++) {
    if (open[t] === 0) continue
    put('level', t, level)
    put('recent_sales', t, recent)
    put(own ? rest : 'neighbours', t, base - level - recent)
    put('trend', t, slope * steps[t]!)
    put(frequency === 'D' ? 'weekday' : 'season', t, effects[slots[t]!]!)
  }
}

/** How a base comes about: the usual level, and as much of the rest as recent means explain. */
function baseParts(panel: Panel, i: number, origin: number, base: number) {
  const { long, short } = MEMORY[panel.buckets.frequency]
  const seen = observedBefore(panel, i, origin, long)
  if (seen.length < OWN_OBSERVATIONS) return { level: 0, recent: 0, own: false }
  const level = meanOfLast(seen, seen.length)
  const moves = short.map((count) => meanOfLast(seen, Math.min(count, seen.length)) - level)
  const recent = Math.min(Math.max(base - level, Math.min(0, ...moves)), Math.max(0, ...moves))
  return { level, recent, own: true }
}

/** The last `count` open and observed values before `origin`, oldest first. */
function observedBefore(panel: Panel, i: number, origin: number, count: number): number[] {
  const history = historyBefore(panel, i, origin)
  const seen: number[] = []
  for (let k = Math.max(0, history.length - count); k < history.length; k++) {
    const value = history[k]!
    const bucket = panel.firstBucket[i]! + k
    if (Number.isFinite(value) && isOpenBucket(panel, bucket)) seen.push(value)
  }
  return seen
}

function meanOfLast(values: readonly number[], count: number): number {
  let sum = 0
  for (let k = values.length - count; k < values.length; k++) sum += values[k]!
  return sum / count
}

function openBuckets(panel: Panel, origin: number, horizon: number): Uint8Array {
  return Uint8Array.from({ length: horizon }, (_, t) => Number(isOpenBucket(panel, origin + t)))
}

/** The place of a bucket in its short cycle: weekday, or hour of the day. */
function slotOf({ buckets }: Panel, bucket: number): number {
  if (buckets.frequency === 'D') return weekdayOf(bucket)
  return buckets.frequency === 'H' ? ((bucket % 24) + 24) % 24 : 0
}
