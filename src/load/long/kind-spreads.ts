import { buildRows, type Layout, layoutOf } from './columns.ts'
import { type EventDays, kindColumns, occurrenceSpread, reachOf } from './event-columns.ts'
import type { Dynamics } from './filter.ts'
import { type LevelProblem, runFilter } from './fit-level.ts'
import type { Grid } from './grid.ts'

/** Spreads tried for a kind, in parts of the common one. */
const FACTORS = [0.125, 0.25, 0.5, 1, 2]
/** Standard deviation of the logarithm of a kind's spread about the common one. */
const FREEDOM = 1

/**
 * Prior spread of each kind's profile by the filter's likelihood (empirical Bayes): a kind that moves
 * nothing here is drawn to nothing, one that moves much is believed. Each kind is judged alone, days
 * of others blank.
 */
export function searchSpreads(
  problem: LevelProblem,
  layout: Layout,
  grid: Grid,
  events: readonly EventDays[],
  dynamics: Dynamics,
  common: number,
): number[] {
  const { level, priors } = problem
  const end = grid.firstDay + level.length * grid.bucketDays
  return layout.kinds.map(({ kind, long }) => {
    if (long) return 2 * common
    const own = events.filter((one) => one.event.kind === kind)
    const others = events.filter((one) => one.event.kind !== kind)
    const alone = layoutOf(layout.harmonics, grid.bucketDays, (at) =>
      kindColumns(own, grid.firstDay, end, at),
    )
    const calm = calmBuckets(layout, grid, others, level.length)
    const rows = buildRows(alone, grid, own, 0, level.length)
    const masked = level.map((v, b) => (calm[b] === 1 ? v : Number.NaN))
    const losses = FACTORS.map((factor) => {
      const kindSpreads = [factor * common]
      const unsettled = unsettledBuckets(alone, grid, own, kindSpreads)
      const judged = { ...problem, layout: alone, rows, level: masked, unsettled }
      const { loss } = runFilter({ ...judged, priors: { ...priors, kindSpreads } }, dynamics)
      return loss + (Math.log(factor) / FREEDOM) ** 2
    })
    return common * FACTORS[losses.indexOf(Math.min(...losses))]!
  })
}

/** Extra variance of the buckets that events reach: one occurrence is not like the next. */
export function unsettledBuckets(
  layout: Layout,
  grid: Grid,
  events: readonly EventDays[],
  kindSpreads: readonly number[],
): Map<number, number> {
  const variance = new Map<number, number>()
  for (const event of events) {
    const k = layout.kinds.findIndex((one) => one.kind === event.event.kind)
    if (k < 0) continue
    const kind = layout.kinds[k]!
    const [from, to] = reachOf(kind, event)
    for (let day = from; day < to; day++) {
      const sd = occurrenceSpread(kind, event, day, kindSpreads[k]!) * (event.event.strength ?? 1)
      const bucket = Math.floor((day - grid.firstDay) / grid.bucketDays)
      const share = (sd / grid.bucketDays) ** 2 * grid.bucketDays
      if (share > 0) variance.set(bucket, (variance.get(bucket) ?? 0) + share)
    }
  }
  return variance
}

/** 1 for buckets that no event reaches. */
export function calmBuckets(
  { kinds }: Layout,
  grid: Grid,
  events: readonly EventDays[],
  count: number,
): Uint8Array {
  const calm = new Uint8Array(count).fill(1)
  for (const event of events) {
    const kind = kinds.find((one) => one.kind === event.event.kind)
    if (kind === undefined) continue
    const [from, to] = reachOf(kind, event)
    const low = Math.max(0, Math.floor((from - grid.firstDay) / grid.bucketDays))
    const high = Math.min(count, Math.ceil((to - grid.firstDay) / grid.bucketDays))
    calm.fill(0, low, Math.max(low, high))
  }
  return calm
}
