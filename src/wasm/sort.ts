// AssemblyScript, compiled by scripts/build-wasm.mjs. The callers are in src/learn/structures/sort.
//
// Learned sort: a model of the distribution, learned from a sample, gives each record a bucket in one
// pass; each bucket, small enough for the second cache, is placed by interpolation and touched up by
// insertion. Records travel through a small stage, so that the columns are read once and written once.
// All steps keep the order of equal keys. A bucket that the model misjudges is sorted by radix.

import {
  dropNaN,
  misjudgedFloats,
  nans,
  partitionFloats,
  setByKey,
  setLinear,
  sortFloatBucket,
} from './sort/floats'
import {
  align,
  bucketCount,
  emptyChains,
  flags,
  gather,
  grow,
  keyStage,
  keysOut,
  layOut,
  layOutOutput,
  output,
  ranges,
  sizeOf,
  table,
  wordStage,
  wordsOut,
} from './sort/memory'
import { radixFloats as radixFloatRecords, radixOf } from './sort/radix'
import {
  misjudgedWholes,
  partitionWholes,
  setWhole,
  sortWholeBucket,
  turnBack,
} from './sort/wholes'

export { dropNaN, nans }
export { sortNearly } from './sort/nearly'

// Kinds of records.
const FLOAT: u32 = 0
const FLOAT_PAIR: u32 = 1
const WHOLE: u32 = 2

let kind: u32 = 0
let nextBucket: u32 = 0

function recordBytes(): u32 {
  return kind == FLOAT ? 8 : kind == FLOAT_PAIR ? 16 : kind == WHOLE ? 4 : 8
}

/**
 * Lays out memory for `values` records of a kind (0 float, 1 float and word, 2 whole, 3 whole and word)
 * in `buckets` buckets behind a table of `cells` cells; `stageValues` pass in at a time. Returns the
 * bytes needed, 0 when there are not so many.
 */
export function plan(newKind: u32, values: u32, buckets: u32, cells: u32, stageValues: u32): f64 {
  kind = newKind
  return layOut(values, recordBytes(), buckets, cells, stageValues)
}

export function keyStageAt(): usize {
  return keyStage
}
export function wordStageAt(): usize {
  return wordStage
}
/** Cells to buckets, u16 each. */
export function tableAt(): usize {
  return table
}
/** Low end and width of each bucket in 16 bytes: two f64, or two u32 and nothing. */
export function rangesAt(): usize {
  return ranges
}
/** A byte a bucket: not 0 where its sample repeats values. */
export function flagsAt(): usize {
  return flags
}
export function keysOutAt(): usize {
  return keysOut
}
export function wordsOutAt(): usize {
  return wordsOut
}
/** Buckets that were sorted by radix because the model misjudged them. */
export function misjudged(): u32 {
  return kind < WHOLE ? misjudgedFloats() : misjudgedWholes()
}

/** Starts with empty buckets and a model linear in the value. */
export function beginLinear(low: f64, scale: f64, cells: u32): void {
  setLinear(low, scale, cells)
  begin()
}

/** Starts with empty buckets and a model linear in the bits, that is, about in the logarithm. */
export function beginByKey(low: f64, shift: u32, cells: u32): void {
  setByKey(low, shift, cells)
  begin()
}

/** Starts with empty buckets of whole numbers: `turn` is xored to make them unsigned. */
export function beginWhole(turn: u32, low: u32, shift: u32, cells: u32): void {
  setWhole(turn, low, shift, cells)
  begin()
}

function begin(): void {
  nextBucket = 0
  emptyChains()
}

/** Takes the first `count` records of the stage into their buckets. */
export function partition(count: u32): void {
  if (kind == FLOAT) partitionFloats<f64>(count)
  else if (kind == FLOAT_PAIR) partitionFloats<v128>(count)
  else if (kind == WHOLE) partitionWholes<u32>(count)
  else partitionWholes<u64>(count)
}

function size(bucket: u32): u32 {
  if (kind == FLOAT) return sizeOf<f64>(bucket)
  if (kind == FLOAT_PAIR) return sizeOf<v128>(bucket)
  return kind == WHOLE ? sizeOf<u32>(bucket) : sizeOf<u64>(bucket)
}

/** Records of the largest bucket. */
export function largest(): u32 {
  let most: u32 = 0
  for (let b: u32 = 0; b < bucketCount; b++) most = max(most, size(b))
  return most
}

/** Room for sorted records: at least those of the largest bucket. False when there is no memory. */
export function planOutput(room: u32): bool {
  return layOutOutput(room, recordBytes(), kind == FLOAT_PAIR || kind > WHOLE)
}

/** Sorts buckets, in order, into the output until the next would not fit; returns how many records. */
export function drain(room: u32): u32 {
  let done: u32 = 0
  while (nextBucket < bucketCount) {
    const values = size(nextBucket)
    if (done + values > room) break
    if (values > 0) sortBucket(nextBucket, values, output + <usize>done * recordBytes())
    done += values
    nextBucket++
  }
  if (kind == FLOAT_PAIR) splitFloats(done)
  if (kind > WHOLE) splitWholes(done)
  if (kind >= WHOLE) turnBack(keysOut, done)
  return done
}

