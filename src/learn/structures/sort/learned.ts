import type { BucketModel } from './bucket-model.ts'
import type { SortKernel } from './kernel.ts'
import { type Keys, SIGN_32 } from './keys.ts'

/** Records that pass between the columns and the kernel at a time. */
const STAGE_VALUES = 8192
const OUTPUT_VALUES = 32_768

/** What the kernel is to sort: keys in place, words of payload with them, by a model. */
export interface LearnedJob {
  readonly keys: Keys
  readonly words: Uint32Array | undefined
  readonly model: BucketModel
  /** What is taken off whole numbers of 64 bits before they are floats. */
  readonly base: bigint
}

/** Runs a learned sort; false, with nothing moved, where memory is short or a key is no float. */
export function runLearned(kernel: SortKernel, job: LearnedJob): boolean {
  const { keys, words } = job
  if (!begin(kernel, job) || !takeIn(kernel, job)) return false
  if (isFloat(keys) && words === undefined) kernel.dropNaN()
  const room = (Math.max(OUTPUT_VALUES, kernel.largest()) + 63) & ~63
  if (kernel.planOutput(room) === 0) return false
  const keysOut = viewOf(keys, kernel.memory.buffer, kernel.keysOutAt(), room)
  const wordsOut = new Uint32Array(kernel.memory.buffer, kernel.wordsOutAt(), room)
  let done = 0
  for (let count = kernel.drain(room); count > 0; count = kernel.drain(room)) {
    if (keys instanceof BigInt64Array) kernel.toWholes(count, job.base)
    copy(keys, keysOut.subarray(0, count), done)
    words?.set(wordsOut.subarray(0, count), done)
    done += count
  }
  if (keys instanceof Float64Array) keys.fill(Number.NaN, done)
  return true
}

function isFloat(keys: Keys): boolean {
  return keys instanceof Float64Array || keys instanceof BigInt64Array
}

function begin(kernel: SortKernel, { keys, words, model }: LearnedJob): boolean {
  const hasWords = words !== undefined
  // Floats with payload keep those that are not a number in a bucket of their own.
  const buckets = model.buckets + (isFloat(keys) && hasWords ? 1 : 0)
  const kind = (isFloat(keys) ? 0 : 2) + (hasWords ? 1 : 0)
  const cells = model.bucketOfCell.length
  if (kernel.plan(kind, keys.length, buckets, cells, STAGE_VALUES) === 0) return false
  const { buffer } = kernel.memory
  new Uint16Array(buffer, kernel.tableAt(), cells).set(model.bucketOfCell)
  new Uint8Array(buffer, kernel.flagsAt(), model.buckets).set(model.repeats)
  if (isFloat(keys)) writeFloatRanges(kernel, model)
  else writeWholeRanges(kernel, model)
  const { scale } = model
  // The kernel takes the nearest whole number for the cell, the model the one below.
  if (scale.kind === 'linear') {
    kernel.beginLinear(scale.low + 0.5 / scale.scale, scale.scale, cells)
  }
  if (scale.kind === 'key') kernel.beginByKey(scale.low, scale.shift, cells)
  if (scale.kind === 'whole') {
    kernel.beginWhole(keys instanceof Int32Array ? SIGN_32 : 0, scale.low, scale.shift, cells)
  }
  return true
}

function writeFloatRanges(kernel: SortKernel, { buckets, edges }: BucketModel): void {
  const ranges = new Float64Array(kernel.memory.buffer, kernel.rangesAt(), 2 * buckets)
  for (let b = 0; b < buckets; b++) {
    ranges[2 * b] = edges[b]!
    ranges[2 * b + 1] = Math.max(0, edges[b + 1]! - edges[b]!)
  }
}

function writeWholeRanges(kernel: SortKernel, { buckets, edges }: BucketModel): void {
  const ranges = new Uint32Array(kernel.memory.buffer, kernel.rangesAt(), 4 * buckets)
  for (let b = 0; b < buckets; b++) {
    const last = b + 1 < buckets ? edges[b + 1]! - 1 : edges[b + 1]!
    ranges[4 * b] = edges[b]!
    ranges[4 * b + 1] = Math.max(0, last - edges[b]!)
  }
}

function takeIn(kernel: SortKernel, { keys, words, base }: LearnedJob): boolean {
  const { buffer } = kernel.memory
  const keyStage = viewOf(keys, buffer, kernel.keyStageAt(), STAGE_VALUES)
  const wordStage = new Uint32Array(buffer, kernel.wordStageAt(), STAGE_VALUES)
  for (let from = 0; from < keys.length; from += STAGE_VALUES) {
    const to = Math.min(keys.length, from + STAGE_VALUES)
    copy(keyStage, keys.subarray(from, to), 0)
    if (words !== undefined) wordStage.set(words.subarray(from, to))
    if (keys instanceof BigInt64Array && kernel.toFloats(to - from, base) === 0) return false
    kernel.partition(to - from)
  }
  return true
}

/** A view of the kernel's memory of the same kind as `keys`. */
export function viewOf(keys: Keys, buffer: ArrayBuffer, at: number, length: number): Keys {
  if (keys instanceof Float64Array) return new Float64Array(buffer, at, length)
  if (keys instanceof Int32Array) return new Int32Array(buffer, at, length)
  if (keys instanceof Uint32Array) return new Uint32Array(buffer, at, length)
  return new BigInt64Array(buffer, at, length)
}

/** Copies keys of one kind. */
export function copy(to: Keys, from: Keys, at: number): void {
  if (to instanceof BigInt64Array) to.set(from as BigInt64Array, at)
  else to.set(from as Float64Array, at)
}
