/** The cells of one grid that hold values, in order, with the least and greatest value of each. */
export interface Edges {
  readonly cells: Int32Array
  readonly least: Float64Array
  readonly greatest: Float64Array
}

/** A bound of a range, in numbers as the column is compared with. */
export interface Bound {
  readonly value: number
  /** Whether the value itself is outside. */
  readonly isStrict: boolean
}

/** Cells and their extremes as rows of the table of edges, in any order and with repetitions. */
export function mergeEdges(
  rows: readonly { readonly cell: number; readonly least: number; readonly greatest: number }[],
): Edges {
  const merged = new Map<number, { least: number; greatest: number }>()
  for (const { cell, least, greatest } of rows) {
    // NaN sorts behind all numbers, as it does in DuckDB.
    const low = Number.isNaN(least) ? Number.POSITIVE_INFINITY : least
    const high = Number.isNaN(greatest) ? Number.POSITIVE_INFINITY : greatest
    const entry = merged.get(cell)
    if (entry === undefined) merged.set(cell, { least: low, greatest: high })
    else {
      entry.least = Math.min(entry.least, low)
      entry.greatest = Math.max(entry.greatest, high)
    }
  }
  const sorted = [...merged].sort(([a], [b]) => a - b)
  return {
    cells: Int32Array.from(sorted, ([cell]) => cell),
    least: Float64Array.from(sorted, ([, { least }]) => least),
    greatest: Float64Array.from(sorted, ([, { greatest }]) => greatest),
  }
}

/**
 * First and last cell of a range of values, where the range cuts no cell: whether a value of a cell is
 * in the range is then the same for all of its values. An empty range ends before it starts.
 * Undefined where a bound falls among the values of a cell.
 */
export function cellsBetween(
  edges: Edges,
  lower: Bound | undefined,
  upper: Bound | undefined,
): readonly [first: number, last: number] | undefined {
  const { cells, least, greatest } = edges
  const isAbove = (x: number, { value, isStrict }: Bound) => x > value || (x === value && !isStrict)
  const isBelow = (x: number, { value, isStrict }: Bound) => x < value || (x === value && !isStrict)
  let first = 0
  if (lower !== undefined) {
    first = firstWhere(cells.length, (i) => isAbove(greatest[i]!, lower))
    if (first < cells.length && !isAbove(least[first]!, lower)) return undefined
  }
  let last = cells.length - 1
  if (upper !== undefined) {
    last = firstWhere(cells.length, (i) => !isBelow(least[i]!, upper)) - 1
    if (last >= 0 && !isBelow(greatest[last]!, upper)) return undefined
  }
  return first > last ? [1, 0] : [cells[first]!, cells[last]!]
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
