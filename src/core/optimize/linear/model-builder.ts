import { requireArgument } from '../../errors.ts'
import type { LinearModel, RowFamily } from './linear-model.ts'

/** Grows a model one column and one row at a time; rows may mention only columns that exist. */
export interface ModelBuilder {
  /** Adds a variable and returns its number. Bounds default to 0 and Infinity. */
  column(column: BuiltColumn): number
  /** Adds `count` variables alike and returns the number of the first. */
  columns(count: number, column: BuiltColumn): number
  /** Begins a family: rows added from now on belong to it. */
  family(name: string, nameRow?: (index: number) => string): void
  /** Adds lower ≤ Σ values[k] · x[indices[k]] ≤ upper and returns the number of the row. */
  row(
    lower: number,
    upper: number,
    indices: ArrayLike<number>,
    values: ArrayLike<number> | number,
  ): number
  /** The model as packed arrays; the builder may go on growing afterwards. */
  model(sense?: 'minimize' | 'maximize'): LinearModel
}

export interface BuiltColumn {
  readonly cost?: number
  readonly lower?: number
  readonly upper?: number
  readonly integer?: boolean
}

interface Parts {
  readonly cost: number[]
  readonly lower: number[]
  readonly upper: number[]
  readonly integer: number[]
  readonly rowLower: number[]
  readonly rowUpper: number[]
  readonly starts: number[]
  readonly indices: number[]
  readonly values: number[]
  readonly families: { name: string; rows: number; nameRow?: (index: number) => string }[]
}

/** An empty builder. `row` throws ERR_ARGUMENT where indices and values differ in length. */
export function createModelBuilder(): ModelBuilder {
  const parts = emptyParts()
  const columns = (count: number, column: BuiltColumn): number => {
    const first = parts.cost.length
    for (let k = 0; k < count; k++) pushColumn(parts, column)
    return first
  }
  return {
    column: (column) => columns(1, column),
    columns,
    family(name, nameRow) {
      parts.families.push({ name, rows: 0, ...(nameRow === undefined ? {} : { nameRow }) })
    },
    row: (lower, upper, indices, values) => pushRow(parts, lower, upper, indices, values),
    model: (sense = 'minimize') => packed(parts, sense),
  }
}

function emptyParts(): Parts {
  const columns = { cost: [], lower: [], upper: [], integer: [] }
  const rows = { rowLower: [], rowUpper: [], families: [] }
  return { ...columns, ...rows, starts: [0], indices: [], values: [] }
}

function pushColumn(parts: Parts, column: BuiltColumn): void {
  parts.cost.push(column.cost ?? 0)
  parts.lower.push(column.lower ?? 0)
  parts.upper.push(column.upper ?? Infinity)
  parts.integer.push(column.integer === true ? 1 : 0)
}

function pushRow(
  parts: Parts,
  lower: number,
  upper: number,
  indices: ArrayLike<number>,
  values: ArrayLike<number> | number,
): number {
  const each = typeof values === 'number' ? undefined : values
  requireArgument(
    each === undefined || each.length === indices.length,
    `a row has ${indices.length} indices but ${each?.length} values`,
  )
  for (let k = 0; k < indices.length; k++) {
    parts.indices.push(indices[k]!)
    parts.values.push(each === undefined ? Number(values) : each[k]!)
  }
  parts.starts.push(parts.indices.length)
  parts.rowLower.push(lower)
  if (parts.families.length === 0) parts.families.push({ name: 'row', rows: 0 })
  parts.families.at(-1)!.rows++
  return parts.rowUpper.push(upper) - 1
}

function packed(parts: Parts, sense: 'minimize' | 'maximize'): LinearModel {
  const families: readonly RowFamily[] = parts.families.map((family) => ({ ...family }))
  return {
    sense,
    columns: {
      cost: Float64Array.from(parts.cost),
      lower: Float64Array.from(parts.lower),
      upper: Float64Array.from(parts.upper),
      integer: Uint8Array.from(parts.integer),
    },
    rows: { lower: Float64Array.from(parts.rowLower), upper: Float64Array.from(parts.rowUpper) },
    matrix: {
      format: 'csr',
      starts: Int32Array.from(parts.starts),
      indices: Int32Array.from(parts.indices),
      values: Float64Array.from(parts.values),
    },
    families,
  }
}
