import { type Database, quoteText } from '../../../core/sql/database.ts'
import { numbersOf, type Table, textsOf } from '../../../core/table.ts'
import { encodedColumn, encodeSql } from '../read/columns.ts'
import { type Predicate, touchedBlocks, type Zones } from '../read/predicate.ts'
import { encodeText, type SampleColumn } from './sample.ts'

/** Zones of row groups as they are on disk, with the rows of each. */
export interface GroupZones extends Zones {
  readonly rows: Float64Array
}

/** Share of a table's rows that lie in row groups a predicate cannot skip. */
export function shareRead(predicate: Predicate, zones: GroupZones): number {
  const touched = touchedBlocks(predicate, zones)
  let read = 0
  let all = 0
  zones.rows.forEach((rows, g) => {
    all += rows
    if (touched[g] === 1) read += rows
  })
  return read / Math.max(1, all)
}

/** Zones of the row groups of a table of DuckDB, from its rows. */
export async function zonesOfTable(
  db: Database,
  table: string,
  groupRows: number,
  columns: readonly SampleColumn[],
): Promise<GroupZones> {
  const list = columns.flatMap((column, c) => {
    const value = encodedColumn(column)
    return [`min(${value}) AS l${c}`, `max(${value}) AS h${c}`, `count(${value}) AS n${c}`]
  })
  const found = await db.table(
    `SELECT count(*) AS n, ${list.join(', ')} FROM ${table} GROUP BY rowid // ${groupRows}`,
  )
  const rows = numbersOf(found, 'n')
  return {
    blocks: found.rowCount,
    rows,
    low: columns.map((column, c) => ends(found, `l${c}`, column, Infinity)),
    high: columns.map((column, c) => ends(found, `h${c}`, column, -Infinity)),
    hasNull: columns.map((_, c) =>
      Uint8Array.from(numbersOf(found, `n${c}`), (n, g) => (n < rows[g]! ? 1 : 0)),
    ),
  }
}

/** Zones of the row groups of Parquet files, from their footers: what DuckDB skips by. */
export async function zonesOfParquet(
  db: Database,
  files: readonly string[],
  columns: readonly SampleColumn[],
): Promise<GroupZones> {
  const of = (column: SampleColumn, stats: string) =>
    encodeSql(column.encoding!, column.type, `TRY_CAST(${stats} AS ${column.type})`)
  const read = (column: SampleColumn) =>
    db.table(
      `SELECT row_group_num_rows AS n, ${of(column, 'stats_min_value')} AS l,
         ${of(column, 'stats_max_value')} AS h, stats_null_count AS nulls
       FROM parquet_metadata([${files.map(quoteText).join(', ')}]) WHERE path_in_schema = ${quoteText(column.name)}
       ORDER BY file_name, row_group_id`,
    )
  const found: Table[] = []
  for (const column of columns) found.push(await read(column))
  // A group without the statistic may hold anything.
  return {
    blocks: found[0]!.rowCount,
    rows: numbersOf(found[0]!, 'n'),
    low: columns.map((column, c) => ends(found[c]!, 'l', column, -Infinity)),
    high: columns.map((column, c) => ends(found[c]!, 'h', column, Infinity)),
    hasNull: columns.map((_, c) =>
      Uint8Array.from(numbersOf(found[c]!, 'nulls'), (n) => (n === 0 ? 0 : 1)),
    ),
  }
}

function ends(found: Table, name: string, column: SampleColumn, absent: number): Float64Array {
  if (column.encoding !== 'text') {
    return numbersOf(found, name).map((value) => (Number.isNaN(value) ? absent : value))
  }
  const { codes, dictionary } = textsOf(found, name)
  const places = dictionary.map((text) => encodeText(column, text))
  return Float64Array.from(codes, (code) => (code < 0 ? absent : places[code]!))
}
