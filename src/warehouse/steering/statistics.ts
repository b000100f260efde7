import type { Database } from '../../core/sql/database.ts'
import { quoteName } from '../../core/sql/database.ts'
import type { Column } from '../../core/table.ts'

/** A sample of a table's rows, as filters are tried on them. */
export interface TableSample {
  readonly table: string
  /** Rows of the whole table. */
  readonly rows: number
  readonly sampled: number
  /** By name in lower case. Days are day numbers, instants epoch ms, truth values 0 and 1. */
  readonly columns: ReadonlyMap<string, SampleColumn>
}

export interface SampleColumn {
  readonly values: Column
  /** As DuckDB writes it. */
  readonly type: string
}

/** What is known of the tables that statements read; by name in lower case. */
export interface TableStatistics {
  readonly tables: ReadonlyMap<string, TableSample>
  /** Rows that a natural join of columns would have, over the product of their tables' rows; by classKey. */
  readonly joined: ReadonlyMap<string, number>
}

/** A column of a table, both in lower case. */
export interface TableColumn {
  readonly table: string
  readonly column: string
}

const SAMPLED =
  /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL|BOOLEAN|DATE|TIMESTAMP|VARCHAR)/

/** SQL that leaves out tables hidden behind temporary ones of their names. */
export const IS_SEEN = `c.table_name NOT IN (SELECT table_name FROM duckdb_tables() WHERE temporary
  UNION ALL SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal)`

/** SQL for the type of a column in duckdb_columns() c, duckdb_tables() x: texts that may not be compared by their bytes are told apart. */
export const TYPE_OF_COLUMN = `CASE WHEN c.data_type = 'VARCHAR' AND (x.sql ILIKE '%COLLATE%'
  OR current_setting('default_collation') <> '') THEN 'VARCHAR COLLATE' ELSE c.data_type END`

/**
 * Draws rows of the base tables named (all of them where none is), the same rows for the same seed.
 * Tables that are not there are left out. Throws ERR_SQL where a table cannot be read.
 */
export async function sampleTables(
  db: Database,
  names: readonly string[] | undefined,
  options: { readonly rows: number; readonly seed: number },
): Promise<ReadonlyMap<string, TableSample>> {
  const wanted = names === undefined ? undefined : new Set(names.map((n) => n.toLowerCase()))
  const columns = await db.rows(
    `SELECT c.table_name AS t, c.column_name AS c, ${TYPE_OF_COLUMN} AS d, x.estimated_size AS n
     FROM duckdb_columns() c JOIN duckdb_tables() x USING (database_name, schema_name, table_name)
     WHERE NOT c.internal AND c.schema_name = current_schema() AND c.database_name = current_database()
       AND ${IS_SEEN}
     ORDER BY c.table_name, c.column_index`,
  )
  const samples = new Map<string, TableSample>()
  for (const table of new Set(columns.map((row) => String(row['t'])))) {
    const list = columns.filter((row) => row['t'] === table)
    if (wanted !== undefined && !wanted.has(table.toLowerCase())) continue
    const kept = list.filter((row) => SAMPLED.test(String(row['d'])))
    if (kept.length === 0) continue
    const sample = await sampleTable(
      db,
      table,
      kept.map((row) => String(row['c'])),
      options,
    )
    samples.set(table.toLowerCase(), {
      table: table.toLowerCase(),
      rows: Number(list[0]!['n']),
      sampled: sample.rowCount,
      columns: new Map(
        kept.map((row) => {
          const name = String(row['c'])
          return [name.toLowerCase(), { values: sample.columns[name]!, type: String(row['d']) }]
        }),
      ),
    })
  }
  return samples
}

/** Whether columns of this type are sampled. */
export function isSampled(type: string): boolean {
  return SAMPLED.test(type)
}

/** Draws rows of some columns of a table, named in lower case; the same rows for the same seed. Throws ERR_SQL. */
export async function sampleColumns(
  db: Database,
  table: string,
  columns: readonly string[],
  options: { readonly rows: number; readonly seed: number },
): Promise<{ readonly rowCount: number; readonly columns: ReadonlyMap<string, Column> }> {
  const sample = await sampleTable(db, table, columns, options)
  const named = Object.entries(sample.columns).map(([n, c]) => [n.toLowerCase(), c] as const)
  return { rowCount: sample.rowCount, columns: new Map(named) }
}

function sampleTable(
  db: Database,
  table: string,
  columns: readonly string[],
  { rows, seed }: { readonly rows: number; readonly seed: number },
) {
  const list = columns.map(quoteName).join(', ')
  const sample = `reservoir(${rows} ROWS) REPEATABLE (${seed})`
  return db.table(`SELECT ${list} FROM ${quoteName(table)} USING SAMPLE ${sample}`)
}

/** The name of a class of columns that are equal in a join. */
export function classKey(columns: readonly TableColumn[]): string {
  return columns
    .map(({ table, column }) => `${table}.${column}`)
    .sort()
    .join('=')
}

/**
 * Σ over values of Π rows that have it, over Π rows: the share of the cross product that joining on
 * the columns leaves, skew and all. NaN where the columns cannot be compared.
 */
export async function joinedShare(
  db: Database,
  columns: readonly TableColumn[],
  samples: ReadonlyMap<string, TableSample>,
): Promise<number> {
  const counts = columns.map(({ table, column }, i) => {
    const key = quoteName(column)
    return `(SELECT ${key} AS k, CAST(count(*) AS DOUBLE) AS n${i} FROM ${quoteName(table)}
      WHERE ${key} IS NOT NULL GROUP BY 1) AS c${i}`
  })
  const joins = counts.slice(1).map((c, i) => `JOIN ${c} ON c0.k = c${i + 1}.k`)
  const product = columns.map((_, i) => `n${i}`).join(' * ')
  const [row] = await db
    .rows(`SELECT sum(${product}) AS s FROM ${counts[0]} ${joins.join(' ')}`)
    .catch(() => [])
  const all = columns.reduce((p, { table }) => p * (samples.get(table)?.rows ?? Number.NaN), 1)
  return row === undefined ? Number.NaN : Number(row['s'] ?? 0) / all
}
