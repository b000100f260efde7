import type { Ast } from '../layout/read/ast.ts'
import type { Comparison } from '../layout/read/conditions.ts'
import type { Write } from './constants.ts'

/** A column as the statement writes it. */
export interface RangedColumn {
  /** Quoted, with the names before it. */
  readonly sql: string
  /** As DuckDB writes it. */
  readonly type: string
  /** Whether texts may be compared otherwise than by their bytes. */
  readonly isCollated: boolean
}

/** The column that a node names; undefined where it is not known. */
export type ResolveRanged = (node: Ast) => RangedColumn | undefined

/** A comparison of an expression with what is the same for all rows. */
export interface Compared {
  readonly of: Ast
  readonly operator: Exclude<Comparison, '<>'>
  readonly constant: Ast
  /** All members where it is compared by IN; the operator is = then. */
  readonly list?: readonly Ast[]
}

/** SQL in pieces: words, expressions of the statement, and what is worked out from its literals. */
export type Piece = string | Ast | Write

/** A condition that holds wherever another one does. */
export type Draft = readonly Piece[]

/** Types of expressions that hold no column, as far as they were asked of DuckDB. */
export type TypeOf = (node: Ast) => string | undefined
