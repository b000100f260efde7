import type { SqlValue } from '../../core/sql/database.ts'
import { quoteText } from '../../core/sql/database.ts'

const PART = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\$(\d+)/g

/** A statement with its $1, $2, … written out, as one that can be asked again by itself. */
export function inlineValues(sql: string, values: readonly SqlValue[]): string {
  if (values.length === 0) return sql
  return sql.replaceAll(PART, (part, number: string | undefined) =>
    number === undefined ? part : literalOf(values[Number(number) - 1] ?? null),
  )
}

function literalOf(value: SqlValue): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return quoteText(value)
  return String(value)
}
