import { declareKnob, type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { EventProfile, SegmentEffect } from './effects.ts'
import { LEAST_SHARE, learnInteraction, multipliersByPhase } from './interaction.ts'
import { profileIndex } from './occurrence.ts'
import { phaseAt } from './phase.ts'
import type { WindowSums } from './windows.ts'

export const EVENT_NOISE = declareKnob({
  name: 'learn.event-spread',
  unit: 'share of the effect',
  range: [0, 2],
  default: 0.25,
  trades:
    'How much an occasion is taken to vary from one date to the next while few dates are known: higher draws single dates more towards no effect and widens their bands.',
})

export interface PoolOptions {
  readonly lead: number
  readonly tail: number
  readonly groups: number
  readonly smooth: number
  /** Steps of the short season, and what is usual at each of its phases: groups × season. */
  readonly season: number
  readonly phases: Float64Array
  readonly settings: KnobSettings
}

/** Ratios of seen over expected, by occurrence and step of the window; NaN where nothing is known. */
export interface Ratios {
  /** occurrences × size. */
  readonly ratio: Float64Array
  /** Phase of the step of each, −1 where several steps of different phases stand behind one. */
  readonly phase: Int32Array
  /** What is usual there, of a mean step. */
  readonly usual: Float64Array
  /** Variance of a ratio on ordinary steps. */
  readonly noise: number
}

/** One profile from the sums of the occurrences of an occasion; undefined where none can be used. */
export function poolProfile(
  windows: readonly WindowSums[],
  options: PoolOptions,
): EventProfile | undefined {
  const { lead, tail, groups, settings } = options
  const during = usualLength(windows)
  const shape = { lead, during, tail }
  const size = lead + during + tail
  const spread = readKnob(EVENT_NOISE, settings)
  const every = Array.from({ length: groups }, (_, g) => g)
  const reading = { ...options, ...shape }
  const all = ratiosOf(windows, every, reading)
  const used = windows.filter((_, o) => hasAny(all.ratio.subarray(o * size, (o + 1) * size))).length
  if (used === 0) return undefined
  const { name, kind } = windows[0]!.occurrence
  const whole = shrinkSegment(all, size, new Float64Array(size).fill(1), spread)
  const parts = every.slice(0, -1).map((g) => ratiosOf(windows, [g], reading))
  const tau = spreadBetween(parts, whole.multiplier, size)
  const segments = parts.map((part) => shrinkSegment(part, size, whole.multiplier, spread, tau))
  const plain = [whole, ...segments]
  const made = isByPhase(options) ? withPhases(plain, [all, ...parts], windows, options) : plain
  const { season } = options
  return { name, kind, ...shape, season, occurrences: used, segments: made }
}

/** Single minutes, averaged with their neighbours, have no phase of their own. */
const isByPhase = ({ season, smooth }: PoolOptions) => season > 1 && smooth === 0

/** The segments, all series first, with their multipliers by phase. */
function withPhases(
  plain: readonly SegmentEffect[],
  ratios: readonly Ratios[],
  windows: readonly WindowSums[],
  options: PoolOptions,
): SegmentEffect[] {
  const { season, phases, settings } = options
  const every = usualOfAll(windows, options)
  const told = ratios.map((own, s) => {
    const usual = s === 0 ? every : phases.subarray((s - 1) * season, s * season)
    return { season, usual, ratios: own }
  })
  const spread = readKnob(EVENT_NOISE, settings)
  const interaction = learnInteraction(plain[0]!, told[0]!, spread, settings)
  return plain.map((segment, s) => ({
    ...segment,
    byPhase: multipliersByPhase(segment, plain[0]!, interaction, told[s]!),
  }))
}

/** What is usual at a phase of all groups together, each by what is expected of it. */
function usualOfAll(
  windows: readonly WindowSums[],
  { groups, season, phases }: PoolOptions,
): Float64Array {
  const weight = new Float64Array(groups)
  for (const { expected, size } of windows) {
    for (let k = 0; k < expected.length; k++) weight[Math.floor(k / size)]! += expected[k]!
  }
  const sum = weight.reduce((a, b) => a + b, 0)
  return Float64Array.from({ length: season }, (_, p) => {
    let usual = 0
    for (let g = 0; g < groups; g++) usual += weight[g]! * phases[g * season + p]!
    return sum > 0 ? usual / sum : 1
  })
}

/** Occurrences weaker than this share of the strongest one tell of noise more than of the occasion. */
const LEAST_STRENGTH = 0.4

function usualLength(windows: readonly WindowSums[]): number {
  const lengths = windows
    .map(({ occurrence }) => occurrence.last - occurrence.first + 1)
    .sort((a, b) => a - b)
  return lengths[Math.floor(lengths.length / 2)] ?? 1
}

const hasAny = (ratios: Float64Array) => ratios.some((r) => !Number.isNaN(r))

function ratiosOf(
  windows: readonly WindowSums[],
  members: readonly number[],
  shape: PoolOptions & { readonly during: number },
): Ratios {
  const { smooth, season, phases } = shape
  const size = shape.lead + shape.during + shape.tail
  const ratio = new Float64Array(windows.length * size).fill(Number.NaN)
  const phase = new Int32Array(ratio.length).fill(-2)
  const usual = new Float64Array(ratio.length).fill(1)
  const strongest = windows.reduce((most, w) => Math.max(most, w.occurrence.strength ?? 1), 0)
  let square = 0
  let points = 0
  windows.forEach((window, o) => {
    const seen = new Float64Array(size)
    const expected = new Float64Array(size)
    const mean = new Float64Array(size)
    for (let k = 0; k < window.size; k++) {
      const y = sumAt(window.seen, window, members, k)
      const b = sumAt(window.expected, window, members, k)
      const own = phaseAt(window.from + k, season)
      const m = sumAt(window.expected, window, members, k, (g) => phases[g * season + own]!)
      // A step on which nothing is sold anyway tells nothing.
      if (!(b > 0) || b < LEAST_SHARE * m) continue
      const at = profileIndex(shape, window.occurrence, window.from + k)
      if (at >= 0) {
        seen[at]! += y
        expected[at]! += b
        mean[at]! += m
        const place = o * size + at
        phase[place] = phase[place] === -2 || phase[place] === own ? own : -1
      } else if (window.ordinary[k] === 1) {
        square += (y / b - 1) ** 2
        points++
      }
    }
    const unit = (window.occurrence.strength ?? 1) / strongest
    const strength = unit >= LEAST_STRENGTH ? unit * strongest : Number.NaN
    for (let at = 0; at < size; at++) {
      let y = 0
      let b = 0
      for (let near = at - smooth; near <= at + smooth; near++) {
        y += seen[near] ?? 0
        b += expected[near] ?? 0
      }
      // What it would have been at strength 1.
      if (b > 0) ratio[o * size + at] = strength === 1 ? y / b : 1 + (y / b - 1) / strength
      if (mean[at]! > 0) usual[o * size + at] = expected[at]! / mean[at]!
    }
  })
  // The levels were fitted to the same steps: a few of them are used up.
  return { ratio, phase, usual, noise: square / Math.max(1, points - 3 * windows.length) }
}

function sumAt(
  sums: Float64Array,
  { size }: WindowSums,
  members: readonly number[],
  k: number,
  over: (group: number) => number = () => 1,
): number {
  let sum = 0
  for (const g of members) sum += sums[g * size + k]! / over(g)
  return sum
}

/** Mean of the ratios at a step, over how many, and their sum of squared differences. */
function momentsAt({ ratio }: Ratios, size: number, at: number) {
  let n = 0
  let sum = 0
  let squares = 0
  for (let k = at; k < ratio.length; k += size) {
    const r = ratio[k]!
    if (Number.isNaN(r)) continue
    n++
    sum += r
    squares += r * r
  }
  return {
    n,
    mean: n > 0 ? sum / n : 1,
    squares: n > 0 ? Math.max(0, squares - (sum * sum) / n) : 0,
  }
}

/** Variance of children's effects about their parent's, by the method of moments, over all steps. */
function spreadBetween(parts: readonly Ratios[], parent: Float64Array, size: number): number {
  let excess = 0
  let points = 0
  for (const part of parts) {
    for (let at = 0; at < size; at++) {
      const { n, mean } = momentsAt(part, size, at)
      if (n === 0) continue
      // Steady parts say most of how much parts differ.
      const noise = Math.max(part.noise / n, 1e-9)
      const weight = 1 / (noise + 0.01) ** 2
      excess += weight * ((mean - parent[at]!) ** 2 - noise)
      points += weight
    }
  }
  return points > 0 ? Math.max(0, excess / points) : 0
}

/**
 * A segment's effects drawn towards its parent's: weight τ² / (τ² + noise / n). Without a given τ²
 * it is the segment's own: how far its steps lie from the parent beyond what noise explains.
 */
function shrinkSegment(
  ratios: Ratios,
  size: number,
  parent: Float64Array,
  spread: number,
  between?: number,
): SegmentEffect {
  const moments = Array.from({ length: size }, (_, at) => momentsAt(ratios, size, at))
  const multiplier = new Float64Array(size)
  const variance = new Float64Array(size)
  moments.forEach(({ n, mean, squares }, at) => {
    const tau = between ?? ownSpread(moments, ratios.noise, parent, at)
    const guess = (spread * (mean - 1)) ** 2 + ratios.noise
    // Two imagined occurrences steady the variance between dates.
    const varies = (2 * guess + squares) / (2 + Math.max(0, n - 1))
    const noise = n > 0 ? Math.max(ratios.noise, between === undefined ? varies : 0) / n : 1
    const weight = n === 0 ? 0 : tau / Math.max(1e-12, tau + noise)
    multiplier[at] = Math.max(0, parent[at]! + weight * (mean - parent[at]!))
    variance[at] = (1 - weight) * tau + weight * noise + (n > 0 ? varies : 0.1 + guess)
  })
  return { multiplier, variance, dates: Int32Array.from(moments, ({ n }) => n) }
}

/** How far the steps around `at` lie from the parent beyond noise: effects come in neighbourhoods. */
function ownSpread(
  moments: readonly { readonly n: number; readonly mean: number }[],
  noise: number,
  parent: Float64Array,
  at: number,
): number {
  let best = 0
  for (const near of [at - 1, at, at + 1]) {
    const moment = moments[near]
    if (!moment || moment.n === 0) continue
    const share = near === at ? 1 : 0.5
    best = Math.max(best, share * ((moment.mean - parent[near]!) ** 2 - noise / moment.n))
  }
  return best
}
