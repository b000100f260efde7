import { requireArgument } from '../../../core/errors.ts'
import { learnPriors, type Priors, SMALLEST_LEVEL } from './prior.ts'
import { occasionOf, type StepTables, tabulateSteps } from './step-tables.ts'
import type { Seasons, SeriesSet } from './types.ts'

/** How the past is read. */
export interface ReadingOptions {
  readonly seasons: Seasons
  /** Steps ahead for which step tables are made. */
  readonly horizon: number
  /** Numbers that the whole set lends are taken from steps before this one. */
  readonly trainEnd: number
  /** Whether past peaks are hidden from the encoder. */
  readonly maskPeaks: boolean
  /**
   * Whether a fork may know what is the same for all series at its time: how the whole set moves, and
   * the age of a series. A history of little more than a season is learned by heart through them.
   */
  readonly tellTime: boolean
}

/**
 * A set with what windows need, all causal: entry t of a series is known once its first t values (or,
 * of `usual` and `peak`, its first t + 1) are.
 */
export interface PreparedSet {
  readonly set: SeriesSet
  readonly options: ReadingOptions
  readonly tables: StepTables
  /**
   * Running sums of a series of n values start at offsets[i] + i and have n + 1 entries. Hidden
   * occasions are left out: they say nothing of the level.
   */
  readonly sum: Float64Array
  readonly seen: Int32Array
  readonly positive: Int32Array
  /** Size of the series after t values. */
  readonly level: Float32Array
  /** Aligned with values: what was usual before the step, and what kind of peak it is (`PEAK`). */
  readonly usual: Float32Array
  readonly peak: Uint8Array
  /** Running sums of the mean of all series by step, from tables.from on. */
  readonly whole: Float64Array
  /** Sizes of series of which nothing was seen yet. */
  readonly priors: Priors
  /** Steps over which a level is taken. */
  readonly memory: number
}

/** Kinds of hidden steps: unexplained, and explained by an occasion. */
export const PEAK = { none: 0, outlier: 1, occasion: 2 } as const

/** Largest share of its steps that a series may have hidden as occasions. */
const MOST_OCCASIONS = 0.3
/** Above usual + this many mean deviations a value is a peak. */
const PEAK_DEVIATIONS = 6
/** Observations before which nothing is called a peak. */
const PEAK_PATIENCE = 8
/** Share of the level that the mean of the whole life has. */
const LIFE_SHARE = 0.2
/** Observations that the prior level is worth. */
const PRIOR_WEIGHT = 2
/** Short seasons of the memory, and steps where there is none. */
const MEMORY_SEASONS = 4
const MEMORY_STEPS = 8

/** Sums, levels, usual values and peaks of every series, in one pass. Throws ERR_ARGUMENT on bad seasons. */
export function prepareSet(set: SeriesSet, options: ReadingOptions): PreparedSet {
  const { short, long } = options.seasons
  requireArgument(short >= 1 && long > short, 'seasons: the long one is longer than the short one')
  const count = set.firstStep.length
  const total = set.offsets[count]!
  const [from, to] = stepRange(set, options)
  const memory = short > 1 ? MEMORY_SEASONS * short : MEMORY_STEPS
  const prepared: PreparedSet = {
    set,
    options,
    tables: tabulateSteps(set, from, to, long),
    sum: new Float64Array(total + count),
    seen: new Int32Array(total + count),
    positive: new Int32Array(total + count),
    level: new Float32Array(total + count),
    usual: new Float32Array(total),
    peak: new Uint8Array(total),
    whole: new Float64Array(to - from + 1),
    priors: learnPriors(set, options.trainEnd, memory),
    memory,
  }
  for (let i = 0; i < count; i++) readSeries(prepared, i)
  sumWhole(prepared)
  return prepared
}

function stepRange(set: SeriesSet, { horizon, seasons }: ReadingOptions): [number, number] {
  let from = Infinity
  let to = -Infinity
  set.firstStep.forEach((first, i) => {
    from = Math.min(from, first)
    to = Math.max(to, first + set.offsets[i + 1]! - set.offsets[i]!)
  })
  return Number.isFinite(from) ? [from - seasons.long, to + horizon + seasons.long] : [0, 0]
}

