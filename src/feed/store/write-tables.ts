import { type Database, quoteName } from '../../core/sql/database.ts'
import type { Table } from '../../core/table.ts'
import { checkKeys, checkOrder, checkReferences } from '../check/check-rows.ts'
import { checkTyped } from '../check/check-typed.ts'
import { createFaultList, FAULTS_SHOWN, type FaultList } from '../check/faults.ts'
import type { FeedOptions } from '../check/gather.ts'
import { throwFaults } from '../check/report.ts'
import type { TypedRows } from '../check/typed-rows.ts'
import type { Column } from '../declare/column.ts'
import { sqlDefault, sqlType } from '../declare/ddl.ts'
import { tableNamed } from '../tables/all.ts'
import { mergeAll } from './import-feed.ts'
import type { TableChange } from './merge.ts'
import { createStoreTables } from './store-tables.ts'
import { withFeedTables } from './temporary.ts'

/**
 * Merges columnar tables (by table name: days as day numbers, instants as epoch ms, booleans as
 * 0/1, missing = NaN or −1) into the store, all or nothing, with the checks of a feed. Throws the
 * fault, or ERR_FEED_FAULTS where there are several; ERR_FEED_UNKNOWN_TABLE on an unknown name.
 */
export async function writeTables(
  db: Database,
  tables: Readonly<Record<string, Table>>,
  options: Pick<FeedOptions, 'onProgress' | 'signal'> = {},
): Promise<readonly TableChange[]> {
  await createStoreTables(db)
  return withFeedTables(db, options.signal, async () => {
    const faults = createFaultList()
    const rows: TypedRows[] = []
    for (const [name, table] of Object.entries(tables)) {
      if (table.rowCount === 0) continue
      rows.push(await stageTable(db, name, table, faults))
    }
    throwFaults({ faultCount: faults.count, faults: faults.first(FAULTS_SHOWN) })
    const scope = {
      feed: new Map(rows.map((r) => [r.table.name, r])),
      unread: new Set<string>(),
      hasStore: true,
    }
    for (const one of rows) {
      await checkTyped(db, one, faults)
      await checkOrder(db, one, faults)
      await checkKeys(db, one, faults)
      await checkReferences(db, one, scope, faults)
    }
    throwFaults({ faultCount: faults.count, faults: faults.first(FAULTS_SHOWN) })
    return mergeAll(db, rows, options)
  })
}

async function stageTable(
  db: Database,
  name: string,
  table: Table,
  faults: FaultList,
): Promise<TypedRows> {
  const declared = tableNamed(name)
  const raw = `feed_raw_${name}`
  const typed = `feed_in_${name}`
  const present = Object.keys(table.columns).filter((column) => column in declared.columns)
  const rows: TypedRows = {
    table: declared,
    name: typed,
    file: name,
    present,
    rowCount: table.rowCount,
    lineKind: 'row',
    lineOf: (row) => row + 1,
  }
  checkShape(rows, table, faults)
  if (faults.count > 0) return rows
  const staging = present.map(
    (column) => `${quoteName(column)} ${isText(declared.columns[column]!) ? 'VARCHAR' : 'DOUBLE'}`,
  )
  await db.run(`CREATE OR REPLACE TEMP TABLE ${raw} (${staging.join(', ')})`)
  await db.append(raw, table)
  await checkWhole(db, raw, rows, faults)
  const columns = Object.entries(declared.columns).map(
    ([column, shape]) => `${typedColumn(column, shape, present)} AS ${quoteName(column)}`,
  )
  await db.run(
    `CREATE OR REPLACE TEMP TABLE ${typed} AS
     SELECT rowid AS _row, ${columns.join(', ')} FROM ${raw}; DROP TABLE ${raw}`,
  )
  return rows
}

function isText(column: Column): boolean {
  return sqlType(column) === 'VARCHAR'
}

/** Unknown columns, missing ones, and texts where numbers belong. */
function checkShape({ table, file, present }: TypedRows, given: Table, faults: FaultList): void {
  const bad = (column: string, expected: string, found: string) =>
    faults.add({ code: 'ERR_FEED_BAD_HEADER', file, column, expected, found })
  for (const [name, { kind }] of Object.entries(given.columns)) {
    const column = table.columns[name]
    if (column === undefined) bad(name, `a column of ${table.name}`, 'an unknown column')
    else if (isText(column) !== (kind === 'text'))
      bad(name, isText(column) ? 'texts' : 'numbers', `${kind}s`)
  }
  for (const [name, column] of Object.entries(table.columns)) {
    const needed = column.required && column.default === undefined
    if (needed && !present.includes(name)) bad(name, `the column ${name}`, 'no such column')
  }
}

/** Fractions where whole numbers belong, before a cast rounds them. */
async function checkWhole(
  db: Database,
  raw: string,
  rows: TypedRows,
  faults: FaultList,
): Promise<void> {
  for (const name of rows.present) {
    const column = rows.table.columns[name]!
    if (isText(column) || column.type === 'number') continue
    const value = quoteName(name)
    const largest = column.type === 'boolean' ? 1 : column.type === 'day' ? 1e6 : 1e15
    const unfit = `NOT coalesce(isfinite(${value}) AND ${value} = floor(${value}) AND abs(${value}) <= ${largest}, true)`
    const bad = await db.rows<{ row: number; value: number; n: number }>(
      `SELECT rowid AS row, ${value} AS value, count(*) OVER () AS n FROM ${raw}
       WHERE ${unfit} ORDER BY rowid LIMIT ${FAULTS_SHOWN}`,
    )
    const sample = bad.map(({ row, value }) => ({
      code: 'ERR_FEED_BAD_VALUE' as const,
      file: rows.file,
      line: row + 1,
      lineKind: 'row' as const,
      column: name,
      value: String(value),
      expected: `a whole number of at most ${largest} (${column.type})`,
    }))
    faults.addMany(bad[0]?.n ?? 0, sample)
    if (bad.length > 0) await db.run(`UPDATE ${raw} SET ${value} = NULL WHERE ${unfit}`)
  }
}

function typedColumn(name: string, column: Column, present: readonly string[]): string {
  const fallback = sqlDefault(column) ?? 'NULL'
  if (!present.includes(name)) return `CAST(${fallback} AS ${sqlType(column)})`
  const value = quoteName(name)
  const typed =
    column.type === 'day'
      ? `DATE '1970-01-01' + CAST(${value} AS INTEGER)`
      : column.type === 'instant'
        ? `make_timestamp(CAST(${value} * 1000 AS BIGINT))`
        : `CAST(${value} AS ${sqlType(column)})`
  return `coalesce(${typed}, ${fallback})`
}
