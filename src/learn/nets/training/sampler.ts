import type { Random } from '../../../core/random/random.ts'
import type { PreparedSet } from '../series/prepare.ts'
import type { TargetRule } from '../series/windows.ts'

/** How windows are drawn. */
export interface SamplingOptions {
  /** Targets from this step on are not learned from. */
  readonly trainEnd: number
  /** The chance of a series grows with its level to this power; 0 = all alike. */
  readonly scalePower: number
  /** The chance of a window grows with its place in the series to this power; 0 = all alike. */
  readonly recency: number
  /** Share of windows drawn from the first steps of a series, as cold starts. */
  readonly coldShare: number
  /** Share of series whose last steps are held out, and how many steps. */
  readonly holdoutShare: number
  readonly holdoutSteps: number
}

/** Draws windows to learn from and names those held out. */
export interface Sampler {
  /** Observations that can be targets. */
  readonly targets: number
  /** A window: series and steps seen by its last fork. */
  draw(random: Random): { readonly series: number; readonly seen: number }
  /** Which targets of a series may be learned from. */
  rule(series: number): TargetRule
  /** Windows whose targets are held out. */
  readonly heldOut: readonly { series: number; seen: number; rule: TargetRule }[]
}

/** Least size of the unit of a series, as a share of its level. */
const LEAST_UNIT = 0.1
/** Differences without which a series has no unit of its own. */
const FEWEST_DIFFERENCES = 8
/** Unit of such a series as a share of its level. */
const USUAL_UNIT = 0.7

/** Weights by length × level^power; held-out series are drawn by `random`. */
export function createSampler(
  prepared: PreparedSet,
  options: SamplingOptions,
  random: Random,
): Sampler {
  const { set, memory } = prepared
  const count = set.firstStep.length
  const cumulative = new Float64Array(count)
  const rules: TargetRule[] = []
  const lengths = new Int32Array(count)
  const heldOut: { series: number; seen: number; rule: TargetRule }[] = []
  let total = 0
  let targets = 0
  for (let i = 0; i < count; i++) {
    const length = lengthBefore(prepared, i, options.trainEnd)
    const unit = errorUnit(prepared, i, length)
    const end = Math.min(options.trainEnd, set.firstStep[i]! + length)
    const cut = end - options.holdoutSteps
    const isHeld = random.next() < options.holdoutShare && length > 3 * options.holdoutSteps
    rules.push({ from: -Infinity, end: isHeld ? cut : end, unit })
    if (isHeld) {
      const seen = length - options.holdoutSteps
      heldOut.push({ series: i, seen, rule: { from: cut, end, unit } })
    }
    lengths[i] = isHeld ? length - options.holdoutSteps : length
    const level = prepared.level[set.offsets[i]! + i + length]! / prepared.priors.common
    total += lengths[i]! > 0 ? lengths[i]! * level ** options.scalePower : 0
    targets += lengths[i]!
    cumulative[i] = total
  }
  return {
    targets,
    rule: (series) => rules[series]!,
    heldOut,
    draw(draws) {
      const series = findPlace(cumulative, draws.next() * total)
      const isCold = draws.next() < options.coldShare
      const range = isCold ? Math.min(lengths[series]!, 2 * memory) : lengths[series]!
      const place = draws.next() ** (isCold ? 1 : 1 / (1 + options.recency))
      return { series, seen: Math.floor(range * place) }
    },
  }
}

/** Places of series i before `end`. */
function lengthBefore({ set }: PreparedSet, i: number, end: number): number {
  return Math.max(0, Math.min(set.offsets[i + 1]! - set.offsets[i]!, end - set.firstStep[i]!))
}

/** Mean absolute difference from one season to the next, the unit of scaled losses. */
function errorUnit(prepared: PreparedSet, i: number, length: number): number {
  const { set, options, level } = prepared
  const { short, long } = options.seasons
  const season = short > 1 ? short : long
  const from = set.offsets[i]!
  let sum = 0
  let count = 0
  for (let t = season; t < length; t++) {
    const difference = Math.abs(set.values[from + t]! - set.values[from + t - season]!)
    if (Number.isNaN(difference)) continue
    sum += difference
    count++
  }
  const size = level[from + i + length]!
  if (count < FEWEST_DIFFERENCES || sum === 0) return USUAL_UNIT * size
  return Math.max(sum / count, LEAST_UNIT * size)
}

/** First place whose cumulative weight is above `at`. */
function findPlace(cumulative: Float64Array, at: number): number {
  let low = 0
  let high = cumulative.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (cumulative[middle]! > at) high = middle
    else low = middle + 1
  }
  return low
}
