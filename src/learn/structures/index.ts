// Learned structures: what sorts and looks up by a model of the data where that beats the classical way.
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
