/** The cells of one grid that hold values, in order, with the least and greatest value of each. */
export interface Edges {
  readonly cells: Int32Array
  readonly least: Float64Array
  readonly greatest: Float64Array
  /** Base rows in the cells up to each of them. */
  readonly rowsUpTo: Float64Array
  /** Where the rows of each cell lie among the rows kept beside cells: first and last; −1: nowhere. */
  readonly firstRow: Float64Array
  readonly lastRow: Float64Array
}

/** A cell of a grid, or a part of one. */
export interface CellEdges {
  readonly cell: number
  readonly least: number
  readonly greatest: number
  readonly rows: number
  readonly firstRow: number
  readonly lastRow: number
}

/** A bound of a range, in numbers as the column is compared with. */
export interface Bound {
  readonly value: number
  /** Whether the value itself is outside. */
  readonly isStrict: boolean
}

/** Cells and their extremes as rows of the table of edges, in any order and with repetitions. */
export function mergeEdges(parts: readonly CellEdges[]): Edges {
  const merged = new Map<number, CellEdges>()
  for (const part of parts) {
    // NaN sorts behind all numbers, as it does in DuckDB.
    const least = Number.isNaN(part.least) ? Number.POSITIVE_INFINITY : part.least
    const greatest = Number.isNaN(part.greatest) ? Number.POSITIVE_INFINITY : part.greatest
    const before = merged.get(part.cell)
    merged.set(part.cell, joined({ ...part, least, greatest }, before))
  }
  const sorted = [...merged.values()].sort((a, b) => a.cell - b.cell)
  const column = (name: keyof CellEdges) => Float64Array.from(sorted, (cell) => cell[name])
  let all = 0
  return {
    cells: Int32Array.from(sorted, ({ cell }) => cell),
    least: column('least'),
    greatest: column('greatest'),
    rowsUpTo: Float64Array.from(sorted, ({ rows }) => {
      all += rows
      return all
    }),
    firstRow: column('firstRow'),
    lastRow: column('lastRow'),
  }
}

function joined(a: CellEdges, b: CellEdges | undefined): CellEdges {
  if (b === undefined) return a
  return {
    cell: a.cell,
    least: Math.min(a.least, b.least),
    greatest: Math.max(a.greatest, b.greatest),
    rows: a.rows + b.rows,
    firstRow: Math.min(a.firstRow, b.firstRow),
    lastRow: Math.max(a.lastRow, b.lastRow),
  }
}

/** What a range holds of cells; places are those of `Edges`. */
export interface CellRange {
  /** The first and the last cell all of whose values are in it; none where `first` is behind `last`. */
  readonly first: number
  readonly last: number
  /** The cell that the lower bound cuts, and that which the upper one cuts; −1: none. */
  readonly cutBelow: number
  readonly cutAbove: number
}

/**
 * The cells of a range of values. Whether a value is in the range is the same for all values of a
 * cell that is not cut.
 */
export function cellsBetween(
  { cells, least, greatest }: Edges,
  lower: Bound | undefined,
  upper: Bound | undefined,
): CellRange {
  const isAbove = (x: number, { value, isStrict }: Bound) => x > value || (x === value && !isStrict)
  const isBelow = (x: number, { value, isStrict }: Bound) => x < value || (x === value && !isStrict)
  let [first, last, cutBelow, cutAbove] = [0, cells.length - 1, -1, -1]
  if (lower !== undefined) {
    first = firstWhere(cells.length, (i) => isAbove(greatest[i]!, lower))
    if (first < cells.length && !isAbove(least[first]!, lower)) cutBelow = first++
  }
  if (upper !== undefined) {
    last = firstWhere(cells.length, (i) => !isBelow(least[i]!, upper)) - 1
    if (last >= 0 && !isBelow(greatest[last]!, upper)) cutAbove = last--
  }
  return { first, last, cutBelow, cutAbove }
}

/** Base rows in the cells from one place to another. */
export function rowsBetween({ rowsUpTo }: Edges, first: number, last: number): number {
  if (first > last) return 0
  return rowsUpTo[last]! - (first === 0 ? 0 : rowsUpTo[first - 1]!)
}

/** The first of 0 … count − 1 for which `test` holds, where it holds for all behind it; else count. */
function firstWhere(count: number, test: (i: number) => boolean): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >> 1
    if (test(middle)) high = middle
    else low = middle + 1
  }
  return low
}
