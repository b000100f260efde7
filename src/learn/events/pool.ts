import { declareKnob, type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { EventProfile, SegmentEffect } from './effects.ts'
import { profileIndex } from './occurrence.ts'
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
  readonly settings: KnobSettings
}

/** Ratios of seen over expected, by occurrence and step of the window; NaN where nothing is known. */
interface Ratios {
  /** occurrences × size. */
  readonly ratio: Float64Array
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
  const all = ratiosOf(windows, every, shape, options.smooth)
  const used = windows.filter((_, o) => hasAny(all.ratio.subarray(o * size, (o + 1) * size))).length
  if (used === 0) return undefined
  const { name, kind } = windows[0]!.occurrence
  const whole = shrinkSegment(all, size, new Float64Array(size).fill(1), spread)
  const parts = every.slice(0, -1).map((g) => ratiosOf(windows, [g], shape, options.smooth))
  const tau = spreadBetween(parts, whole.multiplier, size)
  const segments = parts.map((part) => shrinkSegment(part, size, whole.multiplier, spread, tau))
  return { name, kind, ...shape, occurrences: used, segments: [whole, ...segments] }
}

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
  shape: { readonly lead: number; readonly during: number; readonly tail: number },
  smooth: number,
): Ratios {
  const size = shape.lead + shape.during + shape.tail
  const ratio = new Float64Array(windows.length * size).fill(Number.NaN)
  let square = 0
  let points = 0
  windows.forEach((window, o) => {
    const seen = new Float64Array(size)
    const expected = new Float64Array(size)
    for (let k = 0; k < window.size; k++) {
      const y = sumAt(window.seen, window, members, k)
      const b = sumAt(window.expected, window, members, k)
      if (!(b > 0)) continue
      const at = profileIndex(shape, window.occurrence, window.from + k)
      if (at >= 0) {
        seen[at]! += y
        expected[at]! += b
      } else if (window.ordinary[k] === 1) {
        square += (y / b - 1) ** 2
        points++
      }
    }
    for (let at = 0; at < size; at++) {
      let y = 0
      let b = 0
      for (let near = at - smooth; near <= at + smooth; near++) {
        y += seen[near] ?? 0
        b += expected[near] ?? 0
      }
      if (b > 0) ratio[o * size + at] = y / b
    }
  })
  // The levels were fitted to the same steps: a few of them are used up.
  return { ratio, noise: square / Math.max(1, points - 3 * windows.length) }
}

function sumAt(
  sums: Float64Array,
  { size }: WindowSums,
  members: readonly number[],
  k: number,
): number {
  let sum = 0
  for (const g of members) sum += sums[g * size + k]!
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
