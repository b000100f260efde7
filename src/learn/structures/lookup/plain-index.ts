import { firstNotBelow } from '../../../core/bisect.ts'
import type { SortedIndex } from './types.ts'

/** The plain path: binary search in a copy of the sorted keys. */
export function plainIndex(keys: Float64Array): SortedIndex {
  const lowerBound = (key: number) => (Number.isNaN(key) ? keys.length : firstNotBelow(keys, key))
  return {
    kind: 'binary',
    batchKind: 'binary',
    size: keys.length,
    modelBytes: 0,
    error: keys.length,
    keys: () => keys,
    lowerBound,
    lowerBounds: (queries) => Uint32Array.from(queries, lowerBound),
    chained: (queries) => Uint32Array.from(queries, lowerBound),
  }
}
