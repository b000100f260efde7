import { quoteText } from '../../core/sql/database.ts'
import { CELL_PATTERNS, FALSE_WORDS, TRUE_WORDS } from '../declare/cell.ts'
import type { Column } from '../declare/column.ts'
import { sqlDefault } from '../declare/ddl.ts'

/**
 * SQL that is true where a non-NULL cell (a VARCHAR expression) holds what the column asks for:
 * the fast path of parseCell in declare/schema.ts, for whole columns at once.
 */
export function cellFits(cell: string, column: Column): string {
  switch (column.type) {
    case 'id':
      return `(${whole(cell, CELL_PATTERNS.id)} AND length(${cell}) <= ${column.maxLength})`
    case 'text':
      return `(length(${cell}) <= ${column.maxLength} AND NOT contains(${cell}, chr(0)))`
    case 'enum':
      return `(${cell} IN (${(column.values ?? []).map(quoteText).join(', ')}))`
    case 'integer':
    case 'money':
      return `(${whole(cell, CELL_PATTERNS.integer)} AND ${inBounds(cell, column)})`
    case 'number':
      return `(${whole(cell, CELL_PATTERNS.number)} AND ${inBounds(cell, column)})`
    case 'day':
      return `(${whole(cell, CELL_PATTERNS.day)} AND TRY_CAST(left(${cell}, 10) AS DATE) IS NOT NULL)`
    case 'instant':
      return `(${whole(cell, CELL_PATTERNS.instant)} AND TRY_CAST(left(${cell}, 10) AS DATE) IS NOT NULL)`
    case 'boolean':
      return `(lower(${cell}) IN (${[...TRUE_WORDS, ...FALSE_WORDS].map(quoteText).join(', ')}))`
  }
}

/** SQL of the typed value of a cell that fits (NULL stays NULL, or becomes the default). */
export function cellValue(cell: string, column: Column, timeZone: string): string {
  const value = bareValue(cell, column, timeZone)
  const fallback = sqlDefault(column)
  return fallback === undefined ? value : `coalesce(${value}, ${fallback})`
}

function bareValue(cell: string, column: Column, timeZone: string): string {
  switch (column.type) {
    case 'id':
    case 'text':
    case 'enum':
      return cell
    case 'integer':
    case 'money':
      return `CAST(TRY_CAST(${cell} AS DOUBLE) AS BIGINT)`
    case 'number':
      return `(TRY_CAST(${cell} AS DOUBLE) + 0)`
    case 'day':
      return `TRY_CAST(left(${cell}, 10) AS DATE)`
    case 'instant':
      return instantValue(cell, timeZone)
    case 'boolean':
      return `(lower(${cell}) IN (${TRUE_WORDS.map(quoteText).join(', ')}))`
  }
}

/** UTC, cut to milliseconds, which is what JavaScript keeps. */
function instantValue(cell: string, timeZone: string): string {
  const local = `TRY_CAST(${cell} AS TIMESTAMP)`
  const here =
    timeZone === 'UTC' ? local : `timezone('UTC', timezone(${quoteText(timeZone)}, ${local}))`
  // DuckDB wants seconds before an offset.
  const spelled = `regexp_replace(${cell}, '([T ][0-9]{2}:[0-9]{2})(Z|[+-])', '\\1:00\\2')`
  const anywhere = `timezone('UTC', TRY_CAST(${spelled} AS TIMESTAMPTZ))`
  const value = `CASE WHEN ${whole(cell, CELL_PATTERNS.offset)} THEN ${anywhere} ELSE ${here} END`
  return `date_trunc('millisecond', ${value})`
}

function whole(cell: string, pattern: string): string {
  return `regexp_full_match(${cell}, ${quoteText(pattern)})`
}

function inBounds(cell: string, column: Column): string {
  return numberFits(`TRY_CAST(${cell} AS DOUBLE)`, column)
}

/** SQL that is true where a DOUBLE lies within the column's bounds and is finite. */
export function numberFits(value: string, column: Column): string {
  const { minimum, maximum } = column
  const tests = [`coalesce(isfinite(${value}), false)`]
  if (minimum !== undefined) tests.push(`${value} >= ${minimum}`)
  if (maximum !== undefined) tests.push(`${value} <= ${maximum}`)
  return `(${tests.join(' AND ')})`
}
