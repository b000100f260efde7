// Full search trees in Eytzinger's order (Khuong & Morin 2017): the children of k are 2k and 2k + 1.

import { GROUP, keepTouched, places, slotOf } from './group'
import { count } from './keys'

/**
 * Writes `values` keys at `from`, `stride` bytes apart, as a full tree of `levels` levels in
 * Eytzinger's order, infinity where there are none.
 */
export function buildTree(from: usize, stride: u32, values: u32, to: usize, levels: u32): void {
  const size: u32 = 1 << levels
  store<f64>(to, Infinity)
  for (let level: u32 = 0; level < levels; level++) {
    const step = size >> level
    for (let k: u32 = 0; k < 1 << level; k++) {
      const rank = k * step + (step >> 1) - 1
      const key = rank < values ? load<f64>(from + <usize>rank * stride) : Infinity
      store<f64>(to + (<usize>((1 << level) + k) << 3), key)
    }
  }
}

/** The leaf behind each query of a group, counting keys not above it, level by level. */
export function descend(nodes: usize, levels: u32, at: usize, group: u32): void {
  for (let j: u32 = 0; j < group; j++) store<u32>(slotOf(j), 1)
  for (let level: u32 = 0; level < levels; level++) {
    for (let j: u32 = 0; j < group; j++) {
      const slot = slotOf(j)
      const k = load<u32>(slot)
      const x = load<f64>(at + (<usize>j << 3))
      store<u32>(slot, (k << 1) + u32(load<f64>(nodes + (<usize>k << 3)) <= x))
    }
  }
}

let full: usize = 0
let fullLevels: u32 = 0

/** A tree of all keys. */
export function useTree(at: usize, levels: u32): void {
  full = at
  fullLevels = levels
}

/** Lower bounds by the tree, the queries of a group level by level. */
export function findByTree(at: usize, results: usize, queries: u32): void {
  const most = count
  for (let start: u32 = 0; start < queries; start += GROUP) {
    const group = min(GROUP, queries - start)
    for (let j: u32 = 0; j < group; j++) store<u32>(places + (<usize>j << 2), 1)
    for (let level: u32 = 0; level < fullLevels; level++) {
      for (let j: u32 = 0; j < group; j++) {
        const slot = places + (<usize>j << 2)
        const k = load<u32>(slot)
        const x = load<f64>(at + (<usize>(start + j) << 3))
        store<u32>(slot, (k << 1) + u32(load<f64>(full + (<usize>k << 3)) < x))
      }
    }
    for (let j: u32 = 0; j < group; j++) {
      const rank = load<u32>(places + (<usize>j << 2)) - (1 << fullLevels)
      const x = load<f64>(at + (<usize>(start + j) << 3))
      store<u32>(results + (<usize>(start + j) << 2), x == x ? min(rank, most) : most)
    }
  }
}

/** One lower bound, asking for the line four levels down on the way. */
export function oneByTree(x: f64): u32 {
  const nodes: u32 = (1 << fullLevels) - 1
  let touched: u64 = 0
  let k: u32 = 1
  for (let level: u32 = 0; level < fullLevels; level++) {
    touched ^= load<u64>(full + (<usize>((k << 4) & nodes) << 3))
    k = (k << 1) + u32(load<f64>(full + (<usize>k << 3)) < x)
  }
  keepTouched(touched)
  return min(k - (1 << fullLevels), count)
}
