import type { CompleteProblem } from './problem.ts'
import type { Transport } from './transport.ts'

/** One site for each customer. */
export interface Assignment {
  /** Site of each customer. */
  readonly site: Int32Array
  /** Fixed costs of the sites used + costs of serving; Infinity where a site is overloaded. */
  readonly value: number
}

/** Overload is charged this many times the dearest difference of unit costs. */
const OVERLOAD_FACTOR = 2

/**
 * Local search for single sourcing within given open sites: customers move to another site or
 * change places by pairs while that pays. Load above capacity is charged per unit, so that the
 * search may pass through what is not allowed; only what is allowed counts.
 */
export class SingleSearch {
  readonly #problem: CompleteProblem
  readonly #site: Int32Array
  readonly #load: Float64Array
  readonly #penalty: number

  constructor(problem: CompleteProblem) {
    this.#problem = problem
    this.#site = new Int32Array(problem.customers)
    this.#load = new Float64Array(problem.sites)
    this.#penalty = OVERLOAD_FACTOR * dearestUnit(problem)
  }

  /** Gives each customer the open site that serves most of it, then searches from there. */
  fromShares(transport: Transport): Assignment {
    const { customers: n } = this.#problem
    const most = new Float64Array(n)
    this.#site.fill(-1)
    transport.forEachShare((site, customer, share) => {
      if (share <= most[customer]!) return
      most[customer] = share
      this.#site[customer] = site
    })
    return this.#search(transport.openSites())
  }

  /** Searches from an assignment within `open`. */
  fromSites(site: Int32Array, open: Uint8Array): Assignment {
    this.#site.set(site)
    return this.#search(open)
  }

  #search(open: Uint8Array): Assignment {
    const { demand } = this.#problem
    const sites = [...open.keys()].filter((i) => open[i] === 1)
    this.#load.fill(0)
    this.#site.forEach((i, j) => {
      this.#load[i] = this.#load[i]! + demand[j]!
    })
    while (this.#moveAll(sites) || this.#exchangeAll()) {
      // Each pass lowers cost and charge together, so this ends.
    }
    return { site: this.#site.slice(), value: this.#value() }
  }

  /** Charge for `load` at site `i`. */
  #charge(i: number, load: number): number {
    return this.#penalty * Math.max(0, load - this.#problem.capacity[i]!)
  }

  /** Moves each customer where that pays most; whether any moved. */
  #moveAll(sites: readonly number[]): boolean {
    const { customers: n, cost, demand } = this.#problem
    let moved = false
    for (let j = 0; j < n; j++) {
      const a = this.#site[j]!
      const d = demand[j]!
      const load = this.#load[a]!
      const here = cost[a * n + j]! + this.#charge(a, load) - this.#charge(a, load - d)
      let best = -1e-9 * (1 + Math.abs(here))
      let to = -1
      for (const b of sites) {
        if (b === a) continue
        const other = this.#load[b]!
        const there = cost[b * n + j]! + this.#charge(b, other + d) - this.#charge(b, other)
        if (there - here < best) {
          best = there - here
          to = b
        }
      }
      if (to < 0) continue
      this.#move(j, to)
      moved = true
    }
    return moved
  }

  /** Exchanges pairs of customers where that pays; whether any changed places. */
  #exchangeAll(): boolean {
    const { customers: n } = this.#problem
    let changed = false
    for (let j = 0; j < n; j++) {
      for (let k = j + 1; k < n; k++) {
        if (this.#exchangePays(j, k)) {
          const [a, b] = [this.#site[j]!, this.#site[k]!]
          this.#move(j, b)
          this.#move(k, a)
          changed = true
        }
      }
    }
    return changed
  }

  #exchangePays(j: number, k: number): boolean {
    const { customers: n, cost, demand } = this.#problem
    const a = this.#site[j]!
    const b = this.#site[k]!
    if (a === b) return false
    const before = cost[a * n + j]! + cost[b * n + k]!
    const change = cost[b * n + j]! + cost[a * n + k]! - before
    const more = demand[k]! - demand[j]!
    const loadA = this.#load[a]!
    const loadB = this.#load[b]!
    const charge =
      this.#charge(a, loadA + more) -
      this.#charge(a, loadA) +
      this.#charge(b, loadB - more) -
      this.#charge(b, loadB)
    return change + charge < -1e-9 * (1 + before)
  }

  #move(j: number, to: number): void {
    const d = this.#problem.demand[j]!
    const from = this.#site[j]!
    this.#load[from] = this.#load[from]! - d
    this.#load[to] = this.#load[to]! + d
    this.#site[j] = to
  }

  #value(): number {
    return assignmentValue(this.#problem, this.#site)
  }
}

/** Fixed costs of the sites used + costs of serving; Infinity where a site is overloaded. */
export function assignmentValue(problem: CompleteProblem, site: Int32Array): number {
  const { sites: m, customers: n, capacity, demand, fixedCost, cost } = problem
  const load = new Float64Array(m)
  const used = new Uint8Array(m)
  let value = 0
  site.forEach((i, j) => {
    load[i] = load[i]! + demand[j]!
    used[i] = 1
    value += cost[i * n + j]!
  })
  for (let i = 0; i < m; i++) {
    if (load[i]! > capacity[i]! * (1 + 1e-9)) return Infinity
    if (used[i] === 1) value += fixedCost[i]!
  }
  return value
}

/** The largest difference of finite costs of one customer, per unit of its demand. */
function dearestUnit(problem: CompleteProblem): number {
  const { sites: m, customers: n, cost, demand } = problem
  let dearest = 1e-9
  for (let j = 0; j < n; j++) {
    let least = Infinity
    let most = 0
    for (let i = 0; i < m; i++) {
      const c = cost[i * n + j]!
      if (c === Infinity) continue
      least = Math.min(least, c)
      most = Math.max(most, c)
    }
    if (demand[j]! > 0) dearest = Math.max(dearest, (most - least) / demand[j]!)
  }
  return dearest
}
