import { Entries } from './entries.ts'
import type { CompleteProblem } from './problem.ts'

/** Loads this small beside the total demand are rounding. */
const ROUNDING = 1e-11

/**
 * The cheapest way of serving all customers from a set of open sites within their capacities, kept
 * optimal while sites are opened and closed one at a time.
 *
 *     min Σ c_ij x_ij,  Σ_i x_ij = 1,  Σ_j d_j x_ij ≤ s_i for open i,  x ≥ 0
 *
 * Successive shortest paths (Ahuja, Magnanti and Orlin 1993, 9.7) on the sites alone: the way from
 * site a to site b costs what the cheapest customer at a costs to move, per unit of demand. Every
 * customer begins at its cheapest site, sites above capacity push along shortest paths. Closing a
 * site pushes its load away; opening one draws load along paths of negative cost. Either way no
 * negative cycle arises, so the flow stays optimal for what is open.
 */
export class Transport {
  readonly #problem: CompleteProblem
  readonly #unit: Float64Array
  readonly #free: readonly number[]
  readonly #open: Uint8Array
  readonly #load: Float64Array
  readonly #entries: Entries
  /** Cheapest way from site to site, per unit of demand, and the entry that would move. */
  readonly #wayCost: Float64Array
  readonly #wayEntry: Int32Array
  #sites: Int32Array
  #opened = 0
  readonly #distance: Float64Array
  readonly #from: Int32Array
  readonly #path: number[] = []
  readonly #tiny: number
  #blocking: Int32Array = new Int32Array(0)

  /** No site is open. */
  constructor(problem: CompleteProblem) {
    const { sites: m, customers: n, cost, demand } = problem
    this.#problem = problem
    this.#unit = Float64Array.from(cost, (c, k) => c / demand[k % n]!)
    this.#free = Array.from(demand, (d, j) => (d === 0 ? j : -1)).filter((j) => j >= 0)
    this.#open = new Uint8Array(m)
    this.#load = new Float64Array(m)
    this.#sites = new Int32Array(m)
    this.#wayCost = new Float64Array(m * m)
    this.#wayEntry = new Int32Array(m * m)
    this.#distance = new Float64Array(m)
    this.#from = new Int32Array(m)
    this.#tiny = ROUNDING * (1 + problem.totalDemand)
    this.#entries = new Entries(m, 2 * n + 2 * m + 8)
  }