function sortBucket(bucket: u32, values: u32, to: usize): void {
  if (kind == FLOAT) sortFloatBucket<f64>(bucket, values, to)
  else if (kind == WHOLE) sortWholeBucket<u32>(bucket, values, to)
  else if (kind > WHOLE) sortWholeBucket<u64>(bucket, values, to)
  // The last bucket of floats with payload holds what is not a number, in the order it came.
  else if (bucket == bucketCount - 1) gather<v128>(bucket, values, to)
  else sortFloatBucket<v128>(bucket, values, to)
}

function splitFloats(count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const record = output + (<usize>i << 4)
    store<u64>(keysOut + (<usize>i << 3), load<u64>(record))
    store<u32>(wordsOut + (<usize>i << 2), load<u32>(record, 8))
  }
}

function splitWholes(count: u32): void {
  for (let i: u32 = 0; i < count; i += 4) {
    const two = v128.load(output + (<usize>i << 3))
    const more = v128.load(output + (<usize>i << 3), 16)
    v128.store(keysOut + (<usize>i << 2), v128.shuffle<i32>(two, more, 0, 2, 4, 6))
    v128.store(wordsOut + (<usize>i << 2), v128.shuffle<i32>(two, more, 1, 3, 5, 7))
  }
}

/** Makes whole numbers of 64 bits on the stage floats, less `base`; false where one is no float. */
export function toFloats(count: u32, base: i64): bool {
  let above: u64 = 0
  let overflow: i64 = 0
  const stop = keyStage + (<usize>count << 3)
  for (let at = keyStage; at < stop; at += 8) {
    const whole = load<i64>(at)
    const value = whole - base
    overflow |= (whole ^ base) & (whole ^ value)
    above |= <u64>(value ^ (value >> 63))
    store<f64>(at, <f64>value)
  }
  return overflow >= 0 && above < 1 << 53
}

/** Makes the first `count` floats of the output whole numbers again. */
export function toWholes(count: u32, base: i64): void {
  const stop = keysOut + (<usize>count << 3)
  for (let at = keysOut; at < stop; at += 8) store<i64>(at, <i64>load<f64>(at) + base)
}

/** Sorts floats by the radix of their bits. */
export function radixFloats(at: usize, other: usize, values: u32): void {
  radixFloatRecords<f64>(at, other, values)
}

/** Sorts whole numbers of 32 bits by radix, `turn` xored to make them unsigned. */
export function radix32(at: usize, other: usize, values: u32, turn: u32): void {
  setWhole(turn, 0, 0, 1)
  turnBack(at, values)
  radixOf<u32, u32>(at, other, values)
  turnBack(at, values)
}

/** Sorts whole numbers of 64 bits by radix, `turn` xored to make them unsigned. */
export function radix64(at: usize, other: usize, values: u32, turn: u64): void {
  turn64(at, values, turn)
  radixOf<u64, u64>(at, other, values)
  turn64(at, values, turn)
}

function turn64(at: usize, values: u32, turn: u64): void {
  const stop = at + (<usize>values << 3)
  for (; at < stop; at += 8) store<u64>(at, load<u64>(at) ^ turn)
}

/**
 * Sorts columns of 64-bit keys (floats or signed whole numbers) and words by radix, stably; behind the
 * words there is room for all records twice.
 */
export function radixPairs64(keys: usize, words: usize, values: u32, isFloat: bool): void {
  const records = align(words + (<usize>values << 2), 16)
  const other = records + (<usize>values << 4)
  const sign: u64 = 0x8000000000000000
  for (let i: u32 = 0; i < values; i++) {
    const key = load<u64>(keys + (<usize>i << 3))
    store<u64>(records + (<usize>i << 4), isFloat ? key : key ^ sign)
    store<u32>(records + (<usize>i << 4), load<u32>(words + (<usize>i << 2)), 8)
  }
  if (isFloat) radixFloatRecords<v128>(records, other, values)
  else radixOf<v128, u64>(records, other, values)
  for (let i: u32 = 0; i < values; i++) {
    const key = load<u64>(records + (<usize>i << 4))
    store<u64>(keys + (<usize>i << 3), isFloat ? key : key ^ sign)
    store<u32>(words + (<usize>i << 2), load<u32>(records + (<usize>i << 4), 8))
  }
}

/** The same with keys of 32 bits, `turn` xored to make them unsigned. */
export function radixPairs32(keys: usize, words: usize, values: u32, turn: u32): void {
  const records = align(words + (<usize>values << 2), 16)
  for (let i: u32 = 0; i < values; i++) {
    store<u32>(records + (<usize>i << 3), load<u32>(keys + (<usize>i << 2)) ^ turn)
    store<u32>(records + (<usize>i << 3), load<u32>(words + (<usize>i << 2)), 4)
  }
  radixOf<u64, u32>(records, records + (<usize>values << 3), values)
  for (let i: u32 = 0; i < values; i++) {
    store<u32>(keys + (<usize>i << 2), load<u32>(records + (<usize>i << 3)) ^ turn)
    store<u32>(words + (<usize>i << 2), load<u32>(records + (<usize>i << 3), 4))
  }
}

/** Makes sure the memory holds `bytes` beyond the static data; returns the first free address. */
export function reserve(bytes: u32): usize {
  const base = align(__heap_base, 64)
  return grow(base + bytes) ? base : 0
}
