// Records that begin with a float: f64 alone, or v128 with a word of payload at byte 8.
import { bump, clearCells, MOST_COUNTED, sumCells, takePlace } from './cells'
import { keyOf } from './keys'
import {
  BLOCK_BYTES,
  blockAt,
  bucketCount,
  flags,
  gather,
  headOf,
  keyStage,
  next,
  ranges,
  shorten,
  sizeOf,
  spare,
  tailBehind,
  tailOf,
  touch,
  wordStage,
  written,
} from './memory'
import { radixFloats } from './radix'
import { isRuns, writeRuns } from './runs'

/** 2⁵²: a number below 2³² added to it has its nearest whole number in its lower word. */
const TO_WORD: f64 = 4503599627370496.0
/** Cells of a bucket are so many times its values: fewer records share one. */
const CELL_SHIFT: u32 = 1
/** Moves a record that insertion may take before the bucket counts as misjudged. */
const MOVES: u32 = 24

// The model: cell = (x − low) × scale, or (key(x) − lowKey) >> shift; cells to buckets by table.
let byKey: bool = false
let low: f64 = 0
let scale: f64 = 0
let lowKey: u64 = 0
let shift: u64 = 0
let lastCell: u32 = 0
let nanCount: u32 = 0
let fallbacks: u32 = 0

export function nans(): u32 {
  return nanCount
}
export function misjudgedFloats(): u32 {
  return fallbacks
}

export function setLinear(newLow: f64, newScale: f64, cells: u32): void {
  byKey = false
  low = newLow
  scale = newScale
  reset(cells)
}

export function setByKey(newLow: f64, newShift: u32, cells: u32): void {
  byKey = true
  lowKey = keyOf(reinterpret<u64>(newLow))
  shift = <u64>newShift
  reset(cells)
}

function reset(cells: u32): void {
  lastCell = cells - 1
  nanCount = 0
  fallbacks = 0
}

/** Cells of two floats, in the first and third word; what is not a number goes with the largest. */
@inline
function cellsOf(pair: v128, lows: v128, scales: v128, most: v128): v128 {
  const place = f64x2.mul(f64x2.sub(pair, lows), scales)
  return f64x2.add(
    f64x2.pmax(f64x2.splat(0), f64x2.pmin(most, place)),
    f64x2.splat(TO_WORD),
  )
}

@inline
function put<R>(tail: usize, value: f64, word: u32): void {
  const at = load<u32>(tail)
  store<f64>(at, value)
  if (sizeof<R>() == 16) store<u32>(at, word, 8)
  written<R>(tail, at)
}

@inline
function putAt<R>(cell: u32, value: f64, i: u32): void {
  const word = sizeof<R>() == 16 ? load<u32>(wordStage + (<usize>i << 2)) : 0
  // NaN with payloads have the last bucket for themselves; without, they are taken out of it later.
  if (sizeof<R>() == 16 && value != value) put<R>(tailOf(bucketCount - 1), value, word)
  else put<R>(tailBehind(cell), value, word)
}

/** Takes the first `count` values of the stage into their buckets, in their order. */
export function partitionFloats<R>(count: u32): void {
  if (byKey) partitionByKey<R>(count)
  else partitionLinear<R>(count)
}

function partitionLinear<R>(count: u32): void {
  const lows = f64x2.splat(low)
  const scales = f64x2.splat(scale)
  const most = f64x2.splat(<f64>lastCell)
  let at = keyStage
  let i: u32 = 0
  for (; i + 1 < count; i += 2) {
    const pair = v128.load(at)
    const cells = cellsOf(pair, lows, scales, most)
    putAt<R>(i32x4.extract_lane(cells, 0), f64x2.extract_lane(pair, 0), i)
    putAt<R>(i32x4.extract_lane(cells, 2), f64x2.extract_lane(pair, 1), i + 1)
    at += 16
  }
  if (i == count) return
  const cells = cellsOf(v128.load64_zero(at), lows, scales, most)
  putAt<R>(i32x4.extract_lane(cells, 0), load<f64>(at), i)
}

