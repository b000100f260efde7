import { StorewrightError } from '../../core/errors.ts'
import { refuseBlockedCut } from './blocked-cut.ts'
import { checkFlowProblem, type Flow, type FlowProblem, nodeName } from './problem.ts'
import { SpanningTree } from './spanning-tree.ts'

/** Where an arc outside the tree stands. */
const AT_LOWER = 1
const IN_TREE = 0
const AT_UPPER = -1

/**
 * A least-cost flow by the primal network simplex with strongly feasible trees, which do not cycle
 * (Cunningham 1976), and block search for the arc that enters (Király and Kovács 2012, Efficient
 * implementations of minimum-cost flow algorithms). Throws as `checkFlowProblem`, ERR_INFEASIBLE
 * naming the cut that is too small, and ERR_UNBOUNDED where a cycle of negative cost has no limit.
 */
export function solveFlow(problem: FlowProblem): Flow {
  checkFlowProblem(problem)
  return new NetworkSimplex(problem).run()
}

class NetworkSimplex {
  readonly #problem: FlowProblem
  readonly #arcs: number
  readonly #root: number
  /** Arcs of the problem, then one to or from the root for each node. */
  readonly #from: Int32Array
  readonly #to: Int32Array
  readonly #cost: Float64Array
  /** Room above the lower bound, and the flow there. */
  readonly #room: Float64Array
  readonly #flow: Float64Array
  readonly #state: Int8Array
  readonly #tree: SpanningTree
  readonly #epsilon: number
  readonly #block: number
  #nextArc = 0
  #pivots = 0
  /** What the last cycle search found. */
  #first = 0
  #second = 0
  #join = 0
  #leaving = -1
  #leavesFirst = false
  #leavesAtLower = false