function readSeries(prepared: PreparedSet, i: number): void {
  const { set, options, tables, usual, peak, memory } = prepared
  const prior = prepared.priors.own[i]!
  const from = set.offsets[i]!
  const keep = 0.5 ** (1 / memory)
  const fast = 0.5 ** (2 / memory)
  let [size, weight, life, n, hidden] = [0, 0, 0, 0, 0]
  let [mean, deviation, share] = [0, 0, 0]
  prepared.level[from + i] = prior
  const length = set.offsets[i + 1]! - from
  for (let t = 0; t < length; t++) {
    const y = set.values[from + t]!
    const isKnown = !Number.isNaN(y)
    const before = share > 0 ? mean / share : prior
    usual[from + t] = before
    const bound = before + (PEAK_DEVIATIONS * deviation) / Math.max(share, 1e-9)
    const isOutlier = n >= PEAK_PATIENCE && y > bound
    // A product that is always on promotion has no other level.
    const isRare = hidden <= MOST_OCCASIONS * (t + 1)
    const isOccasion =
      options.maskPeaks && isRare && occasionOf(tables, i, set.firstStep[i]! + t) !== undefined
    if (isKnown && isOccasion) peak[from + t] = PEAK.occasion
    else if (isOutlier && options.maskPeaks) peak[from + t] = PEAK.outlier
    addSums(prepared, i, t, isKnown && !isOccasion ? y : Number.NaN)
    if (isOccasion) hidden++
    else if (isKnown) {
      n++
      const clipped = isOutlier ? bound : Math.abs(y)
      size = keep * size + clipped
      weight = keep * weight + 1
      life += clipped
      deviation = fast * deviation + (isOutlier ? 0 : Math.abs(y - before))
      mean = fast * mean + (isOutlier ? 0 : y)
      share = fast * share + (isOutlier ? 0 : 1)
    }
    const own = n > 0 ? (1 - LIFE_SHARE) * (size / weight) + LIFE_SHARE * (life / n) : 0
    const whole = (n * own + PRIOR_WEIGHT * prior) / (n + PRIOR_WEIGHT)
    prepared.level[from + i + t + 1] = Math.max(SMALLEST_LEVEL, whole)
  }
}

/** Carries the running sums of series i on by the value at place t; NaN adds nothing. */
function addSums({ set, sum, seen, positive }: PreparedSet, i: number, t: number, y: number): void {
  const at = set.offsets[i]! + i + t
  const isKnown = !Number.isNaN(y)
  sum[at + 1] = sum[at]! + (isKnown ? y : 0)
  seen[at + 1] = seen[at]! + (isKnown ? 1 : 0)
  positive[at + 1] = positive[at]! + (isKnown && y !== 0 ? 1 : 0)
}

/** Running sums over the steps of the mean of the series that have a value. */
function sumWhole({ set, tables, whole }: PreparedSet): void {
  const counts = new Int32Array(whole.length)
  for (let i = 0; i < set.firstStep.length; i++) {
    const shift = set.firstStep[i]! - tables.from
    const from = set.offsets[i]!
    const length = set.offsets[i + 1]! - from
    for (let t = 0; t < length; t++) {
      const value = set.values[from + t]!
      if (Number.isNaN(value)) continue
      whole[shift + t + 1]! += value
      counts[shift + t + 1]!++
    }
  }
  for (let k = 1; k < whole.length; k++) {
    whole[k] = whole[k - 1]! + (counts[k]! > 0 ? whole[k]! / counts[k]! : 0)
  }
}

/** Mean of the observed values of series i at its places [a, b), clamped; NaN where there is none. */
export function meanBetween({ set, sum, seen }: PreparedSet, i: number, a: number, b: number) {
  const base = set.offsets[i]! + i
  const length = set.offsets[i + 1]! - set.offsets[i]!
  const low = base + Math.max(0, Math.min(a, length))
  const high = base + Math.max(0, Math.min(b, length))
  const count = high > low ? seen[high]! - seen[low]! : 0
  return count > 0 ? (sum[high]! - sum[low]!) / count : Number.NaN
}

/** Mean over the steps [a, b) of the mean of all series; NaN where nothing was seen. */
export function wholeMean({ whole, tables }: PreparedSet, a: number, b: number): number {
  const low = Math.max(0, Math.min(whole.length - 1, a - tables.from))
  const high = Math.max(0, Math.min(whole.length - 1, b - tables.from))
  return high > low ? (whole[high]! - whole[low]!) / (high - low) : Number.NaN
}
