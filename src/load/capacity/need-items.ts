import { heldBy, heldByOne } from './cover.ts'
import { type Market, type SupplyPrices, servesWhen } from './market.ts'
import type { CapacityNeed, CapacityProblem } from './problem.ts'

/** A kind of server that a need may use: a type at a location of its region. */
export interface NeedItem {
  readonly type: number
  readonly location: number
  /** Requests/s that one server holds. */
  readonly perServer: number
  /** Zones that its servers are spread over; 1 where none need survive. */
  readonly zones: number
  /** Requests/s that one adds in the long run, a zone being gone. */
  readonly held: number
  readonly prices: SupplyPrices
  /** [weeks] 1 where a new one can serve. */
  readonly serves: Uint8Array
  /** [weeks] servers that stand already. */
  readonly standing: Float64Array
}

/** A need as it is planned: what can serve it, and what of it can be held at all. */
export interface NeedWork {
  readonly items: readonly NeedItem[]
  /** [weeks] requests/s to hold, cut where nothing can be had in time. */
  readonly need: Float64Array
  /** [weeks] requests/s cut off. */
  readonly short: Float64Array
  /** [weeks] weeks alike in offers, prices and standing servers share a number. */
  readonly era: Int32Array
}

/** Looks up what may serve a need; region `all` may be served from every location. */
export function openNeed(problem: CapacityProblem, market: Market, need: CapacityNeed): NeedWork {
  const items = itemsOf(problem, market, need)
  const held = need.need.slice()
  const short = new Float64Array(problem.weeks)
  for (let t = 0; t < held.length; t++) {
    if (items.some(({ serves }) => serves[t] === 1)) continue
    const stands = standingHeld(items, t)
    short[t] = Math.max(0, held[t]! - stands)
    held[t] = Math.min(held[t]!, stands)
  }
  return { items, need: held, short, era: erasOf(items, problem.weeks) }
}

/** Requests/s that standing servers hold in a week. */
export function standingHeld(items: readonly NeedItem[], week: number): number {
  return items.reduce(
    (sum, { standing, perServer, zones }) => sum + heldBy(standing[week]!, perServer, zones),
    0,
  )
}

function itemsOf(problem: CapacityProblem, market: Market, need: CapacityNeed): NeedItem[] {
  const { types, locations, survivesZone, weeks } = problem
  return market.prices.flatMap((prices, k) => {
    const type = k % types.length
    const location = Math.floor(k / types.length)
    const place = locations[location]!
    const perServer = need.perServer[type]!
    const isHere = need.region === 'all' || place.region === need.region
    if (prices === undefined || !(perServer > 0) || !isHere) return []
    const zones = survivesZone ? place.zones : 1
    const standing = new Float64Array(weeks)
    for (const one of need.standing) {
      if (one.type !== type || one.location !== location) continue
      for (let t = 0; t < weeks; t++) standing[t]! += one.servers[t]!
    }
    const serves = servesWhen(prices, market.termWeeks)
    const held = heldByOne(perServer, zones)
    return [{ type, location, perServer, zones, held, prices, serves, standing }]
  })
}

function erasOf(items: readonly NeedItem[], weeks: number): Int32Array {
  const eras = new Map<string, number>()
  return Int32Array.from({ length: weeks }, (_, t) => {
    const key = items
      .map(({ serves, standing, prices }) => `${serves[t]} ${standing[t]} ${prices.hourly[t]}`)
      .join()
    const era = eras.get(key) ?? eras.size
    eras.set(key, era)
    return era
  })
}
