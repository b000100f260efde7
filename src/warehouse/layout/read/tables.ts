import type { Database } from '../../../core/sql/database.ts'
import { encodingOf, type TableColumn } from './columns.ts'

/** What is known of a table of the database. */
export interface TableFacts {
  /** With its schema where that is not main. */
  readonly name: string
  readonly schema: string
  readonly table: string
  readonly rows: number
  readonly columns: readonly TableColumn[]
  /** CREATE TABLE as DuckDB writes it. */
  readonly ddl: string
  /** CREATE INDEX of each index that is no constraint's. */
  readonly indexes: readonly string[]
  readonly comments: readonly { readonly column: string | null; readonly text: string }[]
  /** Tables with a foreign key to this one. */
  readonly referencedBy: readonly string[]
}

/** All tables of the current database; temporary ones and those of Storewright itself left out. */
export async function readTables(db: Database): Promise<ReadonlyMap<string, TableFacts>> {
  const here =
    "database_name = current_database() AND NOT internal AND NOT starts_with(schema_name, 'storewright_')"
  const tables = await db.rows<TableRow>(
    `SELECT schema_name, table_name, estimated_size, sql, comment FROM duckdb_tables()
     WHERE ${here} AND NOT temporary ORDER BY schema_name, table_name`,
  )
  const columns = await db.rows<ColumnRow>(
    `SELECT schema_name, table_name, column_name, data_type, comment FROM duckdb_columns()
     WHERE ${here} ORDER BY schema_name, table_name, column_index`,
  )
  const indexes = await db.rows<IndexRow>(
    `SELECT schema_name, table_name, sql FROM duckdb_indexes()
     WHERE database_name = current_database() AND sql IS NOT NULL ORDER BY index_name`,
  )
  const keys = await db.rows<KeyRow>(
    `SELECT schema_name, table_name, referenced_table FROM duckdb_constraints()
     WHERE database_name = current_database() AND constraint_type = 'FOREIGN KEY'`,
  )
  const facts = tables.map((row) => factsOf(row, columns, indexes, keys))
  return new Map(facts.map((table) => [table.name.toLowerCase(), table]))
}

interface Named {
  readonly schema_name: string
  readonly table_name: string
  readonly [column: string]: string | number | null
}
interface TableRow extends Named {
  readonly estimated_size: number
  readonly sql: string
  readonly comment: string | null
}
interface ColumnRow extends Named {
  readonly column_name: string
  readonly data_type: string
  readonly comment: string | null
}
interface IndexRow extends Named {
  readonly sql: string
}
interface KeyRow extends Named {
  readonly referenced_table: string
}

function factsOf(
  row: TableRow,
  columns: readonly ColumnRow[],
  indexes: readonly IndexRow[],
  keys: readonly KeyRow[],
): TableFacts {
  const isOf = (other: Named) =>
    other.schema_name === row.schema_name && other.table_name === row.table_name
  const mine = columns.filter(isOf)
  return {
    name: row.schema_name === 'main' ? row.table_name : `${row.schema_name}.${row.table_name}`,
    schema: row.schema_name,
    table: row.table_name,
    rows: row.estimated_size,
    columns: mine.map(({ column_name: name, data_type: type }) => ({
      name,
      type,
      encoding: encodingOf(type),
    })),
    ddl: row.sql,
    indexes: indexes.filter(isOf).map(({ sql }) => sql),
    comments: [
      { column: null, text: row.comment },
      ...mine.map((c) => ({ column: c.column_name, text: c.comment })),
    ].filter(
      (comment): comment is { column: string | null; text: string } => comment.text !== null,
    ),
    referencedBy: keys
      .filter((key) => key.referenced_table === row.table_name)
      .map(({ table_name }) => table_name),
  }
}