function partitionByKey<R>(count: u32): void {
  const last = <u64>lastCell
  for (let i: u32 = 0; i < count; i++) {
    const at = keyStage + (<usize>i << 3)
    const key = keyOf(load<u64>(at))
    const cell = min(last, (key > lowKey ? key - lowKey : 0) >> shift)
    const value = load<f64>(at)
    // A NaN with its sign set has a low key; it must be found where the others are.
    putAt<R>(value == value ? <u32>cell : lastCell, value, i)
  }
}

/** Takes what is not a number out of the last bucket. */
export function dropNaN(): void {
  const bucket = bucketCount - 1
  const values = sizeOf<f64>(bucket)
  let kept: u32 = 0
  let from = headOf(bucket)
  let into = from
  for (let i: u32 = 0; i < values; i++) {
    const value = load<f64>(blockAt(from) + ((<usize>i << 3) & (BLOCK_BYTES - 1)))
    if (((i + 1) & (BLOCK_BYTES / 8 - 1)) == 0) from = next(from)
    if (value != value) continue
    store<f64>(blockAt(into) + ((<usize>kept << 3) & (BLOCK_BYTES - 1)), value)
    if ((++kept & (BLOCK_BYTES / 8 - 1)) == 0) into = next(into)
  }
  if (kept == values) return
  nanCount = values - kept
  shorten<f64>(bucket, kept)
}

// The cells of the bucket at hand.
let bucketLow: f64 = 0
let bucketScale: f64 = 0
let mostCell: f64 = 0

/** Sorts the records of a bucket to `to`, with the rest of the output's room behind them. */
export function sortFloatBucket<R>(bucket: u32, values: u32, to: usize): void {
  const range = ranges + (<usize>bucket << 4)
  const width = load<f64>(range + 8)
  bucketLow = load<f64>(range)
  const isLarge = values > MOST_COUNTED
  if (sizeof<R>() == 8 && (isLarge || load<u8>(flags + bucket) != 0)) {
    if (isRuns(bucket, values, bucketLow, width)) return writeRuns(to)
  }
  if (isLarge) return sortMisjudged<R>(bucket, values, to)
  const cells = values << CELL_SHIFT
  bucketScale = width > 0 ? <f64>(cells - 1) / width : 0
  mostCell = <f64>(cells - 1)
  clearCells(cells)
  countBucket<R>(bucket, values)
  sumCells(cells)
  placeBucket<R>(bucket, values, to)
  if (!touchUp<R>(to, values)) {
    fallbacks++
    radixFloats<R>(to, spare, values)
  } else if (load<f64>(to) <= 0 && load<f64>(to + <usize>(values - 1) * sizeof<R>()) >= 0) {
    orderZeros<R>(to, values)
  }
}

/** Sorts a bucket by radix, but for the value that fills it, where one does. */
function sortMisjudged<R>(bucket: u32, values: u32, to: usize): void {
  fallbacks++
  const heavy = commonKey<R>(bucket, values)
  countAround<R>(bucket, values, heavy)
  const above = to + <usize>(belowCount + heavyCount) * sizeof<R>()
  if (heavyCount < values >> 2) {
    gather<R>(bucket, values, to)
    radixFloats<R>(to, spare, values)
    return
  }
  spread<R>(bucket, values, heavy, to)
  radixFloats<R>(to, spare, belowCount)
  radixFloats<R>(above, spare, values - belowCount - heavyCount)
}

// Of the misjudged bucket: how many are below its most common key, how many have it.
let belowCount: u32 = 0
let heavyCount: u32 = 0

@inline
function keyAt(at: usize): u64 {
  return keyOf(load<u64>(at))
}

/** Of the first records of a bucket the key that most of them have. */
function commonKey<R>(bucket: u32, values: u32): u64 {
  const at = blockAt(headOf(bucket))
  const seen = min(values, 16)
  let best: u64 = 0
  let most: u32 = 0
  for (let i: u32 = 0; i < seen; i++) {
    const key = keyAt(at + <usize>i * sizeof<R>())
    let same: u32 = 0
    for (let j: u32 = 0; j < seen; j++) same += u32(keyAt(at + <usize>j * sizeof<R>()) == key)
    if (same <= most) continue
    most = same
    best = key
  }
  return best
}

