import type { Occurrence, Reach } from './occurrence.ts'
import { phaseAt } from './phase.ts'

/** Series to learn from: series i holds values[offsets[i] … offsets[i+1]) from firstStep[i] on; NaN = missing. */
export interface EventSeries {
  readonly firstStep: Int32Array
  readonly offsets: Int32Array
  readonly values: Float64Array
}

/** Sums over the series of a group in the window of one occurrence and around it. */
export interface WindowSums {
  readonly occurrence: Occurrence
  /** First step of the arrays. */
  readonly from: number
  readonly size: number
  /** groups × size: what was seen where an expectation is known, and what was expected. */
  readonly seen: Float64Array
  readonly expected: Float64Array
  /** 1 = outside every window: an ordinary step. */
  readonly ordinary: Uint8Array
}

/** Called with what a series showed at a step around an occurrence. */
export type OnSeries = (
  occurrence: Occurrence,
  series: number,
  step: number,
  seen: number,
  expected: number,
  isOrdinary: boolean,
) => void

export interface WindowPlan extends Reach {
  /** Steps beside the window from which the level is taken, on each side. */
  readonly reach: number
  /** Length of the short season, such as 7 for days. */
  readonly season: number
  /** First step not to be read. */
  readonly end: number
  /** Group of each series, 0 … groups−1. */
  readonly groupOf: Int32Array
  readonly groups: number
  /** groups × season: what is usual at a phase, mean 1. */
  readonly phases: Float64Array
  /** Ordinary steps (1), from step `maskFrom` on. */
  readonly ordinary: Uint8Array
  readonly maskFrom: number
  /** Occasion that each step belongs to (ownersOf), from step `maskFrom` on, and the one learned. */
  readonly owner: Int32Array
  readonly self: number
  /** What other events, and earlier rounds, say of a step of a group: a multiplier. */
  readonly others: (group: number, step: number) => number
  /** Called with what each series showed, for its own response. */
  readonly onSeries?: OnSeries
}

/** Steps of ordinary history that a series needs before an occurrence, in short seasons. */
const LEAST_SEASONS = 1

/**
 * Sums of values and of expectations by group and step around one occurrence. The expectation of a
 * series is its level, taken from ordinary steps on both sides (from one alone at the end of the
 * data) and drawn straight between them, × the phase's usual share × what other events do.
 */
export function sumWindow(data: EventSeries, occurrence: Occurrence, plan: WindowPlan): WindowSums {
  const { lead, tail, reach, groups, end, maskFrom } = plan
  const from = occurrence.first - lead - reach
  const size = Math.max(0, Math.min(end, occurrence.last + tail + reach + 1) - from)
  const sums: WindowSums = {
    occurrence,
    from,
    size,
    seen: new Float64Array(groups * size),
    expected: new Float64Array(groups * size),
    ordinary: Uint8Array.from({ length: size }, (_, k) => plan.ordinary[from + k - maskFrom] ?? 0),
  }
  const count = data.firstStep.length
  if (occurrence.series) for (const i of occurrence.series) addSeries(data, i, sums, plan)
  else for (let i = 0; i < count; i++) addSeries(data, i, sums, plan)
  return sums
}

