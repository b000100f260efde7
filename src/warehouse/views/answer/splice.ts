import { WHOLE_LIMITS } from '../../../core/sql/whole-types.ts'
import { quote } from '../read/expression.ts'
import { boundNumber, type LiteralBound, type Range } from '../read/range.ts'
import { isWhole, type KeyColumn, valueColumn, viewTable } from './definition.ts'
import { type Bound, type CellRange, cellsBetween, type Edges } from './edges.ts'
import type { Piece, Plan, PlannedRange } from './match.ts'
import { type CutRange, isUnionCheaper, unionOf } from './rest.ts'

/** What is known of a view that stands. */
export interface ViewFacts {
  /** Of each grid, by the name of its column. */
  readonly edges: ReadonlyMap<string, Edges>
  readonly rows: number
  /** Knob `warehouse.view-union-share`. */
  readonly unionShare: number
}

/**
 * The text of a plan with the literals of one statement put in; undefined where a literal is not the
 * one the view was built with, or where a bound falls inside a cell and the rows of the cell are not
 * cheaper to read than those of the tables.
 */
export function splice(plan: Plan, texts: readonly string[], facts: ViewFacts): string | undefined {
  for (const { slot, text } of plan.guards) if (texts[slot] !== text) return undefined
  const conditions: string[] = []
  const values: (() => string | undefined)[] = []
  const cuts: CutRange[] = []
  for (const planned of plan.ranges) {
    const condition = conditionOf(planned, texts, facts.edges)
    if (condition === undefined) return undefined
    conditions.push(condition.text)
    values.push(() => valuesCondition(planned, texts))
    if (condition.cut !== undefined) cuts.push(condition.cut)
  }
  const write = (pieces: readonly Piece[]) => fill(pieces, texts, conditions, values)
  const where = plan.where.length === 0 ? '' : ` WHERE ${write(plan.where)}`
  const isCut = cuts.some(({ cells }) => cells.cutBelow >= 0 || cells.cutAbove >= 0)
  let from = `${viewTable(plan.view.name)}${where}`
  if (isCut) {
    const { rows, unionShare } = facts
    if (plan.rest === undefined) return undefined
    if (!isUnionCheaper(plan.view, rows, cuts, unionShare)) return undefined
    const union = unionOf(plan.view, plan.rest.columns, where, write(plan.rest.select), cuts)
    if (union === undefined) return undefined
    from = union
  }
  return `${write(plan.head)} FROM ${from} ${write(plan.tail)}`
}

function fill(
  pieces: readonly Piece[],
  texts: readonly string[],
  conditions: readonly string[],
  values: readonly (() => string | undefined)[],
): string {
  let sql = ''
  for (const piece of pieces) {
    if (typeof piece === 'string') sql += piece
    else if ('slot' in piece) sql += texts[piece.slot]!
    else sql += piece.ofValues ? values[piece.range]!() : conditions[piece.range]!
  }
  return sql
}

/** The range of the values that are kept behind the cells of a key. */
function valuesCondition(
  { key, range }: PlannedRange,
  texts: readonly string[],
): string | undefined {
  const lower = numberBound(range.lower, texts, key.type, range.instants)
  const upper = numberBound(range.upper, texts, key.type, range.instants)
  if (lower === null || upper === null) return undefined
  return wholeCondition({ ...key, column: valueColumn(key), stored: key.type }, lower, upper)
}

interface Condition {
  readonly text: string
  /** Of a range over cells. */
  readonly cut?: CutRange
}

function conditionOf(
  { key, range }: PlannedRange,
  texts: readonly string[],
  allEdges: ReadonlyMap<string, Edges>,
): Condition | undefined {
  const lower = numberBound(range.lower, texts, key.type, range.instants)
  const upper = numberBound(range.upper, texts, key.type, range.instants)
  if (lower === null || upper === null) return undefined
  if (key.grid === undefined) {
    const text = wholeCondition(key, lower, upper)
    return text === undefined ? undefined : { text }
  }
  const edges = allEdges.get(key.column)!
  const cells = cellsBetween(edges, lower, upper)
  return { text: cellsCondition(key, edges, cells), cut: { key, edges, cells } }
}

function cellsCondition(key: KeyColumn, { cells }: Edges, { first, last }: CellRange): string {
  return first > last ? 'FALSE' : between(key, cells[first]!, cells[last]!)
}
/** Null: a bound whose number is not known. */
function numberBound(
  bound: LiteralBound | undefined,
  texts: readonly string[],
  type: string,
  instants: Range['instants'],
): Bound | undefined | null {
  if (bound === undefined) return undefined
  const value = boundNumber(bound, texts, type, instants)
  return value === undefined ? null : { value, isStrict: bound.isStrict }
}

const LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  ...WHOLE_LIMITS,
  BIGINT: [-(2 ** 52), 2 ** 52],
  UBIGINT: [0, 2 ** 52],
}

/** Whole values between fractions are those between the whole numbers next to them. */
function wholeCondition(
  key: KeyColumn,
  lower: Bound | undefined,
  upper: Bound | undefined,
): string | undefined {
  const limits = isWhole(key.stored) ? LIMITS[key.stored] : undefined
  if (limits === undefined) return undefined
  const from = lower && (lower.isStrict ? Math.floor(lower.value) + 1 : Math.ceil(lower.value))
  const to = upper && (upper.isStrict ? Math.ceil(upper.value) - 1 : Math.floor(upper.value))
  const [least, greatest] = limits
  // Constants beyond the type would make DuckDB widen every value.
  if ((from ?? least) > greatest || (to ?? greatest) < least) return between(key, 1, 0)
  if (from === undefined || from <= least) {
    return to === undefined || to >= greatest
      ? `${quote(key.column)} IS NOT NULL`
      : `${quote(key.column)} <= ${to}`
  }
  return to === undefined || to >= greatest
    ? `${quote(key.column)} >= ${from}`
    : between(key, from, to)
}

function between({ column }: KeyColumn, from: number, to: number): string {
  return from > to ? 'FALSE' : `${quote(column)} BETWEEN ${from} AND ${to}`
}
