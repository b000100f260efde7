import type { Design } from './problem.ts'
import { createPathFinder } from './shortest-path.ts'

/** A lower bound by Lagrangian relaxation, and what its multipliers say about arcs. */
export interface LagrangianBound {
  readonly bound: number
  /** About how far the strong LP relaxation opens each arc, 0 … 1: a mean over the subproblems. */
  readonly openness: Float64Array
  /** Change of the bound when an arc is opened (forced to 1): its fixed cost + best knapsack. */
  readonly arcPrice: Float64Array
  /** Price of one unit of commodity k at node v: [k · nodes + v]. */
  readonly potentials: Float64Array
  readonly iterations: number
}

export interface LagrangianOptions {
  /** Value of a known design: the target of the steps. */
  readonly upper: number
  readonly iterations: number
  readonly stop: () => boolean
  /** Potentials to start from; absent: shortest paths at c + f / u. */
  readonly start?: Float64Array
  /** Arcs that may not be opened: 1 each. */
  readonly closed?: Uint8Array
}

/**
 * Relaxes flow conservation: with potentials π, each arc a is a continuous knapsack over the
 * reduced costs c_a − π_k(from) + π_k(to), and opens when f_a + its knapsack is negative;
 * L(π) = Σ_a min(0, f_a + knapsack_a) + Σ_k d_k (π_k(origin) − π_k(destination)). Maximized by the
 * volume algorithm, the bound tends to that of the strong LP relaxation (x_a^k ≤ d_k y_a), and the
 * mean of the subproblems to its solution. Sources: Crainic, Frangioni & Gendron 2001; Barahona &
 * Anbil 2000.
 */
export function lagrangianBound(design: Design, options: LagrangianOptions): LagrangianBound {
  const { arcs, nodes, commodities } = design
  const size = commodities * nodes
  const center = options.start?.slice() ?? shortestPathPotentials(design, options.closed)
  const trial = center.slice()
  const relaxation = createRelaxation(design, options.closed)
  let bound = relaxation.solve(center)
  const slope = relaxation.violation.slice()
  const openness = Float64Array.from(relaxation.open)
  const arcPrice = relaxation.price.slice()
  let step = 0.1
  let failures = 0
  let weight = 0.1
  let iteration = 1
  for (; iteration < options.iterations && !options.stop(); iteration++) {
    let norm = 0
    for (let i = 0; i < size; i++) norm += slope[i]! * slope[i]!
    if (norm < 1e-12 * design.totalDemand) break
    const target = Math.max(options.upper, bound + 0.01 * Math.abs(bound))
    const length = (step * (target - bound)) / norm
    for (let i = 0; i < size; i++) trial[i] = center[i]! + length * slope[i]!
    const value = relaxation.solve(trial)
    let product = 0
    for (let i = 0; i < size; i++) product += relaxation.violation[i]! * slope[i]!
    for (let i = 0; i < size; i++) {
      slope[i] = weight * relaxation.violation[i]! + (1 - weight) * slope[i]!
    }
    for (let a = 0; a < arcs; a++) {
      openness[a] = weight * relaxation.open[a]! + (1 - weight) * openness[a]!
    }
    if (value > bound) {
      const gain = value - bound
      bound = value
      center.set(trial)
      arcPrice.set(relaxation.price)
      failures = 0
      if (product > 0 && gain > 0) step = Math.min(2, step * 1.1)
    } else if (++failures >= 20) {
      step = Math.max(1e-4, step * 0.66)
      failures = 0
    }
    if (iteration % 100 === 0) weight = Math.max(0.01, weight * 0.85)
  }
  return { bound, openness, arcPrice, potentials: center, iterations: iteration }
}

/** The relaxed problem: solve it at potentials, then read where it opens and what it violates. */
interface Relaxation {
  solve(potentials: Float64Array): number
  readonly open: Float64Array
  readonly price: Float64Array
  /** Supply − outflow + inflow, by commodity and node. */
  readonly violation: Float64Array
}

