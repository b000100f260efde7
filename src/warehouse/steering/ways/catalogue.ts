import type { Database } from '../../../core/sql/database.ts'
import { type BoundShape, bindShape, joinedColumns } from '../bind.ts'
import type { Shape } from '../shape.ts'
import {
  classKey,
  sampleTables,
  type TableColumn,
  type TableSample,
  type TableStatistics,
} from '../statistics.ts'
import { distinctKeys, joinedRows, type KeySketch, sketchKeys } from './sketch.ts'

/** What is known of the tables that statements join, read once it is worth reading. */
export interface Catalogue extends TableStatistics {
  /** Whether everything is known that `bind` needs of these tables. */
  knows(shape: Shape): boolean
  /** CPU that reading what is missing takes, about, ms. */
  costMs(shape: Shape): number
  /** Reads it. Throws ERR_SQL. */
  read(shape: Shape): Promise<void>
  /** The shape against the tables; call it where all is known. */
  bind(shape: Shape): BoundShape
  /** Keys of a column, about; NaN where it is not known. */
  distinct(column: TableColumn): number
  /** A table changed: nothing is known of it, or only its sizes are a little old. */
  changed(table: string, how: 'append' | 'other'): void
  /** Grows each time something that was known is forgotten. */
  readonly version: number
}

interface TableKnown {
  readonly rows: number
  /** Types of columns, by name in lower case. */
  readonly types: ReadonlyMap<string, string>
}

/** CPU of reading a table's sample and a sketch, ms a row, and of a look at the catalogue. */
const ROW_MS = 1e-4
const LOOK_MS = 8
/** Appends after which a table is read anew. */
const MOST_APPENDS = 64

/** Makes a catalogue that knows nothing yet. */
export function createCatalogue(
  db: Database,
  options: { readonly rows: number; readonly seed: number },
): Catalogue {
  return new LazyCatalogue(db, options)
}

class LazyCatalogue implements Catalogue {
  readonly tables = new Map<string, TableSample>()
  readonly joined = new Map<string, number>()
  version = 0
  private known: Map<string, TableKnown> | undefined
  private readonly sketches = new Map<string, KeySketch | undefined>()
  private readonly appends = new Map<string, number>()
  private readonly db: Database
  private readonly options: { readonly rows: number; readonly seed: number }

  constructor(db: Database, options: { readonly rows: number; readonly seed: number }) {
    this.db = db
    this.options = options
  }

  knows(shape: Shape): boolean {
    const { known } = this
    if (known === undefined) return false
    return shape.relations.every(({ table }) => !known.has(table) || this.tables.has(table))
      ? this.keysOf(shape).every((key) => this.sketches.has(nameOf(key)))
      : false
  }

  costMs(shape: Shape): number {
    const { known } = this
    if (known === undefined) return LOOK_MS
    const missing = shape.relations.filter(({ table }) => !this.tables.has(table))
    const names = new Set(missing.map(({ table }) => table))
    return [...names].reduce((sum, t) => sum + 1 + ROW_MS * (known.get(t)?.rows ?? 0), 0)
  }

  async read(shape: Shape): Promise<void> {
    if (this.known === undefined) {
      this.known = await readTables(this.db)
      return
    }
    const names = shape.relations.map(({ table }) => table)
    const missing = [...new Set(names)].filter((t) => this.known!.has(t) && !this.tables.has(t))
    if (missing.length > 0) {
      for (const [name, sample] of await sampleTables(this.db, missing, this.options)) {
        this.tables.set(name, sample)
      }
      // What cannot be sampled is left out of all that follows.
      for (const name of missing) if (!this.tables.has(name)) this.known.delete(name)
    }
    for (const key of this.keysOf(shape)) await this.sketch(key)
  }

  bind(shape: Shape): BoundShape {
    const bound = bindShape(shape, this)
    for (const set of joinedColumns(bound)) this.join(set)
    return bound
  }

  distinct(column: TableColumn): number {
    const sketch = this.sketches.get(nameOf(column))
    return sketch === undefined ? Number.NaN : distinctKeys(sketch)
  }

  changed(table: string, how: 'append' | 'other'): void {
    const name = table.toLowerCase()
    const appends = (this.appends.get(name) ?? 0) + 1
    this.appends.set(name, appends)
    if (how === 'append' && appends < MOST_APPENDS) return
    this.version++
    this.appends.delete(name)
    this.tables.delete(name)
    this.known = undefined
    const isOfTable = (key: string) => key.split('=').some((c) => c.startsWith(`${name}.`))
    for (const key of this.sketches.keys()) if (isOfTable(key)) this.sketches.delete(key)
    for (const key of this.joined.keys()) if (isOfTable(key)) this.joined.delete(key)
  }

  private keysOf(shape: Shape): readonly TableColumn[] {
    const { classes } = bindShape(shape, this)
    return classes.flatMap(({ members }) => members.map(({ column }) => column))
  }

  private async sketch(column: TableColumn): Promise<void> {
    const name = nameOf(column)
    if (this.sketches.has(name)) return
    const known = this.known!.get(column.table)
    const type = known?.types.get(column.column)
    const sketch =
      known === undefined || type === undefined
        ? undefined
        : await sketchKeys(this.db, column.table, { name: column.column, type }, known.rows)
    this.sketches.set(name, sketch)
  }

  private join(set: readonly TableColumn[]): void {
    const key = classKey(set)
    if (this.joined.has(key)) return
    const sketches = set.map((column) => this.sketches.get(nameOf(column)))
    const all = set.reduce((p, { table }) => p * (this.tables.get(table)?.rows ?? Number.NaN), 1)
    const isWhole = sketches.every((s): s is KeySketch => s !== undefined)
    this.joined.set(key, isWhole ? (joinedRows(sketches) + 0.5) / all : Number.NaN)
  }
}

function nameOf({ table, column }: TableColumn): string {
  return `${table}.${column}`
}

async function readTables(db: Database): Promise<Map<string, TableKnown>> {
  const rows = await db.rows(
    `SELECT c.table_name AS t, c.column_name AS c, c.data_type AS d, x.estimated_size AS n
     FROM duckdb_columns() c JOIN duckdb_tables() x USING (database_name, schema_name, table_name)
     WHERE NOT c.internal AND c.schema_name = current_schema() AND c.database_name = current_database()`,
  )
  const tables = new Map<string, { readonly rows: number; readonly types: Map<string, string> }>()
  for (const { t, c, d, n } of rows) {
    const name = String(t).toLowerCase()
    const table = tables.get(name) ?? { rows: Number(n), types: new Map<string, string>() }
    table.types.set(String(c).toLowerCase(), String(d))
    tables.set(name, table)
  }
  return tables
}
