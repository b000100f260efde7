// Blocks of equally many keys, whatever the keys: a tree of 17 ways over the last keys of groups of 32
// blocks finds the group; in it each block's last key has a code of 16 bits, where it lies between the
// ends of the group, so that a group's codes are one line of the cache. The block is compared as a whole.

import { buildFan, fanBytes, leaves, rankGroup, rankInFan } from './fan'
import { GROUP, keepTouched, slotOf, touchAll } from './group'
import { belowIn, bound, count, keyAt, keys, WINDOW } from './keys'

/** Blocks of a group, and the bytes of their codes. */
const BLOCKS: u32 = 32
const LINE: u32 = 64
const GROUP_SHIFT: u32 = 5
/** Upper bits of short floats: of 2^−32, below which shares are 0, and from there up to 1. */
const LEAST: i32 = (127 - 32) << 10
const WHOLE: i32 = 0x7fff
const MOST_SHARE: f64 = 0.9999
/** Windows that are compared behind a block whose code did not part its last key from a higher one. */
const NEXT: u32 = 2

/** Keys of a block are 2^blockShift, of a group 2^groupShift. */
let blockShift: u32 = 4
let groupShift: u32 = 9
let groups: u32 = 0
let codes: usize = 0
let lowest: v128 = f64x2.splat(0)
let highest: v128 = f64x2.splat(0)

/** Bytes of the model of so many keys in blocks of 2^shift. */
export function blocksBytes(values: u32, shift: u32): u32 {
  const all = ((values - 1) >> (shift + GROUP_SHIFT)) + 1
  return LINE + ((fanBytes(all) + 63) & ~63) + LINE * all
}

/**
 * Builds the model at `at`, where a line begins; returns how many keys a place may be behind the start of
 * the block that it is sought in.
 */
export function buildBlocks(at: usize, shift: u32): u32 {
  blockShift = shift
  groupShift = shift + GROUP_SHIFT
  groups = ((count - 1) >> groupShift) + 1
  lowest = f64x2.splat(keyAt(0))
  highest = f64x2.splat(keyAt(count - 1))
  // Before the last keys of the groups stands the first of all.
  store<f64>(at + LINE - 8, keyAt(0))
  for (let g: u32 = 0; g < groups; g++) store<f64>(at + LINE + (<usize>g << 3), lastIn(g, groupShift))
  buildFan(at + LINE, groups)
  codes = at + LINE + ((fanBytes(groups) + 63) & ~63)
  return min((writeCodes() + 1) << blockShift, 1 << groupShift)
}

/** Writes the codes of all groups; returns how many one after the other are alike at most. */
function writeCodes(): u32 {
  let most: u32 = 1
  for (let g: u32 = 0; g < groups; g++) {
    let alike: u32 = 0
    let before: i32 = i32.MIN_VALUE
    for (let b = g * BLOCKS; b < (g + 1) * BLOCKS; b++) {
      const code = codeOf(sharesOf(g, f64x2.splat(lastIn(b, blockShift))))
      store<u16>(codes + (<usize>b << 1), <u16>code)
      alike = code == before ? alike + 1 : 1
      if (b << blockShift < count) most = max(most, alike)
      before = code
    }
  }
  return most
}

/** The last key of a block or group; that of the last for those behind it. */
@inline
function lastIn(block: u32, shift: u32): f64 {
  return keyAt(min((block << shift) + (1 << shift), count) - 1)
}

/** How far a value lies from both ends of a group, as shares of their distance; 0 where that is none. */
@inline
function sharesOf(group: u32, x: v128): v128 {
  const ends = v128.load(leaves + (<usize>group << 3) - 8)
  const distance = f64x2.extract_lane(ends, 1) - f64x2.extract_lane(ends, 0)
  const within = f64x2.pmin(f64x2.pmax(lowest, x), highest)
  const shares = f64x2.mul(f64x2.abs(f64x2.sub(within, ends)), f64x2.splat(1 / distance))
  return f64x2.pmin(f64x2.pmax(f64x2.splat(0), shares), f64x2.splat(MOST_SHARE))
}

/**
 * A signed number of 16 bits for where a value lies: the upper bits of its share from the nearer end as a
 * short float, so that keys that crowd before or behind a gap are told apart. Each step keeps order.
 */
