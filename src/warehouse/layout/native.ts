import { type Database, quoteName, quoteText } from '../../core/sql/database.ts'
import { USUAL_GROUP_ROWS } from '../design/row-groups.ts'
import type { SampleColumn } from './choose/sample.ts'
import type { Layout } from './orders/candidates.ts'
import { keySql } from './orders/keys.ts'
import type { TableFacts } from './read/tables.ts'

/** Rows of a row group in tables of DuckDB, where it was not attached with another ROW_GROUP_SIZE. */
export const NATIVE_GROUP_ROWS = USUAL_GROUP_ROWS
/** CPU ms of a row group of a table beside its rows: scans of 3 M rows in groups of 4,096, 16,384 and 122,880. */
export const GROUP_COSTS = { groupReadMs: 0.015, groupThereMs: 0.001 } as const
/** Where the places that rows had before are kept, so that the old order can come back. */
export const LAYOUT_SCHEMA = 'storewright_layout'
const PRESENT = 'storewright_present'
const WAS = 'storewright_was'

/**
 * Rows of the row groups in which most rows of a table lie, and the usual where that cannot be told or
 * is no size DuckDB cuts tables into. What was written while the database was attached with another
 * ROW_GROUP_SIZE lies in others.
 */
export async function groupRowsOf(db: Database, table: string): Promise<number> {
  const [row] = await db.rows<{ n: number | null }>(
    `SELECT n FROM (SELECT sum(count) AS n
       FROM pragma_storage_info(${quoteText(table.split('.').map(quoteName).join('.'))})
       WHERE column_id = 0 AND segment_type <> 'VALIDITY' GROUP BY row_group_id, column_path)
     GROUP BY n ORDER BY n * count(*) DESC, n DESC LIMIT 1`,
  )
  const rows = row?.n ?? NATIVE_GROUP_ROWS
  return rows > 0 && rows % VECTOR_ROWS === 0 ? rows : NATIVE_GROUP_ROWS
}

/** Sizes of row groups are multiples of it. */
const VECTOR_ROWS = 2048

/** Why a table cannot be laid out anew without loss; undefined where it can. */
export function whyNotLaidOut(table: TableFacts): string | undefined {
  if (table.referencedBy.length > 0) {
    return `${table.referencedBy.join(', ')} ${table.referencedBy.length === 1 ? 'has' : 'have'} a foreign key to it, which DuckDB drops no table under`
  }
  if (/\bGENERATED\s+ALWAYS\b/i.test(withoutTexts(table.ddl))) {
    return 'it has generated columns, which cannot be copied'
  }
  if (/\bFOREIGN\s+KEY\b|\bREFERENCES\b/i.test(withoutTexts(table.ddl))) {
    return 'it has a foreign key, which DuckDB lets no second table take over within a transaction'
  }
  return undefined
}

function withoutTexts(sql: string): string {
  return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, '""')
}

/** SQL after ORDER BY that lays rows out; rows of equal keys keep their order. */
export function orderBySql(
  { keys }: Layout,
  columns: readonly SampleColumn[],
  tie: string,
): string {
  return [...keys.map((key) => keySql(key, columns)), tie].join(', ')
}

/**
 * Statements that lay a table out anew, and those that bring the old order back; each list is to be
 * run in one transaction. Constraints, defaults, indexes and comments are kept. Rows added since come
 * back behind the others; columns added since make it fail rather than lose them. Where a layout stands
 * already (`replaced`), undo brings the order back that was before it.
 */
export function relayStatements(
  table: TableFacts,
  orderBy: string,
  id: string,
  replaced?: string,
): { readonly apply: readonly string[]; readonly undo: readonly string[] } {
  const name = `${quoteName(table.schema)}.${quoteName(table.table)}`
  const next = `${quoteName(table.schema)}.${quoteName(`storewright_next_${id}`)}`
  const places = placesOf(id)
  const before =
    replaced === undefined
      ? { from: name, was: 'rowid' }
      : {
          from: `(SELECT *, rowid, TRUE AS ${PRESENT} FROM ${name})
            POSITIONAL JOIN (SELECT ${WAS} FROM ${placesOf(replaced)}) WHERE ${PRESENT}`,
          was: WAS,
        }
  const swap = [
    `DROP TABLE ${name}`,
    `ALTER TABLE ${next} RENAME TO ${quoteName(table.table)}`,
    ...table.indexes,
    ...table.comments.map(({ column, text }) =>
      column === null
        ? `COMMENT ON TABLE ${name} IS ${quoteText(text)}`
        : `COMMENT ON COLUMN ${name}.${quoteName(column)} IS ${quoteText(text)}`,
    ),
  ]
  const make = renamedDdl(table.ddl, next)
  return {
    apply: [
      `CREATE SCHEMA IF NOT EXISTS ${LAYOUT_SCHEMA}`,
      `CREATE OR REPLACE TABLE ${places} AS SELECT ${before.was} AS ${WAS} FROM ${before.from} ORDER BY ${orderBy}`,
      ...(replaced === undefined ? [] : [`DROP TABLE ${placesOf(replaced)}`]),
      make,
      `INSERT INTO ${next} SELECT * FROM ${name} ORDER BY ${orderBy}`,
      ...swap,
    ],
    undo: [
      make,
      `INSERT INTO ${next} SELECT * EXCLUDE (${PRESENT}, ${WAS})
       FROM (SELECT *, TRUE AS ${PRESENT} FROM ${name}) POSITIONAL JOIN ${places}
       WHERE ${PRESENT} ORDER BY ${WAS} NULLS LAST`,
      ...swap,
      `DROP TABLE ${places}`,
    ],
  }
}

/** Where the places are that rows had before a layout. */
function placesOf(id: string): string {
  return `${LAYOUT_SCHEMA}.${quoteName(`places_${id}`)}`
}

/** CREATE TABLE of another name. */
function renamedDdl(ddl: string, name: string): string {
  const part = '(?:"(?:[^"]|"")*"|[^\\s("]+)'
  return ddl.replace(
    new RegExp(`^CREATE TABLE\\s+(?:${part.replace('[^\\s("]+', '[^\\s(".]+')}\\.)*${part}\\s*\\(`),
    `CREATE TABLE ${name}(`,
  )
}
