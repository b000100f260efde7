import { z } from 'zod'
import { formatDay, parseDay, parseInstant } from '../../core/calendar.ts'
import { CELL_PATTERNS, FALSE_WORDS, matchesWhole, TRUE_WORDS } from './cell.ts'
import { type Column, expectation, mayBeEmpty } from './column.ts'
import type { RowOf, TableDeclaration } from './table.ts'

/** A value as JSON carries it. */
type JsonValue = string | number | boolean | null

/**
 * zod schema of a table's row as JSON carries it: numbers, booleans, days `YYYY-MM-DD`, instants
 * ISO 8601; an absent optional value is null or left out. Unknown columns are refused.
 */
export function rowSchema<D extends TableDeclaration>(table: D): z.ZodType<RowOf<D>> {
  const shape = Object.fromEntries(
    Object.entries(table.columns).map(([name, column]) => [name, jsonSchema(column)]),
  )
  return ordered(table, z.strictObject(shape)) as unknown as z.ZodType<RowOf<D>>
}

/**
 * zod schema of a row as a CSV file carries it (every cell a text, an empty cell ''), which it
 * turns into the row of `rowSchema`. A time without an offset is read in `timeZone`.
 */
export function cellRowSchema<D extends TableDeclaration>(
  table: D,
  timeZone = 'UTC',
): z.ZodType<RowOf<D>> {
  const shape = Object.fromEntries(
    Object.entries(table.columns).map(([name, column]) => [name, cellSchema(column, timeZone)]),
  )
  return ordered(table, z.strictObject(shape)) as unknown as z.ZodType<RowOf<D>>
}

function ordered(table: TableDeclaration, schema: z.ZodType): z.ZodType {
  return schema.check((context) => {
    const row = context.value as Record<string, JsonValue | undefined>
    for (const [later, earlier] of Object.entries(table.notBefore)) {
      const [a, b] = [row[earlier], row[later]]
      if (typeof a === 'string' && typeof b === 'string' && b < a) {
        const message = `expected ${later} not before ${earlier}`
        context.issues.push({ code: 'custom', path: [later], message, input: b })
      }
    }
  })
}

function jsonSchema(column: Column): z.ZodType {
  const base = jsonValue(column)
  if (column.default !== undefined) return base.default(column.default)
  return column.required ? base : base.nullish().transform((value) => value ?? null)
}

function jsonValue(column: Column): z.ZodType {
  const message = `expected ${expectation(column)}`
  const fits = (value: JsonValue) => parseCell(String(value), column, 'UTC') !== undefined
  switch (column.type) {
    case 'integer':
    case 'money':
    case 'number':
      return z.number(message).refine(fits, message)
    case 'boolean':
      return z.boolean(message)
    case 'instant':
      return z
        .string(message)
        .refine(fits, message)
        .transform((cell) => parseCell(cell, column, 'UTC'))
    default:
      return z.string(message).refine(fits, message)
  }
}

function cellSchema(column: Column, timeZone: string): z.ZodType {
  return z
    .string()
    .default('')
    .transform((cell, context) => {
      if (cell === '' && mayBeEmpty(column)) return column.default ?? null
      const value = cell === '' ? undefined : parseCell(cell, column, timeZone)
      if (value !== undefined) return value
      context.issues.push({
        code: 'custom',
        message: `expected ${expectation(column)}`,
        input: cell,
      })
      return z.NEVER
    })
}

/**
 * The value of a non-empty CSV cell as JSON carries it, or undefined when it is not what the
 * column asks for. This is the plain path; cell-sql.ts says the same for whole columns at once.
 */
function parseCell(cell: string, column: Column, timeZone: string): JsonValue | undefined {
  switch (column.type) {
    case 'id':
    case 'text':
      return parseText(cell, column)
    case 'enum':
      return column.values?.includes(cell) ? cell : undefined
    case 'integer':
    case 'money':
      return parseNumber(cell, column, CELL_PATTERNS.integer)
    case 'number':
      return parseNumber(cell, column, CELL_PATTERNS.number)
    case 'day':
      return matchesWhole(cell, CELL_PATTERNS.day) ? realDay(cell.slice(0, 10)) : undefined
    case 'instant':
      return parseTime(cell, timeZone)
    case 'boolean':
      return parseBoolean(cell)
  }
}

function parseText(cell: string, column: Column): string | undefined {
  if ([...cell].length > (column.maxLength ?? Infinity) || cell.includes('\0')) return undefined
  return column.type === 'text' || matchesWhole(cell, CELL_PATTERNS.id) ? cell : undefined
}

function parseNumber(cell: string, column: Column, pattern: string): number | undefined {
  if (!matchesWhole(cell, pattern)) return undefined
  const value = Number(cell)
  const { minimum = -Infinity, maximum = Infinity } = column
  const inside = Number.isFinite(value) && value >= minimum && value <= maximum
  // −0 and 0 are one number to a reader, and to SQL.
  return inside ? value + 0 : undefined
}

function realDay(cell: string): string | undefined {
  try {
    return formatDay(parseDay(cell))
  } catch {
    return undefined
  }
}

function parseTime(cell: string, timeZone: string): string | undefined {
  if (!matchesWhole(cell, CELL_PATTERNS.instant) || realDay(cell.slice(0, 10)) === undefined) {
    return undefined
  }
  const full = cell.length === 10 ? `${cell}T00:00:00` : cell
  // An offset in hours alone (+05, as DuckDB writes it) gets its minutes.
  const spelled = full.replace(/([+-]\d{2})$/, '$1:00')
  return new Date(parseInstant(spelled, timeZone)).toISOString()
}

function parseBoolean(cell: string): boolean | undefined {
  const word = cell.toLowerCase()
  if (TRUE_WORDS.some((w) => w === word)) return true
  return FALSE_WORDS.some((w) => w === word) ? false : undefined
}
