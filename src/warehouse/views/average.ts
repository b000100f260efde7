import { isSmallWhole, isWhole } from './definition.ts'

/** 10^13 times fewer than 2^31 rows fit the mantissa of a long double, and so does their product. */
const MAX_SCALE = 9

/** Decimal digits behind the point of a type whose averages are merged exactly; undefined: they are not. */
export function averageScale(type: string): number | undefined {
  if (isWhole(type)) return type === 'UBIGINT' ? undefined : 0
  const scale = /^DECIMAL\(\d+,\s*(\d+)\)$/.exec(type)?.[1]
  return scale === undefined || Number(scale) > MAX_SCALE ? undefined : Number(scale)
}

/** Types whose average DuckDB divides as doubles; others as long doubles, rounded twice. */
function isDividedAsDouble(type: string): boolean {
  const digits = /^DECIMAL\((\d+)/.exec(type)?.[1]
  return digits === undefined ? /^U?TINYINT$|^SMALLINT$/.test(type) : Number(digits) <= 4
}

/**
 * SQL of the average of values, given SQL of their sum and their count, with the very bits that DuckDB's
 * `avg` gives. DuckDB divides wider numbers as long doubles (64 bits of mantissa) and rounds the
 * quotient once more, to 53 bits. That is another number than the quotient rounded once where the first
 * rounding falls on the middle of two doubles: where the remainder of 2^k·sum / count is within 2^−12 of
 * a half, k such that the quotient has 53 bits. The even one of both is then the answer. Sums of 2^53 or
 * more raise an error, and the statement runs as it was asked.
 */
export function averageSql(sum: string, count: string, type: string): string {
  const scale = averageScale(type)!
  const power = 10 ** scale
  const whole = isSmallWhole(type)
    ? sum
    : scale === 0
      ? `CAST(${sum} AS HUGEINT)`
      : `CAST(CAST(${sum} AS DECIMAL(18,${scale})) * ${power} AS HUGEINT)`
  const divisor = scale === 0 ? count : `(${count} * ${power})`
  const once = `(CAST(${whole} AS DOUBLE) / CAST(${divisor} AS DOUBLE))`
  if (isDividedAsDouble(type)) return once
  const log = `floor(log2(abs(${once})))`
  // The logarithm of a number just below a power of two is rounded onto it.
  const shift = `pow(2, 52 - ${log} + CAST(pow(2, ${log}) > abs(${once}) AS INTEGER))`
  const scaled = `abs(CAST(${whole} AS HUGEINT)) * CAST(${shift} AS HUGEINT)`
  const by = `CAST(${divisor} AS HUGEINT)`
  const below = `((${scaled}) // ${by})`
  const even = `sign(${whole}) * CAST(${below} + ${below} % 2 AS DOUBLE) / ${shift}`
  const isHalf = `abs(2 * ((${scaled}) % ${by}) - ${by}) * 2048 <= ${by}`
  return `(CASE WHEN ${count} = 0 THEN NULL WHEN ${whole} = 0 THEN 0.0::DOUBLE
    WHEN abs(${whole}) >= 9007199254740992 THEN CAST(error('a sum is too large to divide it as DuckDB does') AS DOUBLE)
    WHEN ${isHalf} THEN ${even} ELSE ${once} END)`
}
