// AssemblyScript, compiled by scripts/build-wasm.mjs. The callers are in src/learn/structures/index.
//
// Look-ups in sorted floats: lower bounds by a two-layer model, by segments of bounded error, by a
// search tree in Eytzinger's order and by binary search. A batch is done in two passes: all places are
// predicted and their lines asked for, then all are settled, so that misses of a cache overlap.

import { keyOf } from './sort/keys'

/** Queries that are under way together. */
const GROUP: u32 = 128
/** Keys that are compared at once around a predicted place. */
const WINDOW: u32 = 16
const places = memory.data(128 * 16, 64)

let keys: usize = 0
let count: u32 = 0

/** Sorted keys, with WINDOW times infinity behind them. */
export function useKeys(at: usize, values: u32): void {
  keys = at
  count = values
}

// The table: cells of equal width in the value or in its bits, each with the first key in it or behind.
let table: usize = 0
let byKey: bool = false
let low: f64 = 0
let scale: f64 = 0
let lowKey: u64 = 0
let shift: u64 = 0
let inverse: f64 = 1
let lastCell: u32 = 0

export function useTable(at: usize, isByKey: bool, newLow: f64, newScale: f64, newShift: u32, cells: u32): void {
  table = at
  byKey = isByKey
  low = newLow
  scale = newScale
  lowKey = keyOf(reinterpret<u64>(newLow + 0))
  shift = <u64>newShift
  inverse = 1 / <f64>(<u64>1 << shift)
  lastCell = cells - 1
}

/** Where a value lies among the cells: the whole part is its cell. */
@inline
function placeOf(x: f64): f64 {
  if (!byKey) {
    const place = (x - low) * scale
    // What is not a number goes to the first cell, and is told from numbers when it is settled.
    return place >= 0 ? min(<f64>lastCell + 0.99999, place) : 0
  }
  // Adding 0 makes one zero of both.
  const key = keyOf(reinterpret<u64>(x + 0))
  const above = key > lowKey ? key - lowKey : 0
  const cell = above >> shift
  if (cell > <u64>lastCell) return <f64>lastCell + 0.99999
  const rest = <f64>(<i64>(above & ((1 << shift) - 1))) * inverse
  // Rounding may lead to the next cell, but not behind the last.
  return min(<f64>lastCell + 0.99999, <f64>(<i32>cell) + rest)
}

/** Fills the table from the keys: cells + 1 entries of u32. */
export function buildTable(): void {
  let cell: u32 = 0
  for (let i: u32 = 0; i < count; i++) {
    const own = <u32>placeOf(load<f64>(keys + (<usize>i << 3)))
    for (; cell <= own; cell++) store<u32>(table + (<usize>cell << 2), i)
  }
  for (; cell <= lastCell + 1; cell++) store<u32>(table + (<usize>cell << 2), count)
}

@inline
function keyAt(i: u32): f64 {
  return load<f64>(keys + (<usize>i << 3))
}

/** How many of WINDOW keys from `from` on are below `x`. */
@inline
function belowIn(from: u32, x: f64): u32 {
  const at = keys + (<usize>from << 3)
  const xs = f64x2.splat(x)
  let sum = f64x2.lt(v128.load(at), xs)
  sum = i64x2.add(sum, f64x2.lt(v128.load(at, 16), xs))
  sum = i64x2.add(sum, f64x2.lt(v128.load(at, 32), xs))
  sum = i64x2.add(sum, f64x2.lt(v128.load(at, 48), xs))
  sum = i64x2.add(sum, f64x2.lt(v128.load(at, 64), xs))
  sum = i64x2.add(sum, f64x2.lt(v128.load(at, 80), xs))
  sum = i64x2.add(sum, f64x2.lt(v128.load(at, 96), xs))
  sum = i64x2.add(sum, f64x2.lt(v128.load(at, 112), xs))
  return <u32>-(i64x2.extract_lane(sum, 0) + i64x2.extract_lane(sum, 1))
}

