import type { ForecastRange, LoadAxis, LoadEvent } from '../types.ts'
import { type DayClock, dayClock, weekdayOf } from './clock.ts'
import type { StructureModel } from './fit.ts'
import { fading } from './level.ts'
import { profileAt } from './profiles.ts'
import { type EventSpan, eventSpans } from './spans.ts'
import { featuresOf, predictStrengths } from './strengths.ts'

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
  const spans = eventSpans(context.events, model.kinds, axis, context.zone)
  const predicted = predictStrengths(
    model.strengths,
    spans.map((span) => featuresOf(span, base.week.quiet)),
  )
  const given = spans.map(({ event }: { event: LoadEvent }) => event.strength ?? 1)
  const strength = predicted.expected.map((s, e) => s * given[e]!)
  const strengthVariance = predicted.variance.map((v, e) => v * given[e]! ** 2)
  const strengthFactor = predicted.factor.map((f, k) => f * given[Math.floor(k / spans.length)]!)
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
  }
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
