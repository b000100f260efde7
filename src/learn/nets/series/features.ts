import { meanBetween, PEAK, type PreparedSet, wholeMean } from './prepare.ts'
import { type ForkView, knownValue, smoothedLike } from './reference.ts'
import { occasionOf } from './step-tables.ts'
import type { Occasion } from './types.ts'

/** Kinds of occasions that have a number of their own; more share them. */
const KIND_COLUMNS = 8
const OCCASION_COLUMNS = KIND_COLUMNS + 4
const LAGS = 3
const FORK_COLUMNS = 16
const PAST_COLUMNS = 4

/** Scaled values beyond this are cut: one order in a million must not steer the net. */
export const LARGEST = 1e4

/** How numbers come into the net. */
export type Squeeze = 'asinh' | 'log1p' | 'none'

/** Squeezes a scaled value: large ones keep their order and lose their weight. Odd in x. */
export function squeeze(value: number, kind: Squeeze): number {
  const x = Math.max(-LARGEST, Math.min(LARGEST, value))
  if (kind === 'none') return x
  return kind === 'asinh' ? Math.asinh(x) : Math.sign(x) * Math.log1p(Math.abs(x))
}

/** Channels of a past step, of a step ahead and of a fork. */
export function featureWidths({ set }: PreparedSet) {
  const shared = (set.calendar?.width ?? 0) + (set.known?.width ?? 0)
  const occasions = set.occasions === undefined ? 0 : OCCASION_COLUMNS
  return {
    past: PAST_COLUMNS + shared + occasions,
    ahead: 2 + 1 + LAGS + 4 + shared + occasions,
    fork: FORK_COLUMNS,
  }
}

type Numbers = Float32Array | Float64Array

/** Channels of the step at place t of series i (may lie outside), in units of `scale`. */
export function writePast(
  prepared: PreparedSet,
  i: number,
  t: number,
  scale: number,
  kind: Squeeze,
  into: Numbers,
  at: number,
): void {
  const { set, usual, peak } = prepared
  const from = set.offsets[i]!
  const isInside = t >= 0 && from + t < set.offsets[i + 1]!
  const value = isInside ? set.values[from + t]! : Number.NaN
  const isPeak = isInside && peak[from + t] !== PEAK.none
  const shown = Number.isNaN(value) || isPeak ? (isInside ? usual[from + t]! : scale) : value
  into[at] = squeeze(shown / scale, kind)
  into[at + 1] = Number.isNaN(value) ? 0 : 1
  into[at + 2] = isPeak ? 1 : 0
  const censored = isInside && set.censored !== undefined && !Number.isNaN(set.censored[from + t]!)
  into[at + 3] = censored ? 1 : 0
  writeShared(prepared, i, set.firstStep[i]! + t, into, at + PAST_COLUMNS)
}

/** Calendar, known covariates and occasions of a step. */
function writeShared(prepared: PreparedSet, i: number, step: number, into: Numbers, at: number) {
  const { calendar, known } = prepared.set
  let next = at
  if (calendar !== undefined) {
    const { width, values } = calendar
    const row = (step - calendar.firstStep) * width
    for (let c = 0; c < width; c++) into[next++] = values[row + c] ?? 0
  }
  if (known !== undefined) {
    const { width, values, offsets } = known
    const row = offsets[i]! + step - prepared.set.firstStep[i]!
    const isInside = row >= offsets[i]! && row < offsets[i + 1]!
    for (let c = 0; c < width; c++) {
      const value = isInside ? values[row * width + c]! : 0
      into[next++] = Number.isNaN(value) ? 0 : value
    }
  }
  if (prepared.set.occasions !== undefined) {
    writeOccasion(occasionOf(prepared.tables, i, step), step, into, next)
  }
}

/** Which occasion, where in it, how strong. */
export function writeOccasion(
  occasion: Occasion | undefined,
  step: number,
  into: Numbers,
  at: number,
): void {
  into.fill(0, at, at + OCCASION_COLUMNS)
  if (occasion === undefined) return
  into[at + (occasion.kind % KIND_COLUMNS)] = occasion.strength
  const { first, last, lead, tail } = occasion
  into[at + KIND_COLUMNS] = step < first ? (first - step) / (lead + 1) : 0
  into[at + KIND_COLUMNS + 1] = step > last ? (step - last) / (tail + 1) : 0
  into[at + KIND_COLUMNS + 2] = step >= first && step <= last ? 1 : 0
  into[at + KIND_COLUMNS + 3] = (step - first) / (last - first + 1)
}

