import { requireArgument } from '../../core/errors.ts'
import type { FeatureContext, RankFeature } from './feature.ts'

/** Documents described by named columns; NaN = missing. */
export interface RankTable {
  readonly names: readonly string[]
  readonly rows: number
  /** By column, a value a row. */
  readonly columns: readonly Float32Array[]
}

/** What a ranker learns from: described documents, query by query. */
export interface RankRows extends RankTable {
  /** By column: the direction that sense asks for (see RankFeature.directions). */
  readonly directions: readonly (-1 | 0 | 1)[]
  /** Rows of each query, in row order. */
  readonly groups: Int32Array
  /** Grade of each row, ≥ 0. */
  readonly grades: Float64Array
  /** Weight of each row; 1 where absent. */
  readonly weights?: Float64Array
}

/**
 * Describes the documents of a union by all features, in the order of union.docs. Throws
 * ERR_ARGUMENT when two columns have one name.
 */
export function describeUnion(
  features: readonly RankFeature[],
  context: FeatureContext,
): RankTable {
  const { parts, names } = columnsOfAll(features, context.index)
  const rows = context.union.docs.length
  const columns: Float32Array[] = []
  for (const { feature, names: own } of parts) {
    if (own.length === 0) continue
    const block = new Float32Array(rows * own.length)
    feature.compute(context, block, own.length)
    columns.push(...columnsOf(block, rows, own.length))
  }
  return { names, rows, columns }
}

/** The columns of each feature and of all in a row. Throws ERR_ARGUMENT when two have one name. */
export function columnsOfAll(features: readonly RankFeature[], index: FeatureContext['index']) {
  const parts = features.map((feature) => ({ feature, names: feature.columns(index) }))
  const names = parts.flatMap((part) => part.names)
  requireArgument(new Set(names).size === names.length, 'two feature columns have one name')
  return { parts, names }
}

/** The columns of a row-major block; numbers that are not finite are missing. */
function columnsOf(block: Float32Array, rows: number, width: number): Float32Array[] {
  const columns: Float32Array[] = []
  for (let c = 0; c < width; c++) {
    const column = new Float32Array(rows)
    for (let i = 0, at = c; i < rows; i++, at += width) {
      const value = block[at]!
      // Infinity − Infinity is NaN, as NaN − NaN is: what is missing.
      column[i] = value - value === 0 ? value : Number.NaN
    }
    columns.push(column)
  }
  return columns
}

/** Directions of all columns, in the order of describeUnion. */
export function directionsOf(
  features: readonly RankFeature[],
  index: FeatureContext['index'],
): readonly (-1 | 0 | 1)[] {
  return features.flatMap((feature) => {
    const names = feature.columns(index)
    const directions = feature.directions?.(index) ?? names.map(() => 0 as const)
    const fits = directions.length === names.length
    requireArgument(fits, `feature ${feature.name} states ${directions.length} directions`)
    return directions
  })
}

/** Joins tables of the same columns, one a query, into one; `rows` of each are kept. */
export function joinTables(tables: readonly RankTable[], names: readonly string[]): RankTable {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  const columns = names.map((_, c) => {
    const joined = new Float32Array(rows)
    let at = 0
    for (const table of tables) {
      joined.set(table.columns[c]!, at)
      at += table.rows
    }
    return joined
  })
  return { names, rows, columns }
}

/** First row of each query, and the number of rows at the end. */
export function groupStarts(groups: ArrayLike<number>): Int32Array {
  const starts = new Int32Array(groups.length + 1)
  for (let g = 0; g < groups.length; g++) starts[g + 1] = starts[g]! + groups[g]!
  return starts
}

/** The queries for which `keep` holds, with their rows; `places` says which rows they were. */
export function queriesWhere(
  rows: RankRows,
  keep: (query: number) => boolean,
): { readonly rows: RankRows; readonly places: Int32Array } {
  const starts = groupStarts(rows.groups)
  const kept = [...rows.groups.keys()].filter(keep)
  const count = kept.reduce((sum, g) => sum + rows.groups[g]!, 0)
  const places = new Int32Array(count)
  let at = 0
  for (const g of kept) for (let row = starts[g]!; row < starts[g + 1]!; row++) places[at++] = row
  const part: RankRows = {
    names: rows.names,
    directions: rows.directions,
    rows: count,
    columns: rows.columns.map((column) => picked(column, places)),
    groups: Int32Array.from(kept, (g) => rows.groups[g]!),
    grades: Float64Array.from(places, (row) => rows.grades[row]!),
  }
  const { weights } = rows
  return {
    places,
    rows:
      weights === undefined
        ? part
        : { ...part, weights: Float64Array.from(places, (row) => weights[row]!) },
  }
}

/** The values at some places; a loop, because Float32Array.from with a function is ten times slower. */
function picked(column: Float32Array, places: Int32Array): Float32Array {
  const values = new Float32Array(places.length)
  for (let i = 0; i < places.length; i++) values[i] = column[places[i]!]!
  return values
}
