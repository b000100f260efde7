import { type Database, quoteText } from '../../../core/sql/database.ts'
import type { SampleColumn } from '../choose/sample.ts'
import { type GroupZones, zonesOfParquet } from '../choose/zones.ts'
import type { Ast } from '../read/ast.ts'
import { bindConditions, createConstants } from '../read/bind.ts'
import { compareTexts, type TableColumn } from '../read/columns.ts'
import { columnsOfCondition } from '../read/conditions.ts'
import { pushable, touchedBlocks } from '../read/predicate.ts'
import { type ColumnsOf, scansOf } from '../read/scans.ts'

/** What beginning a row group that is read takes, and what one that is skipped does, in rows read. */
const ROWS_A_GROUP = 5000
const ROWS_A_GROUP_SKIPPED = 100

/** What reading files costs, by the least and greatest values in their footers, each column read once. */
export interface FilesJudge {
  /** Rows that the references to a table read in a statement, with what row groups take as rows. */
  cost(statement: Ast, table: string, columnsOf: ColumnsOf): Promise<number>
}

/** A judge of files with these columns. */
export function judgeFiles(
  db: Database,
  files: readonly string[],
  columns: readonly TableColumn[],
): FilesJudge {
  const known = new Map<string, Promise<Zoned>>()
  const byName = new Map(columns.map((column) => [column.name, column]))
  const zoned = (name: string): Promise<Zoned> => {
    let found = known.get(name)
    if (found === undefined) {
      found = readZones(db, files, byName.get(name)!)
      known.set(name, found)
    }
    return found
  }
  let rows: Promise<Float64Array> | undefined
  const rowsOf = async () => {
    rows ??= readRows(db, files)
    return rows
  }
  return {
    async cost(statement, table, columnsOf) {
      const mine = scansOf(statement, columnsOf).filter(
        (scan) => scan.table.toLowerCase() === table.toLowerCase(),
      )
      const conditions = mine.map(({ condition }) => condition)
      const names = [...new Set(conditions.flatMap(columnsOfCondition))].filter(
        (name) => byName.get(name)?.encoding !== undefined,
      )
      const zones: Zoned[] = []
      for (const name of names) zones.push(await zoned(name))
      const bound = await bindConditions(
        db,
        conditions,
        zones.map(({ column }) => column),
        createConstants(),
      )
      const all: GroupZones = {
        rows: await rowsOf(),
        blocks: (await rowsOf()).length,
        low: zones.map((one) => one.zones.low[0]!),
        high: zones.map((one) => one.zones.high[0]!),
        hasNull: zones.map((one) => one.zones.hasNull[0]!),
      }
      return bound.reduce((sum, predicate) => {
        const touched = touchedBlocks(pushable(predicate), all)
        return all.rows.reduce(
          (cost, inGroup, g) =>
            cost + (touched[g] === 1 ? inGroup + ROWS_A_GROUP : ROWS_A_GROUP_SKIPPED),
          sum,
        )
      }, 0)
    },
  }
}

interface Zoned {
  readonly column: SampleColumn
  readonly zones: GroupZones
}

async function readRows(db: Database, files: readonly string[]): Promise<Float64Array> {
  const found = await db.rows<{ n: number }>(
    `SELECT any_value(row_group_num_rows) AS n FROM parquet_metadata(${listOf(files)})
     GROUP BY file_name, row_group_id ORDER BY file_name, row_group_id`,
  )
  return Float64Array.from(found, ({ n }) => n)
}

async function readZones(
  db: Database,
  files: readonly string[],
  column: TableColumn,
): Promise<Zoned> {
  const texts = column.encoding === 'text' ? await textsOf(db, files, column.name) : []
  const sampled = { ...column, values: new Float64Array(0), texts }
  return { column: sampled, zones: await zonesOfParquet(db, files, [sampled]) }
}

/** The texts that row groups begin and end with, sorted. */
async function textsOf(
  db: Database,
  files: readonly string[],
  column: string,
): Promise<readonly string[]> {
  const found = await db.rows<{ t: string | null }>(
    `SELECT DISTINCT unnest([stats_min_value, stats_max_value]) AS t
     FROM parquet_metadata(${listOf(files)}) WHERE path_in_schema = ${quoteText(column)}`,
  )
  return found.flatMap(({ t }) => (t === null ? [] : [t])).sort(compareTexts)
}

function listOf(files: readonly string[]): string {
  return `[${files.map(quoteText).join(', ')}]`
}