/** Channels of the step `ahead` (from 1) after a fork; `reference` is its plain forecast. */
export function writeAhead(
  prepared: PreparedSet,
  view: ForkView,
  ahead: number,
  reference: number,
  kind: Squeeze,
  into: Numbers,
  at: number,
): void {
  const { set, options } = prepared
  const { horizon, seasons } = options
  const { level } = view
  const step = set.firstStep[view.series]! + view.seen - 1 + ahead
  const scaled = (value: number) => squeeze((Number.isNaN(value) ? reference : value) / level, kind)
  into[at] = ahead / horizon
  into[at + 1] = Math.log1p(ahead) / Math.log1p(horizon)
  into[at + 2] = scaled(reference)
  const back = Math.ceil(ahead / seasons.short)
  for (let k = 0; k < LAGS; k++) {
    into[at + 3 + k] = scaled(knownValue(prepared, view, step - (back + k) * seasons.short))
  }
  const next = at + 3 + LAGS
  const like = smoothedLike(prepared, view, step)
  into[next] = scaled(like)
  into[next + 1] = Number.isNaN(like) ? 0 : 1
  const whole = options.tellTime ? wholeSeason(prepared, view, step) : Number.NaN
  into[next + 2] = Number.isNaN(whole) ? 0 : whole
  into[next + 3] = Number.isNaN(whole) ? 0 : 1
  writeShared(prepared, view.series, step, into, next + 4)
}

/** Log of how high the whole set stood around `step` a long season ago, against the fork's season. */
function wholeSeason(prepared: PreparedSet, view: ForkView, step: number): number {
  const { set, options, tables } = prepared
  const { short, long } = options.seasons
  const now = set.firstStep[view.series]! + view.seen
  const then = step - long
  const half = Math.ceil(short / 2)
  if (then - half < tables.from + long || then + half > now) return Number.NaN
  return logRatio(
    wholeMean(prepared, then - half, then + half + 1),
    wholeMean(prepared, now - long - 4 * short, now - long),
  )
}

/** log(a / b) within ±2; NaN where either is not above 0. */
function logRatio(a: number, b: number): number {
  return a > 0 && b > 0 ? Math.max(-2, Math.min(2, Math.log(a / b))) : Number.NaN
}

/** Numbers of a fork; `windowLevel` is the scale of the window's past. */
export function writeFork(
  prepared: PreparedSet,
  view: ForkView,
  windowLevel: number,
  into: Numbers,
  at: number,
): void {
  const { set, priors, memory, positive, seen: seenSums } = prepared
  const { series: i, seen, level } = view
  const base = set.offsets[i]! + i
  const length = set.offsets[i + 1]! - set.offsets[i]!
  const last = Math.max(0, Math.min(seen, length))
  const ratio = (steps: number) => {
    const mean = meanBetween(prepared, i, seen - steps, seen)
    return Number.isNaN(mean) ? 0 : Math.log((Math.max(0, mean) + 0.1 * level) / (1.1 * level))
  }
  const first = Math.max(0, last - 2 * memory)
  const count = seenSums[base + last]! - seenSums[base + first]!
  const sold = positive[base + last]! - positive[base + first]!
  into[at] = clip(Math.log(level / windowLevel))
  into[at + 1] = clip(Math.log(level / priors.common) / 2)
  into[at + 2] = ratio(Math.max(2, memory / 4))
  into[at + 3] = ratio(memory)
  into[at + 4] = ratio(3 * memory)
  into[at + 5] = ratio(13 * memory)
  into[at + 6] = count > 0 ? sold / count : 0
  into[at + 7] = Math.log1p(prepared.options.tellTime ? last : Math.min(last, memory)) / 5
  into[at + 8] = last > 0 ? 1 : 0
  into[at + 9] = Number.isNaN(view.growth) ? 0 : 2 * Math.log(view.growth)
  into[at + 10] = Number.isNaN(view.growth) ? 0 : 1
  into[at + 11] =
    last > 0 ? squeeze(prepared.usual[set.offsets[i]! + last - 1]! / level, 'asinh') : 1
  into[at + 12] = Math.log(view.unit)
  writeWholeTrend(prepared, set.firstStep[i]! + seen, into, at + 13)
}

/** How the whole set moves: lately, over a longer while, and whether that is known. */
function writeWholeTrend(prepared: PreparedSet, now: number, into: Numbers, at: number): void {
  const { memory, options } = prepared
  into.fill(0, at, at + 3)
  if (!options.tellTime) return
  const recent = wholeMean(prepared, now - memory, now)
  const before = wholeMean(prepared, now - 2 * memory, now - memory)
  const long = wholeMean(prepared, now - 6 * memory, now - 2 * memory)
  const a = logRatio(recent, before)
  const b = logRatio(recent, long)
  into[at] = Number.isNaN(a) ? 0 : a
  into[at + 1] = Number.isNaN(b) ? 0 : b
  into[at + 2] = Number.isNaN(b) ? 0 : 1
}

const clip = (x: number) => Math.max(-3, Math.min(3, x))
