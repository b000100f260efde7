// What did customers click, put into carts and buy after this query and ones like it?

export {
  buildExpansion,
  createExpansionArm,
  type Expansion,
  loadExpansion,
  saveExpansion,
} from './expansion.ts'
export {
  type Amounts,
  createMemory,
  type MemoryAct,
  type MemoryOptions,
  type QueryMemory,
} from './memory.ts'
export { createMemoryArm } from './memory-arm.ts'
export {
  type AskedParts,
  addPredictions,
  learnAskedParts,
  loadAskedParts,
  type PredictedQuery,
  type PredictionOptions,
  predictForNewProducts,
  predictQueries,
  replacePredictions,
  saveAskedParts,
} from './predict-queries.ts'
export { loadMemory, saveMemory } from './save.ts'
export { type SimilarQuery, similarQueries } from './similar.ts'
