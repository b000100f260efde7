/** What a column holds. Outside: texts of a CSV cell or JSON values; inside: the SQL types of ddl.ts. */
export type ColumnType =
  | 'id'
  | 'text'
  | 'enum'
  | 'integer'
  | 'number'
  | 'money'
  | 'day'
  | 'instant'
  | 'boolean'

/** One column of a table: what it means, what it may hold, and what stands in when it is empty. */
export interface Column<T extends ColumnType = ColumnType, R extends boolean = boolean> {
  readonly type: T
  /** True when every row must have a value. */
  readonly required: R
  readonly description: string
  /** A value as it stands in a CSV cell. */
  readonly example: string
  readonly unit?: string
  /** Bounds of integer, number and money, both included. */
  readonly minimum?: number
  readonly maximum?: number
  /** Stands in for an empty cell or an absent column. */
  readonly default?: string | number | boolean
  /** The values of an enum. */
  readonly values?: readonly string[]
  /** Longest text in characters (Unicode code points). */
  readonly maxLength?: number
}

type Extra = Pick<Column, 'unit' | 'minimum' | 'maximum' | 'maxLength'>

const ID_LENGTH = 200
const TEXT_LENGTH = 2000

/** Whole numbers beyond this lose digits as JavaScript numbers, and none of ours comes near. */
const LARGEST_INTEGER = 1e15 - 1

/** A name of a thing: 1–200 characters, no control characters, no blanks at its ends. */
export function id(description: string, example: string): Column<'id', true> {
  return { type: 'id', required: true, description, example, maxLength: ID_LENGTH }
}

/** Free text. */
export function text(
  description: string,
  example: string,
  extra: Extra = {},
): Column<'text', true> {
  return { type: 'text', required: true, description, example, maxLength: TEXT_LENGTH, ...extra }
}

/** One of a few words. */
export function oneOf(
  values: readonly string[],
  description: string,
  example = values[0] ?? '',
): Column<'enum', true> {
  return { type: 'enum', required: true, description, example, values }
}

/** A whole number; 0 or more unless `minimum` says otherwise. */
export function integer(
  unit: string,
  description: string,
  example: string,
  extra: Extra = {},
): Column<'integer', true> {
  return numeric('integer', unit, description, example, {
    minimum: 0,
    maximum: LARGEST_INTEGER,
    ...extra,
  })
}

/** A number with decimals; 0 or more unless `minimum` says otherwise. */
export function number(
  unit: string,
  description: string,
  example: string,
  extra: Extra = {},
): Column<'number', true> {
  return numeric('number', unit, description, example, { minimum: 0, ...extra })
}

/** Money in whole cents of the store's one currency; 0 or more unless `minimum` says otherwise. */
export function money(
  description: string,
  example: string,
  extra: Extra = {},
): Column<'money', true> {
  return numeric('money', 'cents', description, example, {
    minimum: 0,
    maximum: LARGEST_INTEGER,
    ...extra,
  })
}

function numeric<T extends ColumnType>(
  type: T,
  unit: string,
  description: string,
  example: string,
  extra: Extra,
): Column<T, true> {
  return { type, required: true, unit, description, example, ...extra }
}

/** A calendar day, YYYY-MM-DD, 1900 to 2199. */
export function day(description: string, example = '2026-03-31'): Column<'day', true> {
  return { type: 'day', required: true, description, example }
}

/** A moment, ISO 8601; without an offset it is local time of the store. 1900 to 2199. */
export function instant(
  description: string,
  example = '2026-03-31T17:05:00Z',
): Column<'instant', true> {
  return { type: 'instant', required: true, description, example }
}

/** True or false. */
export function boolean(description: string, example = 'true'): Column<'boolean', true> {
  return { type: 'boolean', required: true, description, example }
}

/** The same column, which may be absent or empty. */
export function optional<T extends ColumnType>(column: Column<T>): Column<T, false> {
  return { ...column, required: false }
}

/** The same column with a value that stands in where it is absent or empty. */
export function withDefault<T extends ColumnType>(
  column: Column<T>,
  value: string | number | boolean,
): Column<T, true> {
  return { ...column, required: true, default: value }
}

/** True when a row may go without a value in its file: optional, or filled by a default. */
export function mayBeEmpty(column: Column): boolean {
  return !column.required || column.default !== undefined
}

/** What a column asks for, as the end of the sentence "expected …". */
export function expectation(column: Column): string {
  const bounds = boundsOf(column)
  switch (column.type) {
    case 'id':
      return `an id of 1 to ${column.maxLength} characters without blanks at its ends`
    case 'text':
      return `text of 1 to ${column.maxLength} characters`
    case 'enum':
      return `one of ${column.values?.join(', ')}`
    case 'integer':
      return `a whole number of ${column.unit}${bounds}`
    case 'number':
      return `a number (${column.unit})${bounds}`
    case 'money':
      return `a whole number of cents${bounds}`
    case 'day':
      return 'a day as YYYY-MM-DD, 1900 to 2199'
    case 'instant':
      return 'a time as ISO 8601, such as 2026-03-31T17:05:00Z, 1900 to 2199'
    case 'boolean':
      return 'true or false'
  }
}

function boundsOf({ minimum, maximum }: Column): string {
  const top = maximum === undefined || maximum === LARGEST_INTEGER ? undefined : maximum
  if (minimum !== undefined && top !== undefined) return `, ${minimum} to ${top}`
  if (minimum !== undefined) return `, ${minimum} or more`
  return top === undefined ? '' : `, at most ${top}`
}
