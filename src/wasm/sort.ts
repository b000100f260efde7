// AssemblyScript, compiled by scripts/build-wasm.mjs. The callers are in src/learn/structures/sort.
//
// Learned sort of 64-bit floats: a model of the distribution, learned from a sample, gives each value
// a bucket in one pass; each bucket, small enough for the second cache, is placed by interpolation and
// touched up by insertion. Values travel through a small stage, so that the array is read once and
// written once. A bucket that the model misjudges is sorted by radix instead.

import { keyOf } from './sort/keys'
import { radix } from './sort/radix'

export { radix }

/** Values in one block of a bucket; blocks are at multiples of their size in bytes. */
const BLOCK_BYTES: u32 = 2048
const BLOCK_VALUES: u32 = BLOCK_BYTES / 8
/** Cells of a bucket are twice its values: fewer share one, and the counts still fit the first caches. */
const CELL_BITS_A_VALUE: u32 = 1

// Addresses, set by `plan`.
let stage: usize = 0
let cells: usize = 0
let tails: usize = 0
let heads: usize = 0
let lasts: usize = 0
let ranges: usize = 0
let links: usize = 0
let blocks: usize = 0
let counts: usize = 0
let output: usize = 0
let spare: usize = 0
let end: usize = 0

let bucketCount: u32 = 0
let freeBlock: u32 = 0
let nextBucket: u32 = 0
let nanCount: u32 = 0
let fallbacks: u32 = 0

// The model: cell = (x − low) × scale, or (key(x) − lowKey) >> shift; cells to buckets by table.
let byKey: bool = false
let low: f64 = 0
let scale: f64 = 0
let lowKey: u64 = 0
let shift: u64 = 0
let lastCell: u32 = 0

@inline
function align(address: usize, to: usize): usize {
  return (address + to - 1) & ~(to - 1)
}

/**
 * Lays out memory for `values` values in `buckets` buckets behind a table of `cellCount` cells;
 * `stageValues` pass in and out at a time. Returns the bytes needed, 0 when there are not so many.
 */
export function plan(values: u32, buckets: u32, cellCount: u32, stageValues: u32): f64 {
  bucketCount = buckets
  stage = align(__heap_base, 64)
  cells = align(stage + (<usize>stageValues << 3), 64)
  tails = align(cells + (<usize>cellCount << 1), 64)
  heads = align(tails + (<usize>buckets << 2), 64)
  lasts = align(heads + (<usize>buckets << 2), 64)
  ranges = align(lasts + (<usize>buckets << 2), 64)
  const blockCount = values / BLOCK_VALUES + buckets + 1
  links = align(ranges + (<usize>buckets << 4), 64)
  blocks = align(links + (<usize>blockCount << 2), BLOCK_BYTES)
  end = blocks + <usize>blockCount * BLOCK_BYTES
  return grow(end) ? <f64>end : 0
}

function grow(to: usize): bool {
  const pages = <i32>((to + 65535) >>> 16)
  const missing = pages - memory.size()
  return missing <= 0 || memory.grow(missing) >= 0
}

/** Where the stage, the table of cells (u16 a cell) and the ranges (low, scale a bucket) are. */
export function stageAt(): usize {
  return stage
}
export function cellsAt(): usize {
  return cells
}
export function rangesAt(): usize {
  return ranges
}
export function outputAt(): usize {
  return output
}
/** NaN met while partitioning: they are no part of any bucket. */
export function nans(): u32 {
  return nanCount
}
/** Buckets that were sorted by radix because the model misjudged them. */
export function misjudged(): u32 {
  return fallbacks
}

/** Starts with empty buckets and a model linear in the value. */
export function beginLinear(newLow: f64, newScale: f64, cellCount: u32): void {
  byKey = false
  low = newLow
  scale = newScale
  begin(cellCount)
}

/** Starts with empty buckets and a model linear in the bits, that is, about in the logarithm. */
export function beginByKey(newLow: f64, newShift: u32, cellCount: u32): void {
  byKey = true
  lowKey = keyOf(reinterpret<u64>(newLow))
  shift = <u64>newShift
  begin(cellCount)
}

function begin(cellCount: u32): void {
  lastCell = cellCount - 1
  nanCount = 0
  fallbacks = 0
  nextBucket = 0
  freeBlock = bucketCount
  for (let b: u32 = 0; b < bucketCount; b++) {
    const at = <u32>blocks + b * BLOCK_BYTES
    store<u32>(tails + (<usize>b << 2), at)
    store<u32>(heads + (<usize>b << 2), b)
    store<u32>(lasts + (<usize>b << 2), b)
  }
}

/** A fresh block behind the last one of a bucket. */
function extend(bucket: u32): u32 {
  const block = freeBlock++
  store<u32>(links + (<usize>load<u32>(lasts + (<usize>bucket << 2)) << 2), block)
  store<u32>(lasts + (<usize>bucket << 2), block)
  return <u32>blocks + block * BLOCK_BYTES
}

