import { requireArgument } from '../../../core/errors.ts'

/**
 * What finds a key: a two-layer model, blocks of equally many keys, segments of bounded error, a search
 * tree, binary search.
 */
export type IndexKind = 'table' | 'blocks' | 'segments' | 'tree' | 'binary'

/** Look-ups in sorted keys. Places count from 0; what is not a number is behind all keys. */
export interface SortedIndex {
  /** What finds one key. */
  readonly kind: IndexKind
  /** What finds many at once. */
  readonly batchKind: IndexKind
  readonly size: number
  /** Bytes beside the keys. */
  readonly modelBytes: number
  /** Places that a first guess is off at most; for trees and binary search the size. */
  readonly error: number
  /** The keys, which lie in the index's own memory. */
  keys(): Float64Array
  /** First place whose key is not below `key`; the size where all are. */
  lowerBound(key: number): number
  /** The same of many keys, whose misses of the caches overlap: the fast way. */
  lowerBounds(queries: Float64Array): Uint32Array
  /** The same one after the other, each waiting for the one before, as a measure of single look-ups. */
  chained(queries: Float64Array): Uint32Array
}

/** Throws ERR_ARGUMENT unless the key at `place` is where it should be. */
export function requireRising(isRising: boolean, place: number): void {
  requireArgument(
    isRising,
    `keys: the key at place ${place} is below the one before or not a number; sort them first`,
  )
}
