import { type Expression, print, someIn } from '../read/expression.ts'
import type { Shape } from '../read/shape.ts'

/** What is said where 0 and −0 meet, which are equal and look different. */
export const TWO_ZEROS = 'it shows 0 or -0, of which the first row decides'

export function isFraction(type: string): boolean {
  return type === 'FLOAT' || type === 'DOUBLE'
}

/**
 * SQL of a fraction that stops with an error at −0. Where there is none, 0 is shown whichever row of a
 * group comes first; a view has another order of rows than its tables.
 */
export function withoutMinusZero(sql: string, type: string): string {
  if (!isFraction(type)) return sql
  const refusal = `CAST(error('${TWO_ZEROS}') AS ${type})`
  return `CASE WHEN ${sql} = 0 AND signbit(${sql}) THEN ${refusal} ELSE ${sql} END`
}

/** The same of what is computed, of whatever type, which it keeps. */
export function withoutComputedMinusZero(sql: string): string {
  const number = `TRY_CAST(${sql} AS DOUBLE)`
  return `CASE WHEN ${number} = 0 AND signbit(${number}) THEN error('${TWO_ZEROS}') ELSE ${sql} END`
}

/**
 * Whether a group or the argument of a least or greatest value may come to −0 and be seen: outputs that it
 * stands in are fractions, or are made of it. What has no fraction in it comes to none.
 */
export function mayShowZeros({ outputs }: Pick<Shape, 'outputs'>, e: Expression): boolean {
  const written = print(e)
  return outputs.some(({ expression, type }) => {
    if (!someIn(expression, (part) => print(part) === written)) return false
    return isFraction(type) || (type === 'VARCHAR' && !isShownAsItIs(expression, written))
  })
}

/** Whether an output has the type of a group or of the argument of a least or greatest value. */
function isShownAsItIs(output: Expression, written: string): boolean {
  if (print(output) === written) return true
  const isExtreme = output.kind === 'call' && (output.name === 'min' || output.name === 'max')
  return isExtreme && output.args.length === 1 && print(output.args[0]!) === written
}
