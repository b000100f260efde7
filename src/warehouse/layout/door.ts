/** Learned layouts of tables and of Parquet: sort orders, Z-order, grids and block trees. */
export { type LayoutAdviserOptions, layoutAdviser } from './adviser.ts'
