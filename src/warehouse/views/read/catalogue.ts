import type { Database } from '../../../core/sql/database.ts'

/** Tables of the current database and schema, with their columns in order. */
export interface Catalogue {
  /** By name in small letters. */
  readonly tables: ReadonlyMap<string, CataloguedTable>
}

export interface CataloguedTable {
  readonly name: string
  readonly rows: number
  /** By name in small letters. */
  readonly columns: ReadonlyMap<string, { readonly name: string; readonly type: string }>
}

/** Reads which tables and columns there are; views and other schemas are not among them. */
export async function readCatalogue(db: Database): Promise<Catalogue> {
  const { columns } = await db.answer(
    `SELECT c.table_name, c.column_name, c.data_type, t.estimated_size
     FROM duckdb_columns() c JOIN duckdb_tables() t ON t.table_oid = c.table_oid
       AND t.database_name = c.database_name AND t.schema_name = c.schema_name
     WHERE c.database_name = current_database() AND c.schema_name = current_schema()
       AND NOT t.temporary
     ORDER BY c.table_name, c.column_index`,
  )
  const tables = new Map<
    string,
    { name: string; rows: number; columns: Map<string, { name: string; type: string }> }
  >()
  const [tableNames, names, types, sizes] = columns
  for (const [i, value] of (tableNames ?? []).entries()) {
    const table = String(value)
    const key = table.toLowerCase()
    let entry = tables.get(key)
    if (entry === undefined) {
      entry = { name: table, rows: Number(sizes![i]), columns: new Map() }
      tables.set(key, entry)
    }
    const name = String(names![i])
    entry.columns.set(name.toLowerCase(), { name, type: String(types![i]) })
  }
  return { tables }
}
