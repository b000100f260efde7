import { medianKnown } from './bucket-values.ts'
import { type Layout, type Rows, STATE, YEAR_DAYS } from './columns.ts'
import { profilePrior } from './event-columns.ts'
import { type Belief, copyBelief, type Dynamics, filterScratch, predict, update } from './filter.ts'

/** Standard deviations believed before the data, log scale. */
export interface Priors {
  readonly growthSpread: number
  readonly levelDrift: number
  /** Of each kind's profile, in the order of the layout. */
  readonly kindSpreads: readonly number[]
}

/** Prior sd of the first wave of the year (the k-th has a k-th of it), of weekdays, and by season. */
const YEAR_SPREAD = 0.2
const WEEK_SPREAD = 0.15
const WEEK_YEAR_SPREAD = 0.02
/** A passing slope: log growth a year, and its half-life in years. */
const SLOPE_SPREAD = 0.05
const SLOPE_HALF_LIFE = 0.5
/** What outlasts a weather front but not the season. */
const SLOW_HALF_LIFE_DAYS = 45

/** What is believed before the first bucket; the level is near `start`. */
export function priorBelief(layout: Layout, d: Dynamics, priors: Priors, start: number): Belief {
  const n = layout.size
  const mean = new Float64Array(n)
  const covariance = new Float64Array(n * n)
  const set = (at: number, sd: number) => {
    covariance[at * (n + 1)] = sd * sd
  }
  mean[STATE.level] = start
  set(STATE.level, 0.5)
  set(STATE.slope, d.slope / Math.sqrt(1 - d.slopeKept ** 2))
  set(STATE.fast, d.fast / Math.sqrt(1 - d.fastKept ** 2))
  set(STATE.slow, d.slow / Math.sqrt(1 - d.slowKept ** 2))
  set(STATE.growth, priors.growthSpread)
  for (let k = layout.year[0]; k < layout.year[1]; k++) {
    set(k, YEAR_SPREAD / (1 + ((k - layout.year[0]) >> 1)))
  }
  for (let k = layout.week[0]; k < layout.week[1]; k++) set(k, WEEK_SPREAD)
  for (let k = layout.weekYear[0]; k < layout.weekYear[1]; k++) set(k, WEEK_YEAR_SPREAD)
  layout.kinds.forEach((kind, k) => {
    const block = profilePrior(kind, priors.kindSpreads[k]!)
    for (let i = 0; i < kind.size; i++) {
      const from = (kind.start + i) * n + kind.start
      covariance.set(block.subarray(i * kind.size, (i + 1) * kind.size), from)
    }
  })
  return { mean, covariance }
}

/** What is searched for, each a positive number; see Dynamics. */
interface Searched {
  readonly noise: number
  readonly fast: number
  readonly fastHalfLifeDays: number
  readonly slow: number
  readonly level: number
  readonly season: number
}

type Name = keyof Searched

/** How far each may leave its prior: standard deviation of its logarithm. */
const FREEDOM: Record<Name, number> = {
  noise: 1.5,
  fast: 1.5,
  fastHalfLifeDays: 0.7,
  slow: 0.7,
  level: 0.4,
  season: 0.7,
}

function dynamicsOf(s: Searched, bucketDays: number): Dynamics {
  const bucketsPerYear = YEAR_DAYS / bucketDays
  const slopeKept = 0.5 ** (1 / (SLOPE_HALF_LIFE * bucketsPerYear))
  return {
    noise: s.noise,
    level: s.level,
    slope: (SLOPE_SPREAD / bucketsPerYear) * Math.sqrt(1 - slopeKept ** 2),
    slopeKept,
    fast: s.fast,
    fastKept: 0.5 ** (bucketDays / s.fastHalfLifeDays),
    slow: s.slow,
    slowKept: 0.5 ** (bucketDays / SLOW_HALF_LIFE_DAYS),
    season: s.season,
    bucketsPerYear,
  }
}