function countAround<R>(bucket: u32, values: u32, heavy: u64): void {
  belowCount = 0
  heavyCount = 0
  let block = headOf(bucket)
  while (values > 0) {
    const count = min(values, BLOCK_BYTES / sizeof<R>())
    const stop = blockAt(block) + <usize>count * sizeof<R>()
    for (let at = blockAt(block); at < stop; at += sizeof<R>()) {
      const key = keyAt(at)
      belowCount += u32(key < heavy)
      heavyCount += u32(key == heavy)
    }
    values -= count
    block = next(block)
  }
}

/** What is below a key, what has it, what is above, each in its order. */
function spread<R>(bucket: u32, values: u32, heavy: u64, to: usize): void {
  let below = to
  let same = to + <usize>belowCount * sizeof<R>()
  let above = same + <usize>heavyCount * sizeof<R>()
  let block = headOf(bucket)
  while (values > 0) {
    const count = min(values, BLOCK_BYTES / sizeof<R>())
    const stop = blockAt(block) + <usize>count * sizeof<R>()
    for (let at = blockAt(block); at < stop; at += sizeof<R>()) {
      const key = keyAt(at)
      const into = key < heavy ? below : key == heavy ? same : above
      store<R>(into, load<R>(at))
      if (key < heavy) below += sizeof<R>()
      else if (key == heavy) same += sizeof<R>()
      else above += sizeof<R>()
    }
    values -= count
    block = next(block)
  }
}

/** The keys of two neighbouring records. */
@inline
function keysAt<R>(at: usize): v128 {
  return sizeof<R>() == 8
    ? v128.load(at)
    : v128.shuffle<f64>(v128.load(at), v128.load(at, 16), 0, 2)
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

function countBlock<R>(at: usize, count: u32): void {
  const lows = f64x2.splat(bucketLow)
  const scales = f64x2.splat(bucketScale)
  const most = f64x2.splat(mostCell)
  const stop = at + <usize>(count & ~1) * sizeof<R>()
  for (; at < stop; at += 2 * sizeof<R>()) {
    const cells = cellsOf(keysAt<R>(at), lows, scales, most)
    bump(i32x4.extract_lane(cells, 0))
    bump(i32x4.extract_lane(cells, 2))
  }
  if (count & 1) bump(i32x4.extract_lane(cellsOf(v128.load64_zero(at), lows, scales, most), 0))
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
  const lows = f64x2.splat(bucketLow)
  const scales = f64x2.splat(bucketScale)
  const most = f64x2.splat(mostCell)
  const stop = at + <usize>(count & ~1) * sizeof<R>()
  for (; at < stop; at += 2 * sizeof<R>()) {
    const cells = cellsOf(keysAt<R>(at), lows, scales, most)
    place<R>(i32x4.extract_lane(cells, 0), at, to)
    place<R>(i32x4.extract_lane(cells, 2), at + sizeof<R>(), to)
  }
  if (count & 1) {
    place<R>(i32x4.extract_lane(cellsOf(v128.load64_zero(at), lows, scales, most), 0), at, to)
  }
}

/** Insertion sort of what is nearly in place; false when it would take too many moves. */
function touchUp<R>(to: usize, values: u32): bool {
  const stop = to + <usize>values * sizeof<R>()
  let budget = <i32>(values * MOVES)
  let before = load<f64>(to)
  for (let at = to + sizeof<R>(); at < stop; at += sizeof<R>()) {
    const value = load<f64>(at)
    if (value >= before) {
      before = value
      continue
    }
    const record = load<R>(at)
    let hole = at
    do {
      store<R>(hole, load<R>(hole - sizeof<R>()))
      hole -= sizeof<R>()
    } while (hole > to && load<f64>(hole - sizeof<R>()) > value)
    store<R>(hole, record)
    budget -= <i32>((at - hole) / sizeof<R>())
    if (budget < 0) return false
  }
  return true
}

/** −0 stands before 0, each kind in its order. */
function orderZeros<R>(to: usize, values: u32): void {
  const stop = to + <usize>values * sizeof<R>()
  let first = to
  while (first < stop && load<f64>(first) < 0) first += sizeof<R>()
  let negative = first
  let kept = spare
  let at = first
  for (; at < stop && load<f64>(at) == 0; at += sizeof<R>()) {
    const isNegative = load<u64>(at) != 0
    store<R>(isNegative ? negative : kept, load<R>(at))
    if (isNegative) negative += sizeof<R>()
    else kept += sizeof<R>()
  }
  memory.copy(negative, spare, kept - spare)
}
