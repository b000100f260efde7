import { StorewrightError } from './errors.ts'

/** A column of numbers (also booleans as 0/1, days as day numbers, instants as epoch ms); missing = NaN. */
export interface NumberColumn {
  readonly kind: 'number'
  readonly values: Float64Array
}

/** A column of texts, each stored once; missing = code −1. */
export interface TextColumn {
  readonly kind: 'text'
  readonly codes: Int32Array
  readonly dictionary: readonly string[]
}

export type Column = NumberColumn | TextColumn

/** A columnar table: every column has rowCount entries. */
export interface Table {
  readonly rowCount: number
  readonly columns: Readonly<Record<string, Column>>
}

/** The numbers of a column; throws ERR_INTERNAL when it is absent or text. */
export function numbersOf(table: Table, name: string): Float64Array {
  const column = table.columns[name]
  if (column?.kind !== 'number') throw missing(table, name, 'numbers')
  return column.values
}

/** The codes and dictionary of a text column; throws ERR_INTERNAL when it is absent or numbers. */
export function textsOf(table: Table, name: string): TextColumn {
  const column = table.columns[name]
  if (column?.kind !== 'text') throw missing(table, name, 'texts')
  return column
}

/** Text at a row, or undefined where it is missing. */
export function textAt(column: TextColumn, row: number): string | undefined {
  const code = column.codes[row]!
  return code < 0 ? undefined : column.dictionary[code]
}

/** A text column from values; undefined and null are missing. */
export function textColumn(values: readonly (string | null | undefined)[]): TextColumn {
  const codeOf = new Map<string, number>()
  const dictionary: string[] = []
  const codes = Int32Array.from(values, (value) => {
    if (value === undefined || value === null) return -1
    const known = codeOf.get(value)
    if (known !== undefined) return known
    codeOf.set(value, dictionary.length)
    return dictionary.push(value) - 1
  })
  return { kind: 'text', codes, dictionary }
}

/** A number column from values; undefined and null are missing (NaN). */
export function numberColumn(values: ArrayLike<number | null | undefined>): NumberColumn {
  return { kind: 'number', values: Float64Array.from(values, (value) => value ?? Number.NaN) }
}

function missing(table: Table, name: string, what: string): StorewrightError {
  const names = Object.keys(table.columns).join(', ')
  return new StorewrightError('ERR_INTERNAL', `no column ${name} of ${what} among ${names}`)
}
