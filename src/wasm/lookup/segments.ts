// Segments: lines of bounded error, 24 bytes each (first key, slope, place of the first key), one more
// behind the last; and a tree of their first keys.

import { GROUP, slotOf, touchAll, touchWide } from './group'
import { count, keyAt, keys, settleWide, wideAt } from './keys'
import { descend } from './tree'

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
      const kept = slotOf(j)
      store<u32>(kept, <u32>segmentAt(load<u32>(kept) - (1 << treeLevels)), 12)
    }
    touchAll(group, 40)
    for (let j: u32 = 0; j < group; j++) {
      const kept = slotOf(j)
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
      const kept = slotOf(j)
      const x = load<f64>(from + (<usize>j << 3))
      const found = settleWide(x, load<u32>(kept), load<u32>(kept, 4), load<u32>(kept, 8))
      store<u32>(results + (<usize>(start + j) << 2), x == x ? found : count)
    }
  }
}

/** One lower bound. */
export function oneBySegments(x: f64): u32 {
  const segment = segmentOf(x)
  return settleWide(x, guessIn(segment, x), <u32>load<f64>(segment, 16), <u32>load<f64>(segment, 40))
}

/** How far the guess is off at most, at the firsts of equal keys; a guess is rounded down. */
export function errorOfSegments(): u32 {
  let most: u32 = 0
  let before: f64 = NaN
  for (let i: u32 = 0; i < count; i++) {
    const x = keyAt(i)
    if (x == before) continue
    before = x
    const guess = guessIn(segmentOf(x), x)
    most = max(most, guess > i ? guess - i : i - guess)
  }
  return most
}