@inline
function codeOf(shares: v128): i32 {
  const bits = i32x4.shr_u(f32x4.demote_f64x2_zero(shares), 13)
  const both = i32x4.max_s(i32x4.sub(bits, i32x4.splat(LEAST)), i32x4.splat(0))
  const low = i32x4.extract_lane(both, 0)
  const high = i32x4.extract_lane(both, 1)
  return select<i32>(low - WHOLE, WHOLE - high, low < high)
}

/** The first block of a group whose last key's code is not below that of a value. */
@inline
function blockIn(line: usize, code: i32): u32 {
  const xs = i16x8.splat(<i16>code)
  const a = i8x16.narrow_i16x8_s(i16x8.lt_s(v128.load(line), xs), i16x8.lt_s(v128.load(line, 16), xs))
  const b = i8x16.narrow_i16x8_s(i16x8.lt_s(v128.load(line, 32), xs), i16x8.lt_s(v128.load(line, 48), xs))
  return <u32>min(popcnt(i8x16.bitmask(a)) + popcnt(i8x16.bitmask(b)), BLOCKS - 1)
}

/** First key not below `x` from a block on, before which all are. */
@inline
function settleIn(x: f64, from: u32): u32 {
  const block: u32 = 1 << blockShift
  let below = belowIn(from, x)
  for (let i: u32 = WINDOW; i < block; i += WINDOW) below += belowIn(from + i, x)
  return below < block ? from + below : searchOn(x, from + block)
}

/** The same from a place on: mostly it is near, else anywhere in the group. */
function searchOn(x: f64, from: u32): u32 {
  if (from >= count) return count
  let place = from
  for (let i: u32 = 0; i < NEXT; i++, place += WINDOW) {
    const below = belowIn(place, x)
    if (below < WINDOW) return place + below
    if (place + WINDOW >= count) return count
  }
  return bound(x, place, min((((from - 1) >> groupShift) + 1) << groupShift, count))
}

/** Lower bounds of `queries` floats, u32 each. */
export function findByBlocks(at: usize, results: usize, queries: u32): void {
  for (let start: u32 = 0; start < queries; start += GROUP) {
    const group = min(GROUP, queries - start)
    const from = at + (<usize>start << 3)
    rankGroup(from, group, false)
    for (let j: u32 = 0; j < group; j++) {
      const kept = slotOf(j)
      const own = min(load<u32>(kept), groups - 1)
      store<u32>(kept, own)
      store<i32>(kept, codeOf(sharesOf(own, v128.load64_splat(from + (<usize>j << 3)))), 4)
      store<u32>(kept, <u32>codes + own * LINE, 12)
    }
    touchAll(group, 0)
    for (let j: u32 = 0; j < group; j++) {
      const kept = slotOf(j)
      const block = (load<u32>(kept) << GROUP_SHIFT) + blockIn(<usize>load<u32>(kept, 12), load<i32>(kept, 4))
      const first = min(block << blockShift, count)
      store<u32>(kept, first)
      store<u32>(kept, <u32>keys + (first << 3), 12)
    }
    touchAll(group, 64)
    for (let j: u32 = 0; j < group; j++) {
      const x = load<f64>(from + (<usize>j << 3))
      const found = settleIn(x, load<u32>(slotOf(j)))
      store<u32>(results + (<usize>(start + j) << 2), select<u32>(found, count, x == x))
    }
  }
}

/** One lower bound. */
export function oneByBlocks(x: f64): u32 {
  return settleIn(x, guessByBlocks(x))
}

/** First place of the block that a key is sought in: no key before it is not below `x`. */
@inline
export function guessByBlocks(x: f64): u32 {
  const own = min(rankInFan(x, false), groups - 1)
  const shares = sharesOf(own, f64x2.splat(x))
  // A line's guess is asked for together with the codes, mostly the page of the keys and often their line.
  const guess = (own << groupShift) + <u32>(f64x2.extract_lane(shares, 0) * <f64>(1 << groupShift))
  keepTouched(load<u64>(keys + (<usize>min(guess, count) << 3)))
  const block = blockIn(codes + own * LINE, codeOf(shares))
  return min(((own << GROUP_SHIFT) + block) << blockShift, count)
}
