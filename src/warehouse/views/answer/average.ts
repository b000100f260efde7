import { quote } from '../read/expression.ts'
import { isWhole } from './definition.ts'

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

/** A sum and a count whose quotient is an average. */
export interface Average {
  readonly sum: string
  readonly count: string
  readonly type: string
}

/** The average where dividing once gives the bits of `avg`; undefined: see `averageLevels`. */
export function averageOnce({ sum, count, type }: Average): string | undefined {
  if (!isDividedAsDouble(type)) return undefined
  return `(CAST(${wholeOf(sum, type)} AS DOUBLE) / CAST(${divisorOf(count, type)} AS DOUBLE))`
}

function wholeOf(sum: string, type: string): string {
  const scale = averageScale(type)!
  if (scale === 0) return `CAST(${sum} AS HUGEINT)`
  return `CAST(CAST(${sum} AS DECIMAL(18,${scale})) * ${10 ** scale} AS HUGEINT)`
}

function divisorOf(count: string, type: string): string {
  return `CAST(${count} AS HUGEINT) * ${10 ** averageScale(type)!}`
}

/** Name of the column with an average. */
export function averageColumn(i: number): string {
  return quote(`average ${i}`)
}

/**
 * Columns that compute averages with the very bits that DuckDB's `avg` gives, level by level: the first
 * are computed beside sums and counts, each further from a SELECT of those before it. (Written in place
 * of each other, binding them takes longer than running the statement.)
 *
 * DuckDB divides wide numbers as long doubles (64 bits of mantissa) and rounds the quotient once more, to
 * 53 bits. That is another number than the quotient rounded once where the first rounding falls on the
 * middle of two doubles: where the remainder of 2^k·sum / count is within 2^−12 of a half, k such that the
 * quotient has 53 bits. The even one of both is then the answer. Sums of 2^53 or more raise an error, and
 * the statement runs as it was asked.
 */
export function averageLevels(averages: readonly Average[]): readonly string[] {
  const level = (write: (i: number) => string) => averages.map((_, i) => write(i)).join(', ')
  const isTooLarge = (i: number) => `abs(s${i}) >= 9007199254740992`
  const refusal = "CAST(error('a sum is too large to divide it as DuckDB does') AS DOUBLE)"
  const quotient = (i: number) => `CAST(s${i} AS DOUBLE) / CAST(d${i} AS DOUBLE)`
  return [
    averages
      .map(
        ({ sum, count, type }, i) =>
          `${wholeOf(sum, type)} AS s${i}, ${divisorOf(count, type)} AS d${i}`,
      )
      .join(', '),
    level((i) => `CASE WHEN ${isTooLarge(i)} THEN ${refusal} ELSE ${quotient(i)} END AS x${i}`),
    level((i) => `floor(log2(abs(CASE WHEN s${i} = 0 THEN 1 ELSE x${i} END))) AS l${i}`),
    // The logarithm of a number just below a power of two is rounded onto it.
    level((i) => `pow(2, 52 - l${i} + CAST(pow(2, l${i}) > abs(x${i}) AS INTEGER)) AS e${i}`),
    level((i) => `abs(s${i}) * CAST(e${i} AS HUGEINT) AS p${i}`),
    level((i) => {
      const isHalf = `abs(2 * (p${i} % d${i}) - d${i}) * 2048 <= d${i}`
      const even = `sign(s${i}) * CAST(2 * ((p${i} // d${i} + 1) // 2) AS DOUBLE) / e${i}`
      return `CASE WHEN s${i} <> 0 AND ${isHalf} THEN ${even} ELSE x${i} END AS ${averageColumn(i)}`
    }),
  ]
}
