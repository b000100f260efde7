import type { TableDeclaration } from '../declare/table.ts'

/** Rows of one table on their way into the store: a temporary table of typed columns. */
export interface TypedRows {
  readonly table: TableDeclaration
  /** SQL name of the temporary table: all declared columns, and _row (counts from 0). */
  readonly name: string
  /** Name in faults. */
  readonly file: string
  /** Columns that the source has; the others keep what the store has. */
  readonly present: readonly string[]
  readonly rowCount: number
  readonly lineKind: 'line' | 'row'
  lineOf(row: number): number
}
