import type { StockCells } from './cells.ts'
import { type BasketForecast, MOST_LINES, type WayCosts } from './forecast.ts'

/**
 * The cheapest way to ship a basket at given worths, in the plain cost of ways (fixed and per kg):
 * what a Lagrangian of the basket LP asks of each basket. A site's parcel costs its fixed part and a
 * part for each line, so that the cheapest split is that of `createSplitSearch` with nothing to look up.
 */
export interface BestWays {
  /** Cell of each line of the basket asked last. */
  readonly cellOf: Int32Array
  /**
   * Least cost of basket `b` with a unit of each cell worth `worth[cell]` (Infinity: none there);
   * Infinity where there is no way.
   */
  find(b: number, worth: Float64Array): number
  /** Cost without worths of shipping basket `b` from `cells`, one a line. */
  plainCost(b: number, cells: ArrayLike<number>): number
}

/** A search over the baskets of a forecast; holds its memory between calls. */
export function createBestWays(
  forecast: BasketForecast,
  ways: WayCosts,
  cells: StockCells,
): BestWays {
  const { area, starts, product, units } = forecast
  const { sites, areas, fixed, perKg, kg } = ways
  const { starts: cellStarts, site: cellSite } = cells
  const size = 1 << MOST_LINES
  // Least cost of each set of lines in one parcel, and its site; then of each set in any parcels.
  const cost = new Float64Array(size)
  const from = new Int32Array(size)
  const best = new Float64Array(size)
  const part = new Int32Array(size)
  const atSite = new Float64Array(size)
  // Sites met by this basket: their lines as bits, cents and cells.
  const met = new Int32Array(sites)
  const held = new Int32Array(sites)
  const line = new Float64Array(sites * MOST_LINES)
  const lineCell = new Int32Array(sites * MOST_LINES)
  const cellOf = new Int32Array(MOST_LINES)
  return { cellOf, find, plainCost }

  function find(b: number, worth: Float64Array): number {
    const first = starts[b]!
    const lines = starts[b + 1]! - first
    if (lines === 1) return findSingle(b, worth)
    const full = (1 << lines) - 1
    cost.fill(Infinity, 0, full + 1)
    const count = meetSites(b, lines, worth)
    for (let at = 0; at < count; at++) {
      const site = met[at]!
      parcelsAt(site, fixed[site * areas + area[b]!]!)
      held[site] = 0
    }
    return partition(full)
  }

  function findSingle(b: number, worth: Float64Array): number {
    const first = starts[b]!
    const p = product[first]!
    let least = Infinity
    for (let cell = cellStarts[p]!; cell < cellStarts[p + 1]!; cell++) {
      const way = cellSite[cell]! * areas + area[b]!
      const cents = fixed[way]! + units[first]! * (perKg[way]! * kg[p]! + worth[cell]!)
      if (cents < least) {
        least = cents
        cellOf[0] = cell
      }
    }
    return least
  }

  function meetSites(b: number, lines: number, worth: Float64Array): number {
    let count = 0
    for (let l = 0; l < lines; l++) {
      const at = starts[b]! + l
      const p = product[at]!
      for (let cell = cellStarts[p]!; cell < cellStarts[p + 1]!; cell++) {
        const each = worth[cell]!
        if (each === Infinity) continue
        const site = cellSite[cell]!
        if (held[site] === 0) met[count++] = site
        held[site] = held[site]! | (1 << l)
        line[site * MOST_LINES + l] = units[at]! * (perKg[site * areas + area[b]!]! * kg[p]! + each)
        lineCell[site * MOST_LINES + l] = cell
      }
    }
    return count
  }

  function parcelsAt(site: number, start: number): void {
    const mine = held[site]!
    atSite[0] = start
    for (let mask = mine & -mine; mask !== 0; mask = (mask - mine) & mine) {
      const rest = mask & (mask - 1)
      const cents = atSite[rest]! + line[site * MOST_LINES + 31 - Math.clz32(mask ^ rest)]!
      atSite[mask] = cents
      if (cents < cost[mask]!) {
        cost[mask] = cents
        from[mask] = site
      }
    }
  }

  function partition(full: number): number {
    best[0] = 0
    for (let set = 1; set <= full; set++) {
      const low = set & -set
      const others = set ^ low
      let least = cost[set]!
      let chosen = set
      for (let sub = (others - 1) & others; sub !== others; sub = (sub - 1) & others) {
        const cents = cost[sub | low]! + best[others ^ sub]!
        if (cents < least) {
          least = cents
          chosen = sub | low
        }
        if (sub === 0) break
      }
      best[set] = least
      part[set] = chosen
    }
    if (best[full] !== Infinity) writeCells(full)
    return best[full]!
  }

  function writeCells(full: number): void {
    for (let set = full; set !== 0; set ^= part[set]!) {
      const site = from[part[set]!]!
      for (let rest = part[set]!; rest !== 0; rest &= rest - 1) {
        const l = 31 - Math.clz32(rest & -rest)
        cellOf[l] = lineCell[site * MOST_LINES + l]!
      }
    }
  }

  function plainCost(b: number, of: ArrayLike<number>): number {
    const first = starts[b]!
    const lines = starts[b + 1]! - first
    let cents = 0
    for (let l = 0; l < lines; l++) {
      const site = cellSite[of[l]!]!
      const way = site * areas + area[b]!
      let opened = false
      for (let k = 0; k < l; k++) opened ||= cellSite[of[k]!] === site
      if (!opened) cents += fixed[way]!
      cents += units[first + l]! * perKg[way]! * kg[product[first + l]!]!
    }
    return cents
  }
}
