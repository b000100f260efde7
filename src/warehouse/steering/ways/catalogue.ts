import type { Database } from '../../../core/sql/database.ts'
import type { TableChange } from '../../types.ts'
import { type BoundShape, bindShape, joinedColumns } from '../bind.ts'
import type { Shape } from '../shape.ts'
import {
  classKey,
  IS_SEEN,
  isSampled,
  type SampleColumn,
  sampleColumns,
  type TableColumn,
  type TableSample,
  type TableStatistics,
  TYPE_OF_COLUMN,
} from '../statistics.ts'
import { distinctKeys, joinedRows, type KeySketch, sketchKeys } from './sketch.ts'

/** What is known of the tables that statements join, read step by step where each is worth reading. */
export interface Catalogue extends TableStatistics {
  /** The shape against the tables as they are known; anew after each read. */
  bind(shape: Shape): BoundShape
  /** The next of what is not known yet; undefined where all is, up to the samples or up to the keys. */
  missing(bound: BoundShape, upTo: 'keys' | 'samples'): Missing | undefined
  /** CPU that reading it takes, about, ms. */
  costMs(bound: BoundShape, missing: Missing): number
  /** Reads it, of keys those of one column. Throws ERR_SQL. */
  read(bound: BoundShape, missing: Missing): Promise<void>
  /** Works out how large joins of these columns are, from their keys. */
  join(sets: readonly (readonly TableColumn[])[]): void
  /** Keys of a column, about; NaN where it is not known. */
  distinct(column: TableColumn): number
  /** A table changed, undefined: any: nothing is known of it, or only its sizes are a little old. */
  changed(table: string | undefined, how: TableChange): void
  /** Grows each time something that was known is forgotten. */
  readonly version: number
  save(): SavedCatalogue
}

/** What was known of tables, as JSON: to be believed of those that are still about the same. */
export interface SavedCatalogue {
  readonly tables: readonly (readonly [table: string, rows: number])[]
  /** By table.column: the type it had, and how many keys. */
  readonly columns: readonly (readonly [name: string, type: string, keys: number])[]
  readonly joined: readonly (readonly [key: string, share: number])[]
}

/** Names, types and sizes; how often keys come; what filters leave. */
export type Missing = 'tables' | 'keys' | 'samples'

/** CPU of a look at the catalogue and of any one statement, ms; of a sketch or a sample of a table, ms a row. */
const LOOK_MS = 8
const STATEMENT_MS = 2
const ROW_MS = 2e-5
/** Appends after which a table is read anew. */
const MOST_APPENDS = 64
/** Tables of more columns are sampled by the columns that filters use alone. */
const WIDE_COLUMNS = 32
/** A table that has grown or shrunk by more than this is another one. */
const SAME_TIMES = 1.25
/** Of what is kept, at most. */
const SAVED = 2000
const NO_VALUES: SampleColumn['values'] = { kind: 'number', values: new Float64Array(0) }

/** Makes a catalogue that knows nothing yet, but what was saved and still holds. */
export function createCatalogue(db: Database, options: CatalogueOptions): Catalogue {
  return new LazyCatalogue(db, options)
}

export interface CatalogueOptions {
  /** Of a sample of a table. */
  readonly rows: number
  readonly seed: number
  readonly saved?: SavedCatalogue | undefined
}

class LazyCatalogue implements Catalogue {
  /** Once they are listed: all base tables, without values until they are sampled. */
  readonly tables = new Map<string, TableSample>()
  readonly joined = new Map<string, number>()
  version = 0
  private isListed = false
  private readonly sketches = new Map<string, KeySketch | undefined>()
  private readonly appends = new Map<string, number>()
  private readonly db: Database
  private readonly options: CatalogueOptions
  /** Keys of columns whose sketches were saved no more, with the types they had. */
  private readonly keys = new Map<string, { readonly type: string; readonly keys: number }>()
  /** Until the tables are listed. */
  private saved: SavedCatalogue | undefined

  constructor(db: Database, options: CatalogueOptions) {
    this.db = db
    this.options = options
    this.saved = options.saved
  }

  bind(shape: Shape): BoundShape {
    return bindShape(shape, this)
  }

