import { comparedNumber } from './exact.ts'
import { type Expression, type Literal, print } from './expression.ts'
import { type InstantKind, instantMicros, instantType, microsOf } from './instant.ts'

/** A bound of a range as a statement gives it. */
export interface LiteralBound {
  readonly slot: number
  readonly isNegative: boolean
  /** Type it is cast to in the statement. */
  readonly cast: 'FLOAT' | 'DOUBLE' | undefined
  /** Of a day or a moment: how it is written. */
  readonly instant?: InstantKind
  readonly isStrict: boolean
}

/** A condition that a number lies between constants; of days and moments their microseconds. */
export interface Range {
  readonly over: Expression
  /** Of days and moments: what they are. */
  readonly instants?: 'DATE' | 'TIMESTAMP'
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
  const range = plainRange(predicate)
  if (range === undefined) return undefined
  const sides = [range.lower, range.upper].filter((side) => side !== undefined)
  const instants = instantType(range.over)
  if (sides.some((side) => (side.instant === undefined) !== (instants === undefined))) {
    return undefined
  }
  return instants === undefined ? range : { ...range, over: microsOf(range.over), instants }
}

function plainRange(predicate: Expression): Range | undefined {
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
  if (e.kind === 'literal' && !e.text.startsWith("'")) return literalBound(e, undefined, isStrict)
  const [instant, constant] = instantBound(e)
  const slot = constant?.kind === 'literal' ? constant.slot : undefined
  if (slot === undefined || constant?.kind !== 'literal') return undefined
  const isNegative = constant.text.startsWith('-')
  return { slot, isNegative, cast: undefined, instant: instant!, isStrict }
}

function instantBound(e: Expression): readonly [InstantKind?, Expression?] {
  if (e.kind === 'literal') return ['text', e]
  if (e.kind === 'cast' && !e.isTry && (e.type === 'DATE' || e.type === 'TIMESTAMP')) {
    const isText = e.arg.kind === 'literal' && e.arg.text.startsWith("'")
    return isText ? [e.type, e.arg] : []
  }
  if (e.kind === 'call' && (e.name === 'epoch_ms' || e.name === 'make_timestamp')) {
    return e.args.length === 1 ? [e.name, e.args[0]!] : []
  }
  return []
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
  { slot, isNegative, cast, instant }: LiteralBound,
  texts: readonly string[],
  columnType: string,
  instants?: Range['instants'],
): number | undefined {
  const text = isNegative ? `-${texts[slot]!}` : texts[slot]!
  if (instant !== undefined) return instantMicros(text, instant, instants === 'DATE')
  if (cast === undefined) return comparedNumber(text, columnType)
  const value = comparedNumber(text, cast)
  // A FLOAT against a DOUBLE is compared as doubles, a DOUBLE against a FLOAT too.
  return columnType === 'FLOAT' || columnType === 'DOUBLE' ? value : undefined
}

/** The key of what a range is over. */
export function rangeKey({ over }: Range): string {
  return print(over)
}
