import {
  collect,
  columnsOf,
  type Expression,
  literalsOf,
  partsOf,
  print,
} from '../read/expression.ts'
import type { OuterJoin } from '../read/from.ts'
import { boundNumber, type LiteralBound, type Range, rangeOf } from '../read/range.ts'
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
  if (range === undefined) return { over: filteredBy(predicate), bounds: [], examples }
  const sides = [range.lower, range.upper].filter((b): b is LiteralBound => b !== undefined)
  const bounds = texts.flatMap((literals) =>
    sides.flatMap((side) => boundText(side, literals, range) ?? []),
  )
  return { over: [range.over], bounds, examples }
}

function literalOf(e: Expression, literals: readonly string[]): string | undefined {
  if (e.kind !== 'literal' || e.slot === undefined) return undefined
  return e.text.startsWith('-') ? `(-${literals[e.slot]!})` : literals[e.slot]!
}

/** A bound of a number as it is written, that of a day or a moment in microseconds. */
function boundText(
  side: LiteralBound,
  literals: readonly string[],
  { instants }: Range,
): string | undefined {
  const { slot, isNegative, instant } = side
  if (instant === undefined) return `${isNegative ? '-' : ''}${literals[slot]!}`
  return boundNumber(side, literals, 'BIGINT', instants)?.toString()
}

/** What is compared with constants: an expression has no more values than its columns together. */
function filteredBy(e: Expression): Expression[] {
  const isConstant = (part: Expression) => columnsOf(part).length === 0
  const onlyOne = (parts: readonly Expression[]) => {
    const others = parts.filter((part) => !isConstant(part))
    return others.length === 1 && !hasSlot(others[0]!) ? [others[0]!] : undefined
  }
  if (e.kind === 'logic' || (e.kind === 'operator' && e.name === 'NOT')) {
    return onceEach(e.args.flatMap(filteredBy))
  }
  const isTest = e.kind === 'compare' || e.kind === 'between' || e.kind === 'operator'
  const isLike = e.kind === 'call' && /^!?~~\*?$/.test(e.name)
  const compared = isTest || isLike ? onlyOne(partsOf(e)) : undefined
  return compared ?? onceEach(columnsOf(e))
}

/** Whether a constant in it may move. */
function hasSlot(e: Expression): boolean {
  return literalsOf(e).some(({ slot }) => slot !== undefined)
}

function onceEach(list: readonly Expression[]): Expression[] {
  return [...new Map(list.map((e) => [print(e), e])).values()]
}
