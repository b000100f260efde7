/** Learned layouts of tables and of Parquet: sort orders, Z-order, grids and block trees. */
export { type LayoutAdviserOptions, layoutAdviser } from './adviser.ts'
export { groupsRead } from './groups-read.ts'
export { type CarryingRewriter, carryingRewriter } from './joined/rewriter.ts'
export {
  layoutParquet,
  type ParquetLayoutOptions,
  type ParquetLayoutOutcome,
  recoverParquet,
} from './parquet.ts'
export { openParquet } from './parquet-files.ts'
export { filteredColumns, statementsReading } from './reading.ts'
export { statementsOf, type WeighedStatement } from './statements.ts'