/** Where the window around a guess starts: with a line of the cache, so that it spans two. */
@inline
function windowAt(guess: u32, first: u32): u32 {
  return max(guess - min(guess, WINDOW / 4), first) & ~7
}

/** First key not below `x`, which lies in first … last, from a guess on. */
@inline
function settle(x: f64, guess: u32, first: u32, last: u32): u32 {
  const from = windowAt(guess, first)
  const below = belowIn(from, x)
  if (below - 1 < WINDOW - 1) return from + below
  if (below == 0) return from <= first ? first : searchDown(x, from, first)
  return from + WINDOW >= last ? last : searchUp(x, from + WINDOW, last)
}

/** Keys that are compared around the guess of a segment: those within its error, and to a line's start. */
const WIDE: u32 = 40

@inline
function wideAt(guess: u32, first: u32): u32 {
  return max(guess - min(guess, WIDE / 2 - 4), first) & ~7
}

/** The same as `settle`, in a wider window. */
function settleWide(x: f64, guess: u32, first: u32, last: u32): u32 {
  const from = wideAt(guess, first)
  const at = keys + (<usize>from << 3)
  const xs = f64x2.splat(x)
  let sum = i64x2.splat(0)
  for (let i: usize = 0; i < <usize>WIDE << 3; i += 64) {
    const two = i64x2.add(f64x2.lt(v128.load(at + i), xs), f64x2.lt(v128.load(at + i, 16), xs))
    const more = i64x2.add(f64x2.lt(v128.load(at + i, 32), xs), f64x2.lt(v128.load(at + i, 48), xs))
    sum = i64x2.add(sum, i64x2.add(two, more))
  }
  const below = <u32>-(i64x2.extract_lane(sum, 0) + i64x2.extract_lane(sum, 1))
  if (below - 1 < WIDE - 1) return from + below
  if (below == 0) return from <= first ? first : searchDown(x, from, first)
  return from + WIDE >= last ? last : searchUp(x, from + WIDE, last)
}

function searchDown(x: f64, from: u32, first: u32): u32 {
  let step: u32 = WINDOW
  let high = from
  while (high - first > step && keyAt(high - step) >= x) {
    high -= step
    step <<= 1
  }
  return bound(x, high - first > step ? high - step : first, high)
}

function searchUp(x: f64, from: u32, last: u32): u32 {
  let step: u32 = WINDOW
  let lowest = from
  while (last - lowest > step && keyAt(lowest + step) < x) {
    lowest += step
    step <<= 1
  }
  return bound(x, lowest, last - lowest > step ? lowest + step : last)
}

/** Binary search without branches: the first key of from … to − 1 not below `x`, or `to`. */
function bound(x: f64, from: u32, to: u32): u32 {
  let base = from
  let left = to - from
  while (left > 1) {
    const half = left >> 1
    base = select<u32>(base + half, base, keyAt(base + half - 1) < x)
    left -= half
  }
  return left == 1 && keyAt(base) < x ? base + 1 : base
}

/** Lower bounds of `queries` floats, u32 each, by the table. */
export function findByTable(at: usize, results: usize, queries: u32): void {
  for (let start: u32 = 0; start < queries; start += GROUP) {
    const group = min(GROUP, queries - start)
    const from = at + (<usize>start << 3)
    for (let j: u32 = 0; j < group; j++) {
      const kept = places + (<usize>j << 4)
      const place = placeOf(load<f64>(from + (<usize>j << 3)))
      store<f64>(kept, place)
      store<u32>(kept, <u32>table + (<u32>place << 2), 12)
    }
    touchAll(group, 0)
    for (let j: u32 = 0; j < group; j++) {
      const kept = places + (<usize>j << 4)
      const place = load<f64>(kept)
      const entry = <usize>load<u32>(kept, 12)
      const first = load<u32>(entry)
      const last = load<u32>(entry, 4)
      const guess = first + <u32>((place - Math.floor(place)) * <f64>(last - first))
      store<u32>(kept, guess)
      store<u32>(kept, first, 4)
      store<u32>(kept, last, 8)
      store<u32>(kept, <u32>keys + (windowAt(guess, first) << 3), 12)
    }
    touchAll(group, 64)
    settleGroup(from, results + (<usize>start << 2), group)
  }
}

