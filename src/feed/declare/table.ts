import { StorewrightError } from '../../core/errors.ts'
import type { Column, ColumnType } from './column.ts'

/** Who fills a table: the store's own data, Storewright's results, or its own bookkeeping. */
type TableOrigin = 'feed' | 'result' | 'internal'

type Columns = Readonly<Record<string, Column>>

/** One table: its meaning, its columns in order, its key and what it refers to. */
export interface TableDeclaration<C extends Columns = Columns> {
  readonly name: string
  /** One sentence. */
  readonly description: string
  readonly columns: C
  /** Columns that name a row; all required. */
  readonly key: readonly string[]
  /** Column → `table.column` that must have its value (where it has one). */
  readonly references: Readonly<Record<string, string>>
  /** Column → column of the same row that may not be after it. */
  readonly notBefore: Readonly<Record<string, string>>
  readonly origin: TableOrigin
}

type Optional<C extends Columns, K extends string> = Partial<
  Pick<TableDeclaration<C>, 'references' | 'notBefore' | 'origin'>
> & { readonly key: readonly K[] }

/** Declares a table. Throws ERR_INTERNAL when a key column is unknown or may be missing. */
export function defineTable<C extends Columns>(
  name: string,
  description: string,
  columns: C,
  details: Optional<C, string & keyof C>,
): TableDeclaration<C> {
  for (const column of details.key) {
    if (columns[column]?.required !== true) {
      throw new StorewrightError('ERR_INTERNAL', `key ${name}.${column} is not a required column`)
    }
  }
  return { name, description, columns, references: {}, notBefore: {}, origin: 'feed', ...details }
}

type ValueOf<T extends ColumnType> = T extends 'integer' | 'number' | 'money'
  ? number
  : T extends 'boolean'
    ? boolean
    : string

/** A row as JSON carries it: days `YYYY-MM-DD`, instants ISO 8601 UTC, missing values null. */
export type RowOf<D extends TableDeclaration> = {
  readonly [K in keyof D['columns']]: D['columns'][K] extends Column<infer T, infer R>
    ? R extends true
      ? ValueOf<T>
      : ValueOf<T> | null
    : never
}

/** Splits a reference `table.column`. */
export function referenceTarget(reference: string): { table: string; column: string } {
  const [table, column] = reference.split('.')
  return { table: table!, column: column! }
}
