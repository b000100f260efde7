import type { Database } from '../../core/sql/database.ts'

/** What is known of a table or view by its name. */
export interface Relation {
  /** True names and types by names in lower case. */
  readonly columns: ReadonlyMap<string, { readonly name: string; readonly type: string }>
  /** As DuckDB guesses them; undefined for views. */
  readonly rows: number | undefined
  readonly isCollated: boolean
}

/** Tables and views of the current database by names in lower case, with the schema where it is not main. */
export type Relations = ReadonlyMap<string, Relation>

interface ColumnRow {
  readonly schema_name: string
  readonly table_name: string
  readonly column_name: string
  readonly data_type: string
  readonly is_here: number
  readonly estimated_size: number | null
  readonly is_collated: number
  readonly [column: string]: string | number | null
}

/** Reads them; names that a temporary table or another database has too are left out. */
export async function readRelations(db: Database): Promise<Relations> {
  const rows = await db.rows<ColumnRow>(
    `SELECT c.schema_name, c.table_name, c.column_name, c.data_type,
       c.database_name = current_database() AS is_here, t.estimated_size,
       coalesce(t.sql ILIKE '%COLLATE%', FALSE) OR current_setting('default_collation') <> '' AS is_collated
     FROM duckdb_columns() AS c
     LEFT JOIN duckdb_tables() AS t USING (database_name, schema_name, table_name)
     WHERE NOT c.internal ORDER BY c.column_index`,
  )
  const found = new Map<string, { rows: ColumnRow[]; isHere: boolean }>()
  for (const row of rows) {
    const table = row.table_name.toLowerCase()
    const name = row.schema_name === 'main' ? table : `${row.schema_name.toLowerCase()}.${table}`
    const one = found.get(name) ?? { rows: [], isHere: true }
    one.rows.push(row)
    one.isHere &&= row.is_here === 1
    found.set(name, one)
  }
  return new Map(
    [...found]
      .filter(([, { isHere }]) => isHere)
      .map(([name, one]) => [name, relationOf(one.rows)]),
  )
}

function relationOf(rows: readonly ColumnRow[]): Relation {
  return {
    columns: new Map(
      rows.map(({ column_name: name, data_type: type }) => [name.toLowerCase(), { name, type }]),
    ),
    rows: rows[0]!.estimated_size ?? undefined,
    isCollated: rows.some(({ is_collated: is }) => is === 1),
  }
}
