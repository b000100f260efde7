import { buildRows, type Rows, STATE, YEAR_DAYS } from './columns.ts'
import { copyBelief, filterScratch, predict, rowMean, rowVariance } from './filter.ts'
import { unsettledBuckets } from './kind-spreads.ts'
import type { LongModel } from './long-model.ts'

/** The expected course of the log level over the buckets of a range, with its parts and variance. */
export interface Course {
  /** First bucket of the course: the last of the history, whose belief it starts from. */
  readonly from: number
  readonly count: number
  readonly rows: Rows
  /** [count] log level expected, without the shape of the day. */
  readonly mean: Float64Array
  /** [count] extra variance of single buckets: occurrences of events differ. */
  readonly unsettled: Float64Array
  /** [count] its variance, noise of a single bucket left out. */
  readonly variance: Float64Array
  /** [count] the moving level alone, and what is left of passing swings. */
  readonly level: Float64Array
  readonly passing: Float64Array
  /** [count] share of the yearly growth that still counts in each bucket. */
  readonly growthLeft: Float64Array
  /** [count] log change by declared breaks. */
  readonly declared: Float64Array
}

/**
 * Runs the belief at the end of the history on to bucket `to` (not included). The growth of years
 * fades by half every `growthHalfLife` years; `spread` widens the standard deviation as past origins
 * taught.
 */
export function courseOf(
  model: LongModel,
  to: number,
  growthHalfLife: number,
  spread: number,
): Course {
  const { grid, layout, dynamics, events, days } = model
  const from = days.count - 1
  const count = Math.max(1, to - from)
  const rows = buildRows(layout, grid, events, from, from + count)
  const belief = copyBelief(model.belief)
  const scratch = filterScratch(layout.size)
  const make = () => new Float64Array(count)
  const course = { mean: make(), variance: make(), level: make(), passing: make() }
  const growthLeft = Float64Array.from({ length: count }, (_, h) => {
    return 0.5 ** ((h * grid.bucketDays) / YEAR_DAYS / growthHalfLife)
  })
  const extra = unsettledBuckets(layout, grid, events, model.kindSpreads)
  const unsettled = make().map((_, h) => extra.get(from + h) ?? 0)
  const declared = declaredChanges(model, from, growthLeft)
  for (let h = 0; h < count; h++) {
    if (h > 0) predict(belief, layout, dynamics, growthLeft[h]!)
    course.level[h] = belief.mean[STATE.level]! + declared[h]!
    course.passing[h] = belief.mean[STATE.fast]! + belief.mean[STATE.slow]!
    course.mean[h] = rowMean(rows, h, belief.mean) + declared[h]!
    course.variance[h] = spread * spread * rowVariance(rows, h, belief.covariance, scratch)
  }
  return { from, count, rows, growthLeft, declared, unsettled, ...course }
}

/**
 * What planners declare ahead: a level break multiplies the level by its strength from its start on;
 * from a slope break on the level grows by its strength a year instead of as learned.
 */
function declaredChanges(
  { grid, events, belief, dynamics }: LongModel,
  from: number,
  growthLeft: Float64Array,
): Float64Array {
  const change = new Float64Array(growthLeft.length)
  for (const { event, firstDay } of events) {
    const at = Math.floor((firstDay - grid.firstDay) / grid.bucketDays) - from
    if (at <= 0 || event.strength === undefined) continue
    const size = Math.log(event.strength)
    if (event.kind === 'level-break') {
      for (let h = at; h < change.length; h++) change[h]! += size
    } else if (event.kind === 'slope-break') {
      const learned = belief.mean[STATE.growth]!
      let gained = 0
      for (let h = at; h < change.length; h++) {
        gained += (size - learned * growthLeft[h]!) / dynamics.bucketsPerYear
        change[h]! += gained
      }
    }
  }
  return change
}
