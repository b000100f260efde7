import type { Database } from '../../../core/sql/database.ts'
import { quoteTable } from '../choose/sample.ts'
import { encodingOf } from './columns.ts'
import type { Condition } from './conditions.ts'
import { scansOfStatements } from './probes.ts'
import type { Scan } from './scans.ts'
import type { WeighedStatement } from './statements.ts'

/** Those of the statements that read a table or view. */
export async function statementsReading(
  db: Database,
  table: string,
  statements: readonly string[],
): Promise<readonly string[]> {
  const scans = await scansOn(db, table, statements)
  return statements.filter((_, i) => scans[i]!.length > 0)
}

/** Columns of a table or view by which the statements filter it, those that most filter by first. */
export async function filteredColumns(
  db: Database,
  table: string,
  statements: readonly string[],
): Promise<readonly string[]> {
  const counts = new Map<string, number>()
  const count = (condition: Condition): void => {
    if ('parts' in condition) condition.parts.forEach(count)
    else if (condition.kind !== 'all') {
      counts.set(condition.column, (counts.get(condition.column) ?? 0) + 1)
    }
  }
  for (const { condition, induced } of (await scansOn(db, table, statements)).flat()) {
    count(condition)
    for (const { column } of induced) counts.set(column, (counts.get(column) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([column]) => column)
}

async function scansOn(
  db: Database,
  table: string,
  statements: readonly string[],
): Promise<readonly (readonly Scan[])[]> {
  const described = await db.rows<{ column_name: string; column_type: string }>(
    `SELECT column_name, column_type FROM (DESCRIBE ${quoteTable(table)})`,
  )
  const names = new Map(
    described
      .filter(({ column_type }) => encodingOf(column_type) !== undefined)
      .map(({ column_name }) => [column_name.toLowerCase(), column_name]),
  )
  const others = await db.rows<{ table_name: string; column_name: string }>(
    'SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal',
  )
  const columnsOf = (name: string) =>
    name.toLowerCase() === table.toLowerCase()
      ? names
      : new Map(
          others
            .filter(({ table_name }) => table_name.toLowerCase() === name.toLowerCase())
            .map(({ column_name }) => [column_name.toLowerCase(), column_name]),
        )
  const weighed = statements.map((sql): WeighedStatement => {
    return { sql, fingerprint: '', cpuMs: 1, runs: 1 }
  })
  const scans = await scansOfStatements(db, weighed, columnsOf)
  return scans.map((list) =>
    list.filter((scan) => scan.table.toLowerCase() === table.toLowerCase()),
  )
}
