import { normalCdf } from '../../core/distributions/normal.ts'
import { requireArgument } from '../../core/errors.ts'
import { declareKnob, type KnobSettings, readKnob } from '../../core/knobs.ts'
import { type SegmentCost, segmentCosts } from './segment-cost.ts'

export const BREAK_PENALTY = declareKnob({
  name: 'learn.break-penalty',
  unit: 'log(n) of noise variance for a break',
  range: [0.1, 100],
  default: 3,
  trades: 'Higher finds fewer breaks: only large ones, and fewer false ones.',
})

/** A place from which on a series has another level or slope. */
export interface Break {
  /** First index of the new segment. */
  readonly index: number
  /** Change of the level at the break, in the values' unit. */
  readonly size: number
  /** Change of the slope, units a step; 0 for level breaks. */
  readonly slopeChange: number
  /** Two-sided probability of a change that large without a break, autocorrelation counted in. */
  readonly pValue: number
}

export interface BreakOptions {
  /** 'level': steps between flat pieces; 'slope': straight pieces that may bend and jump. Default 'level'. */
  readonly kind?: 'level' | 'slope'
  /** Shortest piece in steps. Default 8. */
  readonly minLength?: number
  /** Breaks with a larger p-value are dropped. Default 0.01. */
  readonly significance?: number
  /** Longer series are averaged into this many bins first; positions are then those of bins. Default 2,000. */
  readonly maxPoints?: number
  readonly settings?: KnobSettings
}

/**
 * Breaks of level or slope: the segmentation that minimizes Σ cost(segment) + β · breaks, with
 * β = penalty · log n · long-run variance of the noise, found exactly by pruned dynamic programming
 * (PELT; Killick, Fearnhead & Eckley 2012). Take out the season beforehand. Missing values are
 * skipped. Throws ERR_ARGUMENT on a minLength below 2.
 */
export function findBreaks(values: ArrayLike<number>, options: BreakOptions = {}): Break[] {
  const { kind = 'level', minLength = 8, significance = 0.01, maxPoints = 2000 } = options
  requireArgument(minLength >= 2, `minLength is ${minLength}; give 2 or more`)
  const width = Math.max(1, Math.ceil(values.length / maxPoints))
  const { means, from } = binned(values, width)
  const least = Math.max(kind === 'slope' ? 4 : 2, Math.ceil(minLength / width))
  if (means.length < 2 * least) return []
  const penalty = readKnob(BREAK_PENALTY, options.settings)
  const costs = segmentCosts(means, kind)
  const noise = noiseOf(means, least)
  const beta = penalty * Math.log(means.length) * noise.longRun * (kind === 'slope' ? 1.5 : 1)
  if (!(noise.longRun > 0)) return exactBreaks(costs, means, from, least, kind)
  const ends = pelt(costs.cost, means.length, least, beta)
  return describeBreaks(ends, costs, means.length, from, noise.longRun, kind).filter(
    ({ pValue }) => pValue <= significance,
  )
}

/** Without any noise every step is a break: β so small that none is missed. */
function exactBreaks(
  costs: SegmentCost,
  means: Float64Array,
  from: Int32Array,
  least: number,
  kind: 'level' | 'slope',
): Break[] {
  const spread = costs.cost(0, means.length)
  if (!(spread > 0)) return []
  const ends = pelt(costs.cost, means.length, least, 1e-6 * spread)
  return describeBreaks(ends, costs, means.length, from, 1e-12 * spread, kind)
}

/** Means of bins of observed values, and where each bin begins. */
function binned(values: ArrayLike<number>, width: number) {
  const means: number[] = []
  const from: number[] = []
  for (let start = 0; start < values.length; start += width) {
    let sum = 0
    let count = 0
    for (let t = start; t < Math.min(values.length, start + width); t++) {
      if (!Number.isFinite(values[t]!)) continue
      sum += values[t]!
      count++
    }
    if (count === 0) continue
    means.push(sum / count)
    from.push(start)
  }
  return { means: Float64Array.from(means), from: Int32Array.from(from) }
}

/**
 * Variance of the noise about a running mean, and its long-run variance: what the mean of a long
 * piece varies by, times the length. First-order autocorrelation ρ, cut at 0.9: σ² (1 + ρ)/(1 − ρ).
 */
function noiseOf(y: Float64Array, least: number): { readonly longRun: number } {
  // Differences of neighbouring pieces' values see no level; their median is not moved by breaks.
  const reach = Math.max(2, Math.min(least, 12))
  const residual = y.map((v, t) => {
    const low = Math.max(0, t - reach)
    const high = Math.min(y.length, t + reach + 1)
    let sum = 0
    for (let s = low; s < high; s++) sum += y[s]!
    return v - sum / (high - low)
  })
  const spread = 1.4826 * medianOf(residual.map(Math.abs))
  const variance = (spread * spread * (2 * reach + 1)) / (2 * reach)
  let cross = 0
  let square = 0
  for (let t = 1; t < y.length; t++) {
    const a = clip(residual[t - 1]!, 3 * spread)
    const b = clip(residual[t]!, 3 * spread)
    cross += a * b
    square += a * a
  }
  // Taking out a running mean of 2r + 1 steps lowers every correlation by about 1/(2r + 1).
  const rho = Math.max(0, Math.min(0.9, (square > 0 ? cross / square : 0) + 1 / (2 * reach + 1)))
  return { longRun: (variance * (1 + rho)) / (1 - rho) }
}

const clip = (v: number, limit: number) => Math.max(-limit, Math.min(limit, v))

function medianOf(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[sorted.length >> 1] ?? 0
}

/** First indices of the segments after the first, of the cheapest segmentation. */
export function pelt(
  cost: (from: number, to: number) => number,
  length: number,
  least: number,
  beta: number,
): number[] {
  const best = new Float64Array(length + 1).fill(Infinity)
  const previous = new Int32Array(length + 1)
  best[0] = -beta
  let candidates: number[] = [0]
  for (let to = least; to <= length; to++) {
    for (const from of candidates) {
      const total = best[from]! + cost(from, to) + beta
      if (total < best[to]!) {
        best[to] = total
        previous[to] = from
      }
    }
    const next = to + 1 - least
    if (next < least) continue
    // From now on `next` may begin a piece. A start that is dearer up to it, even without the fee,
    // can never win again (K = 0: cutting a piece never makes it dearer).
    candidates = candidates.filter((from) => best[from]! + cost(from, next) <= best[next]!)
    candidates.push(next)
  }
  const starts: number[] = []
  for (let at = previous[length]!; at > 0; at = previous[at]!) starts.push(at)
  return starts.reverse()
}

function describeBreaks(
  starts: readonly number[],
  { fit }: SegmentCost,
  length: number,
  from: Int32Array,
  longRun: number,
  kind: 'level' | 'slope',
): Break[] {
  const bounds = [0, ...starts, length]
  return starts.map((start, k) => {
    const left = fit(bounds[k]!, start)
    const right = fit(start, bounds[k + 2]!)
    const size = right.at(start) - left.at(start)
    const slopeChange = right.slope - left.slope
    const [n, m] = [start - bounds[k]!, bounds[k + 2]! - start]
    const z =
      kind === 'level'
        ? size / Math.sqrt(longRun * (1 / n + 1 / m))
        : Math.max(
            Math.abs(size) / Math.sqrt(longRun * (4 / n + 4 / m)),
            Math.abs(slopeChange) / Math.sqrt(longRun * (12 / n ** 3 + 12 / m ** 3)),
          )
    const pValue = 2 * normalCdf(-Math.abs(z))
    return { index: from[start]!, size, slopeChange, pValue }
  })
}
