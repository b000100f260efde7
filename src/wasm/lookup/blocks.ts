// Blocks of equally many keys: a tree of 17 ways finds the block, a line between its first key and the
// next block's guesses the place in it. No guess leaves its block, whatever the keys.

import { buildFan, fanBytes, leaves, rankGroup, rankInFan } from './fan'
import { GROUP, settleGroup, slotOf, touchAll } from './group'
import { bound, count, isMissed, keyAt, keys, settle, windowAt } from './keys'

let blockShift: u32 = 7
let blockCount: u32 = 0

/** Bytes of the model of so many keys in blocks of 2^shift. */
export function blocksBytes(values: u32, shift: u32): u32 {
  return fanBytes(((values - 1) >> shift) + 2)
}

/** Builds the model at `at`. */
export function buildBlocks(at: usize, shift: u32): void {
  blockShift = shift
  blockCount = ((count - 1) >> shift) + 1
  for (let b: u32 = 0; b < blockCount; b++) store<f64>(at + (<usize>b << 3), keyAt(b << shift))
  // The last block ends with the last key; what is above that is told when it is settled.
  store<f64>(at + (<usize>blockCount << 3), keyAt(count - 1))
  buildFan(at, blockCount + 1)
}

/** The guess in a block, from how many firsts of blocks are below `x`. */
@inline
function guessIn(block: u32, x: f64, first: u32, last: u32): u32 {
  const at = leaves + (<usize>block << 3)
  const low = load<f64>(at)
  const share = (x - low) / (load<f64>(at, 8) - low)
  // Not a number where ends are infinite.
  return share >= 0 ? first + <u32>(min(1.0, share) * <f64>(last - first)) : first
}

@inline
function blockOf(rank: u32): u32 {
  return rank > 0 ? min(rank, blockCount) - 1 : 0
}

/** Lower bounds of `queries` floats, u32 each. */
export function findByBlocks(at: usize, results: usize, queries: u32): void {
  for (let start: u32 = 0; start < queries; start += GROUP) {
    const group = min(GROUP, queries - start)
    const from = at + (<usize>start << 3)
    rankGroup(from, group, false)
    for (let j: u32 = 0; j < group; j++) {
      const kept = slotOf(j)
      const block = blockOf(load<u32>(kept))
      const first = block << blockShift
      const last = min(first + (1 << blockShift), count)
      const guess = guessIn(block, load<f64>(from + (<usize>j << 3)), first, last)
      store<u32>(kept, guess)
      store<u32>(kept, first, 4)
      store<u32>(kept, last, 8)
      store<u32>(kept, <u32>keys + (windowAt(guess, first) << 3), 12)
    }
    touchAll(group, 64)
    settleGroup(from, results + (<usize>start << 2), group)
  }
}

/** One lower bound. */
export function oneByBlocks(x: f64): u32 {
  const block = blockOf(rankInFan(x, false))
  const first = block << blockShift
  const last = min(first + (1 << blockShift), count)
  return settle(x, guessIn(block, x, first, last), first, last)
}

/** Of every `step`-th key, how many the window around the guess does not hold. */
export function missesOfBlocks(step: u32): u32 {
  let misses: u32 = 0
  for (let i: u32 = 0; i < count; i += step) {
    const x = keyAt(i)
    const block = blockOf(rankInFan(x, false))
    const first = block << blockShift
    const last = min(first + (1 << blockShift), count)
    misses += u32(isMissed(bound(x, first, last), guessIn(block, x, first, last), first, last))
  }
  return misses
}
