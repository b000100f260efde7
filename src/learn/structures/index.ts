// Learned structures: what sorts and looks up by a model of the data where that beats the classical way.

export { type GrowingIndex, growingIndex } from './lookup/growing-index.ts'
export {
  findKey,
  type IndexOptions,
  indexSorted,
  rangeOf,
} from './lookup/sorted-index.ts'
export type { IndexKind, SortedIndex } from './lookup/types.ts'
export type { Keys, SortMethod } from './sort/keys.ts'
export {
  type Payload,
  sortBigInt64,
  sortedOrder,
  sortFloat64,
  sortInt32,
  sortUint32,
  sortWithPayload,
} from './sort/sort.ts'
export { sortColumns, type Way } from './sort/sort-columns.ts'
