import type { Columns } from './columns.ts'
import { topOf } from './facets.ts'
import { unknownField } from './filter.ts'

/** A field to sort by. */
export interface SortBy {
  readonly field: string
  readonly order: 'rising' | 'falling'
}

/**
 * The first `count` of the documents by fields, one after the other; documents without the field come
 * last either way, equal ones by `idOf`. Values sort as folded texts, by their first one. Throws
 * ERR_ARGUMENT on a field without values or numbers.
 */
export function sortDocs(
  columns: Columns,
  docs: Int32Array,
  by: readonly SortBy[],
  count: number,
  idOf: (doc: number) => string,
): Int32Array {
  const comparers = by.map((one) => comparerOf(columns, one))
  const before = (a: number, b: number): boolean => {
    for (const compare of comparers) {
      const order = compare(a, b)
      if (order !== 0) return order < 0
    }
    return idOf(a) < idOf(b)
  }
  return Int32Array.from(topOf(Array.from(docs), count, before))
}

type Comparer = (a: number, b: number) => number

function comparerOf(columns: Columns, { field, order }: SortBy): Comparer {
  const sign = order === 'rising' ? 1 : -1
  const numbers = columns.numbers(field)
  if (numbers !== undefined) {
    return (a, b) => {
      const x = numbers[a] ?? Number.NaN
      const y = numbers[b] ?? Number.NaN
      if (Number.isNaN(x) || Number.isNaN(y))
        return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
      return sign * (x === y ? 0 : x < y ? -1 : 1)
    }
  }
  const values = columns.valueField(field)
  if (values === undefined) throw unknownField(columns, field, 'values or numbers')
  const { offsets, codes } = values.column()
  const folded = values.folded()
  const textOf = (doc: number) =>
    (offsets[doc + 1] ?? 0) > (offsets[doc] ?? 0) ? folded[codes[offsets[doc]!]!] : undefined
  return (a, b) => {
    const x = textOf(a)
    const y = textOf(b)
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined)
    return sign * (x === y ? 0 : x < y ? -1 : 1)
  }
}
