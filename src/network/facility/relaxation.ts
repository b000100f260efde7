import { createItems, type Items, type Packed, packFractions, packWhole } from './knapsack.ts'
import { KNAPSACK_NODES } from './knobs.ts'
import type { CompleteProblem } from './problem.ts'

/** What is settled about a site: 1 open, −1 closed, 0 free. */
export type SiteStates = Int8Array

/**
 * The Lagrangian relaxation of Σ_i x_ij = 1 at prices u of the customers (Beasley 1993; Holmberg,
 * Rönnqvist and Yuan 1999 for single sourcing):
 *
 *     L(u) = Σ_j u_j + min Σ_i r_i y_i  with Σ_i s_i y_i ≥ Σ_j d_j,
 *     r_i = f_i − max { Σ_j (u_j − c_ij) x_j : Σ_j d_j x_j ≤ s_i, x_j ≤ 1 }
 *
 * with x whole under single sourcing. The sum of capacities is implied, but not once y is whole,
 * so that keeping it raises the bound.
 */
export class Relaxation {
  readonly problem: CompleteProblem
  /** L(u) of the last evaluation. */
  bound = -Infinity
  /** r_i. */
  readonly reduced: Float64Array
  /** y of the last evaluation. */
  readonly chosen: Uint8Array
  /** Σ_i x_ij of the chosen sites. */
  readonly served: Float64Array
  readonly #knapsackNodes: number
  readonly #packed: Packed = { value: 0, whole: 0, part: 0 }
  readonly #items: Items
  readonly #cover: Items
  /** Items packed at each site: customers at [i · customers + k], the last one in part. */
  readonly #held: Int32Array
  readonly #heldCount: Int32Array
  readonly #heldPart: Float64Array

  /** `knapsackNodes`: those of a 0–1 knapsack before its continuous bound is taken instead. */
  constructor(problem: CompleteProblem, knapsackNodes = KNAPSACK_NODES.default) {
    const { sites: m, customers: n } = problem
    this.problem = problem
    this.#knapsackNodes = knapsackNodes
    this.reduced = new Float64Array(m)
    this.chosen = new Uint8Array(m)
    this.served = new Float64Array(n)
    this.#items = createItems(n)
    this.#cover = createItems(m)
    this.#held = new Int32Array(m * n)
    this.#heldCount = new Int32Array(m)
    this.#heldPart = new Float64Array(m)
  }

  /** Evaluates L(u) where sites are settled as `states`, and returns it; Infinity: no y is possible. */
  evaluate(prices: Float64Array, states: SiteStates): number {
    const { sites: m } = this.problem
    for (let i = 0; i < m; i++) if (states[i] !== -1) this.#price(i, prices)
    let sum = 0
    for (const price of prices) sum += price
    this.bound = sum + this.#choose(states)
    this.#countServed()
    return this.bound
  }

  /** Calls `visit` with each chosen site, customer and share of the last evaluation. */
  forEachShare(visit: (site: number, customer: number, share: number) => void): void {
    const { sites: m, customers: n } = this.problem
    for (let i = 0; i < m; i++) {
      if (this.chosen[i] === 0) continue
      const count = this.#heldCount[i]!
      for (let k = 0; k < count; k++) visit(i, this.#held[i * n + k]!, 1)
      const part = this.#heldPart[i]!
      if (part > 0) visit(i, this.#held[i * n + count]!, part)
    }
  }

  /** r_i, by the knapsack of site `i`. */
  #price(i: number, prices: Float64Array): void {
    const { customers: n, cost, demand, capacity, fixedCost, sourcing } = this.problem
    const items = this.#items
    const room = capacity[i]!
    let count = 0
    let weight = 0
    for (let j = 0, at = i * n; j < n; j++, at++) {
      const gain = prices[j]! - cost[at]!
      if (gain <= 0 || (sourcing === 'single' && demand[j]! > room)) continue
      items.item[count] = j
      items.gain[count] = gain
      items.weight[count++] = demand[j]!
      weight += demand[j]!
    }
    items.count = count
    this.#pack(weight, room)
    this.reduced[i] = fixedCost[i]! - this.#packed.value
    this.#heldCount[i] = this.#packed.whole
    this.#heldPart[i] = this.#packed.part
    const kept = this.#packed.whole + (this.#packed.part > 0 ? 1 : 0)
    for (let k = 0; k < kept; k++) this.#held[i * n + k] = items.item[k]!
  }

  #pack(weight: number, room: number): void {
    const items = this.#items
    if (weight <= room) {
      let value = 0
      for (let k = 0; k < items.count; k++) value += items.gain[k]!
      this.#packed.value = value
      this.#packed.whole = items.count
      this.#packed.part = 0
    } else if (this.problem.sourcing === 'single') {
      packWhole(items, room, this.#packed, this.#knapsackNodes)
    } else {
      packFractions(items, room, this.#packed)
    }
  }

  /** Chooses y: what pays, and what the sum of capacities asks for beyond it. Returns Σ r_i y_i. */
  #choose(states: SiteStates): number {
    const { capacity, totalDemand } = this.problem
    let sum = 0
    let room = 0
    let spare = 0
    const cover = this.#cover
    cover.count = 0
    for (let i = 0; i < states.length; i++) {
      const r = this.reduced[i]!
      const state = states[i]!
      const chosen = state === 1 || (state === 0 && r < 0)
      this.chosen[i] = chosen ? 1 : 0
      if (chosen) {
        sum += r
        room += capacity[i]!
      } else if (state === 0) {
        cover.item[cover.count] = i
        cover.gain[cover.count] = r
        cover.weight[cover.count++] = capacity[i]!
        spare += capacity[i]!
      }
    }
    const missing = totalDemand - room
    if (missing <= 1e-9 * totalDemand) return sum
    if (spare < missing) return Infinity
    return sum + this.#coverMissing(spare - missing)
  }

  /** Of sites that do not pay, leaves closed what saves most within `surplus`; returns Σ r of the others. */
  #coverMissing(surplus: number): number {
    const cover = this.#cover
    let all = 0
    for (let k = 0; k < cover.count; k++) {
      all += cover.gain[k]!
      this.chosen[cover.item[k]!] = 1
    }
    packWhole(cover, surplus, this.#packed, this.#knapsackNodes)
    for (let k = 0; k < this.#packed.whole; k++) this.chosen[cover.item[k]!] = 0
    return all - this.#packed.value
  }

  #countServed(): void {
    const served = this.served
    served.fill(0)
    this.forEachShare((_, customer, share) => {
      served[customer] = served[customer]! + share
    })
  }
}