function createRelaxation(design: Design, closed: Uint8Array | undefined): Relaxation {
  const { arcs, nodes, commodities, from, to, capacity, fixedCost, demand } = design
  const open = new Float64Array(arcs)
  const price = new Float64Array(arcs)
  const violation = new Float64Array(commodities * nodes)
  const reduced = new Float64Array(commodities)
  const chosen = new Int32Array(commodities)
  const costs = design.costPerCommodity
  /** Collects the commodities that an arc would carry at a gain; returns how many. */
  function gather(a: number, potentials: Float64Array): number {
    const v = from[a]!
    const w = to[a]!
    const shared = design.costPerUnit[a]!
    let count = 0
    for (let k = 0, i = 0; k < commodities; k++, i += nodes) {
      const cost = costs === undefined ? shared : costs[k * arcs + a]!
      const gain = cost - potentials[i + v]! + potentials[i + w]!
      if (gain < 0) {
        reduced[k] = gain
        chosen[count++] = k
      }
    }
    return count
  }
  /** Fills the arc with the best of `count` gathered commodities; adds flows when `send`. */
  function fill(a: number, count: number, send: boolean): number {
    const v = from[a]!
    const w = to[a]!
    let room = capacity[a]!
    let value = 0
    for (let i = 0; i < count && room > 0; i++) {
      const k = chosen[i]!
      const amount = Math.min(room, demand[k]!)
      room -= amount
      value += reduced[k]! * amount
      if (!send) continue
      violation[k * nodes + v]! -= amount
      violation[k * nodes + w]! += amount
    }
    return value
  }
  function solve(potentials: Float64Array): number {
    let value = supply(design, potentials, violation)
    open.fill(0)
    for (let a = 0; a < arcs; a++) {
      price[a] = fixedCost[a]!
      if (closed?.[a] === 1) continue
      const count = gather(a, potentials)
      sortWhereTight(count, capacity[a]!, chosen, reduced, demand)
      price[a]! += fill(a, count, false)
      if (price[a]! >= 0) continue
      open[a] = 1
      value += price[a]!
      fill(a, count, true)
    }
    return value
  }
  return { solve, open, price, violation }
}

/** Writes the supplies into `violation` and returns Σ_k d_k (π_k(origin) − π_k(destination)). */
function supply(design: Design, potentials: Float64Array, violation: Float64Array): number {
  const { nodes, commodities, origin, destination, demand } = design
  violation.fill(0)
  let value = 0
  for (let k = 0; k < commodities; k++) {
    const start = k * nodes + origin[k]!
    const end = k * nodes + destination[k]!
    violation[start]! += demand[k]!
    violation[end]! -= demand[k]!
    value += demand[k]! * (potentials[start]! - potentials[end]!)
  }
  return value
}

/** Orders the chosen commodities by gain where the arc cannot carry all of them. */
function sortWhereTight(
  count: number,
  capacity: number,
  chosen: Int32Array,
  reduced: Float64Array,
  demand: Float64Array,
): void {
  let sum = 0
  for (let i = 0; i < count; i++) sum += demand[chosen[i]!]!
  if (sum > capacity) chosen.subarray(0, count).sort((i, j) => reduced[i]! - reduced[j]!)
}

/** Potentials −distance from each origin at c + f / u: feasible for the weak relaxation. */
function shortestPathPotentials(design: Design, closed: Uint8Array | undefined): Float64Array {
  const { arcs, nodes, commodities } = design
  const potentials = new Float64Array(commodities * nodes)
  const finder = createPathFinder(design)
  const price = new Float64Array(arcs)
  for (let k = 0; k < commodities; k++) {
    for (let a = 0; a < arcs; a++) {
      const unit = design.costPerCommodity?.[k * arcs + a] ?? design.costPerUnit[a]!
      const shut = closed?.[a] === 1 || design.capacity[a] === 0
      price[a] = shut ? Infinity : unit + design.fixedCost[a]! / design.capacity[a]!
    }
    finder.search(design.origin[k]!, -1, price)
    const far = finder.distance[design.destination[k]!]!
    // Without a way (and so without demand) any potentials do; zeros are finite.
    if (far === Infinity) continue
    for (let v = 0; v < nodes; v++) {
      potentials[k * nodes + v] = -Math.min(finder.distance[v]!, far)
    }
  }
  return potentials
}
