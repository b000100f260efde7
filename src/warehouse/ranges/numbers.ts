import { WHOLE_LIMITS } from '../../core/sql/whole-types.ts'
import type { Ast } from '../layout/read/ast.ts'
import { callOf, castOf, numberOf, numbersOf, type Texts } from './constants.ts'
import type { Compared, Draft, RangedColumn, ResolveRanged } from './implied.ts'

type Interval = readonly [low: number, high: number]
/** From what an expression may be to what the expression inside it may be. */
type Step = (range: Interval, texts: Texts) => Interval | undefined

interface Chain {
  readonly column: RangedColumn
  /** From the outside to the column. */
  readonly steps: readonly Step[]
}

const NUMERIC = /^(U?(TINY|SMALL|BIG)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))$/
/** Beyond it doubles miss whole numbers. */
const MOST = 2 ** 50
/** Below it products may vanish. */
const LEAST_FACTOR = 1e-9

/**
 * What a comparison of a number computed from one column says of the column: `floor(x / 10) = 3`,
 * `n::DOUBLE < 0.5`, `x - 5 >= 2`. Ranges are wider than they need be by what rounding may do, since
 * the comparison itself is still asked.
 */
export function ofNumbers(compared: Compared, resolve: ResolveRanged): readonly Draft[] {
  const { of, operator, constant } = compared
  const bounds = boundsOf(compared)
  const chain = chainOf(of, resolve)
  if (bounds === undefined || chain === undefined) return []
  const { column, steps } = chain
  const isPlain = steps.length === 0
  const range = (texts: Texts): Interval | undefined => {
    if (isPlain && !isColumnCast(column.type, literalOf(constant, texts))) return undefined
    const inner = steps.reduce<Interval | undefined>(
      (outer, step) => outer && step(outer, texts),
      bounds(texts),
    )
    // NaN is above all, and stays NaN where the order is turned.
    const isAbove = (operator === '>' || operator === '>=') && isFloat(column.type)
    return inner && isAbove ? [inner[0], Infinity] : inner
  }
  return [[(texts) => rangeSql(column, range(texts))]]
}

function boundsOf({
  operator,
  constant,
  list,
}: Compared): ((texts: Texts) => Interval | undefined) | undefined {
  const values = list === undefined ? undefined : numbersOf(list)
  if (values !== undefined) {
    return (texts) => {
      const all = values(texts)
      return all && within(Math.min(...all), Math.max(...all))
    }
  }
  const value = list === undefined ? numberOf(constant) : undefined
  if (value === undefined) return undefined
  const isBelow = operator === '<' || operator === '<='
  const isAbove = operator === '>' || operator === '>='
  return (texts) => {
    const bound = value(texts)
    if (bound === undefined || within(bound, bound) === undefined) return undefined
    return [isBelow ? -Infinity : bound, isAbove ? Infinity : bound]
  }
}

function within(low: number, high: number): Interval | undefined {
  return low >= -MOST && high <= MOST ? [low, high] : undefined
}

function isFloat(type: string): boolean {
  return type === 'DOUBLE' || type === 'FLOAT'
}

function literalOf(constant: Ast, texts: Texts): string {
  const { slot } = constant
  return typeof slot === 'number' ? texts[slot]! : ''
}

/** Whether DuckDB casts the column, not the constant: where the constant has more digits behind the point. */
function isColumnCast(type: string, literal: string): boolean {
  if (isFloat(type)) return false
  if (/[eE]/.test(literal)) return true
  const scale = Number(/,(\d+)\)$/.exec(type)?.[1] ?? 0)
  const digits = /\.(\d*)$/.exec(literal)?.[1]
  return digits !== undefined && (digits.length > scale || scale === 0)
}

function chainOf(node: Ast, resolve: ResolveRanged): Chain | undefined {
  const column = resolve(node)
  if (column !== undefined) return NUMERIC.test(column.type) ? { column, steps: [] } : undefined
  const found = castStep(node) ?? callStep(node)
  if (found === undefined) return undefined
  const inner = chainOf(found.inner, resolve)
  return inner && { column: inner.column, steps: [found.step, ...inner.steps] }
}

interface FoundStep {
  readonly inner: Ast
  readonly step: Step
}

function castStep(node: Ast): FoundStep | undefined {
  const cast = castOf(node)
  if (cast === undefined || node['try_cast'] === true) return undefined
  if (cast.type === 'DOUBLE') return { inner: cast.of, step: blurred }
  // Rounded to whole numbers, or to some digits behind the point.
  const isRounded = /^(U?(TINY|SMALL|BIG)INT|U?INTEGER|DECIMAL)$/.test(cast.type)
  return isRounded ? { inner: cast.of, step: byOne } : undefined
}

