/**
 * The basis of the network simplex: a tree over the nodes and a root, each node hanging from its
 * parent by one arc. Potentials are recomputed along the tree when it changes, never added up, so
 * they carry no rounding from pivot to pivot. Costs of artificial arcs are counted apart (`level`)
 * instead of being a large number: a level outweighs any cost.
 */
export class SpanningTree {
  readonly parent: Int32Array
  /** The arc to the parent, and 1 where it leads there. */
  readonly arc: Int32Array
  readonly up: Uint8Array
  readonly depth: Int32Array
  readonly potential: Float64Array
  readonly level: Int32Array
  readonly #firstChild: Int32Array
  readonly #next: Int32Array
  readonly #previous: Int32Array
  readonly #stack: Int32Array
  readonly #cost: Float64Array
  readonly #artificialFrom: number

  /** `nodes` includes the root, which is the last; arcs from `artificialFrom` on are artificial. */
  constructor(nodes: number, cost: Float64Array, artificialFrom: number) {
    this.parent = new Int32Array(nodes).fill(-1)
    this.arc = new Int32Array(nodes).fill(-1)
    this.up = new Uint8Array(nodes)
    this.depth = new Int32Array(nodes)
    this.potential = new Float64Array(nodes)
    this.level = new Int32Array(nodes)
    this.#firstChild = new Int32Array(nodes).fill(-1)
    this.#next = new Int32Array(nodes).fill(-1)
    this.#previous = new Int32Array(nodes).fill(-1)
    this.#stack = new Int32Array(nodes)
    this.#cost = cost
    this.#artificialFrom = artificialFrom
  }

  /** Hangs `node`, which has no parent, from `parent` by `arc`; `up`: the arc leads to the parent. */
  hang(node: number, parent: number, arc: number, up: boolean): void {
    this.parent[node] = parent
    this.arc[node] = arc
    this.up[node] = up ? 1 : 0
    const sibling = this.#firstChild[parent]!
    this.#firstChild[parent] = node
    this.#next[node] = sibling
    this.#previous[node] = -1
    if (sibling >= 0) this.#previous[sibling] = node
    this.#settle(node)
  }

  /** Takes `top` with all below it off its parent, makes `node` its root and hangs it from `parent` by `arc`. */
  move(top: number, node: number, parent: number, arc: number, up: boolean): void {
    this.#cut(top)
    this.#reverse(node, top)
    this.hang(node, parent, arc, up)
  }

  #cut(node: number): void {
    const before = this.#previous[node]!
    const after = this.#next[node]!
    if (before >= 0) this.#next[before] = after
    else this.#firstChild[this.parent[node]!] = after
    if (after >= 0) this.#previous[after] = before
    this.parent[node] = -1
  }

  /** Turns the parents around between `node` and `top`, which is the root of its part. */
  #reverse(node: number, top: number): void {
    let below = -1
    let arc = -1
    let up = 0
    for (let at = node; ; ) {
      const above = at === top ? -1 : this.parent[at]!
      const aboveArc = this.arc[at]!
      const aboveUp = this.up[at]!
      if (above >= 0) this.#cut(at)
      if (below >= 0) this.#link(at, below, arc, 1 - up)
      if (above < 0) return
      below = at
      arc = aboveArc
      up = aboveUp
      at = above
    }
  }

  #link(node: number, parent: number, arc: number, up: number): void {
    this.parent[node] = parent
    this.arc[node] = arc
    this.up[node] = up
    const sibling = this.#firstChild[parent]!
    this.#firstChild[parent] = node
    this.#next[node] = sibling
    this.#previous[node] = -1
    if (sibling >= 0) this.#previous[sibling] = node
  }

  /** Depths and potentials of `node` and all below it: cost + potential[from] − potential[to] = 0 on the tree. */
  #settle(node: number): void {
    const stack = this.#stack
    let count = 0
    stack[count++] = node
    while (count > 0) {
      const v = stack[--count]!
      const p = this.parent[v]!
      const arc = this.arc[v]!
      const sign = this.up[v] === 1 ? -1 : 1
      this.depth[v] = this.depth[p]! + 1
      const artificial = arc >= this.#artificialFrom
      this.potential[v] = this.potential[p]! + (artificial ? 0 : sign * this.#cost[arc]!)
      this.level[v] = this.level[p]! + (artificial ? sign : 0)
      for (let child = this.#firstChild[v]!; child >= 0; child = this.#next[child]!) {
        stack[count++] = child
      }
    }
  }
}