/**
 * Asks for what each query of a group reads next, and for what lies `beside` it: a loop of little else,
 * because the fewer instructions lie between two misses, the more of them are under way together.
 */
function touchAll(group: u32, beside: usize): void {
  let touched: u64 = 0
  const stop = places + (<usize>group << 4)
  for (let kept = places; kept < stop; kept += 16) {
    const at = <usize>load<u32>(kept, 12)
    touched ^= load<u64>(at) ^ load<u64>(at + beside)
  }
  sink = touched
}

let sink: u64 = 0
/** What was asked for: a result, so that asking is not left out. */
export function touchedSoFar(): u64 {
  return sink
}

@inline
function settleGroup(at: usize, results: usize, group: u32): void {
  for (let j: u32 = 0; j < group; j++) {
    const kept = places + (<usize>j << 4)
    const x = load<f64>(at + (<usize>j << 3))
    const found = settle(x, load<u32>(kept), load<u32>(kept, 4), load<u32>(kept, 8))
    store<u32>(results + (<usize>j << 2), select<u32>(found, count, x == x))
  }
}

/** The same one after the other: each query waits for the result before it. */
export function chainByTable(at: usize, results: usize, queries: u32): void {
  let before: u32 = 0
  for (let j: u32 = 0; j < queries; j++) {
    before = oneByTable(load<f64>(at + (<usize>(j + (before >> 31)) << 3)))
    store<u32>(results + (<usize>j << 2), before)
  }
}

// Segments: 24 bytes each (first key, slope, place of the first key), one more behind the last; and a
// tree of their first keys.
let segments: usize = 0
let segmentCount: u32 = 0
let tree: usize = 0
let treeLevels: u32 = 0

export function useSegments(at: usize, segmentsUsed: u32, treeAt: usize, levels: u32): void {
  segments = at
  segmentCount = segmentsUsed
  tree = treeAt
  treeLevels = levels
}

/**
 * Cuts the keys into segments, each a line from its first key that is at most `error` places off at
 * every first of equal keys; writes at most `room` of them at `at`, returns how many, 0 for too many.
 */
export function buildSegments(at: usize, room: u32, error: f64): u32 {
  let made: u32 = 0
  let i: u32 = 0
  while (i < count) {
    if (made + 1 >= room) return 0
    const first = keyAt(i)
    const start = i
    let steepest: f64 = Infinity
    let flattest: f64 = 0
    let before = first
    for (i++; i < count; i++) {
      const key = keyAt(i)
      if (key == before) continue
      before = key
      const width = key - first
      if (!(width < Infinity)) break
      const rise = <f64>(i - start)
      // The slope must pass within the error above and below this key.
      if (rise > steepest * width + error || rise < flattest * width - error) break
      steepest = min(steepest, (rise + error) / width)
      flattest = max(flattest, (rise - error) / width)
    }
    const slope = steepest == Infinity ? 0 : 0.5 * (steepest + flattest)
    writeSegment(at + <usize>made * 24, first, slope, start)
    made++
  }
  writeSegment(at + <usize>made * 24, Infinity, 0, count)
  return made
}

@inline
function writeSegment(at: usize, first: f64, slope: f64, start: u32): void {
  store<f64>(at, first)
  store<f64>(at, slope, 8)
  store<f64>(at, <f64>start, 16)
}

/** The segment that as many begin not above as `rank` says; infinity counts what fills up the tree. */
@inline
function segmentAt(rank: u32): usize {
  return segments + <usize>(rank > 0 ? min(rank, segmentCount) - 1 : 0) * 24
}

