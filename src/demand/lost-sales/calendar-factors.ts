/** Sums by group and day over products that could be bought. */
export interface DaySums {
  readonly days: number
  readonly groups: number
  /** groups × days. */
  readonly seen: Float64Array
  readonly expected: Float64Array
}

export function emptyDaySums(groups: number, days: number): DaySums {
  return {
    days,
    groups,
    seen: new Float64Array(groups * days),
    expected: new Float64Array(groups * days),
  }
}

/** Days on each side over which a category's season is averaged. */
const SEASON_REACH = 10
/** Units of one: how firmly the store's own day is drawn to 1. */
const STORE_PRIOR = 20

/**
 * What each day does to each group: the store's day (all groups) × the group's season beside the
 * store's (± 10 days) × the group's own day, each drawn to the one before by `prior` units. Weekday,
 * events and season are in it without being named. `sums` expect every day alike.
 */
export function dayFactors(sums: DaySums, prior: number): Float64Array {
  const { days, groups, seen, expected } = sums
  const store = new Float64Array(days)
  for (let d = 0; d < days; d++) {
    let y = STORE_PRIOR
    let m = STORE_PRIOR
    for (let g = 0; g < groups; g++) {
      y += seen[g * days + d]!
      m += expected[g * days + d]!
    }
    store[d] = y / m
  }
  const factors = new Float64Array(groups * days)
  for (let g = 0; g < groups; g++) {
    const row = g * days
    let y = 0
    let m = 0
    for (let d = -SEASON_REACH; d < days; d++) {
      const enters = d + SEASON_REACH
      const leaves = d - SEASON_REACH - 1
      if (enters < days) {
        y += seen[row + enters]!
        m += expected[row + enters]! * store[enters]!
      }
      if (leaves >= 0) {
        y -= seen[row + leaves]!
        m -= expected[row + leaves]! * store[leaves]!
      }
      if (d < 0) continue
      const usual = (store[d]! * (Math.max(0, y) + prior)) / (Math.max(0, m) + prior)
      const own = expected[row + d]! * usual
      factors[row + d] = (usual * (seen[row + d]! + prior)) / (own + prior)
    }
  }
  return factors
}
