import { declareKnob, type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { SegmentEffect } from './effects.ts'
import type { Ratios } from './pool.ts'

const HOLD_SPREAD = declareKnob({
  name: 'learn.event-weekday-spread',
  unit: 'standard deviation of the hold',
  range: [0, 3],
  default: 0.5,
  trades:
    'How far an occasion is taken to loosen the hold of the weekday: higher believes what few dates show, 0 lets no weekday matter beyond its own share.',
})

/** Least share of a phase (of a mean day) for its steps to tell of an occasion: below it is closed. */
export const LEAST_SHARE = 0.1
/** Most by which the weekday moves an effect, up or down. */
const MOST_FACTOR = 4

/** What a segment is told by phase from. */
export interface PhasesOfSegment {
  readonly season: number
  /** By phase: what is usual there, mean 1. */
  readonly usual: Float64Array
  readonly ratios: Ratios
}

/** How an occasion and the phases of its steps work on each other. */
export interface Interaction {
  /** Power of the usual share that a step at full effect loses; 1 = the weekday does not matter then. */
  readonly hold: number
  /** size: how much of it a step loses, the effect over the largest one. */
  readonly strength: Float64Array
  /** size × season: what is added to the multiplier beyond that. */
  readonly deviation: Float64Array
}

/**
 * What the phase of a step does to the multiplier of an occasion, from the ratios of all series:
 *
 * 1. hold: ratio/mean − 1 = −hold · strength · (log usual − its mean over the dates), by ridge
 *    regression less one standard error; a feast that makes a Sunday of any day has hold 1, and its delayed and decaying
 *    days less.
 * 2. deviation: the mean of what is left at a step and phase, drawn to 0 by τ² / (τ² + σ² / dates);
 *    σ² from dates that share a phase, τ² from how far phases lie apart beyond that (one-way analysis
 *    of variance by moments: Searle, Casella & McCulloch 1992), less one standard error, so that
 *    single dates give none.
 */
export function learnInteraction(
  whole: SegmentEffect,
  { season, ratios }: PhasesOfSegment,
  spread: number,
  settings: KnobSettings,
): Interaction {
  const size = whole.multiplier.length
  const largest = whole.multiplier.reduce((most, m) => Math.max(most, Math.abs(m - 1)), 0)
  const strength = whole.multiplier.map((m) => (largest > 0 ? Math.abs(m - 1) / largest : 0))
  const prior = readKnob(HOLD_SPREAD, settings) ** 2
  const points = pointsOf(ratios, size, strength)
  const hold = prior > 0 ? holdOf(points, ratios.noise, spread, prior) : 0
  const deviation = new Float64Array(size * season)
  for (let at = 0; at < size && prior > 0; at++) {
    const left = points.filter((point) => point.at === at)
    const guess = (spread * (whole.multiplier[at]! - 1)) ** 2 + ratios.noise
    addDeviations(left, hold, guess, deviation.subarray(at * season, (at + 1) * season))
  }
  return { hold, strength, deviation }
}

interface Point {
  readonly at: number
  readonly phase: number
  readonly ratio: number
  /** Mean of the ratios of the step over all dates. */
  readonly mean: number
  /** −strength · (log usual − its mean). */
  readonly x: number
}

/** Ratios at steps that two dates or more showed. */
function pointsOf({ ratio, phase, usual }: Ratios, size: number, strength: Float64Array): Point[] {
  const points: Point[] = []
  for (let at = 0; at < size; at++) {
    let [n, sum, logs] = [0, 0, 0]
    for (let k = at; k < ratio.length; k += size) {
      if (Number.isNaN(ratio[k]!)) continue
      n++
      sum += ratio[k]!
      logs += Math.log(usual[k]!)
    }
    if (n < 2) continue
    for (let k = at; k < ratio.length; k += size) {
      if (Number.isNaN(ratio[k]!)) continue
      const x = -strength[at]! * (Math.log(usual[k]!) - logs / n)
      points.push({ at, phase: phase[k]!, ratio: ratio[k]!, mean: sum / n, x })
    }
  }
  return points
}

function holdOf(points: readonly Point[], noise: number, spread: number, prior: number): number {
  let [cross, square] = [0, 1 / prior]
  for (const { ratio, mean, x } of points) {
    const variance = noise + (spread * (mean - 1)) ** 2
    if (!(variance > 0)) continue
    cross += (mean * x * (ratio - mean)) / variance
    square += (mean * x) ** 2 / variance
  }
  // What one standard error explains is no interaction.
  const sure = Math.max(0, Math.abs(cross / square) - 1 / Math.sqrt(square))
  return Math.sign(cross) * Math.min(1, sure)
}

/** Deviations of one step by phase into `into`. */
function addDeviations(
  points: readonly Point[],
  hold: number,
  guess: number,
  into: Float64Array,
): void {
  const cells = new Map<number, number[]>()
  for (const { phase, ratio, mean, x } of points) {
    if (phase < 0) continue
    const left = ratio - mean * Math.exp(hold * x)
    cells.set(phase, [...(cells.get(phase) ?? []), left])
  }
  let [within, between, dates] = [0, 0, 0]
  for (const left of cells.values()) {
    const own = left.reduce((a, b) => a + b, 0) / left.length
    within += left.reduce((sum, e) => sum + (e - own) ** 2, 0)
    between += left.length * own * own
    dates += left.length
  }
  const free = cells.size - 1
  // Without two dates of one phase nothing tells phases from dates.
  if (free < 1 || dates <= cells.size) return
  const variance = (within + 2 * guess) / (dates - cells.size + 2)
  const chance = variance * (1 + Math.sqrt(2 / free))
  const tau = Math.max(0, between / free - chance) / (dates / cells.size)
  for (const [phase, left] of cells) {
    const own = left.reduce((a, b) => a + b, 0) / left.length
    into[phase] = (own * tau) / (tau + variance / left.length)
  }
}

/**
 * Multipliers of a segment by step and phase (size × season): its own, as the interaction of all
 * series moves them by the phases of the segment. Phases on which it is closed keep the plain ones.
 */
export function multipliersByPhase(
  { multiplier }: SegmentEffect,
  whole: SegmentEffect,
  { hold, strength, deviation }: Interaction,
  { season, usual, ratios }: PhasesOfSegment,
): Float64Array {
  const size = multiplier.length
  const made = new Float64Array(size * season)
  for (let at = 0; at < size; at++) {
    const centre = meanLog(ratios, size, at)
    const share = whole.multiplier[at]! > LEAST_SHARE ? multiplier[at]! / whole.multiplier[at]! : 1
    for (let phase = 0; phase < season; phase++) {
      const off = usual[phase]! < LEAST_SHARE ? 0 : Math.log(usual[phase]!) - centre
      const most = Math.log(MOST_FACTOR)
      const power = Math.max(-most, Math.min(most, -hold * strength[at]! * off))
      const moved = multiplier[at]! * Math.exp(power) + share * deviation[at * season + phase]!
      made[at * season + phase] = Math.max(0, moved)
    }
  }
  return made
}

/** Mean over the dates of the log of what is usual at a step; 0 where none showed it. */
function meanLog({ ratio, usual }: Ratios, size: number, at: number): number {
  let [sum, n] = [0, 0]
  for (let k = at; k < ratio.length; k += size) {
    if (Number.isNaN(ratio[k]!)) continue
    sum += Math.log(usual[k]!)
    n++
  }
  return n > 0 ? sum / n : 0
}
