import { type Database, quoteName } from '../../core/sql/database.ts'
import { type Column, expectation, mayBeEmpty } from '../declare/column.ts'
import { sqlDefault, sqlType } from '../declare/ddl.ts'
import type { TableDeclaration } from '../declare/table.ts'
import type { LoadedFile } from '../read/load.ts'
import { cellFits, cellValue } from './cell-sql.ts'
import { FAULTS_SHOWN, type Fault, type FaultList } from './faults.ts'
import type { TypedRows } from './typed-rows.ts'

interface Cell {
  readonly name: string
  readonly column: Column
  /** c0, c1, … in the raw table; undefined where the file has no such column. */
  readonly raw: string | undefined
}

/**
 * Checks every cell of a loaded file against its column and writes the typed rows into the
 * temporary table `name`; a cell that does not fit becomes NULL there and a fault here.
 */
export async function checkValues(
  db: Database,
  loaded: LoadedFile,
  table: TableDeclaration,
  name: string,
  { timeZone, faults }: { readonly timeZone: string; readonly faults: FaultList },
): Promise<TypedRows> {
  const cells: Cell[] = Object.entries(table.columns).map(([column, declared]) => {
    const at = loaded.header.indexOf(column)
    return { name: column, column: declared, raw: at < 0 ? undefined : `c${at}` }
  })
  const bad = await countBad(db, loaded.raw, cells)
  for (const [cell, count] of bad) {
    const sample = await sampleBad(db, loaded, cell)
    faults.addMany(count, sample)
  }
  const columns = cells.map((cell) => `${typedCell(cell, timeZone, bad.has(cell))}`)
  await db.run(
    `CREATE OR REPLACE TEMP TABLE ${name} AS
     SELECT rowid AS _row, ${columns.join(', ')} FROM ${loaded.raw}`,
  )
  const present = cells.filter((cell) => cell.raw !== undefined).map((cell) => cell.name)
  const { rowCount, lineKind, lineOf } = loaded
  return { table, name, file: loaded.source.file, present, rowCount, lineKind, lineOf }
}

/** Cells that do not fit, by column; columns without any are left out. */
async function countBad(
  db: Database,
  raw: string,
  cells: readonly Cell[],
): Promise<Map<Cell, number>> {
  const there = cells.filter((cell) => cell.raw !== undefined)
  const counts = there.map((cell) => `count(*) FILTER (WHERE ${isBad(cell)}) AS ${cell.raw}`)
  const [row] = await db.rows<Record<string, number>>(`SELECT ${counts.join(', ')} FROM ${raw}`)
  return new Map(
    there.map((cell) => [cell, row?.[cell.raw!] ?? 0] as const).filter(([, count]) => count > 0),
  )
}

function isBad({ raw, column }: Cell): string {
  const unfit = `NOT coalesce(${cellFits(raw!, column)}, false)`
  return mayBeEmpty(column) ? `(${raw} IS NOT NULL AND ${unfit})` : `(${raw} IS NULL OR ${unfit})`
}

async function sampleBad(db: Database, loaded: LoadedFile, cell: Cell): Promise<Fault[]> {
  const rows = await db.rows<{ row: number; value: string | null }>(
    `SELECT rowid AS row, ${cell.raw} AS value FROM ${loaded.raw}
     WHERE ${isBad(cell)} ORDER BY rowid LIMIT ${FAULTS_SHOWN}`,
  )
  return rows.map(({ row, value }) => ({
    code: 'ERR_FEED_BAD_VALUE',
    file: loaded.source.file,
    line: loaded.lineOf(row),
    lineKind: loaded.lineKind,
    column: cell.name,
    ...(value === null ? { found: 'an empty cell' } : { value }),
    expected: expectation(cell.column),
  }))
}

function typedCell({ name, column, raw }: Cell, timeZone: string, doubtful: boolean): string {
  if (raw === undefined)
    return `CAST(${sqlDefault(column) ?? 'NULL'} AS ${sqlType(column)}) AS ${quoteName(name)}`
  const value = cellValue(raw, column, timeZone)
  // The plain cast is faster; the guard is needed only where some cell does not fit.
  const guarded = doubtful
    ? `CASE WHEN ${isBad({ name, column, raw })} THEN NULL ELSE ${value} END`
    : value
  return `${guarded} AS ${quoteName(name)}`
}
