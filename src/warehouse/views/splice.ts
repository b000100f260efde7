import { isWhole, type KeyColumn } from './definition.ts'
import { type Bound, cellsBetween, type Edges } from './edges.ts'
import { quote } from './expression.ts'
import type { Plan, PlannedRange } from './match.ts'
import { boundNumber, type LiteralBound } from './range.ts'

/**
 * The text of a plan with the literals of one statement put in; undefined where a literal is not the
 * one the view was built with, or a bound falls inside a cell.
 */
export function splice(
  plan: Plan,
  texts: readonly string[],
  edges: ReadonlyMap<string, Edges>,
): string | undefined {
  for (const { slot, text } of plan.guards) if (texts[slot] !== text) return undefined
  let sql = ''
  for (const piece of plan.pieces) {
    if (typeof piece === 'string') sql += piece
    else if ('slot' in piece) sql += texts[piece.slot]!
    else {
      const condition = conditionOf(plan.ranges[piece.range]!, texts, edges)
      if (condition === undefined) return undefined
      sql += condition
    }
  }
  return sql
}

function conditionOf(
  { key, range }: PlannedRange,
  texts: readonly string[],
  edges: ReadonlyMap<string, Edges>,
): string | undefined {
  const lower = numberBound(range.lower, texts, key.type)
  const upper = numberBound(range.upper, texts, key.type)
  if (lower === null || upper === null) return undefined
  if (key.grid === undefined) return wholeCondition(key, lower, upper)
  const cells = cellsBetween(edges.get(key.column)!, lower, upper)
  return cells && between(key, cells[0], cells[1])
}

/** Null: a bound whose number is not known. */
function numberBound(
  bound: LiteralBound | undefined,
  texts: readonly string[],
  type: string,
): Bound | undefined | null {
  if (bound === undefined) return undefined
  const value = boundNumber(bound, texts, type)
  return value === undefined ? null : { value, isStrict: bound.isStrict }
}

const LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  TINYINT: [-128, 127],
  UTINYINT: [0, 255],
  SMALLINT: [-32_768, 32_767],
  USMALLINT: [0, 65_535],
  INTEGER: [-(2 ** 31), 2 ** 31 - 1],
  UINTEGER: [0, 2 ** 32 - 1],
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
