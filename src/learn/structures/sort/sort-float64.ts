import { type BucketModel, CELLS, learnBuckets } from './bucket-model.ts'
import { type SortKernel, withSortKernel } from './kernel.ts'
import { sampleOf } from './sample.ts'

/** How an array was sorted. */
export type SortMethod = 'native' | 'radix' | 'learned'

/** Arrays shorter than this are sorted by the engine: a model would cost more than it saves. */
const SHORT = 4096
/** Values a bucket is to hold: as many as fit the second cache with their counts and places. */
const BUCKET_VALUES = 8192
const SAMPLES_A_BUCKET = 8
const LEAST_SAMPLE = 1024
/** Values that pass between the array and the kernel at a time. */
const STAGE_VALUES = 8192
const OUTPUT_VALUES = 32_768
/** Above this crowding the radix of the bits is faster than what the model saves. */
const CROWDED = 40
/** A 32-bit address space with room for the array twice. */
const MOST_VALUES = 200_000_000

/**
 * Sorts floats in place as Float64Array.prototype.sort does (−0 before 0, NaN last and of one kind),
 * by whichever of three ways a sample recommends; returns which. Learned: a model of the distribution
 * gives each value its bucket in one pass, buckets are placed by interpolation and touched up by
 * insertion (Kristo et al. 2020; duplicates need no buckets of their own here, because equal values
 * cost insertion nothing). Needs about 1.1 times the array's room beside it.
 */
export function sortFloat64(values: Float64Array): SortMethod {
  if (values.length < SHORT || values.length > MOST_VALUES) return sortNative(values)
  const model = modelFor(values)
  return withSortKernel((kernel) => {
    if (kernel === undefined || model === undefined) return sortNative(values)
    if (model.crowding > CROWDED) return sortByRadixIn(kernel, values)
    return sortLearnedIn(kernel, values, model)
  })
}

/** Undefined where the sample has no finite value. */
function modelFor(values: Float64Array): BucketModel | undefined {
  const buckets = Math.min(65_535, Math.ceil(values.length / BUCKET_VALUES))
  const sample = sampleOf(values, Math.max(LEAST_SAMPLE, buckets * SAMPLES_A_BUCKET)).sort()
  return sample.length === 0 ? undefined : learnBuckets(sample, buckets)
}

/** Sorts by the learned model, however crowded its buckets are; natively where nothing is finite. */
export function sortLearned(values: Float64Array): SortMethod {
  const model = modelFor(values)
  return withSortKernel((kernel) => {
    if (kernel === undefined || model === undefined) return sortNative(values)
    return sortLearnedIn(kernel, values, model)
  })
}

/** Sorts by the radix of the bits alone: 11 bits a pass, digits that all values share passed over. */
export function sortByRadix(values: Float64Array): SortMethod {
  return withSortKernel((kernel) =>
    kernel === undefined ? sortNative(values) : sortByRadixIn(kernel, values),
  )
}

function sortNative(values: Float64Array): SortMethod {
  values.sort()
  return 'native'
}

function sortLearnedIn(kernel: SortKernel, values: Float64Array, model: BucketModel): SortMethod {
  const { scale, buckets, bucketOfCell, ranges } = model
  if (kernel.plan(values.length, buckets, CELLS, STAGE_VALUES) === 0) {
    return sortNative(values)
  }
  new Uint16Array(kernel.memory.buffer, kernel.cellsAt(), CELLS).set(bucketOfCell)
  new Float64Array(kernel.memory.buffer, kernel.rangesAt(), 2 * buckets).set(ranges)
  if (scale.kind === 'linear') kernel.beginLinear(scale.low, scale.scale, CELLS)
  else kernel.beginByKey(scale.low, scale.shift, CELLS)
  const stage = new Float64Array(kernel.memory.buffer, kernel.stageAt(), STAGE_VALUES)
  for (let from = 0; from < values.length; from += STAGE_VALUES) {
    const to = Math.min(values.length, from + STAGE_VALUES)
    stage.set(values.subarray(from, to))
    kernel.partition(to - from)
  }
  const room = Math.max(OUTPUT_VALUES, kernel.largest())
  if (kernel.planOutput(room) === 0) return sortNative(values)
  const output = new Float64Array(kernel.memory.buffer, kernel.outputAt(), room)
  let done = 0
  for (let count = kernel.drain(room); count > 0; count = kernel.drain(room)) {
    values.set(output.subarray(0, count), done)
    done += count
  }
  values.fill(Number.NaN, done)
  return 'learned'
}

function sortByRadixIn(kernel: SortKernel, values: Float64Array): SortMethod {
  const at = kernel.reserve(16 * values.length)
  if (at === 0) return sortNative(values)
  const room = new Float64Array(kernel.memory.buffer, at, values.length)
  // NaN has many forms and no place among the bits: it goes last.
  let count = 0
  for (const value of values) if (!Number.isNaN(value)) room[count++] = value
  kernel.radix(at, at + 8 * values.length, count)
  values.set(room.subarray(0, count))
  values.fill(Number.NaN, count)
  return 'radix'
}