function addSeries(data: EventSeries, i: number, sums: WindowSums, plan: WindowPlan): void {
  const { firstStep, offsets, values } = data
  const { occurrence, from, size } = sums
  const { season, phases, groupOf, lead, tail, others } = plan
  const group = groupOf[i]!
  const shift = offsets[i]! - firstStep[i]!
  const begin = Math.max(0, firstStep[i]! - from)
  const stop = Math.min(size, firstStep[i]! + offsets[i + 1]! - offsets[i]! - from)
  const windowBegin = occurrence.first - lead - from
  const windowEnd = occurrence.last + tail - from
  const usual = (k: number) =>
    phases[group * season + phaseAt(from + k, season)]! * others(group, from + k)
  const before = levelOf(begin, Math.min(stop, windowBegin))
  const after = levelOf(Math.max(begin, windowEnd + 1), stop)
  if (before.steps < LEAST_SEASONS * season) return
  const level = (k: number) => {
    if (after.steps < LEAST_SEASONS * season) return before.level
    const share = (k - before.centre) / (after.centre - before.centre)
    return before.level + Math.max(0, Math.min(1, share)) * (after.level - before.level)
  }
  for (let k = begin; k < stop; k++) {
    const value = values[shift + from + k]!
    if (Number.isNaN(value) || belongsToOther(k)) continue
    const expected = level(k) * usual(k)
    sums.seen[group * size + k]! += value
    sums.expected[group * size + k]! += expected
    const isOrdinary = sums.ordinary[k] === 1 && (k < windowBegin || k > windowEnd)
    plan.onSeries?.(occurrence, i, from + k, value, expected, isOrdinary)
  }

  // In a window that overlaps another, a step tells of the nearer occasion alone.
  function belongsToOther(k: number): boolean {
    const isInside = k >= windowBegin && k <= windowEnd
    return isInside && !occurrence.series && plan.owner[from + k - plan.maskFrom] !== plan.self
  }

  function levelOf(first: number, last: number) {
    let seen = 0
    let share = 0
    let centre = 0
    let steps = 0
    for (let k = first; k < last; k++) {
      const value = values[shift + from + k]!
      if (sums.ordinary[k] !== 1 || Number.isNaN(value)) continue
      seen += value
      share += usual(k)
      centre += k
      steps++
    }
    return { level: share > 0 ? seen / share : 0, centre: centre / Math.max(1, steps), steps }
  }
}

/**
 * What is usual at each phase of the short season, by group, mean 1: sums over ordinary steps of
 * whole seasons, each season divided by its own mean so that growth and peaks weigh nothing.
 */
export function learnPhases(
  data: EventSeries,
  groupOf: Int32Array,
  groups: number,
  season: number,
  ordinary: Uint8Array,
  maskFrom: number,
): Float64Array {
  const length = Math.ceil(ordinary.length / season) * season
  const start = maskFrom - phaseAt(maskFrom, season)
  const total = new Float64Array(groups * (length + season))
  const seen = new Uint8Array(groups * (length + season))
  for (let i = 0; i < data.firstStep.length; i++) {
    const row = groupOf[i]! * (length + season)
    const shift = data.firstStep[i]! - start
    const count = data.offsets[i + 1]! - data.offsets[i]!
    for (let t = 0; t < count; t++) {
      const step = data.firstStep[i]! + t
      const value = data.values[data.offsets[i]! + t]!
      if (Number.isNaN(value) || ordinary[step - maskFrom] !== 1) continue
      total[row + shift + t]! += value
      seen[row + shift + t] = 1
    }
  }
  const phases = new Float64Array(groups * season)
  for (let g = 0; g < groups; g++) {
    const row = g * (length + season)
    fillPhases(total.subarray(row, row + length + season), seen.subarray(row), season, phases, g)
  }
  return phases
}

function fillPhases(
  total: Float64Array,
  seen: Uint8Array,
  season: number,
  into: Float64Array,
  group: number,
): void {
  const sum = new Float64Array(season)
  let seasons = 0
  for (let from = 0; from + season <= total.length; from += season) {
    let mean = 0
    let whole = true
    for (let p = 0; p < season; p++) {
      mean += total[from + p]! / season
      if (seen[from + p] !== 1) whole = false
    }
    if (!whole || !(mean > 0)) continue
    for (let p = 0; p < season; p++) sum[p]! += total[from + p]! / mean
    seasons++
  }
  // Two seasons' worth of an even pattern steadies what was seen in few.
  for (let p = 0; p < season; p++) {
    into[group * season + p] = Math.max(0.02, (sum[p]! + 2) / (seasons + 2))
  }
}
