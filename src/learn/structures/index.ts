// Learned structures: what sorts and looks up by a model of the data where that beats the classical way.
export { type SortMethod, sortByRadix, sortFloat64, sortLearned } from './sort/sort-float64.ts'
