import type { Column, NumberColumn, Table, TextColumn } from '../../core/table.ts'

/** A table from columns of equal length. */
export function table(columns: Readonly<Record<string, Column>>): Table {
  const first = Object.values(columns)[0]
  const rowCount =
    first === undefined ? 0 : 'values' in first ? first.values.length : first.codes.length
  return { rowCount, columns }
}

/** A number column over an array, converted where it is not one of doubles. */
export function numbers(values: ArrayLike<number>): NumberColumn {
  return {
    kind: 'number',
    values: values instanceof Float64Array ? values : Float64Array.from(values),
  }
}

/** A text column of codes into a dictionary that is shared, not copied. */
export function coded(codes: ArrayLike<number>, dictionary: readonly string[]): TextColumn {
  return {
    kind: 'text',
    codes: codes instanceof Int32Array ? codes : Int32Array.from(codes),
    dictionary,
  }
}

/** Ids that count up, one a row: prefix and number, padded to eight digits. */
export function countedIds(prefix: string, count: number): TextColumn {
  const dictionary = Array.from(
    { length: count },
    (_, i) => `${prefix}${String(i + 1).padStart(8, '0')}`,
  )
  return { kind: 'text', codes: Int32Array.from({ length: count }, (_, i) => i), dictionary }
}
