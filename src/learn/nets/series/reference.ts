import { meanBetween, PEAK, type PreparedSet } from './prepare.ts'

// The plain forecast that a net corrects. Short seasons: the mean of the last seasons' same phase,
// drawn towards the mean of all. Without a short season: last year's step, smoothed, times a share
// of the growth since; the level where there is no last year. Everything in the data's own units.

/** Past seasons in the mean of a phase, and what the mean of all phases counts in it. */
const PHASE_SEASONS = 8
const PHASE_PRIOR = 4
/** Share of a neighbour in a smoothed step, of growth that is believed, of the season before last. */
const NEIGHBOUR_SHARE = 0.15
const GROWTH_SHARE = 0.5
const OLDER_SHARE = 0.3
const GROWTH_LIMIT = 2
/** Seasonal differences are about so many times the noise, which counts as this many of them. */
const PRIOR_RATIO = 1.8
const PRIOR_WEIGHT = 20
/** The unit of a series of which nothing was seen, and its bounds. */
const USUAL_UNIT = 0.3
const LEAST_UNIT = 0.01
const MOST_UNIT = 2
/** Steps of the growth window. */
const GROWTH_STEPS = 8

/** What is known at one fork, filled anew for each. */
export interface ForkView {
  series: number
  /** Steps seen: the fork is at step firstStep + seen − 1. */
  seen: number
  /** Scale of the fork. */
  level: number
  /** Mean of the last seasons. */
  mean: number
  /** Level over the last steps relative to the same steps a long season ago; NaN = not known. */
  growth: number
  /** Size of the error that a season-long comparison makes, relative to the level. */
  unit: number
  /** By phase of the short season, from the step after the fork on. */
  readonly phase: Float64Array
}

/** An empty view for a set. */
export function createForkView(prepared: PreparedSet): ForkView {
  const phase = new Float64Array(prepared.options.seasons.short)
  return { series: 0, seen: 0, level: 1, mean: 0, growth: Number.NaN, unit: 1, phase }
}

/** Fills `view` for series i after `seen` of its steps (may be 0 or less, and beyond its end). */
export function viewFork(prepared: PreparedSet, view: ForkView, i: number, seen: number): void {
  const { set, level, options, memory } = prepared
  const { short } = options.seasons
  const length = set.offsets[i + 1]! - set.offsets[i]!
  view.series = i
  view.seen = seen
  view.level = level[set.offsets[i]! + i + Math.max(0, Math.min(length, seen))]!
  const recent = short > 1 ? PHASE_SEASONS * short : memory
  const mean = firstKnown(
    meanBetween(prepared, i, seen - recent, seen),
    meanBetween(prepared, i, 0, seen),
  )
  view.mean = Number.isNaN(mean) ? view.level : mean
  view.growth = growthAt(prepared, i, seen)
  for (let k = 0; k < short; k++) view.phase[k] = phaseMean(prepared, view, k)
  view.unit = short > 1 ? 1 : seasonalUnit(prepared, view)
}

/**
 * Mean absolute difference from last season's like, drawn towards what the noise from step to step
 * makes it while few were seen; relative to the level.
 */
function seasonalUnit(prepared: PreparedSet, view: ForkView): number {
  const { set, peak } = prepared
  const { long } = prepared.options.seasons
  const from = set.offsets[view.series]!
  const end = Math.min(view.seen, set.offsets[view.series + 1]! - from)
  let [noise, noises, differences, count] = [0, 0, 0, 0]
  for (let t = Math.max(1, end - long); t < end; t++) {
    const y = set.values[from + t]!
    const between =
      t + 1 < end ? 0.5 * (set.values[from + t - 1]! + set.values[from + t + 1]!) : Number.NaN
    const away = Math.abs(y - between)
    if (!Number.isNaN(away) && peak[from + t] === PEAK.none) {
      noise += away
      noises++
    }
    const difference = t >= long ? Math.abs(y - set.values[from + t - long]!) : Number.NaN
    if (Number.isNaN(difference)) continue
    differences += difference
    count++
  }
  const usual = noises > 0 ? (PRIOR_RATIO * noise) / noises : USUAL_UNIT * view.level
  const size = (PRIOR_WEIGHT * usual + differences) / (PRIOR_WEIGHT + count)
  return Math.max(LEAST_UNIT, Math.min(MOST_UNIT, size / view.level))
}