  /** Replaces all by the sites in `open` (1 each); false where they cannot serve everyone. */
  reset(open: Uint8Array): boolean {
    const { sites: m, customers: n, demand, capacity } = this.#problem
    this.#clear(open)
    let room = 0
    for (let i = 0; i < m; i++) if (open[i] === 1) room += capacity[i]!
    if (room < this.#problem.totalDemand) return false
    for (let j = 0; j < n; j++) {
      const site = this.#cheapest(j)
      if (site < 0) return false
      if (demand[j]! > 0) this.#put(site, j, demand[j]!)
    }
    for (let k = 0; k < this.#opened; k++) this.#refresh(this.#sites[k]!)
    for (let k = 0; k < this.#opened; k++) {
      const site = this.#sites[k]!
      if (!this.#pushAway(site, capacity[site]!)) return false
    }
    return true
  }

  /** Makes this the same as `other`, which stays as it is. */
  copy(other: Transport): void {
    this.#open.set(other.#open)
    this.#load.set(other.#load)
    this.#wayCost.set(other.#wayCost)
    this.#wayEntry.set(other.#wayEntry)
    this.#sites.set(other.#sites)
    this.#opened = other.#opened
    this.#entries.copy(other.#entries)
  }

  /** Opens `site` and draws to it what it serves more cheaply. */
  open(site: number): void {
    if (this.#open[site] === 1) return
    this.#open[site] = 1
    this.#load[site] = 0
    this.#sites[this.#opened++] = site
    this.#refresh(site)
    for (let k = 0; k < this.#opened; k++) this.#refreshWay(this.#sites[k]!, site)
    const capacity = this.#problem.capacity[site]!
    while (capacity - this.#load[site]! > this.#tiny) {
      this.#fromAnywhere(site)
      if (this.#distance[site]! >= -this.#epsilon(site)) return
      this.#trace(site)
      this.#move(capacity - this.#load[site]!)
    }
  }

  /** Closes `site`; false where the others cannot serve everyone (the state is then of no use). */
  close(site: number): boolean {
    if (this.#open[site] === 0) return true
    if (!this.#pushAway(site, 0)) return false
    this.#open[site] = 0
    const at = this.#sites.indexOf(site)
    this.#sites[at] = this.#sites[--this.#opened]!
    return true
  }

  /**
   * After `reset` was false for want of ways: the sites that are full and between which alone the
   * customers at them may move. What these customers demand is above what these sites hold.
   */
  blockingSites(): Int32Array {
    return this.#blocking
  }

  isOpen(site: number): boolean {
    return this.#open[site] === 1
  }

  /** Σ f_i of open sites + Σ c_ij x_ij. */
  value(): number {
    const { fixedCost, customers: n, cost } = this.#problem
    let sum = 0
    for (let k = 0; k < this.#opened; k++) {
      const site = this.#sites[k]!
      sum += fixedCost[site]!
      for (let e = this.#entries.head[site]!; e >= 0; e = this.#entries.next[e]!) {
        sum += this.#entries.amount[e]! * this.#unit[site * n + this.#entries.customer[e]!]!
      }
    }
    for (const j of this.#free) sum += cost[this.#cheapest(j) * n + j]!
    return sum
  }

  /** 1 for each open site. */
  openSites(): Uint8Array {
    return this.#open.slice()
  }

  /** Calls `visit` with each site, customer and the share of its demand that goes there. */
  forEachShare(visit: (site: number, customer: number, share: number) => void): void {
    const { demand } = this.#problem
    for (let k = 0; k < this.#opened; k++) {
      const site = this.#sites[k]!
      for (let e = this.#entries.head[site]!; e >= 0; e = this.#entries.next[e]!) {
        visit(
          site,
          this.#entries.customer[e]!,
          this.#entries.amount[e]! / demand[this.#entries.customer[e]!]!,
        )
      }
    }
    for (const j of this.#free) visit(this.#cheapest(j), j, 1)
  }

  /**
   * Dual prices of the customers, u_j = min_i (c_ij + w_i d_j) over open sites, where w_i ≥ 0 is
   * what one more unit of capacity at i would save. They attain the value: Σ u − Σ w s = Σ c x.
   */
  prices(): Float64Array {
    const { customers: n, cost, demand } = this.#problem
    this.#fromAnywhere(-1)
    const prices = new Float64Array(n).fill(Infinity)
    for (let k = 0; k < this.#opened; k++) {
      const site = this.#sites[k]!
      const w = Math.max(0, -this.#distance[site]!)
      for (let j = 0; j < n; j++) {
        const price = cost[site * n + j]! + w * demand[j]!
        if (price < prices[j]!) prices[j] = price
      }
    }
    return prices
  }

  #clear(open: Uint8Array): void {
    this.#opened = 0
    open.forEach((flag, site) => {
      this.#open[site] = flag
      if (flag === 1) this.#sites[this.#opened++] = site
    })
    this.#load.fill(0)
    this.#entries.clear()
  }

  #cheapest(customer: number): number {
    const { customers: n, cost } = this.#problem
    let best = -1
    let least = Infinity
    for (let k = 0; k < this.#opened; k++) {
      const site = this.#sites[k]!
      const c = cost[site * n + customer]!
      if (c < least || (c === least && site < best)) {
        least = c
        best = site
      }
    }
    return least < Infinity ? best : -1
  }

  /** Pushes load of `site` above `keep` to sites with room; false where it cannot. */
  #pushAway(site: number, keep: number): boolean {
    while (this.#load[site]! - keep > this.#tiny) {
      const end = this.#nearestRoom(site)
      if (end < 0) {
        this.#blocking = this.#sites
          .slice(0, this.#opened)
          .filter((other) => this.#distance[other]! < Infinity)
          .sort()
        return false
      }
      this.#trace(end)
      const room = this.#problem.capacity[end]! - this.#load[end]!
      this.#move(Math.min(this.#load[site]! - keep, room))
    }
    return true
  }

  /** Shortest distances from `start`; the nearest site with room, or −1. */
  #nearestRoom(start: number): number {
    const { capacity } = this.#problem
    for (let k = 0; k < this.#opened; k++) this.#distance[this.#sites[k]!] = Infinity
    this.#distance[start] = 0
    this.#from[start] = -1
    this.#relax(start)
    let best = -1
    let least = Infinity
    for (let k = 0; k < this.#opened; k++) {
      const site = this.#sites[k]!
      const room = capacity[site]! - this.#load[site]!
      if (site !== start && room > this.#tiny && this.#distance[site]! < least) {
        least = this.#distance[site]!
        best = site
      }
    }
    return best
  }

  /** Shortest distances where a way may begin at any site that has load, but at `except`. */
  #fromAnywhere(except: number): void {
    for (let k = 0; k < this.#opened; k++) {
      const site = this.#sites[k]!
      this.#distance[site] = this.#load[site]! > this.#tiny && site !== except ? 0 : Infinity
      this.#from[site] = -1
    }
    this.#relax(-1)
  }

  /** Bellman–Ford to the end: costs may be negative, cycles are not. `start` is never entered. */
  #relax(start: number): void {
    const { sites: m } = this.#problem
    const count = this.#opened
    for (let round = 0, changed = true; changed && round <= count; round++) {
      changed = false
      for (let p = 0; p < count; p++) {
        const a = this.#sites[p]!
        const reached = this.#distance[a]!
        if (reached === Infinity) continue
        for (let q = 0; q < count; q++) {
          const b = this.#sites[q]!
          const to = reached + this.#wayCost[a * m + b]!
          if (to < this.#distance[b]! - this.#epsilon(b) && b !== start) {
            this.#distance[b] = to
            this.#from[b] = a
            changed = true
          }
        }
      }
    }
  }

  /** Distances that differ by less are the same. */
  #epsilon(site: number): number {
    const distance = this.#distance[site]!
    return distance === Infinity ? 0 : 1e-10 * (1 + Math.abs(distance))
  }

  /** Leaves in #path the sites from the start of the way to `end`. */
  #trace(end: number): void {
    this.#path.length = 0
    for (let site = end; site >= 0 && this.#path.length <= this.#opened; site = this.#from[site]!) {
      this.#path.push(site)
    }
    this.#path.reverse()
  }

  /** Moves at most `most` along #path: as much as the smallest entry on it. */
  #move(most: number): void {
    const { sites: m } = this.#problem
    const path = this.#path
    let amount = most
    for (let k = 0; k + 1 < path.length; k++) {
      amount = Math.min(amount, this.#entries.amount[this.#wayEntry[path[k]! * m + path[k + 1]!]!]!)
    }
    for (let k = 0; k + 1 < path.length; k++) {
      const entry = this.#wayEntry[path[k]! * m + path[k + 1]!]!
      const customer = this.#entries.customer[entry]!
      this.#load[path[k]!] = this.#load[path[k]!]! - amount
      this.#entries.take(entry, amount, this.#tiny)
      this.#put(path[k + 1]!, customer, amount)
    }
    for (const site of path) this.#refresh(site)
  }

  #put(site: number, customer: number, amount: number): void {
    this.#load[site] = this.#load[site]! + amount
    this.#entries.put(site, customer, amount)
  }

  /** Recomputes the ways that leave `site`. */
  #refresh(site: number): void {
    const { sites: m, customers: n } = this.#problem
    const row = site * m
    for (let k = 0; k < this.#opened; k++) this.#wayCost[row + this.#sites[k]!] = Infinity
    for (let e = this.#entries.head[site]!; e >= 0; e = this.#entries.next[e]!) {
      const customer = this.#entries.customer[e]!
      const here = this.#unit[site * n + customer]!
      for (let k = 0; k < this.#opened; k++) {
        const other = this.#sites[k]!
        const cost = this.#unit[other * n + customer]! - here
        if (cost < this.#wayCost[row + other]!) {
          this.#wayCost[row + other] = cost
          this.#wayEntry[row + other] = e
        }
      }
    }
    this.#wayCost[row + site] = Infinity
  }

  /** Recomputes the way from `site` to `other`. */
  #refreshWay(site: number, other: number): void {
    const { sites: m, customers: n } = this.#problem
    const way = site * m + other
    this.#wayCost[way] = Infinity
    if (site === other) return
    for (let e = this.#entries.head[site]!; e >= 0; e = this.#entries.next[e]!) {
      const customer = this.#entries.customer[e]!
      const cost = this.#unit[other * n + customer]! - this.#unit[site * n + customer]!
      if (cost < this.#wayCost[way]!) {
        this.#wayCost[way] = cost
        this.#wayEntry[way] = e
      }
    }
  }
}
