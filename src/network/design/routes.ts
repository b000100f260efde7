import { type Design, unitCost } from './problem.ts'
import type { PathFinder } from './shortest-path.ts'

/** A way that an amount of one commodity takes. */
export interface Route {
  readonly arcs: Int32Array
  readonly amount: number
}

/** A design as the ways of its commodities: an arc is open when a way uses it. */
export interface Routing {
  readonly load: Float64Array
  /** How many ways use each arc. */
  readonly users: Int32Array
  /** Ways of each commodity. */
  readonly routes: (readonly Route[])[]
}

/** Amounts below this share of the total demand count as nothing. */
export const FLOW_TOLERANCE = 1e-9

/** A routing without any flow. */
export function emptyRouting(design: Design): Routing {
  return {
    load: new Float64Array(design.arcs),
    users: new Int32Array(design.arcs),
    routes: Array.from({ length: design.commodities }, () => []),
  }
}

/** A routing with the given ways. */
export function routingOf(design: Design, routes: readonly (readonly Route[])[]): Routing {
  const routing = emptyRouting(design)
  for (let k = 0; k < design.commodities; k++) putRoutes(routing, k, routes[k]!)
  return routing
}

/** Puts `routes` as the ways of commodity `k`, which has none so far. */
export function putRoutes(routing: Routing, k: number, routes: readonly Route[]): void {
  const { load, users } = routing
  routing.routes[k] = routes
  for (const { arcs, amount } of routes) {
    for (const a of arcs) {
      load[a]! += amount
      users[a]! += 1
    }
  }
}

/** Takes the ways of commodity `k` out and returns them. */
export function takeRoutes(routing: Routing, k: number): readonly Route[] {
  const { load, users } = routing
  const routes = routing.routes[k]!
  for (const { arcs, amount } of routes) {
    for (const a of arcs) {
      users[a]! -= 1
      load[a] = users[a] === 0 ? 0 : load[a]! - amount
    }
  }
  routing.routes[k] = []
  return routes
}

/** Money of a routing: Σ fixed cost of used arcs + Σ cost per unit × flow. */
export function valueOfRouting(design: Design, routing: Routing): number {
  let value = 0
  for (let a = 0; a < design.arcs; a++) if (routing.users[a]! > 0) value += design.fixedCost[a]!
  for (let k = 0; k < design.commodities; k++) value += flowCost(design, k, routing.routes[k]!)
  return value
}

/** Money of the flow of ways of commodity `k`, without fixed costs. */
export function flowCost(design: Design, k: number, routes: readonly Route[]): number {
  let cost = 0
  for (const { arcs, amount } of routes) {
    let unit = 0
    for (const a of arcs) unit += unitCost(design, k, a)
    cost += unit * amount
  }
  return cost
}

/** Sends commodities by their cheapest ways beside what flows already. */
export interface Router {
  /**
   * Finds ways for the demand of `k`, whole where one way can carry it and else in parts, each
   * over arcs with room left; an unused arc costs `charge[a]` on top. Puts them into the routing
   * and returns true, or leaves it without ways for `k` and returns false.
   */
  insert(routing: Routing, k: number, charge: Float64Array): boolean
}

/** A router over `finder`; a commodity's path is cheapest at c + charge / amount for each arc. */
export function createRouter(design: Design, finder: PathFinder): Router {
  const { arcs, capacity, costPerUnit, costPerCommodity, origin, destination, demand } = design
  const price = new Float64Array(arcs)
  const tolerance = FLOW_TOLERANCE * design.totalDemand
  /** Prices for `remaining` units, on arcs that have room for at least `needed` of them. */
  function setPrices(
    routing: Routing,
    k: number,
    charge: Float64Array,
    remaining: number,
    needed: number,
  ): void {
    const { load, users } = routing
    const costs = costPerCommodity ?? costPerUnit
    const offset = costPerCommodity === undefined ? 0 : k * arcs
    for (let a = 0; a < arcs; a++) {
      const room = capacity[a]! - load[a]!
      if (room < needed) price[a] = Infinity
      else if (users[a]! > 0) price[a] = costs[offset + a]!
      else price[a] = costs[offset + a]! + charge[a]! / Math.min(room, remaining)
    }
  }
  function nextRoute(
    routing: Routing,
    k: number,
    charge: Float64Array,
    remaining: number,
  ): Route | undefined {
    const target = destination[k]!
    for (const needed of [remaining - tolerance, 2 * tolerance]) {
      setPrices(routing, k, charge, remaining, needed)
      if (finder.search(origin[k]!, target, price) === Infinity) continue
      const path = finder.path(target)
      let amount = remaining
      for (const a of path) amount = Math.min(amount, capacity[a]! - routing.load[a]!)
      return { arcs: path, amount: remaining - amount <= tolerance ? remaining : amount }
    }
    return undefined
  }
  function insert(routing: Routing, k: number, charge: Float64Array): boolean {
    if (origin[k] === destination[k]) return true
    const found: Route[] = []
    let remaining = demand[k]!
    while (remaining > tolerance) {
      const route = nextRoute(routing, k, charge, remaining)
      if (route === undefined) {
        takeRoutes(routing, k)
        return false
      }
      const before = takeRoutes(routing, k)
      found.push(route)
      putRoutes(routing, k, [...before, route])
      remaining -= route.amount
    }
    return true
  }
  return { insert }
}
