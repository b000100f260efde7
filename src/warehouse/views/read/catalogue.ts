import type { Database } from '../../../core/sql/database.ts'

/** Tables of the current database and schema, with their columns in order. */
export interface Catalogue {
  /** In small letters, as statements may write them before the name of a table. */
  readonly schema: string
  readonly database: string
  /** By name in small letters. */
  readonly tables: ReadonlyMap<string, CataloguedTable>
}

export interface CataloguedTable {
  readonly name: string
  readonly rows: number
  /** By name in small letters. */
  readonly columns: ReadonlyMap<string, CataloguedColumn>
}

export interface CataloguedColumn {
  readonly name: string
  readonly type: string
  /** Why no statement that reads it is served; undefined: some are. */
  readonly unserved?: string
}

/**
 * Reads which tables and columns there are; views and other schemas are not among them, nor what a
 * temporary table or view of the same name hides.
 */
export async function readCatalogue(db: Database): Promise<Catalogue> {
  const { columns } = await db.answer(
    `WITH hidden AS (
       SELECT lower(table_name) AS name FROM duckdb_tables() WHERE temporary
       UNION ALL SELECT lower(view_name) FROM duckdb_views() WHERE temporary)
     SELECT c.table_name, c.column_name, c.data_type, t.estimated_size, ${COLLATED},
       lower(current_schema()), lower(current_database())
     FROM duckdb_columns() c JOIN duckdb_tables() t ON t.table_oid = c.table_oid
       AND t.database_name = c.database_name AND t.schema_name = c.schema_name
     WHERE c.database_name = current_database() AND c.schema_name = current_schema()
       AND NOT t.temporary AND lower(t.table_name) NOT IN (FROM hidden)
     ORDER BY c.table_name, c.column_index`,
  )
  const tables = new Map<string, CataloguedTable & { columns: Map<string, CataloguedColumn> }>()
  const [tableNames, names, types, sizes, collated, schema, database] = columns
  for (const [i, value] of (tableNames ?? []).entries()) {
    const table = String(value)
    const key = table.toLowerCase()
    let entry = tables.get(key)
    if (entry === undefined) {
      entry = { name: table, rows: Number(sizes![i]), columns: new Map() }
      tables.set(key, entry)
    }
    const [name, type] = [String(names![i]), String(types![i])]
    const unserved = whyUnserved(name, type, collated![i] === true)
    const column = { name, type, ...(unserved === undefined ? {} : { unserved }) }
    entry.columns.set(name.toLowerCase(), column)
  }
  return { tables, schema: String(schema![0] ?? ''), database: String(database![0] ?? '') }
}

/** SQL: whether texts of a table may be compared by a collation. */
const COLLATED = `current_setting('default_collation') <> '' OR regexp_matches(t.sql, '\\bCOLLATE\\b', 'i')`

/**
 * A group, a least and a greatest value are shown as the first of the equal ones they stand for: where
 * those look different (a month and 30 days; A and a by NOCASE), which is first depends on the order of
 * rows, and a view has another.
 */
function whyUnserved(name: string, type: string, isCollated: boolean): string | undefined {
  if (/\bINTERVAL\b/.test(type)) return `it reads ${name}, of which equal values may look different`
  return isCollated && /\bVARCHAR\b/.test(type)
    ? `it reads ${name}, which may be compared by a collation`
    : undefined
}
