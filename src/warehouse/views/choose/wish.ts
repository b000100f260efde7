import { collect, columnsOf, type Expression, print } from '../read/expression.ts'
import type { OuterJoin } from '../read/from.ts'
import { type LiteralBound, rangeOf } from '../read/range.ts'
import { hasAggregate } from '../read/shape.ts'
import type { ReadDemand } from './demand.ts'

/** What a view is to serve: groups and aggregates under conditions of which some move. */
export interface Wish {
  readonly tables: readonly string[]
  readonly outer: readonly OuterJoin[]
  readonly groups: readonly Expression[]
  readonly aggregates: readonly Expression[]
  readonly still: readonly Expression[]
  readonly moving: readonly MovingCondition[]
}

/** A condition that moves, with the constants it was seen with. */
export interface MovingCondition {
  /** What it is a condition on: one expression of a range, else all columns in it. */
  readonly over: readonly Expression[]
  /** Bounds of the range as they were written, with their signs; empty where it is no range. */
  readonly bounds: readonly string[]
  /** The condition with the constants of some statements, canonical. */
  readonly examples: readonly string[]
}

/** The wish of a demand. */
export function wishOf({ shape, still, moving, texts }: ReadDemand): Wish {
  const computed = [
    ...shape.outputs.map(({ expression }) => expression),
    ...[shape.having, shape.qualify].filter((e) => e !== undefined),
    ...shape.order.map(({ expression }) => expression),
  ]
  const aggregates = computed.flatMap((e) =>
    collect(e, (part) => hasAggregate(part) && part.kind === 'call' && part.isAggregate),
  )
  return {
    tables: shape.tables,
    outer: shape.outer,
    groups: shape.groups,
    aggregates,
    still,
    moving: moving.map((predicate) => movingCondition(predicate, texts)),
  }
}

const EXAMPLES = 8

function movingCondition(
  predicate: Expression,
  texts: readonly (readonly string[])[],
): MovingCondition {
  const range = rangeOf(predicate)
  const step = Math.max(1, Math.floor(texts.length / EXAMPLES))
  const examples = texts
    .filter((_, i) => i % step === 0)
    .map((literals) => print(predicate, (e) => literalOf(e, literals)))
  if (range === undefined) return { over: distinctColumns(predicate), bounds: [], examples }
  const sides = [range.lower, range.upper].filter((b): b is LiteralBound => b !== undefined)
  const bounds = texts.flatMap((literals) =>
    sides.map(({ slot, isNegative }) => `${isNegative ? '-' : ''}${literals[slot]!}`),
  )
  return { over: [range.over], bounds, examples }
}

function literalOf(e: Expression, literals: readonly string[]): string | undefined {
  if (e.kind !== 'literal' || e.slot === undefined) return undefined
  return e.text.startsWith('-') ? `(-${literals[e.slot]!})` : literals[e.slot]!
}

function distinctColumns(e: Expression): Expression[] {
  return [...new Map(columnsOf(e).map((column) => [print(column), column])).values()]
}
