import { comparedNumber } from './exact.ts'
import { type Expression, type Literal, print } from './expression.ts'

/** A bound of a range as a statement gives it. */
export interface LiteralBound {
  readonly slot: number
  readonly isNegative: boolean
  /** Type it is cast to in the statement. */
  readonly cast: 'FLOAT' | 'DOUBLE' | undefined
  readonly isStrict: boolean
}

/** A condition that a number lies between constants. */
export interface Range {
  readonly over: Expression
  readonly lower: LiteralBound | undefined
  readonly upper: LiteralBound | undefined
}

const FLIPPED: Readonly<Record<string, string>> = {
  '<': '>',
  '>': '<',
  '<=': '>=',
  '>=': '<=',
  '=': '=',
}

/** The range that a condition is; undefined where it is none. */
export function rangeOf(predicate: Expression): Range | undefined {
  if (predicate.kind === 'between') {
    const lower = boundOf(predicate.lower, false)
    const upper = boundOf(predicate.upper, false)
    return lower && upper && { over: predicate.arg, lower, upper }
  }
  if (predicate.kind !== 'compare') return undefined
  const isFlipped = boundOf(predicate.left, false) !== undefined
  const operator = isFlipped ? FLIPPED[predicate.operator] : predicate.operator
  const [over, side] = isFlipped
    ? [predicate.right, predicate.left]
    : [predicate.left, predicate.right]
  if (operator === undefined || !(operator in FLIPPED)) return undefined
  const bound = boundOf(side, operator === '<' || operator === '>')
  if (bound === undefined) return undefined
  const isLower = operator !== '<' && operator !== '<='
  const isUpper = operator !== '>' && operator !== '>='
  return { over, lower: isLower ? bound : undefined, upper: isUpper ? bound : undefined }
}

function boundOf(e: Expression, isStrict: boolean): LiteralBound | undefined {
  if (e.kind === 'cast' && (e.type === 'FLOAT' || e.type === 'DOUBLE') && !e.isTry) {
    return e.arg.kind === 'literal' ? literalBound(e.arg, e.type, isStrict) : undefined
  }
  return e.kind === 'literal' ? literalBound(e, undefined, isStrict) : undefined
}

function literalBound(
  { text, slot }: Literal,
  cast: LiteralBound['cast'],
  isStrict: boolean,
): LiteralBound | undefined {
  if (slot === undefined || !/^-?[\d.]/.test(text)) return undefined
  return { slot, isNegative: text.startsWith('-'), cast, isStrict }
}

/** The number a bound is compared as, given the literals of a statement; undefined: not known for sure. */
export function boundNumber(
  { slot, isNegative, cast }: LiteralBound,
  texts: readonly string[],
  columnType: string,
): number | undefined {
  const text = isNegative ? `-${texts[slot]!}` : texts[slot]!
  if (cast === undefined) return comparedNumber(text, columnType)
  const value = comparedNumber(text, cast)
  // A FLOAT against a DOUBLE is compared as doubles, a DOUBLE against a FLOAT too.
  return columnType === 'FLOAT' || columnType === 'DOUBLE' ? value : undefined
}

/** The key of what a range is over. */
export function rangeKey({ over }: Range): string {
  return print(over)
}
