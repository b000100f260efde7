import type { Relaxation, SiteStates } from './relaxation.ts'

/**
 * Settles free sites whose other state cannot be better than `upper`, by the last evaluation of
 * `relaxation`: with y_i forced to 0 or 1 the bound is Σ u + min Σ r y, where the sum of capacities
 * is met in fractions. Changes `states` and returns how many it settled; −1 where neither state of
 * a site is possible, so that nothing below `upper` is left.
 */
export function settleSites(
  relaxation: Relaxation,
  prices: Float64Array,
  states: SiteStates,
  upper: number,
): number {
  const cover = fractionalCover(relaxation, states)
  let base = 0
  for (const price of prices) base += price
  let settled = 0
  for (let i = 0; i < states.length; i++) {
    if (states[i] !== 0) continue
    const open = base + cover.valueWith(i, 1) >= upper
    const closed = base + cover.valueWith(i, 0) >= upper
    if (open && closed) return -1
    if (!open && !closed) continue
    states[i] = open ? -1 : 1
    settled++
  }
  return settled
}

/** min Σ r_i y_i with Σ s_i y_i ≥ D, 0 ≤ y ≤ 1, with one y forced. */
function fractionalCover(
  relaxation: Relaxation,
  states: SiteStates,
): { valueWith(site: number, y: 0 | 1): number } {
  const { reduced, problem } = relaxation
  const { capacity, totalDemand } = problem
  let sum = 0
  let room = 0
  const rest: number[] = []
  states.forEach((state, i) => {
    if (state === 1 || (state === 0 && reduced[i]! < 0)) {
      sum += reduced[i]!
      room += capacity[i]!
    } else if (state === 0) rest.push(i)
  })
  rest.sort((a, b) => reduced[a]! * capacity[b]! - reduced[b]! * capacity[a]! || a - b)
  const missing = wholeSites(totalDemand - room, rest, capacity)
  return {
    valueWith(site, y) {
      const pays = reduced[site]! < 0
      const change = pays === (y === 1) ? 0 : y === 1 ? reduced[site]! : -reduced[site]!
      const lost = pays && y === 0 ? capacity[site]! : !pays && y === 1 ? -capacity[site]! : 0
      return sum + change + fill(rest, reduced, capacity, missing + lost, site)
    },
  }
}

/** Where all sites are alike, what is missing is a whole number of them. */
function wholeSites(missing: number, rest: readonly number[], capacity: Float64Array): number {
  const first = capacity[rest[0] ?? 0]!
  if (missing <= 0 || !rest.every((i) => capacity[i] === first)) return missing
  return Math.ceil(missing / first - 1e-9) * first
}

/** Least Σ r of fractions of `rest` (by r/s, without `except`) that give `missing` of capacity. */
function fill(
  rest: readonly number[],
  reduced: Float64Array,
  capacity: Float64Array,
  missing: number,
  except: number,
): number {
  let cost = 0
  let left = missing
  for (const i of rest) {
    if (left <= 1e-9) return cost
    if (i === except) continue
    const share = Math.min(1, left / capacity[i]!)
    cost += share * reduced[i]!
    left -= capacity[i]!
  }
  return left <= 1e-9 ? cost : Infinity
}
