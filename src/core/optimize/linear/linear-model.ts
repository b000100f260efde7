import { requireArgument, StorewrightError } from '../../errors.ts'

/** Variables as columns of equal length; Infinity where a bound is absent. */
export interface Columns {
  readonly cost: Float64Array
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** 1 where the variable must be whole; absent: none must. */
  readonly integer?: Uint8Array
}

/** Constraints lower ≤ Ax ≤ upper; Infinity where a side is absent, equal sides for an equation. */
export interface Rows {
  readonly lower: Float64Array
  readonly upper: Float64Array
}

/**
 * Non-zero coefficients, packed by row (`csr`: `indices` are columns) or by column (`csc`: they are
 * rows). Those of row or column `k` stand at `starts[k]` … `starts[k + 1] − 1`; `starts` is one
 * longer than there are rows (columns). No index twice in one of them.
 */
export interface SparseMatrix {
  readonly format: 'csr' | 'csc'
  readonly starts: Int32Array
  readonly indices: Int32Array
  readonly values: Float64Array
}

/** Entries of rows or columns that are added to a model; `format` follows from what is added. */
export type SparseEntries = Omit<SparseMatrix, 'format'>

/** Consecutive rows that say one thing: 'capacity', 'demand'. Named when a model is infeasible. */
export interface RowFamily {
  readonly name: string
  readonly rows: number
  /** What row `index` of the family is about ('site BOS1'); absent: its number. */
  readonly nameRow?: (index: number) => string
}

/** Minimize or maximize offset + cost·x under the rows and bounds. */
export interface LinearModel {
  readonly sense?: 'minimize' | 'maximize'
  readonly offset?: number
  readonly columns: Columns
  readonly rows: Rows
  readonly matrix: SparseMatrix
  /** In the order of the rows; rows beyond them are a family 'row'. */
  readonly families?: readonly RowFamily[]
}

/**
 * Refuses what a solver would misread: throws ERR_NOT_FINITE on a NaN or an infinite cost or
 * coefficient, ERR_ARGUMENT on arrays that do not fit each other, a lower bound above its upper
 * bound and an index out of range.
 */
export function checkModel(model: LinearModel): void {
  const { columns, rows, matrix } = model
  checkFinite(Float64Array.of(model.offset ?? 0), 'offset')
  checkColumns(columns)
  checkBounds(rows.lower, rows.upper, 'row')
  const [major, minor] =
    matrix.format === 'csr'
      ? [rows.lower.length, columns.cost.length]
      : [columns.cost.length, rows.lower.length]
  checkEntries(matrix, major, minor)
}

/** Checks costs, bounds and flags of columns alone; errors as `checkModel`. */
export function checkColumns(columns: Columns): void {
  checkFinite(columns.cost, 'cost of column')
  requireArgument(
    columns.lower.length === columns.cost.length,
    `there are ${columns.cost.length} costs but ${columns.lower.length} lower bounds of columns`,
  )
  checkBounds(columns.lower, columns.upper, 'column')
  const flags = columns.integer?.length ?? columns.cost.length
  requireArgument(
    flags === columns.cost.length,
    `there are ${columns.cost.length} columns but ${flags} whole-number flags`,
  )
}

/** Throws unless lower ≤ upper throughout and no bound is NaN or infinite on the wrong side. */
export function checkBounds(lower: Float64Array, upper: Float64Array, what: string): void {
  requireArgument(
    lower.length === upper.length,
    `there are ${lower.length} lower and ${upper.length} upper bounds of ${what}s`,
  )
  for (let k = 0; k < lower.length; k++) {
    const low = lower[k]!
    const high = upper[k]!
    if (Number.isNaN(low) || Number.isNaN(high)) {
      throw new StorewrightError('ERR_NOT_FINITE', `a bound of ${what} ${k} is not a number`)
    }
    requireArgument(
      low <= high && low < Infinity && high > -Infinity,
      `${what} ${k} lies between ${low} and ${high}, which nothing does`,
    )
  }
}

/** Throws ERR_NOT_FINITE on the first value that is NaN or infinite. */
export function checkFinite(values: Float64Array, what: string): void {
  for (let k = 0; k < values.length; k++) {
    if (!Number.isFinite(values[k]!)) {
      throw new StorewrightError(
        'ERR_NOT_FINITE',
        `${what} ${k} is ${values[k]}, not a finite number`,
      )
    }
  }
}

/** Throws unless `entries` packs `major` rows (columns) with indices below `minor`. */
export function checkEntries(entries: SparseEntries, major: number, minor: number): void {
  const { starts, indices, values } = entries
  requireArgument(
    starts.length === major + 1 && starts[0] === 0,
    `starts must be ${major + 1} long and begin with 0`,
  )
  requireArgument(
    indices.length === values.length && starts[major] === values.length,
    `${indices.length} indices, ${values.length} values and a last start of ${starts[major]} disagree`,
  )
  for (let k = 0; k < major; k++) {
    requireArgument(starts[k]! <= starts[k + 1]!, `starts fall at ${k + 1}`)
  }
  for (let k = 0; k < indices.length; k++) {
    const index = indices[k]!
    requireArgument(index >= 0 && index < minor, `entry ${k} has index ${index} of ${minor}`)
  }
  checkFinite(values, 'coefficient')
}