  constructor(problem: FlowProblem) {
    const { nodes, cost } = problem
    const arcs = cost.length
    this.#problem = problem
    this.#arcs = arcs
    this.#root = nodes
    this.#from = extended(problem.from, nodes)
    this.#to = extended(problem.to, nodes)
    this.#cost = Float64Array.from({ length: arcs + nodes }, (_, a) => cost[a] ?? 0)
    this.#room = Float64Array.from({ length: arcs + nodes }, (_, a) =>
      a < arcs ? (problem.upper?.[a] ?? Infinity) - (problem.lower?.[a] ?? 0) : Infinity,
    )
    this.#flow = new Float64Array(arcs + nodes)
    this.#state = new Int8Array(arcs + nodes).fill(AT_LOWER)
    this.#tree = new SpanningTree(nodes + 1, this.#cost, arcs)
    const largest = cost.reduce((most, c) => Math.max(most, Math.abs(c)), 0)
    this.#epsilon = 1e-11 * (1 + largest)
    this.#block = Math.max(20, Math.ceil(Math.sqrt(arcs)))
    this.#hangAll()
  }

  run(): Flow {
    for (let arc = this.#entering(); arc >= 0; arc = this.#entering()) {
      this.#pivot(arc)
      this.#pivots++
    }
    const { cost, lower } = this.#problem
    const flow = Float64Array.from(cost, (_, a) => this.#flow[a]! + (lower?.[a] ?? 0))
    this.#refuseLeftOver(flow)
    const total = flow.reduce((sum, x, a) => sum + (x === 0 ? 0 : x * cost[a]!), 0)
    return { flow, cost: total, price: this.#prices(), pivots: this.#pivots }
  }

  /** Every node hangs from the root by an artificial arc that carries what the node still has. */
  #hangAll(): void {
    const left = remainingSupply(this.#problem)
    for (let v = 0; v < this.#root; v++) {
      const arc = this.#arcs + v
      const sends = left[v]! >= 0
      this.#from[arc] = sends ? v : this.#root
      this.#to[arc] = sends ? this.#root : v
      this.#flow[arc] = Math.abs(left[v]!)
      this.#state[arc] = IN_TREE
      this.#tree.hang(v, this.#root, arc, sends)
    }
  }

  /** The arc of a block whose reduced cost is worst, first by level; −1 where none improves. */
  #entering(): number {
    const { potential, level } = this.#tree
    let best = -1
    let bestLevel = 0
    let bestCost = -this.#epsilon
    let left = this.#block
    for (let seen = 0, arc = this.#nextArc; seen < this.#arcs; seen++) {
      const state = this.#state[arc]!
      if (state !== IN_TREE && this.#room[arc]! > 0) {
        const u = this.#from[arc]!
        const v = this.#to[arc]!
        const levels = state * (level[u]! - level[v]!)
        if (levels <= bestLevel) {
          const reduced = state * (this.#cost[arc]! + potential[u]! - potential[v]!)
          if (levels < bestLevel || reduced < bestCost) {
            best = arc
            bestLevel = levels
            bestCost = reduced
          }
        }
      }
      if (++arc === this.#arcs) arc = 0
      if (--left === 0) {
        if (best >= 0) {
          this.#nextArc = arc
          return best
        }
        left = this.#block
      }
    }
    return best
  }

  #pivot(arc: number): void {
    const rises = this.#state[arc] === AT_LOWER
    this.#first = rises ? this.#from[arc]! : this.#to[arc]!
    this.#second = rises ? this.#to[arc]! : this.#from[arc]!
    this.#findJoin()
    const amount = this.#findLeaving(arc)
    if (amount === Infinity) throw this.#endless(arc)
    this.#push(arc, rises ? amount : -amount, amount)
    if (this.#leaving < 0) {
      this.#state[arc] = rises ? AT_UPPER : AT_LOWER
      this.#flow[arc] = rises ? this.#room[arc]! : 0
      return
    }
    this.#exchange(arc)
  }

  #findJoin(): void {
    const { parent, depth } = this.#tree
    let u = this.#first
    let v = this.#second
    while (u !== v) {
      if (depth[u]! >= depth[v]!) u = parent[u]!
      else v = parent[v]!
    }
    this.#join = u
  }

  /**
   * How much can go around the cycle, and which arc stops it. Of several the last along the cycle
   * from its top leaves, which keeps the tree strongly feasible.
   */
  #findLeaving(arc: number): number {
    this.#leaving = -1
    const most = this.#leastOn(this.#first, this.#room[arc]!, true)
    return this.#leastOn(this.#second, most, false)
  }

  /** The least room on the way from `start` to the top of the cycle, where it is below `most`. */
  #leastOn(start: number, most: number, onFirst: boolean): number {
    const { parent, arc: arcs, up } = this.#tree
    let least = most
    for (let u = start; u !== this.#join; u = parent[u]!) {
      const e = arcs[u]!
      const falls = (up[u] === 1) === onFirst
      const can = Math.max(0, falls ? this.#flow[e]! : this.#room[e]! - this.#flow[e]!)
      // On the second side equals win too: they come later along the cycle.
      if (onFirst ? can >= least : can > least || can === Infinity) continue
      least = can
      this.#leaving = u
      this.#leavesFirst = onFirst
      this.#leavesAtLower = falls
    }
    return least
  }

  #push(arc: number, change: number, amount: number): void {
    if (amount === 0) return
    const { parent, arc: arcs, up } = this.#tree
    this.#flow[arc] = this.#flow[arc]! + change
    for (let u = this.#first; u !== this.#join; u = parent[u]!) {
      const e = arcs[u]!
      this.#flow[e] = this.#flow[e]! + (up[u] === 1 ? -amount : amount)
    }
    for (let u = this.#second; u !== this.#join; u = parent[u]!) {
      const e = arcs[u]!
      this.#flow[e] = this.#flow[e]! + (up[u] === 1 ? amount : -amount)
    }
  }

  /** Puts `arc` into the tree in place of the arc above #leaving. */
  #exchange(arc: number): void {
    const out = this.#leaving
    const leaving = this.#tree.arc[out]!
    this.#state[leaving] = this.#leavesAtLower ? AT_LOWER : AT_UPPER
    this.#flow[leaving] = this.#leavesAtLower ? 0 : this.#room[leaving]!
    this.#state[arc] = IN_TREE
    const inner = this.#leavesFirst ? this.#first : this.#second
    const outer = this.#leavesFirst ? this.#second : this.#first
    this.#tree.move(out, inner, outer, arc, this.#from[arc] === inner)
  }

  #refuseLeftOver(flow: Float64Array): void {
    const left = Float64Array.from({ length: this.#root }, (_, v) => {
      const amount = this.#flow[this.#arcs + v]!
      return this.#from[this.#arcs + v] === v ? amount : -amount
    })
    const scale = this.#problem.supply.reduce((sum, b) => sum + Math.abs(b), 1)
    if (left.some((amount) => Math.abs(amount) > 1e-9 * scale)) {
      refuseBlockedCut(this.#problem, flow, left, 1e-9 * scale)
    }
  }

  /** Potentials with levels turned into an amount large enough for every arc. */
  #prices(): Float64Array {
    const { potential, level } = this.#tree
    let weight = 0
    for (let a = 0; a < this.#arcs; a++) {
      const [u, v] = [this.#from[a]!, this.#to[a]!]
      const levels = this.#state[a]! * (level[u]! - level[v]!)
      const reduced = this.#state[a]! * (this.#cost[a]! + potential[u]! - potential[v]!)
      if (levels > 0 && reduced < 0) weight = Math.max(weight, -reduced / levels)
    }
    return Float64Array.from({ length: this.#root }, (_, v) => potential[v]! + weight * level[v]!)
  }

  #endless(arc: number): StorewrightError {
    const [u, v] = [this.#from[arc]!, this.#to[arc]!].map((node) => nodeName(this.#problem, node))
    return new StorewrightError(
      'ERR_UNBOUNDED',
      `A cycle through the arc from ${u} to ${v} costs less than nothing and has no limit.`,
      { next: 'Give one of its arcs a capacity, or correct a negative cost.' },
    )
  }
}

/** What each node sends once every arc carries its lower bound. */
function remainingSupply(problem: FlowProblem): Float64Array {
  const left = problem.supply.slice()
  problem.lower?.forEach((low, a) => {
    const [u, v] = [problem.from[a]!, problem.to[a]!]
    left[u] = left[u]! - low
    left[v] = left[v]! + low
  })
  return left
}

function extended(ends: Int32Array, nodes: number): Int32Array {
  const all = new Int32Array(ends.length + nodes)
  all.set(ends)
  return all
}
