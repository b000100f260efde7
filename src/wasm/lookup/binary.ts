// Binary search without branches.

import { GROUP, places } from './group'
import { bound, count, keyAt } from './keys'

/** Lower bounds by binary search, the queries of a group step by step. */
export function findByBinary(at: usize, results: usize, queries: u32): void {
  for (let start: u32 = 0; start < queries; start += GROUP) {
    const group = min(GROUP, queries - start)
    for (let j: u32 = 0; j < group; j++) store<u32>(places + (<usize>j << 2), 0)
    let left = count
    while (left > 1) {
      const half = left >> 1
      for (let j: u32 = 0; j < group; j++) {
        const slot = places + (<usize>j << 2)
        const base = load<u32>(slot)
        const x = load<f64>(at + (<usize>(start + j) << 3))
        store<u32>(slot, select<u32>(base + half, base, keyAt(base + half - 1) < x))
      }
      left -= half
    }
    for (let j: u32 = 0; j < group; j++) {
      const base = load<u32>(places + (<usize>j << 2))
      const x = load<f64>(at + (<usize>(start + j) << 3))
      const found = base + u32(keyAt(base) < x)
      store<u32>(results + (<usize>(start + j) << 2), x == x ? found : count)
    }
  }
}

/** One lower bound. */
export function oneByBinary(x: f64): u32 {
  return bound(x, 0, count)
}
