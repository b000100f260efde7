import { normalQuantile } from '../../core/distributions/normal.ts'
import { type Occurrence, profileIndex } from './occurrence.ts'
import { phaseAt } from './phase.ts'

/** What an occasion did to one segment, by step of its window. */
export interface SegmentEffect {
  /** Values over what they would have been; lead, then during, then tail. */
  readonly multiplier: Float64Array
  /**
   * Steps × season, where the season has phases (weekdays): the multiplier by the phase of the step;
   * see learnInteraction.
   */
  readonly byPhase?: Float64Array
  /** Variance of the multiplier of an occurrence to come: what is not known and what varies. */
  readonly variance: Float64Array
  /** Past occurrences that showed the step; 0 where it belonged to a nearer occasion. */
  readonly dates: Int32Array
}

/** What was learned of one occasion. */
export interface EventProfile {
  readonly name: string
  readonly kind: string
  readonly lead: number
  /** Steps of a usual occurrence. */
  readonly during: number
  readonly tail: number
  /** Steps of the short season, whose phases `byPhase` goes by. */
  readonly season: number
  /** Past occurrences that it was learned from. */
  readonly occurrences: number
  /** Index 0 is all series together, then one a group, in the order of `groups`. */
  readonly segments: readonly SegmentEffect[]
  /**
   * By series: how strongly it answers, relative to its group (1 = alike); absent where it was not
   * asked for.
   */
  readonly response?: Float64Array
}

/** Learned profiles of occasions, and the groups that their segments stand for. */
export interface EventEffects {
  readonly profiles: readonly EventProfile[]
  readonly groups: readonly string[]
}

/** One line of what was learned: a multiplier with the band that holds 8 of 10 occurrences. */
export interface EffectRow {
  readonly name: string
  readonly kind: string
  /** Group, or all. */
  readonly segment: string
  /** Steps from the first step; below 0 is before. */
  readonly offset: number
  readonly multiplier: number
  readonly low: number
  readonly high: number
  readonly occurrences: number
}

/** Lists what was learned, by occasion, segment and step; steps that no occurrence showed are left out. */
export function effectRows({ profiles, groups }: EventEffects): EffectRow[] {
  return profiles.flatMap(({ name, kind, lead, segments }) =>
    segments.flatMap(({ multiplier, variance, dates }, s) =>
      Array.from(multiplier, (value, at) => {
        const [low, high] = band(value, variance[at]!)
        const segment = s === 0 ? 'all' : groups[s - 1]!
        const row = { name, kind, segment, offset: at - lead, multiplier: value, low, high }
        return { ...row, occurrences: dates[at]! }
      }).filter(({ occurrences }) => occurrences > 0),
    ),
  )
}

/** 0.1 and 0.9 quantile of the log-normal of this mean and variance. */
function band(mean: number, variance: number): [number, number] {
  if (!(mean > 0)) return [0, Math.sqrt(variance) * normalQuantile(0.9)]
  const spread = Math.sqrt(Math.log1p(variance / (mean * mean)))
  const middle = mean * Math.exp(-0.5 * spread * spread)
  return [middle * Math.exp(-1.2816 * spread), middle * Math.exp(1.2816 * spread)]
}

/** Whose multipliers are asked for. */
export interface EffectTarget {
  /** Index into `groups`; −1 or absent = all series together. */
  readonly group?: number
  /** Index of the series, for its own response and for events that touch some series alone. */
  readonly series?: number
}

/** Multiplier of a step at place `at` of a profile, with the phase that it falls on. */
export function multiplierAt(
  { multiplier, byPhase }: SegmentEffect,
  season: number,
  at: number,
  step: number,
): number {
  return byPhase === undefined ? multiplier[at]! : byPhase[at * season + phaseAt(step, season)]!
}

/**
 * Multiplies `into`[k] by what the occurrences do to step `first` + k: Π (1 + strength · response ·
 * (multiplier − 1)), never below 0; the multiplier is that of the phase (weekday) that the step falls on. Occasions that were not learned do nothing.
 */
export function applyEffects(
  effects: EventEffects,
  occurrences: readonly Occurrence[],
  first: number,
  target: EffectTarget,
  into: Float64Array,
): void {
  const { group = -1, series = -1 } = target
  const profileOf = new Map(effects.profiles.map((profile) => [profile.name, profile]))
  for (const occurrence of occurrences) {
    const profile = profileOf.get(occurrence.name)
    if (profile === undefined) continue
    if (occurrence.series && series >= 0 && !occurrence.series.includes(series)) continue
    const segment = profile.segments[group + 1] ?? profile.segments[0]!
    const response = (profile.response?.[series] ?? 1) * (occurrence.strength ?? 1)
    const from = Math.max(0, occurrence.first - profile.lead - first)
    const to = Math.min(into.length, occurrence.last + profile.tail + 1 - first)
    for (let k = from; k < to; k++) {
      const at = profileIndex(profile, occurrence, first + k)
      const multiplier = multiplierAt(segment, profile.season, at, first + k)
      into[k]! *= Math.max(0, 1 + response * (multiplier - 1))
    }
  }
}

/** Multipliers of `count` steps from `first` on; 1 where nothing happens. */
export function effectMultipliers(
  effects: EventEffects,
  occurrences: readonly Occurrence[],
  first: number,
  count: number,
  target: EffectTarget = {},
): Float64Array {
  const multipliers = new Float64Array(count).fill(1)
  applyEffects(effects, occurrences, first, target, multipliers)
  return multipliers
}

/** Least multiplier by which a value is divided: a shop that was shut tells nothing of its level. */
const LEAST_DIVISOR = 0.1

/**
 * Values with the effect of events taken out, so that what follows a peak does not inherit it: each
 * divided by its multiplier. Missing (NaN) where the multiplier is below a tenth.
 */
export function withoutEffects(values: ArrayLike<number>, multipliers: Float64Array): Float64Array {
  return Float64Array.from(multipliers, (multiplier, k) =>
    multiplier < LEAST_DIVISOR ? Number.NaN : values[k]! / multiplier,
  )
}

/** 1 where a multiplier is off 1 by `threshold` or more: the past peaks that an encoder must not see. */
export function peakMask(multipliers: Float64Array, threshold = 0.1): Uint8Array {
  return Uint8Array.from(multipliers, (m) => (Math.abs(m - 1) >= threshold ? 1 : 0))
}
