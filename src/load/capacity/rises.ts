/** Levels to hold, week by week, with few weeks in which they rise. */
export interface LevelPath {
  readonly cost: number
  /** [weeks] index of the week whose need is held: need[level[t]] ≥ need[t]. */
  readonly level: Int32Array
}

/**
 * min Σ_t price_t(c_t) + riseCost · #{t: c_t > c_{t−1}} over c_t ≥ need_t, prices rising in c.
 * Between two rises the level only falls, so that it is the largest need until the next rise; a
 * shortest path over the weeks in which it rises finds them (Wagner and Whitin 1958), O(weeks²).
 * `price(t, s)` is what holding need[s] in week t costs. `before` is the level held before week 0.
 */
export function fewRises(
  need: ArrayLike<number>,
  price: (week: number, level: number) => number,
  riseCost: number,
  before = 0,
): LevelPath {
  const weeks = need.length
  const best = new Float64Array(weeks + 1).fill(Infinity)
  const from = new Int32Array(weeks + 1)
  best[0] = 0
  for (let end = 1; end <= weeks; end++) {
    let sum = 0
    let level = end - 1
    for (let start = end - 1; start >= 0; start--) {
      if (need[start]! > need[level]!) level = start
      sum += price(start, level)
      const rises = start > 0 || need[level]! > before ? riseCost : 0
      const total = best[start]! + sum + rises
      if (total < best[end]!) {
        best[end] = total
        from[end] = start
      }
    }
  }
  return { cost: best[weeks]!, level: levelsOf(need, from) }
}

function levelsOf(need: ArrayLike<number>, from: Int32Array): Int32Array {
  const level = new Int32Array(need.length)
  for (let end = need.length; end > 0; end = from[end]!) {
    let highest = end - 1
    for (let t = end - 1; t >= from[end]!; t--) {
      if (need[t]! > need[highest]!) highest = t
      level[t] = highest
    }
  }
  return level
}
