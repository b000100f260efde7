import { costsInFull, type Design } from './problem.ts'
import { createPathFinder } from './shortest-path.ts'

/** A lower bound by Lagrangian relaxation, and what its multipliers say about arcs. */
export interface LagrangianBound {
  readonly bound: number
  /** About how far the strong LP relaxation opens each arc, 0 … 1: a mean over the subproblems. */
  readonly openness: Float64Array
  /** Change of the bound when an arc is opened (forced to 1): its fixed cost + best knapsack. */
  readonly arcPrice: Float64Array
  readonly iterations: number
}

export interface LagrangianOptions {
  /** Value of a known design: the target of the steps. */
  readonly upper: number
  readonly iterations: number
  readonly stop: () => boolean
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
  const relaxation = createRelaxation(design)
  const ascent = startAscent(relaxation, shortestPathPotentials(design))
  // Where no supply is violated any more, the relaxed solution is optimal for the LP.
  const least = 1e-12 * design.totalDemand
  let iterations = 1
  for (; iterations < options.iterations && !options.stop(); iterations++) {
    if (squaredLength(ascent.slope) < least) break
    stepAlong(ascent, relaxation, options.upper)
    if (iterations % WEIGHT_LASTS === 0) ascent.weight = Math.max(0.01, ascent.weight * 0.85)
  }
  const { bound, openness, arcPrice } = ascent
  return { bound, openness, arcPrice, iterations }
}

/** Iterations without a better bound after which steps become shorter. */
const PATIENCE = 20
/** Iterations after which new subproblems weigh less in the mean. */
const WEIGHT_LASTS = 100

/** Where the volume algorithm stands. */
interface Ascent {
  /** Potentials of the best bound, and those tried last. */
  readonly center: Float64Array
  readonly trial: Float64Array
  /** Weighted mean of violations: the direction of the next step. */
  readonly slope: Float64Array
  /** The same mean of which arcs open. */
  readonly openness: Float64Array
  readonly arcPrice: Float64Array
  bound: number
  /** Share of the way to the target, as a Polyak step. */
  step: number
  failures: number
  /** Share of the newest subproblem in the mean. */
  weight: number
}

function startAscent(relaxation: Relaxation, center: Float64Array): Ascent {
  const bound = relaxation.solve(center)
  return {
    center,
    trial: center.slice(),
    slope: relaxation.violation.slice(),
    openness: relaxation.open.slice(),
    arcPrice: relaxation.price.slice(),
    bound,
    step: 0.1,
    failures: 0,
    weight: 0.1,
  }
}

/** One step: towards the target along the mean violation, then the mean takes in what it met. */
function stepAlong(ascent: Ascent, relaxation: Relaxation, upper: number): void {
  const { center, trial, slope, weight } = ascent
  const target = Math.max(upper, ascent.bound + 0.01 * Math.abs(ascent.bound))
  const length = (ascent.step * (target - ascent.bound)) / squaredLength(slope)
  for (let i = 0; i < trial.length; i++) trial[i] = center[i]! + length * slope[i]!
  const value = relaxation.solve(trial)
  let along = 0
  for (let i = 0; i < slope.length; i++) along += relaxation.violation[i]! * slope[i]!
  mixInto(slope, relaxation.violation, weight)
  mixInto(ascent.openness, relaxation.open, weight)
  settle(ascent, relaxation, value, along)
}

/** Keeps better potentials, and sets the length of the next step. */
function settle(ascent: Ascent, relaxation: Relaxation, value: number, along: number): void {
  if (value > ascent.bound) {
    ascent.bound = value
    ascent.center.set(ascent.trial)
    ascent.arcPrice.set(relaxation.price)
    ascent.failures = 0
    if (along > 0) ascent.step = Math.min(2, ascent.step * 1.1)
  } else if (++ascent.failures >= PATIENCE) {
    ascent.step = Math.max(1e-4, ascent.step * 0.66)
    ascent.failures = 0
  }
}

function mixInto(mean: Float64Array, newest: Float64Array, weight: number): void {
  for (let i = 0; i < mean.length; i++) mean[i] = weight * newest[i]! + (1 - weight) * mean[i]!
}

function squaredLength(vector: Float64Array): number {
  let sum = 0
  for (let i = 0; i < vector.length; i++) sum += vector[i]! * vector[i]!
  return sum
}

/** The relaxed problem: solve it at potentials, then read where it opens and what it violates. */
interface Relaxation {
  solve(potentials: Float64Array): number
  readonly open: Float64Array
  readonly price: Float64Array
  /** Supply − outflow + inflow, by commodity and node. */
  readonly violation: Float64Array
}

function createRelaxation(design: Design): Relaxation {
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
function shortestPathPotentials(design: Design): Float64Array {
  const { arcs, nodes, commodities, origin, destination } = design
  const potentials = new Float64Array(commodities * nodes)
  const finder = createPathFinder(design)
  const price = costsInFull(design)
  for (let k = 0; k < commodities; k++) {
    finder.search(origin[k]!, -1, price, price.length > arcs ? k * arcs : 0)
    const far = finder.distance[destination[k]!]!
    // Without a way (and so without demand) any potentials do; zeros are finite.
    if (far === Infinity) continue
    for (let v = 0; v < nodes; v++) {
      potentials[k * nodes + v] = -Math.min(finder.distance[v]!, far)
    }
  }
  return potentials
}
