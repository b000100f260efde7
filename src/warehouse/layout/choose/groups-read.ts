import { type Database, quoteText } from '../../../core/sql/database.ts'
import { NOTHING_CARRIED, readCarried } from '../joined/carried.ts'
import { impliedStatements } from '../joined/imply.ts'
import { groupRowsOf } from '../native.ts'
import { readSql } from '../parquet/files.ts'
import { encodingOf } from '../read/columns.ts'
import { probesOf, scansOfStatements } from '../read/probes.ts'
import type { WeighedStatement } from '../read/statements.ts'
import { readTables } from '../read/tables.ts'
import { drawSample, quoteTable, tableSource } from './sample.ts'
import { shareRead, zonesOfParquet, zonesOfTable } from './zones.ts'

const SAMPLE_ROWS = 65_536

/**
 * For each scan of a table (or of a view over Parquet files of this name) by the statements: the
 * share of rows in row groups that their least and greatest values do not rule out. DuckDB's own
 * count of rows scanned knows nothing of the groups it skips in Parquet. Of a file whose rows carry
 * columns of joined tables: as a statement reads it that `carryingRewriter` rewrote; a copy of some
 * columns: as `copyingRewriter` has it read.
 */
export async function groupsRead(
  db: Database,
  table: string,
  statements: readonly string[],
  files?: string,
): Promise<readonly number[]> {
  const carried = files === undefined ? NOTHING_CARRIED : await readCarried(db, [files])
  const from = files === undefined ? quoteTable(table) : `SELECT * FROM ${readSql([files])}`
  const described = await db.rows<{ column_name: string; column_type: string }>(
    `SELECT column_name, column_type FROM (DESCRIBE ${from})`,
  )
  const columns = described.map(({ column_name: name, column_type: type }) => ({
    ...{ name, type, encoding: encodingOf(type) },
  }))
  const whole = quoteTable(table)
  const parquet = `read_parquet(${quoteText(files ?? '')}, file_row_number = true)`
  const source = await tableSource(db, whole)
  const sample = await drawSample(
    db,
    files === undefined ? source : { ...source, from: parquet, rowNumber: 'file_row_number' },
    columns,
    { rows: SAMPLE_ROWS, seed: 0 },
  )
  const tables = await readTables(db)
  const schemaOf = (name: string) =>
    name.toLowerCase() === table.toLowerCase() ? columns : tables.get(name.toLowerCase())?.columns
  const weighed = statements.map((sql): WeighedStatement => {
    return { sql, fingerprint: '', cpuMs: 1, runs: 1 }
  })
  const columnsOf = (name: string) => {
    const found = schemaOf(name)
    return found && new Map(found.map((column) => [column.name.toLowerCase(), column.name]))
  }
  const asked = await impliedStatements(db, weighed, table, carried.columns, columnsOf)
  const scans = await scansOfStatements(db, asked, columnsOf)
  const probes = await probesOf(db, table, asked, scans, sample, schemaOf)
  const zones =
    files === undefined
      ? await zonesOfTable(db, whole, await groupRowsOf(db, table), sample.columns)
      : await zonesOfParquet(db, [files], sample.columns)
  return probes.map(({ predicate }) => shareRead(predicate, zones))
}