  missing(bound: BoundShape, upTo: 'keys' | 'samples'): Missing | undefined {
    if (!this.isListed) return 'tables'
    if (this.unsketched(bound).length > 0) return 'keys'
    return upTo === 'samples' && this.unsampled(bound).length > 0 ? 'samples' : undefined
  }

  costMs(bound: BoundShape, missing: Missing): number {
    if (missing === 'tables') return LOOK_MS
    const rows =
      missing === 'keys'
        ? this.unsketched(bound)
            .slice(0, 1)
            .map(({ table }) => this.tables.get(table)?.rows ?? 0)
        : this.unsampled(bound).map((sample) => sample.rows)
    return rows.reduce((sum, n) => sum + STATEMENT_MS + ROW_MS * n, 0)
  }

  async read(bound: BoundShape, missing: Missing): Promise<void> {
    if (missing === 'tables') return this.list()
    if (missing === 'keys') await this.sketch(this.unsketched(bound)[0]!)
    else for (const sample of this.unsampled(bound)) await this.sample(sample, bound)
  }

  join(sets: readonly (readonly TableColumn[])[]): void {
    for (const set of sets) this.joinSet(set)
  }

  distinct(column: TableColumn): number {
    const name = nameOf(column)
    const sketch = this.sketches.get(name)
    return sketch === undefined ? (this.keys.get(name)?.keys ?? Number.NaN) : distinctKeys(sketch)
  }

  save(): SavedCatalogue {
    if (!this.isListed && this.saved !== undefined) return this.saved
    const columns = new Map(this.keys)
    for (const [name, sketch] of this.sketches) {
      const [table, column] = name.split('.') as [string, string]
      const type = this.tables.get(table)?.columns.get(column)?.type
      if (sketch !== undefined && type !== undefined)
        columns.set(name, { type, keys: distinctKeys(sketch) })
    }
    const read = new Set([...columns.keys()].map((name) => name.split('.')[0]!))
    return {
      tables: [...this.tables.values()]
        .filter(({ table }) => read.has(table))
        .map(({ table, rows }) => [table, rows]),
      columns: [...columns].slice(-SAVED).map(([name, { type, keys }]) => [name, type, keys]),
      joined: [...this.joined].filter(([, share]) => Number.isFinite(share)).slice(-SAVED),
    }
  }

  /** Takes up what was saved of tables whose columns and sizes are about the same. */
  private restore(): void {
    const { saved } = this
    this.saved = undefined
    if (saved === undefined) return
    const isSame = ([name, rows]: readonly [string, number]) => {
      const now = this.tables.get(name)?.rows ?? Number.NaN
      return now <= SAME_TIMES * rows && rows <= SAME_TIMES * now
    }
    const tables = new Set(saved.tables.filter(isSame).map(([name]) => name))
    for (const [name, type, keys] of saved.columns) {
      const [table, column] = name.split('.') as [string, string]
      const now = this.tables.get(table)?.columns.get(column)?.type
      if (tables.has(table) && now === type) this.keys.set(name, { type, keys })
    }
    for (const [key, share] of saved.joined) {
      if (key.split('=').every((name) => this.keys.has(name))) this.joined.set(key, share)
    }
  }

  changed(table: string | undefined, how: TableChange): void {
    if (table === undefined) {
      this.forgetAll()
      return
    }
    const name = table.toLowerCase()
    const appends = (this.appends.get(name) ?? 0) + 1
    this.appends.set(name, appends)
    if (how === 'append' && appends < MOST_APPENDS) return
    this.version++
    this.appends.delete(name)
    this.isListed = false
    this.tables.delete(name)
    const isOfTable = (key: string) => key.split('=').some((c) => c.startsWith(`${name}.`))
    for (const key of this.sketches.keys()) if (isOfTable(key)) this.sketches.delete(key)
    for (const key of this.keys.keys()) if (isOfTable(key)) this.keys.delete(key)
    for (const key of this.joined.keys()) if (isOfTable(key)) this.joined.delete(key)
  }

  private forgetAll(): void {
    if (!this.isListed && this.sketches.size === 0) return
    this.version++
    this.isListed = false
    for (const known of [this.tables, this.joined, this.sketches, this.keys, this.appends]) {
      known.clear()
    }
  }