@inline
function put(cell: u32, value: f64): void {
  const bucket = <u32>load<u16>(cells + (<usize>cell << 1))
  const tail = tails + (<usize>bucket << 2)
  let at = load<u32>(tail)
  // A full block is followed only when there is one value more: its tail is at a block's start.
  store<f64>(at, value)
  at += 8
  if ((at & (BLOCK_BYTES - 1)) == 0) at = extend(bucket)
  store<u32>(tail, at)
}

/** Takes the first `count` values of the stage into their buckets. */
export function partition(count: u32): void {
  if (byKey) partitionByKey(count)
  else partitionLinear(count)
}

function partitionLinear(count: u32): void {
  const lows = f64x2.splat(low)
  const scales = f64x2.splat(scale)
  const most = f64x2.splat(<f64>lastCell)
  let at = stage
  const pairsEnd = stage + (<usize>(count & ~1) << 3)
  for (; at < pairsEnd; at += 16) {
    const pair = v128.load(at)
    if (!i64x2.all_true(f64x2.eq(pair, pair))) {
      putOne(load<f64>(at))
      putOne(load<f64>(at + 8))
      continue
    }
    const place = f64x2.pmin(most, f64x2.mul(f64x2.sub(pair, lows), scales))
    const cell = i32x4.trunc_sat_f64x2_u_zero(place)
    put(i32x4.extract_lane(cell, 0), f64x2.extract_lane(pair, 0))
    put(i32x4.extract_lane(cell, 1), f64x2.extract_lane(pair, 1))
  }
  if (count & 1) putOne(load<f64>(at))
}

function putOne(value: f64): void {
  if (value != value) nanCount++
  else if (byKey) put(cellByKey(value), value)
  else {
    const place = min(<f64>lastCell, (value - low) * scale)
    put(place > 0 ? <u32>place : 0, value)
  }
}

@inline
function cellByKey(value: f64): u32 {
  const key = keyOf(reinterpret<u64>(value))
  const above = key > lowKey ? key - lowKey : 0
  const cell = above >> shift
  return cell < <u64>lastCell ? <u32>cell : lastCell
}

function partitionByKey(count: u32): void {
  const stop = stage + (<usize>count << 3)
  for (let at = stage; at < stop; at += 8) {
    const value = load<f64>(at)
    if (value == value) put(cellByKey(value), value)
    else nanCount++
  }
}

function sizeOf(bucket: u32): u32 {
  let block = load<u32>(heads + (<usize>bucket << 2))
  const last = load<u32>(lasts + (<usize>bucket << 2))
  let values: u32 = 0
  for (; block != last; block = load<u32>(links + (<usize>block << 2))) values += BLOCK_VALUES
  const start = <u32>blocks + last * BLOCK_BYTES
  return values + ((load<u32>(tails + (<usize>bucket << 2)) - start) >> 3)
}

/** Values of the largest bucket. */
export function largest(): u32 {
  let most: u32 = 0
  for (let b: u32 = 0; b < bucketCount; b++) most = max(most, sizeOf(b))
  return most
}

/** Room for sorted values: at least those of the largest bucket. False when there is no memory. */
export function planOutput(room: u32): bool {
  counts = align(end, 64)
  output = align(counts + (<usize>(2 * room + 2) << 2), 64)
  spare = align(output + (<usize>room << 3), 64)
  return grow(spare + (<usize>room << 3))
}

/** Sorts buckets, in order, into the output until the next would not fit; returns how many values. */
export function drain(room: u32): u32 {
  let done: u32 = 0
  while (nextBucket < bucketCount) {
    const values = sizeOf(nextBucket)
    if (done + values > room) break
    if (values > 0) sortBucket(nextBucket, values, output + (<usize>done << 3))
    done += values
    nextBucket++
  }
  return done
}

function sortBucket(bucket: u32, values: u32, to: usize): void {
  const range = ranges + (<usize>bucket << 4)
  const bucketLow = load<f64>(range)
  const width = load<f64>(range + 8)
  const bucketCells = values << CELL_BITS_A_VALUE
  const bucketScale = width > 0 ? <f64>bucketCells / width : 0
  countBlocks(bucket, values, bucketCells, bucketLow, bucketScale)
  sumCounts(bucketCells)
  placeBlocks(bucket, values, bucketCells, bucketLow, bucketScale, to)
  if (!touchUp(to, values)) {
    fallbacks++
    radix(to, spare, values)
  } else if (load<f64>(to) <= 0 && load<f64>(to + (<usize>(values - 1) << 3)) >= 0) {
    orderZeros(to, values)
  }
}

