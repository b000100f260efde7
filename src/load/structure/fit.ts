import { requireArgument } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { requireLoad } from '../axis.ts'
import type { LeftOut, LoadContext, LoadEvent, LoadHistory } from '../types.ts'
import { type Base, baseCurve, filled } from './base.ts'
import { DAY_MS, type DayClock, dayClock, weekdayOf } from './clock.ts'
import { isDeclaredBreak } from './declared.ts'
import { type DriverEffect, driverEffect, fitDrivers } from './drivers.ts'
import {
  BREAK_SENSITIVITY,
  EVENT_REACH,
  LONGEST_EDGE_MINUTES,
  LONGEST_REACH_MINUTES,
  PROFILE_SHRINKAGE_EVENTS,
} from './knobs.ts'
import { fitLevel, type LevelModel } from './level.ts'
import { measureNoise, type Noise } from './noise.ts'
import { baseOptions, blank, fitOrdinary, minus, type Ordinary } from './ordinary.ts'
import { addEvent, type EventFit, fitEvents } from './profiles.ts'
import { medianInPlace } from './robust.ts'
import { type EventKinds, type EventSpan, eventKinds, eventSpans } from './spans.ts'
import { fitStrengths, type StrengthModel, unitStrength } from './strengths.ts'

/** All that a forecast needs of a history. */
export interface StructureModel {
  readonly history: LoadHistory
  readonly context: LoadContext
  /** Added to load before the logarithm, so that steps of 0 have one. */
  readonly offset: number
  readonly ordinary: Ordinary
  readonly base: Base
  readonly drivers: readonly DriverEffect[]
  readonly level: LevelModel
  readonly kinds: EventKinds
  readonly spans: readonly EventSpan[]
  readonly events: EventFit
  readonly strengths: StrengthModel
  readonly noise: Noise
  readonly leftOut: readonly LeftOut[]
  readonly settings: KnobSettings
}

/**
 * Fits level, shapes, drivers, events and noise to a history; from `start`, the fit of an earlier part of it,
 * fewer rounds are needed. Throws ERR_ARGUMENT on what cannot be fitted.
 */
export function fitStructure(
  history: LoadHistory,
  context: LoadContext,
  settings: KnobSettings = {},
  start?: StructureModel,
): StructureModel {
  checkHistory(history, context)
  const { axis } = history
  const clock = dayClock(axis, context.zone)
  const offset = start?.offset ?? offsetOf(history.values)
  const z = history.values.map((y) => Math.log(y + offset))
  const byHand = context.leftOut ?? []
  blank(z, byHand, axis)
  const { kinds, spans } = spansOf(history, context, settings)
  const ordinary = fitOrdinary(z, spans, clock, axis, settings, start?.ordinary)
  const { base, found } = ordinary
  blank(z, found, axis)
  const plain = minus(z, baseCurve(base, clock))
  const drivers = fitDrivers(
    withoutSpans(plain, spans),
    axis,
    clock,
    context.drivers ?? [],
    baseOptions(settings),
  )
  const residual = withoutDrivers(plain, drivers, history, context, clock)
  const shrinkage = readKnob(PROFILE_SHRINKAGE_EVENTS, settings)
  const events = fitEvents(residual, spans, kinds, shrinkage, startOf(start, kinds))
  const effect = new Float64Array(axis.count)
  spans.forEach((span, e) => {
    const s = events.strength[e]!
    if (!Number.isNaN(s)) addEvent(effect, span, events.profiles[span.kind]!, s)
  })
  const units = events.strength.map((s, e) => unitStrength(s, spans[e]!.event.strength ?? 1))
  return {
    history,
    context,
    offset,
    ordinary,
    base,
    drivers,
    level: fitLevel(
      ownLevels(base),
      readKnob(BREAK_SENSITIVITY, settings),
      declaredDays(context.events, base, axis.startMs),
    ),
    kinds,
    spans,
    events,
    strengths: fitStrengths(spans, units, base.week.quiet, events.seen),
    noise: measureNoise(minus(residual, effect), effect, axis.stepMs),
    leftOut: [...byHand, ...found],
    settings,
  }
}

function checkHistory(history: LoadHistory, context: LoadContext): void {
  requireLoad(history, context)
  requireArgument(
    history.values.some((y) => Number.isFinite(y)),
    'the history has no known value; give at least a day of load',
  )
  const endless = history.values.indexOf(Infinity)
  requireArgument(endless < 0, `step ${endless} has endless load; give NaN where it is unknown`)
}

function spansOf(history: LoadHistory, context: LoadContext, settings: KnobSettings) {
  const profiled = context.events.filter((event) => !isDeclaredBreak(event))
  const kinds = eventKinds(profiled, {
    reach: readKnob(EVENT_REACH, settings),
    longestReachMinutes: readKnob(LONGEST_REACH_MINUTES, settings),
    longestEdgeMinutes: readKnob(LONGEST_EDGE_MINUTES, settings),
  })
  return { kinds, spans: eventSpans(profiled, kinds, history.axis, context.zone) }
}

/** Profiles to go on from, where the kinds are the same. */
function startOf(start: StructureModel | undefined, kinds: EventKinds) {
  return start?.kinds.names.join('\n') === kinds.names.join('\n') ? start.events : undefined
}

function withoutSpans(residual: Float64Array, spans: readonly EventSpan[]): Float64Array {
  const left = residual.slice()
  for (const { from, to } of spans) {
    left.fill(Number.NaN, Math.max(0, from), Math.min(left.length, Math.max(0, to)))
  }
  return left
}

function withoutDrivers(
  residual: Float64Array,
  drivers: readonly DriverEffect[],
  { axis }: LoadHistory,
  context: LoadContext,
  clock: DayClock,
): Float64Array {
  let left = residual
  for (const effect of drivers) {
    const driver = context.drivers!.find(({ name }) => name === effect.name)!
    left = minus(left, driverEffect(effect, driver, axis, clock))
  }
  return left
}

/** Days of the base on which a declared break of level or slope starts. */
function declaredDays(
  events: readonly LoadEvent[],
  base: Base,
  startMs: number,
): readonly number[] {
  return events
    .filter(isDeclaredBreak)
    .map((event) => Math.round((event.startMs - startMs) / DAY_MS))
    .filter((day) => day > 0 && day < base.dayLevel.length)
}

/** A fiftieth of the middle load: steps of 0 stay finite, all others hardly move. */
function offsetOf(values: Float64Array): number {
  const stride = Math.max(1, Math.ceil(values.length / 50_000))
  const positive = values.filter((y, t) => t % stride === 0 && y > 0)
  return positive.length === 0 ? 1e-6 : Math.max(1e-9, 0.02 * medianInPlace(positive))
}

/** Daily levels without their weekday, gaps filled. */
export function ownLevels({ dayLevel, firstDay, week }: Base): Float64Array {
  return filled(dayLevel.map((level, d) => level - week.effect[weekdayOf(firstDay + d)]!))
}
