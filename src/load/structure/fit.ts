import { requireArgument } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { LeftOut, LoadContext, LoadHistory } from '../types.ts'
import { type Base, baseCurve, filled, fitBase } from './base.ts'
import { type DayClock, dayClock, weekdayOf } from './clock.ts'
import {
  BREAK_SENSITIVITY,
  EVENT_REACH,
  LONGEST_EDGE_MINUTES,
  LONGEST_REACH_MINUTES,
  OUTLIER_SENSITIVITY,
  PROFILE_SHRINKAGE_EVENTS,
  SHAPE_HALF_LIFE_DAYS,
  SHAPE_SHRINKAGE_DAYS,
} from './knobs.ts'
import { fitLevel, type LevelModel } from './level.ts'
import { measureNoise, type Noise } from './noise.ts'
import { findLeftOut } from './outliers.ts'
import { addEvent, type EventFit, fitEvents } from './profiles.ts'
import { medianInPlace } from './robust.ts'
import { type EventKinds, type EventSpan, eventKinds, eventSpans } from './spans.ts'
import { fitStrengths, type StrengthModel } from './strengths.ts'

/** All that a forecast needs of a history. */
export interface StructureModel {
  readonly history: LoadHistory
  readonly context: LoadContext
  /** Added to load before the logarithm, so that steps of 0 have one. */
  readonly offset: number
  readonly base: Base
  readonly level: LevelModel
  readonly kinds: EventKinds
  readonly spans: readonly EventSpan[]
  readonly events: EventFit
  readonly strengths: StrengthModel
  readonly noise: Noise
  readonly leftOut: readonly LeftOut[]
  readonly settings: KnobSettings
}

/** Fits level, shapes, events and noise to a history. Throws ERR_ARGUMENT on what cannot be fitted. */
export function fitStructure(
  history: LoadHistory,
  context: LoadContext,
  settings: KnobSettings = {},
  start?: StructureModel,
): StructureModel {
  checkHistory(history)
  const { axis } = history
  const clock = dayClock(axis, context.zone)
  const offset = start?.offset ?? offsetOf(history.values)
  const z = history.values.map((y) => Math.log(y + offset))
  const byHand = context.leftOut ?? []
  blank(z, byHand, history)
  const kinds = eventKinds(context.events, {
    reach: readKnob(EVENT_REACH, settings),
    longestReachMinutes: readKnob(LONGEST_REACH_MINUTES, settings),
    longestEdgeMinutes: readKnob(LONGEST_EDGE_MINUTES, settings),
  })
  const spans = eventSpans(context.events, kinds, axis, context.zone)
  const { base, found } = fitOrdinary(z, spans, clock, history, settings, start?.base)
  blank(z, found, history)
  const residual = minus(z, baseCurve(base, clock))
  const events = fitEvents(residual, spans, kinds, readKnob(PROFILE_SHRINKAGE_EVENTS, settings))
  const effect = new Float64Array(axis.count)
  spans.forEach((span, e) => {
    const s = events.strength[e]!
    if (!Number.isNaN(s)) addEvent(effect, span, events.profiles[span.kind]!, s)
  })
  return {
    history,
    context,
    offset,
    base,
    level: fitLevel(ownLevels(base), readKnob(BREAK_SENSITIVITY, settings)),
    kinds,
    spans,
    events,
    strengths: fitStrengths(spans, events.strength, base.week.quiet),
    noise: measureNoise(minus(residual, effect), effect, axis.stepMs),
    leftOut: [...byHand, ...found],
    settings,
  }
}

function checkHistory({ axis, values }: LoadHistory): void {
  requireArgument(
    values.length === axis.count && axis.count > 0,
    `the history has ${values.length} values for ${axis.count} steps; give one value a step`,
  )
  let known = 0
  for (let t = 0; t < values.length; t++) {
    const y = values[t]!
    if (Number.isNaN(y)) continue
    requireArgument(
      y >= 0 && Number.isFinite(y),
      `load is ${y} at ${new Date(axis.startMs + t * axis.stepMs).toISOString()}; give 0 or more, NaN where nothing is known`,
    )
    known++
  }
  requireArgument(known > 0, 'the history has no known value; give at least a day of load')
}

/** A fiftieth of the middle load: steps of 0 stay finite, all others hardly move. */
function offsetOf(values: Float64Array): number {
  const stride = Math.max(1, Math.ceil(values.length / 50_000))
  const positive = values.filter((y, t) => t % stride === 0 && y > 0)
  return positive.length === 0 ? 1e-6 : Math.max(1e-9, 0.02 * medianInPlace(positive))
}

function blank(z: Float64Array, ranges: readonly LeftOut[], { axis }: LoadHistory): void {
  for (const { startMs, endMs } of ranges) {
    const from = Math.max(0, Math.floor((startMs - axis.startMs) / axis.stepMs))
    const to = Math.min(axis.count, Math.ceil((endMs - axis.startMs) / axis.stepMs))
    if (to > from) z.fill(Number.NaN, from, to)
  }
}

/** Base of steps without events, twice: the second time without what the first found far off. */
function fitOrdinary(
  z: Float64Array,
  spans: readonly EventSpan[],
  clock: DayClock,
  history: LoadHistory,
  settings: KnobSettings,
  start: Base | undefined,
) {
  const use = new Uint8Array(z.length).fill(1)
  for (const { from, to } of spans) use.fill(0, Math.max(0, from), Math.min(z.length, to))
  if (use.every((u) => u === 0)) use.fill(1)
  const options = {
    halfLifeDays: readKnob(SHAPE_HALF_LIFE_DAYS, settings),
    shrinkageDays: readKnob(SHAPE_SHRINKAGE_DAYS, settings),
  }
  const first = fitBase(z, use, clock, start === undefined ? options : { ...options, start })
  const residual = minus(z, baseCurve(first, clock))
  for (let t = 0; t < z.length; t++) if (use[t] === 0) residual[t] = Number.NaN
  const found = findLeftOut(residual, history.axis, readKnob(OUTLIER_SENSITIVITY, settings))
  if (found.length === 0) return { base: first, found }
  const clean = z.slice()
  blank(clean, found, history)
  return { base: fitBase(clean, use, clock, { ...options, start: first }), found }
}

function minus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((v, t) => v - b[t]!)
}

/** Daily levels without their weekday, gaps filled. */
export function ownLevels({ dayLevel, firstDay, week }: Base): Float64Array {
  return filled(dayLevel.map((level, d) => level - week.effect[weekdayOf(firstDay + d)]!))
}
