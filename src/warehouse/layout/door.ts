/** Learned layouts of tables and of Parquet: sort orders, Z-order, grids and block trees. */
export { type LayoutAdviserOptions, layoutAdviser } from './adviser.ts'
export { groupsRead } from './choose/groups-read.ts'
export {
  copyParquet,
  type MadeCopy,
  type ParquetCopiesOptions,
  type ParquetCopiesOutcome,
} from './copies/copy-parquet.ts'
export { copyingRewriter } from './copies/rewriter.ts'
export { type CarryingRewriter, carryingRewriter } from './joined/rewriter.ts'
export { groupSizes, type LearnedOrder, learningMs, learnOrder } from './learn-order.ts'
export { openParquet } from './parquet/files.ts'
export { type KeptParquet, undoParquet } from './parquet/kept.ts'
export {
  layoutParquet,
  type ParquetLayoutOptions,
  type ParquetLayoutOutcome,
} from './parquet/layout-parquet.ts'
export { recoverParquet } from './parquet/place.ts'
export { filteredColumns, statementsReading } from './read/reading.ts'
export { statementsOf, type WeighedStatement } from './read/statements.ts'