function callStep(node: Ast): FoundStep | undefined {
  const call = callOf(node)
  if (call === undefined) return undefined
  const { name, args } = call
  const [first, second] = args
  if (first === undefined) return undefined
  if (args.length === 1) {
    if (/^(floor|ceil|ceiling|trunc|round)$/.test(name)) return { inner: first, step: byOne }
    if (name === '-') return { inner: first, step: ([low, high]) => [-high, -low] }
    if (name === 'abs') return { inner: first, step: ([, high]) => [-high, high] }
    return undefined
  }
  if (args.length !== 2) return undefined
  const right = numberOf(second)
  if (right !== undefined) return rightStep(name, first, right)
  const left = numberOf(first)
  return left === undefined ? undefined : leftStep(name, second!, left)
}

type Value = (texts: Texts) => number | undefined

function rightStep(name: string, inner: Ast, value: Value): FoundStep | undefined {
  const times = (of: (k: number) => number): Step =>
    stepBy(value, (range, k) => (k === 0 ? undefined : scaled(range, of(k))))
  switch (name) {
    case '+':
      return { inner, step: stepBy(value, ([low, high], k) => [low - k, high - k]) }
    case '-':
      return { inner, step: stepBy(value, ([low, high], k) => [low + k, high + k]) }
    case '*':
      return { inner, step: times((k) => 1 / k) }
    case '/':
    case '//':
      // Division of whole numbers may drop what is behind the point.
      return {
        inner,
        step: stepBy(value, ([low, high], k) =>
          k === 0 ? undefined : scaled([low - 1, high + 1], k),
        ),
      }
    case 'round':
      return { inner, step: stepBy(value, (range, k) => (k >= 0 ? widened(range) : undefined)) }
    default:
      return undefined
  }
}

function leftStep(name: string, inner: Ast, value: Value): FoundStep | undefined {
  if (name === '-') return { inner, step: stepBy(value, ([low, high], k) => [k - high, k - low]) }
  if (name === '+' || name === '*') return rightStep(name, inner, value)
  return undefined
}

function stepBy(value: Value, of: (range: Interval, k: number) => Interval | undefined): Step {
  return (range, texts) => {
    const k = value(texts)
    if (k === undefined || Math.abs(k) > MOST) return undefined
    if (k !== 0 && Math.abs(k) < LEAST_FACTOR) return undefined
    const inner = of(range, k)
    return inner && blur(inner, Math.abs(k))
  }
}

function scaled([low, high]: Interval, by: number): Interval {
  return by > 0 ? [low * by, high * by] : [high * by, low * by]
}

function widened([low, high]: Interval): Interval {
  return [low - 1, high + 1]
}

const byOne: Step = widened
const blurred: Step = (range) => blur(range, 0)

/** Wider by more than computing with doubles, or with floats, can be off. */
function blur([low, high]: Interval, more: number): Interval {
  const by = (value: number) => 1e-6 * (Math.abs(value) + more) + 1e-9
  return [
    Number.isFinite(low) ? low - by(low) : low,
    Number.isFinite(high) ? high + by(high) : high,
  ]
}

const LIMITS: Readonly<Record<string, Interval>> = {
  ...WHOLE_LIMITS,
  BIGINT: [-MOST, MOST],
  UBIGINT: [0, MOST],
}

function rangeSql(column: RangedColumn, range: Interval | undefined): string | undefined {
  if (range === undefined || Number.isNaN(range[0]) || Number.isNaN(range[1])) return undefined
  const [low, high] = blur(range, 0)
  const [least, most] = LIMITS[column.type] ?? [-MOST, MOST]
  const from = low > least && low <= most ? boundSql(Math.floor, low, column.type) : undefined
  const to = high < most && high >= least ? boundSql(Math.ceil, high, column.type) : undefined
  const parts = [
    ...(from === undefined ? [] : [`${column.sql} >= ${from}`]),
    ...(to === undefined ? [] : [`${column.sql} <= ${to}`]),
  ]
  return parts.length === 0 ? undefined : parts.join(' AND ')
}

/** A bound that DuckDB compares the column with as it is. */
function boundSql(round: (value: number) => number, value: number, type: string): string {
  if (isFloat(type)) return `CAST('${value}' AS ${type})`
  const scale = Number(/,(\d+)\)$/.exec(type)?.[1] ?? 0)
  const unit = 10 ** Math.min(scale, 4)
  return scale > 0 && Math.abs(value) * unit < MOST
    ? (round(value * unit) / unit).toFixed(Math.min(scale, 4))
    : String(round(value))
}