@inline
function segmentOf(x: f64): usize {
  let k: u32 = 1
  for (let level: u32 = 0; level < treeLevels; level++) {
    k = (k << 1) + u32(load<f64>(tree + (<usize>k << 3)) <= x)
  }
  return segmentAt(k - (1 << treeLevels))
}

@inline
function guessIn(segment: usize, x: f64): u32 {
  const start = load<f64>(segment, 16)
  const place = start + load<f64>(segment, 8) * (x - load<f64>(segment))
  return <u32>(place >= start ? min(load<f64>(segment, 40), place) : start)
}

/** Lower bounds by the segments. */
export function findBySegments(at: usize, results: usize, queries: u32): void {
  for (let start: u32 = 0; start < queries; start += GROUP) {
    const group = min(GROUP, queries - start)
    const from = at + (<usize>start << 3)
    descend(tree, treeLevels, from, group)
    for (let j: u32 = 0; j < group; j++) {
      const kept = places + (<usize>j << 4)
      store<u32>(kept, <u32>segmentAt(load<u32>(kept) - (1 << treeLevels)), 12)
    }
    touchAll(group, 40)
    for (let j: u32 = 0; j < group; j++) {
      const kept = places + (<usize>j << 4)
      const segment = <usize>load<u32>(kept, 12)
      const guess = guessIn(segment, load<f64>(from + (<usize>j << 3)))
      const first = <u32>load<f64>(segment, 16)
      store<u32>(kept, guess)
      store<u32>(kept, first, 4)
      store<u32>(kept, <u32>load<f64>(segment, 40), 8)
      store<u32>(kept, <u32>keys + (wideAt(guess, first) << 3), 12)
    }
    touchWide(group)
    for (let j: u32 = 0; j < group; j++) {
      const kept = places + (<usize>j << 4)
      const x = load<f64>(from + (<usize>j << 3))
      const found = settleWide(x, load<u32>(kept), load<u32>(kept, 4), load<u32>(kept, 8))
      store<u32>(results + (<usize>(start + j) << 2), x == x ? found : count)
    }
  }
}

/** The five lines of each wide window. */
function touchWide(group: u32): void {
  let touched: u64 = 0
  const stop = places + (<usize>group << 4)
  for (let kept = places; kept < stop; kept += 16) {
    const at = <usize>load<u32>(kept, 12)
    touched ^= load<u64>(at) ^ load<u64>(at, 64) ^ load<u64>(at, 128)
    touched ^= load<u64>(at, 192) ^ load<u64>(at, 256)
  }
  sink = touched
}

/** The leaf behind each query of a group, counting keys not above it, level by level. */
function descend(nodes: usize, levels: u32, at: usize, group: u32): void {
  for (let j: u32 = 0; j < group; j++) store<u32>(places + (<usize>j << 4), 1)
  for (let level: u32 = 0; level < levels; level++) {
    for (let j: u32 = 0; j < group; j++) {
      const slot = places + (<usize>j << 4)
      const k = load<u32>(slot)
      const x = load<f64>(at + (<usize>j << 3))
      store<u32>(slot, (k << 1) + u32(load<f64>(nodes + (<usize>k << 3)) <= x))
    }
  }
}

export function chainBySegments(at: usize, results: usize, queries: u32): void {
  let before: u32 = 0
  for (let j: u32 = 0; j < queries; j++) {
    before = oneBySegments(load<f64>(at + (<usize>(j + (before >> 31)) << 3)))
    store<u32>(results + (<usize>j << 2), before)
  }
}

