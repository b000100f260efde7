import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { independentMinutes, levelLasts, levelMemory } from './knobs.ts'
import { logLoad, type NullModel } from './residuals.ts'

/** A number with the range of nine in ten courses. */
export interface Range {
  readonly low: number
  readonly middle: number
  readonly high: number
}

/** What the rest of the event looks like now. */
export interface Projection {
  /** Largest load of a step, that seen included. */
  readonly peak: Range
  /** When it is, epoch ms. */
  readonly peakAtMs: Range
  /** Last step at which load is at or above half of its peak, epoch ms. */
  readonly endMs: Range
  /** How far load lies above its forecast now: 0.2 is a fifth. */
  readonly level: number
  /** Courses that still count: 1 / Σ weight². */
  readonly courses: number
}

/** Weighs the courses of a forecast by what is seen. */
export interface Reprojector {
  see(t: number, load: number): void
  /** After step `t`. */
  project(t: number): Projection
}

const END_SHARE = 0.5
/** Relative weight of a level of zero, in minutes seen. */
const PRIOR_MINUTES = 10

/**
 * Courses i of the forecast are weighed by how well they fit what was seen once their level is moved:
 * r_t = log y_t − log course_i(t), discounted; level m_i = Σ w r / (Σ w + prior), misfit s_i² = Σ w r² / Σ w − m_i²,
 * weight ∝ exp(−½ n (s_i² + m_i² / 4) / σ²), n the minutes seen over those that say something new (an importance
 * resampling; Doucet, de Freitas and Gordon 2001, with a Kalman-like level). Ahead, course i is moved by
 * m_i, which is forgotten by half each knob load.track-level-lasts.
 */
export function createReprojector(model: NullModel, settings: KnobSettings = {}): Reprojector {
  const { forecast, spread, courses } = model
  const { axis, pathCount } = forecast
  const minutes = axis.stepMs / 60_000
  const keep = Math.exp(-minutes / readKnob(levelMemory, settings))
  const fade = Math.exp((-Math.LN2 * minutes) / (60 * readKnob(levelLasts, settings)))
  const path = new Float64Array(axis.count)
  const sums = {
    weight: 0,
    first: new Float64Array(pathCount),
    second: new Float64Array(pathCount),
  }
  let seenPeak = 0
  let seenPeakAt = 0
  let variance = 0
  const seen = new Float64Array(axis.count).fill(Number.NaN)
  return {
    see(t, load) {
      if (Number.isNaN(load)) return
      seen[t] = load
      if (load > seenPeak) {
        seenPeak = load
        seenPeakAt = t
      }
      sums.weight = keep * sums.weight + minutes
      variance = variance === 0 ? spread[t]! ** 2 : keep * variance + (1 - keep) * spread[t]! ** 2
      for (let i = 0; i < pathCount; i++) {
        const r = logLoad(load) - logLoad(courses[i * axis.count + t]!)
        sums.first[i] = keep * sums.first[i]! + minutes * r
        sums.second[i] = keep * sums.second[i]! + minutes * r * r
      }
    },
    project(t) {
      const level = sums.first.map((first) => first / (sums.weight + PRIOR_MINUTES))
      const weights = weigh(level, sums, variance, readKnob(independentMinutes, settings))
      const peaks = new Float64Array(pathCount)
      const peakAt = new Float64Array(pathCount)
      const ends = new Float64Array(pathCount)
      for (let i = 0; i < pathCount; i++) {
        let top = seenPeak
        let at = seenPeakAt
        let moved = level[i]!
        for (let s = t + 1; s < axis.count; s++) {
          moved *= fade
          path[s] = courses[i * axis.count + s]! * Math.exp(moved)
          if (path[s]! > top) {
            top = path[s]!
            at = s
          }
        }
        peaks[i] = top
        peakAt[i] = axis.startMs + at * axis.stepMs
        ends[i] = axis.startMs + lastAbove(path, seen, t, END_SHARE * top) * axis.stepMs
      }
      const now = rangeOf(level, weights).middle
      const share = weights.reduce((sum, w) => sum + w * w, 0)
      return {
        peak: rangeOf(peaks, weights),
        peakAtMs: rangeOf(peakAt, weights),
        endMs: rangeOf(ends, weights),
        level: Math.exp(now) - 1,
        courses: 1 / share,
      }
    },
  }
}

/** Last step at or above `load`: of what is ahead, else of what was seen. */
function lastAbove(ahead: Float64Array, seen: Float64Array, t: number, load: number): number {
  for (let s = ahead.length - 1; s > t; s--) if (ahead[s]! >= load) return s
  for (let s = t; s >= 0; s--) if (seen[s]! >= load) return s
  return 0
}

function weigh(
  level: Float64Array,
  { weight, second }: { readonly weight: number; readonly second: Float64Array },
  variance: number,
  independent: number,
): Float64Array {
  if (weight === 0) return new Float64Array(level.length).fill(1 / level.length)
  const scores = level.map((m, i) => {
    const misfit = Math.max(0, second[i]! / weight - m * m) + (m * m) / 4
    return (-0.5 * (weight / independent) * misfit) / variance
  })
  const best = scores.reduce((a, b) => Math.max(a, b), -Infinity)
  const raw = scores.map((score) => Math.exp(score - best))
  const sum = raw.reduce((a, b) => a + b, 0)
  return raw.map((one) => one / sum)
}

/** Quantiles 0.05, 0.5 and 0.95 of weighted numbers. */
export function rangeOf(values: Float64Array, weights: Float64Array): Range {
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!)
  const at = (level: number) => {
    let sum = 0
    for (const i of order) {
      sum += weights[i]!
      if (sum >= level - 1e-12) return values[i]!
    }
    return values[order.at(-1)!]!
  }
  return { low: at(0.05), middle: at(0.5), high: at(0.95) }
}