  /** Keys of joins that are not known, those of small tables first: they more often come once. */
  private unsketched(bound: BoundShape): readonly TableColumn[] {
    const keys = new Map<string, TableColumn>()
    const each = bound.classes.flatMap(({ members }) => members.map((m) => [m.column, m.column]))
    for (const set of [...joinedColumns(bound), ...each]) {
      // What was worked out before may be known without its sketches.
      if (this.joined.has(classKey(set))) continue
      for (const column of set) {
        if (!this.sketches.has(nameOf(column))) keys.set(nameOf(column), column)
      }
    }
    const rowsOf = ({ table }: TableColumn) => this.tables.get(table)?.rows ?? 0
    return [...keys.values()].sort((a, b) => rowsOf(a) - rowsOf(b))
  }

  /** Tables with filters on columns that have no values yet. */
  private unsampled({ relations }: BoundShape): readonly TableSample[] {
    const lacking = relations.flatMap(({ sample, filters }) => {
      const columns = filters.map(({ column }) => sample?.columns.get(column.column))
      const isLacking = columns.some((c) => c !== undefined && isBare(c) && isSampled(c.type))
      return sample !== undefined && sample.rows > 0 && isLacking ? [sample] : []
    })
    return [...new Set(lacking)]
  }

  /** Names and types of all base tables; what was known of one stays. */
  private async list(): Promise<void> {
    const rows = await this.db.rows(
      `SELECT c.table_name AS t, c.column_name AS c, ${TYPE_OF_COLUMN} AS d, x.estimated_size AS n
       FROM duckdb_columns() c JOIN duckdb_tables() x USING (database_name, schema_name, table_name)
       WHERE NOT c.internal AND c.schema_name = current_schema() AND c.database_name = current_database() AND ${IS_SEEN}`,
    )
    const tables = new Map<string, Map<string, SampleColumn>>()
    const sizes = new Map<string, number>()
    for (const { t, c, d, n } of rows) {
      const name = String(t).toLowerCase()
      const columns = tables.get(name) ?? new Map<string, SampleColumn>()
      columns.set(String(c).toLowerCase(), { values: NO_VALUES, type: String(d) })
      tables.set(name, columns)
      sizes.set(name, Number(n))
    }
    for (const [table, columns] of tables) {
      if (this.tables.has(table)) continue
      this.tables.set(table, { table, rows: sizes.get(table)!, sampled: 0, columns })
    }
    this.isListed = true
    this.restore()
  }

  private async sketch(column: TableColumn): Promise<void> {
    const table = this.tables.get(column.table)
    const type = table?.columns.get(column.column)?.type
    const sketch =
      table === undefined || type === undefined
        ? undefined
        : await sketchKeys(this.db, column.table, { name: column.column, type }, table.rows)
    this.sketches.set(nameOf(column), sketch)
  }

  private async sample({ table, rows, columns }: TableSample, bound: BoundShape): Promise<void> {
    const filtered = new Set(bound.shape.filters.map(({ column }) => column.column))
    const isWide = columns.size > WIDE_COLUMNS
    const wanted = [...columns].filter(
      ([name, c]) => isSampled(c.type) && (!isWide || filtered.has(name) || !isBare(c)),
    )
    const names = wanted.map(([name]) => name)
    const sample = await sampleColumns(this.db, table, names, this.options)
    const values = new Map(columns)
    for (const [name, { type }] of wanted) {
      const column = sample.columns.get(name)
      if (column !== undefined) values.set(name, { values: column, type })
    }
    this.tables.set(table, { table, rows, sampled: sample.rowCount, columns: values })
  }

  private joinSet(set: readonly TableColumn[]): void {
    const key = classKey(set)
    if (this.joined.has(key)) return
    const sketches = set.map((column) => this.sketches.get(nameOf(column)))
    const all = set.reduce((p, { table }) => p * (this.tables.get(table)?.rows ?? Number.NaN), 1)
    if (set.some((column) => !this.sketches.has(nameOf(column)))) return
    const isWhole = sketches.every((s): s is KeySketch => s !== undefined)
    this.joined.set(key, isWhole ? (joinedRows(sketches) + 0.5) / Math.max(1, all) : Number.NaN)
  }
}

function isBare({ values }: SampleColumn): boolean {
  return values === NO_VALUES
}

function nameOf({ table, column }: TableColumn): string {
  return `${table}.${column}`
}
