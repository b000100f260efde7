// A search tree of 17 ways over sorted floats (an S+ tree, after Algorithmica's static B-trees): nodes
// of 16 keys that are compared at once, children told by arithmetic. Level 0 is the floats themselves,
// behind them infinity to the end of the node; key i of a node above is the first below its child i + 1.

import { slotOf } from './group'

const KEYS: u32 = 16
const WAYS: u32 = 17
const levelsAt = memory.data(8 * 4, 16)

let levels: u32 = 0
export let leaves: usize = 0

/** Nodes of each level over so many floats, those above level 0 together. */
function nodesOver(nodes: u32): u32 {
  return (nodes + WAYS - 1) / WAYS
}

/** Bytes of a tree over `values` floats, level 0 included, with room to read one float behind it. */
export function fanBytes(values: u32): u32 {
  let nodes = values / KEYS + 1
  let all = nodes
  while (nodes > 1) {
    nodes = nodesOver(nodes)
    all += nodes
  }
  return all * KEYS * 8 + 64
}

/** Builds the levels above `values` sorted floats at `at`, behind them. */
export function buildFan(at: usize, values: u32): void {
  leaves = at
  levels = 1
  store<u32>(levelsAt, <u32>at)
  let nodes = values / KEYS + 1
  for (let i = values; i < nodes * KEYS; i++) store<f64>(at + (<usize>i << 3), Infinity)
  let below = nodes
  let behind = at + <usize>nodes * KEYS * 8
  // Leaves below a child, which is one node lower.
  let span: u32 = 1
  while (below > 1) {
    const above = nodesOver(below)
    store<u32>(levelsAt + (<usize>levels << 2), <u32>behind)
    for (let k: u32 = 0; k < above * KEYS; k++) {
      const child = (k / KEYS) * WAYS + (k % KEYS) + 1
      const leaf = child * span
      store<f64>(behind + (<usize>k << 3), leaf < nodes ? load<f64>(at + <usize>leaf * KEYS * 8) : Infinity)
    }
    behind += <usize>above * KEYS * 8
    span *= WAYS
    below = above
    levels++
  }
  store<f64>(behind, Infinity)
}

/** Keys of a node below `x`, or where `orEqual` not above it. */
@inline
function rankIn(at: usize, x: v128, orEqual: bool): u32 {
  let a = before(at, x, orEqual)
  let b = before(at + 16, x, orEqual)
  a = i64x2.add(a, before(at + 32, x, orEqual))
  b = i64x2.add(b, before(at + 48, x, orEqual))
  a = i64x2.add(a, before(at + 64, x, orEqual))
  b = i64x2.add(b, before(at + 80, x, orEqual))
  a = i64x2.add(a, before(at + 96, x, orEqual))
  b = i64x2.add(b, before(at + 112, x, orEqual))
  a = i64x2.add(a, b)
  return <u32>-(i64x2.extract_lane(a, 0) + i64x2.extract_lane(a, 1))
}

@inline
function before(at: usize, x: v128, orEqual: bool): v128 {
  return orEqual ? f64x2.le(v128.load(at), x) : f64x2.lt(v128.load(at), x)
}

/** How many floats are below `x`, or where `orEqual` not above it; infinities behind them count too. */
@inline
export function rankInFan(x: f64, orEqual: bool): u32 {
  const xs = f64x2.splat(x)
  let node: u32 = 0
  for (let level = levels - 1; level > 0; level--) {
    const at = <usize>load<u32>(levelsAt + (<usize>level << 2))
    node = node * WAYS + rankIn(at + (<usize>node << 7), xs, orEqual)
  }
  return node * KEYS + rankIn(leaves + (<usize>node << 7), xs, orEqual)
}

/** The same of a group, level by level: each rank is at the start of its slot. */
@inline
export function rankGroup(from: usize, group: u32, orEqual: bool): void {
  for (let j: u32 = 0; j < group; j++) store<u32>(slotOf(j), 0)
  for (let level = levels - 1; level > 0; level--) {
    const at = <usize>load<u32>(levelsAt + (<usize>level << 2))
    for (let j: u32 = 0; j < group; j++) {
      const slot = slotOf(j)
      const node = load<u32>(slot)
      const xs = v128.load64_splat(from + (<usize>j << 3))
      store<u32>(slot, node * WAYS + rankIn(at + (<usize>node << 7), xs, orEqual))
    }
  }
  for (let j: u32 = 0; j < group; j++) {
    const slot = slotOf(j)
    const node = load<u32>(slot)
    const xs = v128.load64_splat(from + (<usize>j << 3))
    store<u32>(slot, node * KEYS + rankIn(leaves + (<usize>node << 7), xs, orEqual))
  }
}
