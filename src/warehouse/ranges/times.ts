import { type Ast, childrenOf, textOf } from '../layout/read/ast.ts'
import { callOf, castOf, isFixed, numberOf, numbersOf, type Texts, wordsOf } from './constants.ts'
import { dayRangeOf, ofFormat } from './formats.ts'
import type { Compared, Draft, Piece, RangedColumn, ResolveRanged, TypeOf } from './implied.ts'

/** A column of days or instants, and what a comparison with X says of it. */
interface Reach {
  readonly column: RangedColumn
  /** SQL of the least the column may be where the expression is X or above, and of the most; undefined: any. */
  readonly low: Draft
  readonly high: Draft
  /** The column falls while the expression rises. */
  readonly isFalling?: boolean
}

const TIMED = /^(DATE|TIMESTAMP(_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE)$/
const ZONED = 'TIMESTAMP WITH TIME ZONE'

/** Whether a column holds days or instants. */
export function isTimed({ type }: RangedColumn): boolean {
  return TIMED.test(type)
}

/**
 * What a comparison of something computed from a day or an instant says of it: `CAST(t AS DATE) >= X`,
 * `t + INTERVAL 30 DAY > X`, `year(t) = 2024`, `date_diff('day', t, X) < 30`, a day against an instant, an
 * instant against one of a time zone. Where time zones or lengths of months play a part, ranges are days
 * wider than they need be, since the comparison itself is still asked.
 */
export function ofTimes(
  compared: Compared,
  resolve: ResolveRanged,
  typeOf: TypeOf,
): readonly Draft[] {
  const ofYear = yearRange(compared, resolve)
  if (ofYear !== undefined) return [ofYear]
  const ofText = ofFormat(compared, resolve)
  if (ofText !== undefined) return [ofText]
  if (compared.list !== undefined) return []
  const reach = reachOf(compared, resolve, typeOf)
  return reach === undefined ? [] : draftsOf(compared, reach)
}

function draftsOf(
  { operator }: Compared,
  { column, low, high, isFalling }: Reach,
): readonly Draft[] {
  const isAbove = operator === '>' || operator === '>='
  const isBelow = operator === '<' || operator === '<='
  const isEqual = operator === '='
  const atLeast = isEqual || (isFalling === true ? isBelow : isAbove)
  const atMost = isEqual || (isFalling === true ? isAbove : isBelow)
  const side = (sign: string, bound: Draft): Draft => [
    `${column.sql} ${sign} CAST(`,
    ...bound,
    ` AS ${column.type})`,
  ]
  return [...(atLeast ? [side('>=', low)] : []), ...(atMost ? [side('<=', high)] : [])]
}

/** X as an instant without a zone. */
const instant = (x: Piece): Draft => ['CAST(', x, ' AS TIMESTAMP)']

/** `by`: an interval's SQL that both ends may be off by; none where it is empty. */
function around(column: RangedColumn, x: Piece, by: string, more = ''): Reach {
  const slack = by === '' ? '' : ` - ${by}`
  const beyond = by === '' ? '' : ` + ${by}`
  const end = more === '' ? '' : ` + ${more}`
  return { column, low: [...instant(x), slack], high: [...instant(x), end, beyond] }
}

const DAY = 'INTERVAL 1 DAY'
const DAYS = 'INTERVAL 2 DAY'

function reachOf(
  { of, constant, operator }: Compared,
  resolve: ResolveRanged,
  typeOf: TypeOf,
): Reach | undefined {
  const type = typeOf(constant)
  const column = resolve(of)
  if (column !== undefined) return isTimed(column) ? plainReach(column, constant, type) : undefined
  const cast = castOf(of)
  if (cast !== undefined)
    return of['try_cast'] === true
      ? undefined
      : castReach(cast, { x: constant, operator }, resolve, type)
  const call = callOf(of)
  if (call === undefined) return undefined
  return (
    shifted(call.name, call.args, constant, resolve, typeOf) ??
    bucketed(call.name, call.args, constant, resolve) ??
    difference(call.name, call.args, constant, resolve, typeOf)
  )
}

/** Where DuckDB casts the column to compare it, it skips no row groups. */
function plainReach(column: RangedColumn, x: Ast, type = ''): Reach | undefined {
  const isZoned = type === ZONED
  switch (column.type) {
    case 'DATE':
      return isZoned || type.startsWith('TIMESTAMP')
        ? around(column, x, isZoned ? DAYS : '')
        : undefined
    case ZONED:
      return undefined
    case 'TIMESTAMP':
    case 'TIMESTAMP_NS':
      return isZoned ? around(column, x, DAYS) : undefined
    default:
      return type.startsWith('TIMESTAMP') ? around(column, x, isZoned ? DAYS : DAY) : undefined
  }
}

function castReach(
  cast: { readonly type: string; readonly of: Ast },
  { x, operator }: { readonly x: Ast; readonly operator: Compared['operator'] },
  resolve: ResolveRanged,
  type = '',
): Reach | undefined {
  const column = resolve(cast.of)
  if (column === undefined || !isTimed(column) || !isInstant(type)) return undefined
  // DuckDB skips by this one itself.
  if (operator === '=' && cast.type === 'DATE' && column.type === 'TIMESTAMP') return undefined
  const isZoned = [column.type, cast.type, type].includes(ZONED)
  if (cast.type === 'DATE') return around(column, x, isZoned ? DAYS : '', DAY)
  return cast.type.startsWith('TIMESTAMP') ? around(column, x, isZoned ? DAYS : DAY) : undefined
}

function isInstant(type: string): boolean {
  return type === 'VARCHAR' || TIMED.test(type)
}

/** t + I, t - I, and d + n for days. */
function shifted(
  name: string,
  args: readonly Ast[],
  x: Ast,
  resolve: ResolveRanged,
  typeOf: TypeOf,
): Reach | undefined {
  if ((name !== '+' && name !== '-') || args.length !== 2) return undefined
  const isTurned = name === '+' && isFixed(args[0]!)
  const [of, by] = isTurned ? [args[1]!, args[0]!] : [args[0]!, args[1]!]
  const column = resolve(of)
  if (column === undefined || !isTimed(column) || !isFixed(by)) return undefined
  const type = typeOf(x)
  const shift = shiftOf(by, typeOf(by))
  if (shift === undefined || type === undefined || !isInstant(type)) return undefined
  const isZoned = column.type === ZONED || type === ZONED
  const sign = name === '+' ? ' - ' : ' + '
  const slack = shift.isExact && !isZoned ? DAY : 'INTERVAL 6 DAY'
  const at: Draft = [...instant(x), sign, ...shift.sql]
  return { column, low: [...at, ` - ${slack}`], high: [...at, ` + ${slack}`] }
}

/** `isExact`: no months, whose lengths differ. */
function shiftOf(
  by: Ast,
  type = '',
): { readonly sql: Draft; readonly isExact: boolean } | undefined {
  if (type === 'INTERVAL') return { sql: ['(', by, ')'], isExact: isOfDays(by) }
  const isWhole = /^(TINY|SMALL|BIG)?INT(EGER)?$/.test(type)
  return isWhole ? { sql: ['INTERVAL 1 DAY * (', by, ')'], isExact: true } : undefined
}

function isOfDays(by: Ast): boolean {
  return /^to_(weeks|days|hours|minutes|seconds|milliseconds|microseconds)$/.test(
    callOf(by)?.name ?? '',
  )
}

/** time_bucket(w, t) and last_day(t). */
function bucketed(
  name: string,
  args: readonly Ast[],
  x: Ast,
  resolve: ResolveRanged,
): Reach | undefined {
  if (name === 'last_day' && args.length === 1) {
    const column = resolve(args[0]!)
    return column !== undefined && isTimed(column) && column.type !== ZONED
      ? around(column, x, 'INTERVAL 32 DAY')
      : undefined
  }
  const [width, of] = args
  if (name !== 'time_bucket' || args.length !== 2 || !isFixed(width!)) return undefined
  const column = resolve(of!)
  if (column === undefined || !isTimed(column) || column.type === ZONED) return undefined
  return {
    column,
    low: [...instant(x), ` - ${DAY}`],
    high: [...instant(x), ' + ', width!, ` + ${DAYS}`],
  }
}

const UNITS: Readonly<Record<string, string>> = {
  ...{ year: '12 MONTH', quarter: '3 MONTH', month: '1 MONTH', week: '7 DAY', day: '1 DAY' },
  ...{ hour: '1 HOUR', minute: '1 MINUTE', second: '1 SECOND' },
}

/** date_diff(unit, t, X), date_diff(unit, X, t), and X - d for days. */
function difference(
  name: string,
  args: readonly Ast[],
  count: Ast,
  resolve: ResolveRanged,
  typeOf: TypeOf,
): Reach | undefined {
  if (name === '-' && args.length === 2) {
    const column = resolve(args[1]!)
    const areDays = column?.type === 'DATE' && typeOf(args[0]!) === 'DATE'
    return areDays ? apart(column, args[0]!, count, '1 DAY', true, typeOf) : undefined
  }
  const isDifference = /^(date_?diff)$/.test(name) && args.length === 3
  const unit = isDifference ? fixedUnit(args[0]!) : undefined
  if (unit === undefined) return undefined
  const [, from, to] = args
  const first = resolve(from!)
  const second = resolve(to!)
  if (first !== undefined && isFixed(to!)) return apart(first, to!, count, unit, true, typeOf)
  if (second !== undefined && isFixed(from!))
    return apart(second, from!, count, unit, false, typeOf)
  return undefined
}

/** A unit that stays in the template. */
function fixedUnit(node: Ast): string | undefined {
  if (node['slot'] !== undefined) return undefined
  return UNITS[wordsOf(node)?.([])?.toLowerCase() ?? '']
}

/** Where a column is `count` units before X (`isFalling`) or behind it. */
function apart(
  column: RangedColumn,
  x: Ast,
  count: Ast,
  unit: string,
  isFalling: boolean,
  typeOf: TypeOf,
): Reach | undefined {
  const isNumber = /INT|^DECIMAL/.test(typeOf(count) ?? '')
  if (!isTimed(column) || !isNumber || !isInstant(typeOf(x) ?? '')) return undefined
  const isZoned = column.type === ZONED || typeOf(x) === ZONED
  const slack = unit.endsWith('MONTH') || isZoned ? 'INTERVAL 6 DAY' : DAY
  const sign = isFalling ? ' - ' : ' + '
  const at = (more: string): Draft => [
    ...[...instant(x), `${sign}INTERVAL '${unit}' * (CAST(`, count, ` AS BIGINT) ${more} 2)`],
  ]
  // Further back where the count may be more.
  const [low, high] = isFalling ? ['+', '-'] : ['-', '+']
  return {
    ...{ column, isFalling },
    low: [...at(low!), ` - ${slack}`],
    high: [...at(high!), ` + ${slack}`],
  }
}

/** year(t), EXTRACT(year FROM t), date_part('year', t). */
function yearRange(
  { of, operator, constant, list }: Compared,
  resolve: ResolveRanged,
): Draft | undefined {
  const call = callOf(of)
  const inner = yearOf(call?.name ?? '', call?.args ?? [])
  const column = inner && resolve(inner)
  if (column === undefined || !isTimed(column)) return undefined
  const one = list === undefined ? numberOf(constant) : undefined
  const all = list === undefined ? undefined : numbersOf(list)
  const years = (texts: Texts) => {
    const value = one?.(texts)
    return value === undefined ? all?.(texts) : [value]
  }
  return [
    (texts) => {
      const found = years(texts)
      if (found === undefined || !found.every(Number.isInteger)) return undefined
      return dayRangeOf(
        column,
        operator,
        [Math.min(...found), 1, 1],
        [Math.max(...found) + 1, 1, 1],
      )
    },
  ]
}

function yearOf(name: string, args: readonly Ast[]): Ast | undefined {
  if (name === 'year' && args.length === 1) return args[0]
  if (name !== 'date_part' || args.length !== 2 || args[0]!['slot'] !== undefined) return undefined
  return wordsOf(args[0])?.([])?.toLowerCase() === 'year' ? args[1] : undefined
}

/** Expressions whose types are to be known before `ofTimes` is asked. */
export function askedTypes({ of, constant }: Compared): readonly Ast[] {
  const inner = textOf(of, 'class') === 'FUNCTION' ? childrenOf(of, 'children') : []
  return [constant, ...inner].filter(isFixed)
}