const firstKnown = (a: number, b: number) => (Number.isNaN(a) ? b : a)

function phaseMean(prepared: PreparedSet, view: ForkView, k: number): number {
  const { set, options } = prepared
  const { short } = options.seasons
  const { series: i, seen, mean } = view
  if (short === 1) return mean
  const from = set.offsets[i]!
  const length = set.offsets[i + 1]! - from
  let sum = PHASE_PRIOR * mean
  let weight = PHASE_PRIOR
  for (let s = 1; s <= PHASE_SEASONS; s++) {
    const t = seen + k - s * short
    const value = t >= 0 && t < length ? set.values[from + t]! : Number.NaN
    if (Number.isNaN(value) || prepared.peak[from + t] === PEAK.occasion) continue
    sum += value
    weight++
  }
  return sum / weight
}

/** (last steps / the same a long season ago)^share, limited; NaN where either is not known. */
function growthAt(prepared: PreparedSet, i: number, seen: number): number {
  const { long, short } = prepared.options.seasons
  const steps = short > 1 ? PHASE_SEASONS * short : GROWTH_STEPS
  // Where last year has only some of the steps, only those are compared.
  const from = Math.max(seen - steps, long)
  const now = meanBetween(prepared, i, from, seen)
  const then = meanBetween(prepared, i, from - long, seen - long)
  if (!(now > 0 && then > 0)) return Number.NaN
  const share = (GROWTH_SHARE * (seen - from)) / steps
  return Math.min(GROWTH_LIMIT, Math.max(1 / GROWTH_LIMIT, now / then)) ** share
}

/** Value of series i at `step`, when known after `seen` steps; NaN otherwise. */
export function knownValue(prepared: PreparedSet, view: ForkView, step: number): number {
  const { set } = prepared
  const t = step - set.firstStep[view.series]!
  const from = set.offsets[view.series]!
  if (t < 0 || t >= view.seen || from + t >= set.offsets[view.series + 1]!) return Number.NaN
  return set.values[from + t]!
}

/** The step that `step` is like and that lies before the fork's end. */
export function likeBefore(prepared: PreparedSet, view: ForkView, step: number): number {
  const { tables, set, options } = prepared
  const end = set.firstStep[view.series]! + view.seen
  let like = step
  do {
    const next = tables.source[like - tables.from]
    like = next === undefined ? like - options.seasons.long : next
  } while (like >= end)
  return like
}

/** Last season's like of `step`, smoothed and blended with the season before; NaN where unknown. */
export function smoothedLike(prepared: PreparedSet, view: ForkView, step: number): number {
  const like = likeBefore(prepared, view, step)
  const value = smoothed(prepared, view, like)
  if (Number.isNaN(value)) return value
  const older = smoothed(prepared, view, likeBefore(prepared, view, like))
  return Number.isNaN(older) ? value : (1 - OLDER_SHARE) * value + OLDER_SHARE * older
}

/** A step with a share of those neighbours that are no peaks; itself alone where it is one. */
function smoothed(prepared: PreparedSet, view: ForkView, step: number): number {
  const value = knownValue(prepared, view, step)
  if (Number.isNaN(value) || isPeak(prepared, view, step)) return value
  let sum = (1 - 2 * NEIGHBOUR_SHARE) * value
  let weight = 1 - 2 * NEIGHBOUR_SHARE
  for (let k = step - 1; k <= step + 1; k += 2) {
    const other = knownValue(prepared, view, k)
    if (Number.isNaN(other) || isPeak(prepared, view, k)) continue
    sum += NEIGHBOUR_SHARE * other
    weight += NEIGHBOUR_SHARE
  }
  return sum / weight
}

function isPeak({ set, peak }: PreparedSet, { series }: ForkView, step: number): boolean {
  return peak[set.offsets[series]! + step - set.firstStep[series]!] !== PEAK.none
}

/** The plain forecast of the step `ahead` steps (from 1) after the fork. */
export function plainForecast(prepared: PreparedSet, view: ForkView, ahead: number): number {
  const { short } = prepared.options.seasons
  if (short > 1) return view.phase[(ahead - 1) % short]!
  const step = prepared.set.firstStep[view.series]! + view.seen - 1 + ahead
  const like = smoothedLike(prepared, view, step)
  if (Number.isNaN(like)) return view.mean
  return Number.isNaN(view.growth) ? like : like * view.growth
}