function countBlocks(bucket: u32, values: u32, bucketCells: u32, bucketLow: f64, bucketScale: f64): void {
  memory.fill(counts, 0, <usize>(bucketCells + 1) << 2)
  let left = values
  let block = load<u32>(heads + (<usize>bucket << 2))
  while (left > 0) {
    const count = min(left, BLOCK_VALUES)
    countBlock(blocks + <usize>block * BLOCK_BYTES, count, bucketCells, bucketLow, bucketScale)
    left -= count
    block = load<u32>(links + (<usize>block << 2))
  }
}

function placeBlocks(
  bucket: u32,
  values: u32,
  bucketCells: u32,
  bucketLow: f64,
  bucketScale: f64,
  to: usize,
): void {
  let left = values
  let block = load<u32>(heads + (<usize>bucket << 2))
  while (left > 0) {
    const count = min(left, BLOCK_VALUES)
    placeBlock(blocks + <usize>block * BLOCK_BYTES, count, bucketCells, bucketLow, bucketScale, to)
    left -= count
    block = load<u32>(links + (<usize>block << 2))
  }
}

@inline
function bump(cell: u32): void {
  const at = counts + (<usize>cell << 2)
  store<u32>(at, load<u32>(at) + 1)
}

function countBlock(at: usize, count: u32, values: u32, bucketLow: f64, bucketScale: f64): void {
  const lows = f64x2.splat(bucketLow)
  const scales = f64x2.splat(bucketScale)
  const most = f64x2.splat(<f64>(values - 1))
  const stop = at + (<usize>count << 3)
  // The value behind an odd last one is whatever the block held before; its count is taken back.
  for (; at < stop; at += 16) {
    const place = f64x2.pmin(most, f64x2.mul(f64x2.sub(v128.load(at), lows), scales))
    const cell = i32x4.trunc_sat_f64x2_u_zero(place)
    bump(i32x4.extract_lane(cell, 0))
    if (at + 8 < stop) bump(i32x4.extract_lane(cell, 1))
  }
}

/** Counts become the places of the first value of each cell. */
function sumCounts(values: u32): void {
  let sum: u32 = 0
  const stop = counts + (<usize>values << 2)
  for (let at = counts; at < stop; at += 4) {
    const count = load<u32>(at)
    store<u32>(at, sum)
    sum += count
  }
}

@inline
function place(cell: u32, value: f64, to: usize): void {
  const at = counts + (<usize>cell << 2)
  const position = load<u32>(at)
  store<f64>(to + (<usize>position << 3), value)
  store<u32>(at, position + 1)
}

function placeBlock(
  at: usize,
  count: u32,
  values: u32,
  bucketLow: f64,
  bucketScale: f64,
  to: usize,
): void {
  const lows = f64x2.splat(bucketLow)
  const scales = f64x2.splat(bucketScale)
  const most = f64x2.splat(<f64>(values - 1))
  const stop = at + (<usize>count << 3)
  for (; at < stop; at += 16) {
    const pair = v128.load(at)
    const cell = i32x4.trunc_sat_f64x2_u_zero(
      f64x2.pmin(most, f64x2.mul(f64x2.sub(pair, lows), scales)),
    )
    place(i32x4.extract_lane(cell, 0), f64x2.extract_lane(pair, 0), to)
    if (at + 8 < stop) place(i32x4.extract_lane(cell, 1), f64x2.extract_lane(pair, 1), to)
  }
}

/** Insertion sort of what is nearly in place; false when it would take more than 24 moves a value. */
function touchUp(to: usize, values: u32): bool {
  const stop = to + (<usize>values << 3)
  let budget: i32 = <i32>min(values, 80_000_000) * 24
  let before = load<f64>(to)
  for (let at = to + 8; at < stop; at += 8) {
    const value = load<f64>(at)
    if (value >= before) {
      before = value
      continue
    }
    let hole = at
    do {
      store<f64>(hole, load<f64>(hole - 8))
      hole -= 8
    } while (hole > to && load<f64>(hole - 8) > value)
    store<f64>(hole, value)
    budget -= <i32>((at - hole) >> 3)
    if (budget < 0) return false
  }
  return true
}

/** −0 stands before 0. */
function orderZeros(to: usize, values: u32): void {
  const stop = to + (<usize>values << 3)
  let first = to
  while (first < stop && load<f64>(first) < 0) first += 8
  let negative: u32 = 0
  let last = first
  for (; last < stop && load<f64>(last) == 0; last += 8) negative += <u32>(load<u64>(last) >> 63)
  for (let at = first; at < last; at += 8) {
    store<u64>(at, at < first + (<usize>negative << 3) ? 0x8000000000000000 : 0)
  }
}

/** Makes sure the memory holds `bytes` beyond the static data; returns the first free address. */
export function reserve(bytes: u32): usize {
  const base = align(__heap_base, 64)
  return grow(base + bytes) ? base : 0
}
