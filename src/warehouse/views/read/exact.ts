/**
 * The number that DuckDB compares a column with when a statement gives it this literal, so that
 * bounds can be placed among values without asking the database. Undefined where that is not known
 * for sure (decimals wider than 18 digits that are negative, whole numbers beyond 2^53, texts).
 *
 * Whole columns are compared exactly, as decimals; FLOAT and DOUBLE columns with the literal cast to
 * their type. A decimal is cast as its digits over a power of ten where the digits fit the mantissa,
 * else as its whole part plus its fraction (DuckDB, `TryCastDecimalToFloatingPoint`).
 */
export function comparedNumber(literal: string, columnType: string): number | undefined {
  const match = /^(-?)(\d*)(?:\.(\d*))?([eE][+-]?\d+)?$/.exec(literal)
  if (match === null || literal === '-' || literal === '') return undefined
  const [, sign, whole = '', fraction = '', exponent] = match
  const factor = sign === '-' ? -1 : 1
  const value = Number(literal)
  if (!Number.isFinite(value)) return undefined
  const isFloating = columnType === 'FLOAT' || columnType === 'DOUBLE'
  if (exponent !== undefined) return isFloating || Math.abs(value) < 2 ** 52 ? value : undefined
  if (!isFloating) return wholeColumnNumber(value, fraction)
  if (!literal.includes('.')) return wholeLiteral(value, columnType)
  const digits = (whole + fraction).replace(/^0+/, '')
  if (digits.length > 18 || fraction.length > 22) return undefined
  if (factor < 0 && whole.length + fraction.length > 18) return undefined
  return factor * decimalAs(columnType, BigInt(digits || '0'), fraction.length)
}

/** For integer columns: the literal itself, unless rounding it moved it onto a whole number. */
function wholeColumnNumber(value: number, fraction: string): number | undefined {
  if (Math.abs(value) >= 2 ** 52) return undefined
  const isWhole = /^0*$/.test(fraction)
  return Number.isInteger(value) === isWhole ? value : undefined
}

function wholeLiteral(value: number, columnType: string): number | undefined {
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return undefined
  return columnType === 'FLOAT' ? Math.fround(value) : value
}

function decimalAs(type: string, digits: bigint, scale: number): number {
  const isFloat = type === 'FLOAT'
  const round = isFloat ? Math.fround : (x: number) => x
  const power = round(10 ** scale)
  if (digits <= (isFloat ? 1n << 24n : 1n << 53n) || scale === 0) {
    return round(nearest(digits, isFloat) / power)
  }
  const unit = 10n ** BigInt(scale)
  const whole = nearest(digits / unit, isFloat)
  return round(whole + round(nearest(digits % unit, isFloat) / power))
}

/** The nearest double or float of a whole number, rounded once. */
function nearest(value: bigint, isFloat: boolean): number {
  if (!isFloat) return Number(value)
  // Rounding to a double first may land on a tie between floats: mark what was cut off in the last bit.
  const shift = BigInt(Math.max(0, value.toString(2).length - 53))
  const head = value >> shift
  const isCut = head << shift !== value
  return Math.fround(Number(isCut ? head | 1n : head) * 2 ** Number(shift))
}
