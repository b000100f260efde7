import { type Database, quoteName, quoteText } from '../../core/sql/database.ts'
import { CELL_PATTERNS } from '../declare/cell.ts'
import { type Column, expectation } from '../declare/column.ts'
import { numberFits } from './cell-sql.ts'
import { FAULTS_SHOWN, type Fault, type FaultList } from './faults.ts'
import type { TypedRows } from './typed-rows.ts'

/**
 * Checks rows that did not come as texts (columns of a program, tables an adapter made) against
 * their columns: missing values, ids, words, bounds.
 */
export async function checkTyped(db: Database, rows: TypedRows, faults: FaultList): Promise<void> {
  const columns = Object.entries(rows.table.columns).map(
    ([name, column]) => [name, column, isBad(quoteName(name), column)] as const,
  )
  const counts = columns.map(
    ([name, , bad]) => `count(*) FILTER (WHERE ${bad}) AS ${quoteName(name)}`,
  )
  const [row] = await db.rows<Record<string, number>>(
    `SELECT ${counts.join(', ')} FROM ${rows.name}`,
  )
  for (const [name, column, bad] of columns) {
    const count = row?.[name] ?? 0
    if (count > 0) faults.addMany(count, await sampleBad(db, rows, name, column, bad))
  }
}

async function sampleBad(
  db: Database,
  rows: TypedRows,
  name: string,
  column: Column,
  bad: string,
): Promise<Fault[]> {
  const sample = await db.rows<{ row: number; value: string | null }>(
    `SELECT _row AS row, CAST(${quoteName(name)} AS VARCHAR) AS value FROM ${rows.name}
     WHERE ${bad} ORDER BY _row LIMIT ${FAULTS_SHOWN}`,
  )
  return sample.map(({ row, value }) => ({
    code: 'ERR_FEED_BAD_VALUE',
    file: rows.file,
    line: rows.lineOf(row),
    lineKind: rows.lineKind,
    column: name,
    ...(value === null ? { found: 'no value' } : { value }),
    expected: expectation(column),
  }))
}

function isBad(value: string, column: Column): string {
  const unfit = `NOT coalesce(${typedFits(value, column)}, false)`
  return `CASE WHEN ${value} IS NULL THEN ${column.required} ELSE ${unfit} END`
}

/** SQL that is true where a typed value, not NULL, fits its column. */
function typedFits(value: string, column: Column): string {
  switch (column.type) {
    case 'id':
      return `(regexp_full_match(${value}, ${quoteText(CELL_PATTERNS.id)}) AND length(${value}) <= ${column.maxLength})`
    case 'text':
      return `(length(${value}) BETWEEN 1 AND ${column.maxLength} AND NOT contains(${value}, chr(0)))`
    case 'enum':
      return `(${value} IN (${(column.values ?? []).map(quoteText).join(', ')}))`
    case 'integer':
    case 'money':
      return numberFits(`CAST(${value} AS DOUBLE)`, column)
    case 'number':
      return numberFits(value, column)
    case 'day':
    case 'instant':
      return `(year(${value}) BETWEEN 1900 AND 2199)`
    case 'boolean':
      return 'true'
  }
}
