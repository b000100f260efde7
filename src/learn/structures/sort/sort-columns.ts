import { type BucketModel, learnBuckets, learnWholeBuckets } from './bucket-model.ts'
import {
  crossoversOf,
  isMonotonous,
  isNearlyRising,
  isQuickRadix,
  MOST_MONOTONOUS,
} from './crossovers.ts'
import { type SortKernel, withSortKernel } from './kernel.ts'
import type { Keys, SortMethod } from './keys.ts'
import { SIGN_32 } from './keys.ts'
import { runLearned } from './learned.ts'
import { mergeOrder } from './merge.ts'
import { runNearly } from './nearly.ts'
import { lieOf } from './presorted.ts'
import { runRadix } from './radix.ts'
import { bigSampleOf, sampleOf } from './sample.ts'

/** Values a bucket is to hold: as many as fit the second cache with their counts and places. */
const BUCKET_VALUES = 8192
const SAMPLES_A_BUCKET = 8
const LEAST_SAMPLE = 1024
/**
 * Above this crowding the radix of the bits is faster than what the model saves; of whole numbers that
 * caches hold, where its passes are cheap, above less.
 */
const CROWDED = { most: 40, inCaches: 8 }
const CACHED_WHOLES = 1_500_000
const LEAST_KEY_BUCKETS = 64
/** A 32-bit address space with room for the array twice. */
const MOST_VALUES = 200_000_000

/** The way that is taken instead of the one a sample recommends. */
export type Way = 'choose' | 'learned' | 'radix' | 'native'

/** Sorts keys in place, words of payload along with them, stably; returns how. */
export function sortColumns(keys: Keys, words: Uint32Array | undefined, way: Way): SortMethod {
  if (way === 'choose') {
    const lie = lieOf(keys)
    if (lie === 'rising') return 'presorted'
    if (lie === 'falling') return turnRound(keys, words)
  }
  const chosen = way === 'choose' ? choose(keys, words !== undefined) : way
  if (chosen === 'native') return sortPlainly(keys, words)
  return withSortKernel((kernel) => {
    if (kernel === undefined) return sortPlainly(keys, words)
    if (way === 'choose' && words === undefined && tryNearly(kernel, keys)) return 'nearly'
    if (chosen === 'learned' && tryLearned(kernel, keys, words, way)) return 'learned'
    return runRadix(kernel, keys, words) ? 'radix' : sortPlainly(keys, words)
  })
}

/** What length and a glance say; whether a model fits is seen when it has been learned. */
function choose(keys: Keys, hasPayload: boolean): Exclude<Way, 'choose'> {
  const { length } = keys
  const { radix, learned } = crossoversOf(keys, hasPayload)
  if (length < radix || length > MOST_VALUES) return 'native'
  if (length >= learned) return isQuickRadix(keys, hasPayload) ? 'radix' : 'learned'
  const isWhole = !(keys instanceof Float64Array)
  if (!hasPayload && isWhole && length <= MOST_MONOTONOUS && isMonotonous(keys)) return 'native'
  return 'radix'
}

function turnRound(keys: Keys, words: Uint32Array | undefined): SortMethod {
  keys.reverse()
  words?.reverse()
  return 'presorted'
}

/** Whole numbers of 64 bits, whose six digits take longer than putting a few of them in order. */
function tryNearly(kernel: SortKernel, keys: Keys): boolean {
  return keys instanceof BigInt64Array && isNearlyRising(keys) && runNearly(kernel, keys)
}

function tryLearned(
  kernel: SortKernel,
  keys: Keys,
  words: Uint32Array | undefined,
  way: Way,
): boolean {
  const base = keys instanceof BigInt64Array ? (keys[0] ?? 0n) : 0n
  const model = modelFor(keys, base)
  if (model === undefined || (way === 'choose' && !isWorthwhile(model, keys))) return false
  return runLearned(kernel, { keys, words, model, base })
}

/** Few buckets over many orders of magnitude span too many of them each to be placed by value. */
function isWorthwhile({ crowding, scale, buckets }: BucketModel, keys: Keys): boolean {
  const isCached = !(keys instanceof Float64Array) && keys.length < CACHED_WHOLES
  return (
    crowding <= (isCached ? CROWDED.inCaches : CROWDED.most) &&
    (scale.kind !== 'key' || buckets >= LEAST_KEY_BUCKETS)
  )
}

/** Undefined where nothing can be learned: no value in the sample is finite, or one is no float. */
function modelFor(keys: Keys, base: bigint): BucketModel | undefined {
  const buckets = Math.max(1, Math.min(65_000, Math.ceil(keys.length / BUCKET_VALUES)))
  const size = Math.max(LEAST_SAMPLE, buckets * SAMPLES_A_BUCKET)
  if (keys instanceof BigInt64Array) {
    const sample = bigSampleOf(keys, size, base)
    return sample?.length ? learnBuckets(sample, buckets) : undefined
  }
  const sample = sampleOf(keys, size)
  if (sample.length === 0) return undefined
  if (keys instanceof Float64Array) return learnBuckets(sample, buckets)
  const turned = keys instanceof Int32Array ? sample.map((value) => value + SIGN_32) : sample
  return learnWholeBuckets(turned, buckets)
}

function sortPlainly(keys: Keys, words: Uint32Array | undefined): SortMethod {
  if (words === undefined) keys.sort()
  else {
    const order = mergeOrder(keys)
    takeRows(keys, order)
    takeRows(words, order)
  }
  return 'native'
}

/** Puts values in the order of `rows`, in place. */
export function takeRows(values: Keys, rows: Uint32Array): void {
  if (values instanceof BigInt64Array) {
    const given = values.slice()
    for (let i = 0; i < rows.length; i++) values[i] = given[rows[i]!]!
  } else {
    const given = values.slice()
    for (let i = 0; i < rows.length; i++) values[i] = given[rows[i]!]!
  }
}
