// Records that begin with a whole number of 32 bits: u32 alone, or u64 with a word of payload above.
// Signed numbers travel with their sign turned, so that they are ordered without one.
import { bump, clearCells, MOST_COUNTED, sumCells, takePlace } from './cells'
import {
  BLOCK_BYTES,
  blockAt,
  gather,
  headOf,
  keyStage,
  next,
  ranges,
  spare,
  tailBehind,
  touch,
  wordStage,
  written,
} from './memory'
import { radixOf } from './radix'

/** Moves a record that insertion may take before the bucket counts as misjudged. */
const MOVES: u32 = 24
/** Widest range of values that is counted value by value. */
const RUN_WIDTH: u32 = 16384
const runs = memory.data(4 * 16384, 64)

// The model: cell = (x − low) >> shift, cells to buckets by table; `turn` is the sign or 0.
let turn: u32 = 0
let low: u32 = 0
let shift: u32 = 0
let lastCell: u32 = 0
let fallbacks: u32 = 0

export function misjudgedWholes(): u32 {
  return fallbacks
}

export function setWhole(newTurn: u32, newLow: u32, newShift: u32, cells: u32): void {
  turn = newTurn
  low = newLow
  shift = newShift
  lastCell = cells - 1
  fallbacks = 0
}

/** (x − low) >> by, of what lies within the cells 0 … most. */
@inline
function cellsOf(keys: v128, lows: v128, most: v128, by: u32): v128 {
  return i32x4.min_u(most, i32x4.shr_u(i32x4.sub(i32x4.max_u(keys, lows), lows), by))
}

@inline
function put<R>(cell: u32, key: u32, i: u32): void {
  const tail = tailBehind(cell)
  const at = load<u32>(tail)
  store<u32>(at, key)
  if (sizeof<R>() == 8) store<u32>(at, load<u32>(wordStage + (<usize>i << 2)), 4)
  written<R>(tail, at)
}

/** Takes the first `count` values of the stage into their buckets, in their order. */
export function partitionWholes<R>(count: u32): void {
  const turns = i32x4.splat(turn)
  const lows = i32x4.splat(low)
  const most = i32x4.splat(lastCell)
  const by = shift
  let i: u32 = 0
  for (; i + 3 < count; i += 4) {
    const keys = v128.xor(turns, v128.load(keyStage + (<usize>i << 2)))
    const cells = cellsOf(keys, lows, most, by)
    put<R>(i32x4.extract_lane(cells, 0), i32x4.extract_lane(keys, 0), i)
    put<R>(i32x4.extract_lane(cells, 1), i32x4.extract_lane(keys, 1), i + 1)
    put<R>(i32x4.extract_lane(cells, 2), i32x4.extract_lane(keys, 2), i + 2)
    put<R>(i32x4.extract_lane(cells, 3), i32x4.extract_lane(keys, 3), i + 3)
  }
  for (; i < count; i++) {
    const key = turn ^ load<u32>(keyStage + (<usize>i << 2))
    put<R>(min(lastCell, (max(key, low) - low) >> shift), key, i)
  }
}

// The cells of the bucket at hand.
let bucketLow: u32 = 0
let bucketShift: u32 = 0
let mostCell: u32 = 0

/** Sorts the records of a bucket to `to`. */
export function sortWholeBucket<R>(bucket: u32, values: u32, to: usize): void {
  bucketLow = load<u32>(ranges + (<usize>bucket << 4))
  const width = load<u32>(ranges + (<usize>bucket << 4), 4)
  if (sizeof<R>() == 4 && width < RUN_WIDTH && values >> 2 > width) {
    if (countRuns(bucket, values, width)) return writeRuns(width, to)
  }
  if (values > MOST_COUNTED) return sortMisjudged<R>(bucket, values, to)
  bucketShift = 0
  while (width >> bucketShift >= values << 2) bucketShift++
  mostCell = width >> bucketShift
  clearCells(mostCell + 1)
  countBucket<R>(bucket, values)
  sumCells(mostCell + 1)
  placeBucket<R>(bucket, values, to)
  if (!touchUp<R>(to, values)) {
    fallbacks++
    radixOf<R, u32>(to, spare, values)
  }
}

function sortMisjudged<R>(bucket: u32, values: u32, to: usize): void {
  fallbacks++
  gather<R>(bucket, values, to)
  radixOf<R, u32>(to, spare, values)
}

/** Counts values one by one; false where one lies outside of the bucket's range. */
function countRuns(bucket: u32, values: u32, width: u32): bool {
  memory.fill(runs, 0, <usize>(width + 1) << 2)
  const perBlock: u32 = BLOCK_BYTES / 4
  let block = headOf(bucket)
  while (values > 0) {
    const count = min(values, perBlock)
    let at = blockAt(block)
    const stop = at + (<usize>count << 2)
    for (; at < stop; at += 4) {
      const cell = load<u32>(at) - bucketLow
      if (cell > width) return false
      const run = runs + (<usize>cell << 2)
      store<u32>(run, load<u32>(run) + 1)
    }
    values -= count
    block = next(block)
  }
  return true
}