/** Where the search begins, and what it is drawn to. */
function startOf(level: Float64Array, bucketDays: number, priors: Priors): Searched {
  const lag = bucketDays === 1 ? 7 : 1
  const steps = level.map((v, b) => (b < lag ? Number.NaN : Math.abs(v - level[b - lag]!)))
  const spread = Math.max(1e-4, (1.4826 * medianKnown(steps)) / Math.SQRT2 || 0.05)
  const year = Math.sqrt(bucketDays / YEAR_DAYS)
  return {
    noise: 0.3 * spread,
    fast: 0.5 * spread,
    fastHalfLifeDays: 3 * Math.sqrt(bucketDays),
    slow: 0.1 * spread,
    level: priors.levelDrift * year,
    season: 0.01 * year,
  }
}

/** A series of levels and what is known of it before the search. */
export interface LevelProblem {
  readonly level: Float64Array
  readonly rows: Rows
  readonly layout: Layout
  readonly bucketDays: number
  readonly priors: Priors
  /** Extra variance of the level as a bucket begins: breaks. */
  readonly shocks: ReadonlyMap<number, number>
  /** Extra variance of single buckets: occurrences of events differ. */
  readonly unsettled?: ReadonlyMap<number, number>
  /** What is believed before the first bucket, where that is more than the priors say. */
  readonly before?: Belief
}

/** First known level, as the median of its first four weeks. */
export function firstLevel(level: Float64Array, bucketDays: number): number {
  const from = level.findIndex((v) => !Number.isNaN(v))
  return medianKnown(level.subarray(from, from + Math.ceil(28 / bucketDays)))
}

/** Runs the filter over all buckets; `each` is told of every bucket after it was read. */
export function runFilter(
  problem: LevelProblem,
  d: Dynamics,
  each?: (bucket: number, belief: Belief, score: number) => void,
): { readonly belief: Belief; readonly loss: number } {
  const { level, rows, layout, priors, shocks, unsettled } = problem
  const { before } = problem
  const belief = before
    ? copyBelief(before)
    : priorBelief(layout, d, priors, firstLevel(level, problem.bucketDays))
  const scratch = filterScratch(layout.size)
  let loss = 0
  for (let b = 0; b < level.length; b++) {
    if (b > 0) predict(belief, layout, d, 1, shocks.get(b) ?? 0)
    let score = Number.NaN
    if (!Number.isNaN(level[b]!)) {
      const extra = unsettled?.get(b) ?? 0
      const told = update(belief, rows, b, level[b]!, d.noise ** 2 + extra, scratch)
      loss += told.loss
      score = told.score
    }
    each?.(b, belief, score)
  }
  return { belief, loss }
}

/**
 * Dynamics of largest posterior: the filter's robust likelihood, and each standard deviation drawn to
 * where it began by a normal prior on its logarithm. Coordinate search by factors, twice through.
 */
export function searchDynamics(problem: LevelProblem, rounds = 2): Dynamics {
  const prior = startOf(problem.level, problem.bucketDays, problem.priors)
  const lossOf = (s: Searched) => {
    let penalty = 0
    for (const name of Object.keys(FREEDOM) as Name[]) {
      penalty += (Math.log(s[name] / prior[name]) / FREEDOM[name]) ** 2
    }
    return penalty + runFilter(problem, dynamicsOf(s, problem.bucketDays)).loss
  }
  let best = prior
  let least = lossOf(best)
  for (let round = 0; round < rounds; round++) {
    const factor = round === 0 ? 2 : 1.4
    for (const name of Object.keys(FREEDOM) as Name[]) {
      for (const step of [factor, 1 / factor]) {
        for (let moves = 0; moves < 4; moves++) {
          const next = { ...best, [name]: best[name] * step }
          const loss = lossOf(next)
          if (!(loss < least)) break
          best = next
          least = loss
        }
      }
    }
  }
  return dynamicsOf(best, problem.bucketDays)
}
