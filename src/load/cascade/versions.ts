import { requireArgument } from '../../core/errors.ts'
import { pinballLoss } from '../../core/quantiles.ts'
import type { LoadAxis, LoadEvent, LoadForecast, LoadHistory } from '../types.ts'

/** A forecast as it was made, kept to be held against what came. */
export interface KeptForecast {
  /** Counts from 1. */
  readonly version: number
  /** When it was made: the end of the history it knew, epoch ms. */
  readonly madeAtMs: number
  readonly forecaster: string
  readonly axis: LoadAxis
  readonly mean: Float64Array
  readonly levels: readonly number[]
  /** [levels][count]. */
  readonly quantiles: readonly Float64Array[]
}

/** Keeps a forecast: means and quantiles as numbers, so that later code cannot change what was said. */
export function keepForecast(
  forecast: LoadForecast,
  about: {
    readonly version: number
    readonly madeAtMs: number
    readonly forecaster: string
    readonly levels: readonly number[]
  },
): KeptForecast {
  const { axis, mean } = forecast
  const quantiles = about.levels.map((level) => forecast.quantile(level))
  return { ...about, axis, mean: mean.slice(), quantiles }
}

/** How far off forecasts were, at one distance ahead. */
export interface HorizonError {
  /** Longest distance ahead that counts, ms. */
  readonly upToMs: number
  readonly steps: number
  /** Σ|y − mean| / Σ y. */
  readonly wape: number
  /** Σ(mean − y) / Σ y: above 0 where too much was forecast. */
  readonly bias: number
  /** Mean pinball loss, doubled, over the mean load. */
  readonly scaledPinball: number
  /** [levels] share of steps at or below the quantile. */
  readonly coverage: readonly number[]
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Distances at which errors are told apart: an hour, a day, a week, a month, a quarter, a year, two. */
export const HORIZONS_MS: readonly number[] = [
  ...[HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 91 * DAY, 182 * DAY, 365 * DAY],
  731 * DAY,
]

/**
 * Errors of kept forecasts by distance ahead, where the load that came is known; a distance nobody
 * forecast is left out. Levels are those of the first forecast; throws ERR_ARGUMENT where others have
 * other ones or another step than the actual load.
 */
export function errorsByHorizon(
  kept: readonly KeptForecast[],
  actual: LoadHistory,
  horizons: readonly number[] = HORIZONS_MS,
): readonly HorizonError[] {
  const levels = kept[0]?.levels ?? []
  const tallies = horizons.map(() => newTally(levels.length))
  for (const forecast of kept) {
    requireArgument(
      forecast.axis.stepMs === actual.axis.stepMs && forecast.levels.join() === levels.join(),
      `errorsByHorizon: version ${forecast.version} has other steps or levels`,
    )
    forEachKnown(forecast, actual, (t, y) => {
      const aheadMs = forecast.axis.startMs + t * forecast.axis.stepMs - forecast.madeAtMs
      const at = horizons.findIndex((upTo) => aheadMs < upTo)
      if (at >= 0) count(tallies[at]!, forecast, t, y)
    })
  }
  return tallies.flatMap((tally, at) => (tally.steps > 0 ? [finish(tally, horizons[at]!)] : []))
}

interface Tally {
  steps: number
  load: number
  absolute: number
  signed: number
  pinball: number
  readonly below: Float64Array
}

function newTally(levels: number): Tally {
  return { steps: 0, load: 0, absolute: 0, signed: 0, pinball: 0, below: new Float64Array(levels) }
}

function forEachKnown(
  { axis, mean }: KeptForecast,
  actual: LoadHistory,
  take: (t: number, y: number) => void,
): void {
  const offset = Math.round((axis.startMs - actual.axis.startMs) / axis.stepMs)
  for (let t = Math.max(0, -offset); t < mean.length && offset + t < actual.values.length; t++) {
    const y = actual.values[offset + t]!
    if (!Number.isNaN(y)) take(t, y)
  }
}

function count(
  tally: Tally,
  { mean, levels, quantiles }: KeptForecast,
  t: number,
  y: number,
): void {
  tally.steps++
  tally.load += y
  tally.absolute += Math.abs(y - mean[t]!)
  tally.signed += mean[t]! - y
  levels.forEach((level, l) => {
    const quantile = quantiles[l]![t]!
    tally.pinball += (2 * pinballLoss(y, quantile, level)) / levels.length
    if (y <= quantile) tally.below[l]! += 1
  })
}

function finish(tally: Tally, upToMs: number): HorizonError {
  const { steps, load, absolute, signed, pinball, below } = tally
  const whole = load > 0 ? load : Number.NaN
  return {
    upToMs,
    steps,
    wape: absolute / whole,
    bias: signed / whole,
    scaledPinball: pinball / whole,
    coverage: Array.from(below, (n) => n / steps),
  }
}

/** One thing that would make forecasts better, had it been known. */
export interface Reduction {
  readonly what: 'level' | 'day-to-day' | 'shape of the day' | 'events' | 'noise'
  /** Share of the error that would go. */
  readonly share: number
  /** A sentence for people, with what to do. */
  readonly advice: string
}

const ADVICE: Readonly<Record<Reduction['what'], string>> = {
  level: 'The level was off as a whole: forecast again sooner, or declare the break of level.',
  'day-to-day':
    'Days were off as a whole, up and down: a driver that is known ahead (orders, campaigns) would tell them apart.',
  'shape of the day':
    'The course within the day was off in the same way each day: look at its season, or at the zone.',
  events: 'Events were off: enter them with their times, and confirm or dispute their strengths.',
  noise:
    'Steps go up and down without a pattern: more cannot be had at this grain; plan by quantiles.',
}

/**
 * What would reduce the errors of one kept forecast most: what is left of the absolute error when one
 * cause after the other is put right by hindsight: the level (one factor for all), each day's level,
 * the shape of the day (one factor a step of the day), the steps inside events (as wrong as those
 * outside); the rest is noise. Shares are of the whole error, each measured on what those before it
 * left, and sum to 1. Largest first.
 */
export function whatWouldReduceMost(
  kept: KeptForecast,
  actual: LoadHistory,
  events: readonly LoadEvent[],
): readonly Reduction[] {
  const steps: { readonly t: number; readonly y: number }[] = []
  forEachKnown(kept, actual, (t, y) => steps.push({ t, y }))
  const { startMs, stepMs } = kept.axis
  const at = (t: number) => startMs + t * stepMs
  const inEvent = (t: number) => events.some((e) => at(t) >= e.startMs && at(t) < e.endMs)
  const outside = steps.filter(({ t }) => !inEvent(t))
  const whole = absoluteError(kept.mean, steps)
  if (!(whole > 0)) return []
  let left =
    whole -
    eventExcess(
      kept.mean,
      outside,
      steps.filter(({ t }) => inEvent(t)),
    )
  const found: [Reduction['what'], number][] = [['events', (whole - left) / whole]]
  // What is said of calm steps holds for all: the rest of the error goes as theirs goes.
  const calm = outside.length > 0 ? outside : steps
  const made = kept.mean.slice()
  const scale = left / absoluteError(made, calm)
  const causes: readonly [Reduction['what'], (t: number) => number][] = [
    ['level', () => 0],
    ['day-to-day', (t) => Math.floor(at(t) / DAY)],
    ['shape of the day', (t) => Math.round((at(t) % DAY) / stepMs)],
  ]
  for (const [what, cellOf] of causes) {
    if (what === 'shape of the day' && stepMs >= DAY) continue
    rescale(made, calm, cellOf)
    const after = Math.min(left, absoluteError(made, calm) * scale || 0)
    found.push([what, (left - after) / whole])
    left = after
  }
  found.push(['noise', left / whole])
  return found
    .map(([what, share]): Reduction => ({ what, share, advice: ADVICE[what] }))
    .sort((a, b) => b.share - a.share)
}

/** By how much the error inside events is larger than if they were as well known as the rest. */
function eventExcess(mean: Float64Array, outside: Known, inside: Known): number {
  if (outside.length === 0 || inside.length === 0) return 0
  const usual = absoluteError(mean, outside) / loadOf(outside)
  return Math.max(0, absoluteError(mean, inside) - usual * loadOf(inside)) || 0
}

type Known = readonly { readonly t: number; readonly y: number }[]

function absoluteError(mean: Float64Array, steps: Known): number {
  let sum = 0
  for (const { t, y } of steps) sum += Math.abs(y - mean[t]!)
  return sum
}

function loadOf(steps: Known): number {
  return steps.reduce((sum, { y }) => sum + y, 0)
}

/** Scales the forecast within each cell so that it adds up to what came there. */
function rescale(mean: Float64Array, steps: Known, cellOf: (t: number) => number): void {
  const sums = new Map<number, { y: number; made: number }>()
  for (const { t, y } of steps) {
    const cell = sums.get(cellOf(t)) ?? { y: 0, made: 0 }
    cell.y += y
    cell.made += mean[t]!
    sums.set(cellOf(t), cell)
  }
  for (const { t } of steps) {
    const { y, made } = sums.get(cellOf(t))!
    if (made > 0) mean[t]! *= y / made
  }
}
