// Numbers that are nearly in order: what breaks the order is set aside, sorted by radix and merged back
// (drop-merge sort, Ernerfeldt 2016).

import { radixOf } from './radix'

/** So many set aside one after the other speak for them and against what stands above them. */
const IN_A_ROW: u32 = 8
/** So many are put in order by insertion: histograms take longer. */
const FEW: u32 = 200
const SIGN: u64 = 0x8000000000000000

/**
 * Sorts `values` signed whole numbers of 64 bits, of which at most `most` are set aside at `aside`, where
 * there is room for twice as many. False where that does not suffice: some are then missing.
 */
export function sortNearly(at: usize, aside: usize, values: u32, most: u32): bool {
  const stop = at + (<usize>values << 3)
  const full = aside + (<usize>most << 3)
  let kept = at
  let out = aside
  let inRow: u32 = 0
  for (let next = at; next < stop; next += 8) {
    const key = load<i64>(next)
    if (kept == at || key >= load<i64>(kept - 8)) {
      store<i64>(kept, key)
      kept += 8
      inRow = 0
      continue
    }
    if (out >= full) return false
    if (inRow == 0 && kept - at >= 16 && key >= load<i64>(kept - 16)) {
      // The one before is out of order, not this one.
      store<i64>(out, load<i64>(kept - 8))
      store<i64>(kept - 8, key)
      out += 8
    } else if (inRow < IN_A_ROW) {
      store<i64>(out, key)
      out += 8
      inRow++
    } else {
      out -= <usize>IN_A_ROW << 3
      next -= <usize>IN_A_ROW << 3
      const above = firstAbove(at, kept, greatestOf(next))
      const taken = kept - above
      if (out + taken > full) return false
      memory.copy(out, above, taken)
      out += taken
      kept = above
      inRow = 0
      next -= 8
    }
  }
  sortAside(aside, <u32>((out - aside) >> 3))
  mergeBack(at, kept, aside, out, stop)
  return true
}

function greatestOf(at: usize): i64 {
  let most = load<i64>(at)
  for (let i: usize = 8; i < <usize>IN_A_ROW << 3; i += 8) most = max(most, load<i64>(at + i))
  return most
}

/** Where, among rising numbers up to `kept`, those above `key` begin; the last of them at the latest. */
function firstAbove(at: usize, kept: usize, key: i64): usize {
  let place = kept - 8
  while (place > at && load<i64>(place - 8) > key) place -= 8
  return place
}

function sortAside(aside: usize, values: u32): void {
  if (values <= FEW) return insert(aside, values)
  const bytes = <usize>values << 3
  for (let i: usize = 0; i < bytes; i += 8) store<u64>(aside + i, load<u64>(aside + i) ^ SIGN)
  radixOf<u64, u64>(aside, aside + bytes, values)
  for (let i: usize = 0; i < bytes; i += 8) store<u64>(aside + i, load<u64>(aside + i) ^ SIGN)
}

function insert(at: usize, values: u32): void {
  for (let i: u32 = 1; i < values; i++) {
    let place = at + (<usize>i << 3)
    const key = load<i64>(place)
    for (; place > at && load<i64>(place - 8) > key; place -= 8) store<i64>(place, load<i64>(place - 8))
    store<i64>(place, key)
  }
}

/** Merges from the back, so that what is kept moves up into the room of what was set aside. */
function mergeBack(at: usize, kept: usize, aside: usize, out: usize, stop: usize): void {
  while (out > aside) {
    const key = load<i64>(out - 8)
    stop -= 8
    if (kept > at && load<i64>(kept - 8) > key) {
      kept -= 8
      store<i64>(stop, load<i64>(kept))
    } else {
      out -= 8
      store<i64>(stop, key)
    }
  }
}
