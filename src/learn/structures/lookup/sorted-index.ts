import { requireArgument } from '../../../core/errors.ts'
import type { Keys } from '../sort/keys.ts'
import { buildStructure, type Structure } from './build-structure.ts'
import { type LookupKernel, lookupKernel, WAYS } from './kernel.ts'
import { plainIndex } from './plain-index.ts'
import { type IndexKind, requireRising, type SortedIndex } from './types.ts'

export interface IndexOptions {
  /** Built instead of what the keys recommend. */
  readonly kind?: IndexKind
  /** Places that a segment may be off at its keys; at least 1, 32 where it is not given. */
  readonly error?: number
}

/** Queries that pass in at a time. */
const BATCH = 4096

/**
 * Indexes keys in rising order (floats, or whole numbers up to 2⁵³) for look-ups. 'table' is a recursive
 * model of two layers (RMI: Kraska et al., SIGMOD 2018): the first finds a cell by a line in the value or
 * in its bits, the second goes on by a line between the cells' exact bounds, so that no guess leaves its
 * cell. 'blocks' finds one of equally large groups of keys in a static tree of 17 ways, and in a line of 32
 * codes of 16 bits the block of 16 keys to compare at once. 'segments' is a piecewise line of bounded error
 * (PGM: Ferragina & Vinciguerra, VLDB 2020; cut by a shrinking cone) under a small search tree. 'tree' is
 * Eytzinger's order (Khuong & Morin 2017). Where a sample of the keys fits the table it is taken for
 * batches, and for single look-ups too while caches hold the keys; blocks are taken for all else. The
 * others are built on request. Throws ERR_ARGUMENT where keys do not rise, are not numbers or are no floats.
 */
export function indexSorted(keys: Keys, options: IndexOptions = {}): SortedIndex {
  const error = options.error ?? 32
  requireArgument(error >= 1, `error: ${error} places; give at least 1`)
  const kernel = keys.length === 0 ? undefined : lookupKernel()
  const structure = kernel && buildStructure(kernel, asFloats(keys), BATCH, options.kind, error)
  if (kernel === undefined || structure === undefined) return plainIndex(risingFloats(keys))
  return indexOf(kernel, structure)
}

/** Whole numbers as floats; refuses those that are none. */
function asFloats(keys: Keys): Float64Array | Int32Array | Uint32Array {
  if (!(keys instanceof BigInt64Array)) return keys
  const floats = new Float64Array(keys.length)
  for (let i = 0; i < keys.length; i++) {
    floats[i] = Number(keys[i]!)
    requireArgument(
      Number.isSafeInteger(floats[i]),
      `keys: ${keys[i]} at place ${i} is no float; index whole numbers within ±2⁵³`,
    )
  }
  return floats
}

function risingFloats(keys: Keys): Float64Array {
  const floats = Float64Array.from(asFloats(keys))
  let before = Number.NEGATIVE_INFINITY
  floats.forEach((key, i) => {
    requireRising(key >= before, i)
    before = key
  })
  return floats
}

function indexOf(kernel: LookupKernel, structure: Structure): SortedIndex {
  const { kind, batchKind, size, keysAt, queriesAt, resultsAt } = structure
  const way = WAYS[kind]
  const inBatches = (find: (count: number) => void, queries: Float64Array): Uint32Array => {
    const results = new Uint32Array(queries.length)
    const given = new Float64Array(kernel.memory.buffer, queriesAt, BATCH)
    const found = new Uint32Array(kernel.memory.buffer, resultsAt, BATCH)
    for (let from = 0; from < queries.length; from += BATCH) {
      const count = Math.min(BATCH, queries.length - from)
      given.set(queries.subarray(from, from + count))
      find(count)
      results.set(found.subarray(0, count), from)
    }
    return results
  }
  return {
    kind,
    batchKind,
    size,
    modelBytes: structure.modelBytes,
    error: structure.error,
    keys: () => new Float64Array(kernel.memory.buffer, keysAt, size),
    lowerBound: (key) => (Number.isNaN(key) ? size : kernel.one(way, key) >>> 0),
    lowerBounds: (queries) =>
      inBatches((count) => kernel.find(WAYS[batchKind], queriesAt, resultsAt, count), queries),
    chained: (queries) =>
      inBatches((count) => kernel.chain(way, queriesAt, resultsAt, count), queries),
  }
}

/** Place of the first key equal to `key`, −1 where there is none. */
export function findKey(index: SortedIndex, key: number): number {
  const place = index.lowerBound(key)
  return place < index.size && index.keys()[place] === key ? place : -1
}

/** First place and the place behind the last of keys from `low` up to, but not including, `high`. */
export function rangeOf(index: SortedIndex, low: number, high: number): readonly [number, number] {
  const from = index.lowerBound(low)
  return [from, Math.max(from, index.lowerBound(high))]
}
