import type { Instance } from '../instance.ts'
import type { CapacitatedProblem } from './problem.ts'

/**
 * Open sites and the site of each customer. Loads may pass capacities while searching: each unit
 * above costs `price`.
 */
export interface Assignment {
  readonly instance: Instance
  readonly demands: Float64Array
  readonly capacities: Float64Array
  readonly openSites: Int32Array
  readonly isOpen: Uint8Array
  readonly assigned: Int32Array
  readonly loads: Float64Array
  price: number
  cost: number
}

/** Memory for an assignment. */
export function createAssignment(instance: Instance, problem: CapacitatedProblem): Assignment {
  const { demands, capacities } = problem
  return {
    instance,
    demands,
    capacities,
    openSites: new Int32Array(instance.p),
    isOpen: new Uint8Array(instance.sites),
    assigned: new Int32Array(instance.customers),
    loads: new Float64Array(instance.sites),
    price: 1,
    cost: 0,
  }
}

/** Cost of customer i at site j, the instance's. */
export function costAt({ instance }: Assignment, i: number, j: number): number {
  return instance.bySite[j * instance.customers + i]!
}

/** Units above the capacity of site j if it carried `load`; rounding does not count. */
export function overloadOf({ capacities }: Assignment, j: number, load: number): number {
  const over = load - capacities[j]!
  return over > 1e-9 * capacities[j]! ? over : 0
}

/** Units above capacity in all. */
export function totalOverload(assignment: Assignment): number {
  const { openSites, loads } = assignment
  return openSites.reduce((sum, j) => sum + overloadOf(assignment, j, loads[j]!), 0)
}

/** What changing the load of site j by `change` adds to the price of overload. */
export function overloadChange(assignment: Assignment, j: number, change: number): number {
  const { loads, price } = assignment
  const before = overloadOf(assignment, j, loads[j]!)
  return price * (overloadOf(assignment, j, loads[j]! + change) - before)
}

/** Opens the sites and deals customers out by regret. */
export function openSitesOf(assignment: Assignment, open: ArrayLike<number>): void {
  const { openSites, isOpen } = assignment
  openSites.set(open)
  isOpen.fill(0)
  for (const site of openSites) isOpen[site] = 1
  deal(assignment)
}

/**
 * Deals customers to sites that have room: first those whose nearest site is nearer than their
 * second by most for their demand (Martello and Toth's regret), each to the nearest with room, or
 * to the emptiest where none has.
 */
function deal(assignment: Assignment): void {
  const { instance, loads, demands, assigned } = assignment
  const order = Array.from({ length: instance.customers }, (_, i) => i)
  const regrets = Float64Array.from(order, (i) => regretOf(assignment, i))
  order.sort((a, b) => regrets[b]! - regrets[a]! || demands[b]! - demands[a]! || a - b)
  loads.fill(0)
  assignment.cost = 0
  for (const i of order) {
    const site = placeFor(assignment, i)
    assigned[i] = site
    loads[site]! += demands[i]!
    assignment.cost += costAt(assignment, i, site)
  }
}

function regretOf(assignment: Assignment, i: number): number {
  let [first, second] = [Infinity, Infinity]
  for (const j of assignment.openSites) {
    const cost = costAt(assignment, i, j)
    if (cost < first) {
      second = first
      first = cost
    } else if (cost < second) second = cost
  }
  return second === Infinity ? 0 : second - first
}

/** The nearest open site with room for customer i, else the one with the most room that reaches it. */
export function placeFor(assignment: Assignment, i: number): number {
  const { instance, openSites, loads, capacities, demands } = assignment
  let nearest = -1
  let emptiest = -1
  for (const j of openSites) {
    const cost = costAt(assignment, i, j)
    const fits = overloadOf(assignment, j, loads[j]! + demands[i]!) === 0
    if (fits && (nearest < 0 || cost < costAt(assignment, i, nearest))) nearest = j
    const room = capacities[j]! - loads[j]!
    const reaches = cost < instance.unreached
    if (!reaches && emptiest >= 0) continue
    if (emptiest < 0 || room > capacities[emptiest]! - loads[emptiest]!) emptiest = j
  }
  return nearest >= 0 ? nearest : emptiest
}

/** Moves customer i to site j. */
export function move(assignment: Assignment, i: number, j: number): void {
  const { assigned, loads, demands } = assignment
  const from = assigned[i]!
  assignment.cost += costAt(assignment, i, j) - costAt(assignment, i, from)
  loads[from]! -= demands[i]!
  loads[j]! += demands[i]!
  assigned[i] = j
}

/** Puts `site` in the place of `closed`; who was served there goes where there is room. */
export function replaceSite(assignment: Assignment, closed: number, site: number): void {
  const { openSites, isOpen, assigned } = assignment
  openSites[openSites.indexOf(closed)] = site
  isOpen[closed] = 0
  isOpen[site] = 1
  assigned.forEach((at, i) => {
    if (at === closed) move(assignment, i, placeFor(assignment, i))
  })
  assignment.loads[closed] = 0
}

/** The same assignment in memory of its own. */
export function copyOf(assignment: Assignment): Assignment {
  const { openSites, isOpen, assigned, loads } = assignment
  return {
    ...assignment,
    openSites: openSites.slice(),
    isOpen: isOpen.slice(),
    assigned: assigned.slice(),
    loads: loads.slice(),
  }
}