function writeRuns(width: u32, to: usize): void {
  for (let cell: u32 = 0; cell <= width; cell++) {
    const count = load<u32>(runs + (<usize>cell << 2))
    const end = to + (<usize>count << 2)
    const value = i32x4.splat(bucketLow + cell)
    // What lies behind a run is written over by the next one; behind the last there is room.
    for (; to < end; to += 16) v128.store(to, value)
    to = end
  }
}

/** The keys of four neighbouring records. */
@inline
function keysAt<R>(at: usize): v128 {
  return sizeof<R>() == 4
    ? v128.load(at)
    : v128.shuffle<i32>(v128.load(at), v128.load(at, 16), 0, 2, 4, 6)
}

function countBucket<R>(bucket: u32, values: u32): void {
  const perBlock: u32 = BLOCK_BYTES / sizeof<R>()
  let block = headOf(bucket)
  while (values > perBlock) {
    const following = next(block)
    touch(following)
    countBlock<R>(blockAt(block), perBlock)
    values -= perBlock
    block = following
  }
  countBlock<R>(blockAt(block), values)
}

@inline
function cellAt(at: usize): u32 {
  return min(mostCell, (max(load<u32>(at), bucketLow) - bucketLow) >> bucketShift)
}

function countBlock<R>(at: usize, count: u32): void {
  const lows = i32x4.splat(bucketLow)
  const most = i32x4.splat(mostCell)
  const by = bucketShift
  const stop = at + <usize>count * sizeof<R>()
  const whole = at + <usize>(count & ~3) * sizeof<R>()
  for (; at < whole; at += 4 * sizeof<R>()) {
    const cells = cellsOf(keysAt<R>(at), lows, most, by)
    bump(i32x4.extract_lane(cells, 0))
    bump(i32x4.extract_lane(cells, 1))
    bump(i32x4.extract_lane(cells, 2))
    bump(i32x4.extract_lane(cells, 3))
  }
  for (; at < stop; at += sizeof<R>()) bump(cellAt(at))
}

function placeBucket<R>(bucket: u32, values: u32, to: usize): void {
  const perBlock: u32 = BLOCK_BYTES / sizeof<R>()
  let block = headOf(bucket)
  while (values > perBlock) {
    placeBlock<R>(blockAt(block), perBlock, to)
    values -= perBlock
    block = next(block)
  }
  placeBlock<R>(blockAt(block), values, to)
}

@inline
function place<R>(cell: u32, from: usize, to: usize): void {
  store<R>(to + <usize>takePlace(cell) * sizeof<R>(), load<R>(from))
}

function placeBlock<R>(at: usize, count: u32, to: usize): void {
  const lows = i32x4.splat(bucketLow)
  const most = i32x4.splat(mostCell)
  const by = bucketShift
  const stop = at + <usize>count * sizeof<R>()
  const whole = at + <usize>(count & ~3) * sizeof<R>()
  for (; at < whole; at += 4 * sizeof<R>()) {
    const cells = cellsOf(keysAt<R>(at), lows, most, by)
    place<R>(i32x4.extract_lane(cells, 0), at, to)
    place<R>(i32x4.extract_lane(cells, 1), at + sizeof<R>(), to)
    place<R>(i32x4.extract_lane(cells, 2), at + 2 * sizeof<R>(), to)
    place<R>(i32x4.extract_lane(cells, 3), at + 3 * sizeof<R>(), to)
  }
  for (; at < stop; at += sizeof<R>()) place<R>(cellAt(at), at, to)
}

/** Insertion sort of what is nearly in place; false when it would take too many moves. */
function touchUp<R>(to: usize, values: u32): bool {
  const stop = to + <usize>values * sizeof<R>()
  let budget = <i32>(values * MOVES)
  let before = load<u32>(to)
  for (let at = to + sizeof<R>(); at < stop; at += sizeof<R>()) {
    const key = load<u32>(at)
    if (key >= before) {
      before = key
      continue
    }
    const record = load<R>(at)
    let hole = at
    do {
      store<R>(hole, load<R>(hole - sizeof<R>()))
      hole -= sizeof<R>()
    } while (hole > to && load<u32>(hole - sizeof<R>()) > key)
    store<R>(hole, record)
    budget -= <i32>((at - hole) / sizeof<R>())
    if (budget < 0) return false
  }
  return true
}

/** Turns the signs of `count` words back. */
export function turnBack(at: usize, count: u32): void {
  if (turn == 0) return
  const stop = at + (<usize>count << 2)
  for (; at + 15 < stop; at += 16) v128.store(at, v128.xor(i32x4.splat(turn), v128.load(at)))
  for (; at < stop; at += 4) store<u32>(at, load<u32>(at) ^ turn)
}
