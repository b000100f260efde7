import { endOfAxis } from '../axis.ts'
import type { ForecastRange, LoadAxis } from '../types.ts'
import { type DayClock, dayClock, weekdayOf } from './clock.ts'
import { declaredShift, isDeclaredBreak } from './declared.ts'
import { driverEffect } from './drivers.ts'
import type { StructureModel } from './fit.ts'
import { fading } from './level.ts'
import { profileAt } from './profiles.ts'
import { type EventSpan, eventSpans } from './spans.ts'
import { featuresOf, predictStrengths, scaledStrength } from './strengths.ts'

/** What a model expects of a range, on the log scale, before it is told as load. */
export interface Outlook {
  readonly axis: LoadAxis
  readonly clock: DayClock
  /** Days of the range, and how many days each lies behind the last day of the history. */
  readonly firstDay: number
  readonly days: number
  readonly horizon: Int32Array
  /** [days] expected log level, weekday not included. */
  readonly level: Float64Array
  /** [count] weekday effect, shape common to all weekdays, and what this weekday's shape has of its own. */
  readonly weekly: Float64Array
  readonly daily: Float64Array
  readonly interaction: Float64Array
  readonly spans: readonly EventSpan[]
  /** [spans] expected strengths, their variances, and the lower factor of their covariance. */
  readonly strength: Float64Array
  readonly strengthVariance: Float64Array
  readonly strengthFactor: Float64Array
  /** [count] Σ strength × profile. */
  readonly effect: Float64Array
  /** [count] log change by breaks that are declared for the time to come. */
  readonly declared: Float64Array
  /** [count] log effect of each driver. */
  readonly driven: readonly { readonly name: string; readonly log: Float64Array }[]
  /** [count] variance of log load without that of single steps. */
  readonly variance: Float64Array
}

/** Expectation of every component over a range. */
export function outlookOf(model: StructureModel, range: ForecastRange): Outlook {
  const { history, context, base } = model
  const axis = { startMs: range.startMs, stepMs: history.axis.stepMs, count: range.count }
  const clock = dayClock(axis, context.zone)
  const firstDay = clock.day[0]!
  const days = clock.day.at(-1)! - firstDay + 1
  const lastDay = base.firstDay + base.dayLevel.length - 1
  const horizon = Int32Array.from({ length: days }, (_, j) => Math.max(0, firstDay + j - lastDay))
  const level = Float64Array.from(horizon, (h) => model.level.level + model.level.slope * fading(h))
  const profiled = context.events.filter((event) => !isDeclaredBreak(event))
  const spans = eventSpans(profiled, model.kinds, axis, context.zone)
  const predicted = predictStrengths(
    model.strengths,
    spans.map((span) => featuresOf(span, base.week.quiet)),
  )
  const given = spans.map(({ event }) => event.strength ?? 1)
  const strength = predicted.expected.map((s, e) => scaledStrength(s, given[e]!))
  // A planned strength multiplies what is not known of the event as it does the effect.
  const widening = predicted.expected.map((s, e) =>
    given[e] === 0 ? 0 : Math.min(4, Math.max(0.25, ratioOf(strength[e]!, s))),
  )
  const strengthVariance = predicted.variance.map((v, e) => v * widening[e]! ** 2)
  const strengthFactor = predicted.factor.map((f, k) => f * widening[Math.floor(k / spans.length)]!)
  const { effect, effectVariance } = eventCurves(model, axis, spans, strength, strengthVariance)
  const { slow, event } = model.noise
  const variance = effectVariance.map((v, t) => {
    const h = horizon[clock.day[t]! - firstDay]!
    const { transient, walk, breakChance, breakVariance } = model.level
    const ofLevel = transient + (walk + breakChance * breakVariance) * h
    const within = event * effect[t]!
    return v + ofLevel + slow * slow + within * within
  })
  return {
    axis,
    clock,
    firstDay,
    days,
    horizon,
    level,
    ...seasons(model, clock),
    spans,
    strength,
    strengthVariance,
    strengthFactor,
    effect,
    variance,
    ...beyond(model, axis, clock),
  }
}

/** Declared breaks and drivers over the range. */
function beyond({ history, context, drivers }: StructureModel, axis: LoadAxis, clock: DayClock) {
  const since = endOfAxis(history.axis)
  const breaks = context.events.filter(isDeclaredBreak)
  const declared = Float64Array.from({ length: axis.count }, (_, t) =>
    breaks.length === 0 ? 0 : declaredShift(breaks, since, axis.startMs + t * axis.stepMs),
  )
  const driven = drivers.map((effect) => {
    const driver = context.drivers!.find(({ name }) => name === effect.name)!
    return { name: effect.name, log: driverEffect(effect, driver, axis, clock) }
  })
  return { declared, driven }
}

function ratioOf(scaled: number, unit: number): number {
  return Math.abs(unit) > 1e-3 ? Math.abs(scaled / unit) : 1
}

function seasons({ base }: StructureModel, { day, slot, slots }: DayClock) {
  const common = Float64Array.from({ length: slots }, (_, s) => {
    let sum = 0
    for (let w = 0; w < 7; w++) sum += base.shape[w * slots + s]!
    return sum / 7
  })
  const weekly = Float64Array.from(day, (d) => base.week.effect[weekdayOf(d)]!)
  const daily = Float64Array.from(slot, (s) => common[s]!)
  const interaction = Float64Array.from(
    day,
    (d, t) => base.shape[weekdayOf(d) * slots + slot[t]!]! - daily[t]!,
  )
  return { weekly, daily, interaction }
}

function eventCurves(
  model: StructureModel,
  axis: LoadAxis,
  spans: readonly EventSpan[],
  strength: Float64Array,
  strengthVariance: Float64Array,
) {
  const effect = new Float64Array(axis.count)
  const effectVariance = new Float64Array(axis.count)
  spans.forEach((span, e) => {
    const profile = model.events.profiles[span.kind]!
    for (let t = Math.max(0, span.from); t < Math.min(axis.count, span.to); t++) {
      const p = profileAt(profile, span.bins[t - span.from]!)
      effect[t] = effect[t]! + strength[e]! * p
      effectVariance[t] = effectVariance[t]! + strengthVariance[e]! * p * p
    }
  })
  return { effect, effectVariance }
}
