import type { FlowSolver } from './flow.ts'
import type { Design } from './problem.ts'
import { type Route, routingOf, valueOfRouting } from './routes.ts'

/** A design as its ways, with its money. */
export interface Solution {
  readonly routes: readonly (readonly Route[])[]
  readonly value: number
}

export interface SlopeOptions {
  readonly iterations: number
  readonly stop: () => boolean
  /** How far the Lagrangian relaxation opens each arc. */
  readonly openness: Float64Array
  /** Arcs that may be used: 1 each. */
  readonly allowed: Uint8Array
  /** Called with every design that is met. */
  readonly visit: (solution: Solution) => void
}

/** Openness below which an arc is priced as if it were this open. */
const LEAST_OPEN = 0.01

/**
 * Slope scaling: solves flows at c_a + ρ_a, sets ρ_a = f_a / flow_a on used arcs, so that the next
 * flow pays what the last one cost, and repeats until a flow comes back. The first slopes follow
 * the Lagrangian relaxation: ρ_a = f_a (1 − y_a) / (u_a y_a), so that arcs which it opens cost
 * little and those which it leaves closed much. Source: Crainic, Gendron & Hernu 2004.
 */
export function slopeScaling(design: Design, flow: FlowSolver, options: SlopeOptions): void {
  const { fixedCost, capacity, costPerCommodity } = design
  const { openness, allowed } = options
  const slope = fixedCost.map((fixed, a) => {
    const open = Math.max(LEAST_OPEN, openness[a]!)
    return (fixed * (1 - Math.min(1, open))) / Math.max(capacity[a]! * open, 1e-9)
  })
  const base = costPerCommodity ?? design.costPerUnit
  let last = Number.NaN
  for (let i = 0; i < options.iterations && !options.stop(); i++) {
    const costs = base.map((cost, j) => cost + slope[j % design.arcs]!)
    const { routes, missing } = flow.solve(costs, allowed)
    if (missing > 0) return
    const routing = routingOf(design, routes)
    const value = valueOfRouting(design, routing)
    options.visit({ routes, value })
    if (value === last) return
    last = value
    for (let a = 0; a < design.arcs; a++) {
      if (routing.users[a]! > 0) slope[a] = fixedCost[a]! / Math.max(routing.load[a]!, 1e-9)
    }
  }
}

/** The least-cost flow through the arcs that a design uses; never dearer than the design. */
export function polish(design: Design, flow: FlowSolver, solution: Solution): Solution {
  const open = openArcs(design, solution.routes)
  const { routes, missing } = flow.solve(design.costPerCommodity ?? design.costPerUnit, open)
  if (missing > 0) return solution
  const value = valueOfRouting(design, routingOf(design, routes))
  return value < solution.value ? { routes, value } : solution
}

/** 1 for each arc that a way uses. */
export function openArcs(design: Design, routes: readonly (readonly Route[])[]): Uint8Array {
  const open = new Uint8Array(design.arcs)
  for (const list of routes) for (const { arcs } of list) for (const a of arcs) open[a] = 1
  return open
}