/**
 * Writes `values` keys at `from`, `stride` bytes apart, as a full tree of `levels` levels in
 * Eytzinger's order, infinity where there are none (Khuong & Morin 2017). Children of k: 2k, 2k + 1.
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

/** One after the other, asking for the line four levels down on the way. */
export function chainByTree(at: usize, results: usize, queries: u32): void {
  let before: u32 = 0
  let touched: u64 = 0
  const most = count
  const nodes: u32 = (1 << fullLevels) - 1
  for (let j: u32 = 0; j < queries; j++) {
    const x = load<f64>(at + (<usize>(j + (before >> 31)) << 3))
    let k: u32 = 1
    for (let level: u32 = 0; level < fullLevels; level++) {
      touched ^= load<u64>(full + (<usize>((k << 4) & nodes) << 3))
      k = (k << 1) + u32(load<f64>(full + (<usize>k << 3)) < x)
    }
    before = min(k - (1 << fullLevels), most)
    store<u32>(results + (<usize>j << 2), before)
  }
  sink = touched
}

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

export function chainByBinary(at: usize, results: usize, queries: u32): void {
  let before: u32 = 0
  for (let j: u32 = 0; j < queries; j++) {
    before = oneByBinary(load<f64>(at + (<usize>(j + (before >> 31)) << 3)))
    store<u32>(results + (<usize>j << 2), before)
  }
}

/** Of every `step`-th key, how many the window around the table's guess does not hold. */
export function missesOfTable(step: u32): u32 {
  let misses: u32 = 0
  for (let i: u32 = 0; i < count; i += step) {
    const place = placeOf(keyAt(i))
    const entry = table + (<usize>(<u32>place) << 2)
    const first = load<u32>(entry)
    const last = load<u32>(entry, 4)
    misses += u32(isMissed(i, first + <u32>((place - Math.floor(place)) * <f64>(last - first)), first, last))
  }
  return misses
}

@inline
function isMissed(i: u32, guess: u32, first: u32, last: u32): bool {
  const from = windowAt(guess, first)
  const below = belowIn(from, keyAt(i))
  return (below == 0 && from > first) || (below == WINDOW && from + WINDOW < last)
}

/** Keys of the fullest cell: no guess is further off. */
export function fullestCell(): u32 {
  let most: u32 = 0
  for (let cell: u32 = 0; cell <= lastCell; cell++) {
    const entry = table + (<usize>cell << 2)
    most = max(most, load<u32>(entry, 4) - load<u32>(entry))
  }
  return most
}

/** One lower bound by the table. */
export function oneByTable(x: f64): u32 {
  const place = placeOf(x)
  const entry = table + (<usize>(<u32>place) << 2)
  const first = load<u32>(entry)
  const last = load<u32>(entry, 4)
  return settle(x, first + <u32>((place - <f64>(<u32>place)) * <f64>(last - first)), first, last)
}

/** One lower bound by the segments. */
export function oneBySegments(x: f64): u32 {
  const segment = segmentOf(x)
  return settleWide(x, guessIn(segment, x), <u32>load<f64>(segment, 16), <u32>load<f64>(segment, 40))
}

/** One lower bound by the tree. */
export function oneByTree(x: f64): u32 {
  let k: u32 = 1
  for (let level: u32 = 0; level < fullLevels; level++) {
    k = (k << 1) + u32(load<f64>(full + (<usize>k << 3)) < x)
  }
  return min(k - (1 << fullLevels), count)
}

/** One lower bound by binary search. */
export function oneByBinary(x: f64): u32 {
  return bound(x, 0, count)
}

/** First place whose key is below the one before or not a number; `values` where there is none. */
export function firstFault(): u32 {
  let before = -Infinity
  for (let i: u32 = 0; i < count; i++) {
    const key = keyAt(i)
    if (!(key >= before)) return i
    before = key
  }
  return count
}

/** Makes sure the memory holds `bytes` beyond the static data; returns the first free address. */
export function reserve(bytes: u32): usize {
  const base = (__heap_base + 63) & ~63
  const pages = <i32>((base + bytes + 65535) >>> 16)
  const missing = pages - memory.size()
  return missing <= 0 || memory.grow(missing) >= 0 ? base : 0
}
