import type { Answer, AnswerValue } from '../../core/sql/answer.ts'
import { sameAnswer } from '../../core/sql/answer.ts'
import { orderOf, tellsOfDatabase } from './statement-order.ts'

/**
 * How two answers of one statement compare. 'tolerated': floats of sums differ by less than 1e-9 of
 * their size, because they were added in another order. 'tied': what a LIMIT cuts off among equals,
 * or without an order, differs, or what is told of the database itself (EXPLAIN); SQL leaves it open.
 */
export type Comparison = 'same' | 'tolerated' | 'tied' | 'different'

/** Largest relative difference of floats that were added up in another order. */
export const SUM_TOLERANCE = 1e-9

const ADDS_FLOATS =
  /\b(f?sum|kahan_sum|sumkahan|avg|favg|mean|stddev\w*|var_\w+|variance|corr|covar_\w+|regr_\w+|skewness|kurtosis\w*|geomean|geometric_mean|product)\s*\(/i

/**
 * Compares answers of `sql`: rows as a multiset, in their order where the statement has a top-level
 * ORDER BY; names, types, whole numbers and texts exactly, floats too but for sums.
 */
export function compareAnswers(sql: string, a: Answer, b: Answer): Comparison {
  const order = orderOf(sql)
  if (sameAnswer(a, b, order.isOrdered)) return 'same'
  if (tellsOfDatabase(sql)) return 'tied'
  if (!sameShape(a, b)) return 'different'
  const keys = order.isOrdered ? keyColumns(order.by, a) : []
  const sameKeys = keys === undefined || keys.every((c) => sameColumn(a.columns[c]!, b.columns[c]!))
  if (order.isOrdered && sameKeys && sameAnswer(a, b, false)) return 'same'
  if (order.isLimited && sameKeys && (keys ?? []).length > 0 && sameWithin(a, b, keys!))
    return 'tied'
  if (order.isLimited && !order.isOrdered) return 'tied'
  if (ADDS_FLOATS.test(sql) && sameKeys && nearlySame(a, b)) return 'tolerated'
  return 'different'
}

function sameShape(a: Answer, b: Answer): boolean {
  const texts = (answer: Answer) => JSON.stringify([answer.names, answer.types, answer.rowCount])
  return texts(a) === texts(b)
}

/** Columns of the answer that it is ordered by; undefined where one is not among them. */
function keyColumns(by: readonly string[], { names }: Answer): readonly number[] | undefined {
  const columns = by.map((key) => {
    const ordinal = Number(key)
    if (Number.isInteger(ordinal)) return ordinal - 1
    return names.findIndex((name) => name.toLowerCase() === key)
  })
  return columns.some((c) => c < 0 || c >= names.length) ? undefined : columns
}

function sameColumn(a: readonly AnswerValue[], b: readonly AnswerValue[]): boolean {
  return a.every((value, i) => Object.is(value, b[i]) || value === b[i])
}

/** Whether rows whose key is neither the first nor the last are the same: ties are cut at the ends. */
function sameWithin(a: Answer, b: Answer, keys: readonly number[]): boolean {
  const keyAt = (answer: Answer, i: number) =>
    keys.map((c) => String(answer.columns[c]![i])).join('\n')
  const ends = new Set([keyAt(a, 0), keyAt(a, a.rowCount - 1)])
  const inner = (answer: Answer): Answer => {
    const rows = Array.from({ length: answer.rowCount }, (_, i) => i).filter(
      (i) => !ends.has(keyAt(answer, i)),
    )
    return {
      ...answer,
      rowCount: rows.length,
      columns: answer.columns.map((column) => rows.map((i) => column[i]!)),
    }
  }
  return sameAnswer(inner(a), inner(b), false)
}

/** The same but for floats, row by row after sorting by what is exact, then by rounded floats. */
function nearlySame(a: Answer, b: Answer): boolean {
  const rowsA = sortedRows(a)
  const rowsB = sortedRows(b)
  return rowsA.every((row, i) => row.every((value, c) => isNear(value, rowsB[i]![c]!)))
}

function sortedRows({ rowCount, columns, types }: Answer): AnswerValue[][] {
  const isFloat = types.map((type) => type === 'DOUBLE' || type === 'FLOAT')
  const keyed = Array.from({ length: rowCount }, (_, i) => {
    const row = columns.map((column) => column[i]!)
    const exact = row.filter((_value, c) => !isFloat[c]).map(String)
    const rounded = row.filter((_value, c) => isFloat[c]).map(roundedText)
    return { row, key: [...exact, ...rounded].join('\n') }
  })
  return keyed.sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : 0)).map(({ row }) => row)
}

function roundedText(value: AnswerValue): string {
  return typeof value === 'number' ? value.toPrecision(7) : String(value)
}

function isNear(a: AnswerValue, b: AnswerValue): boolean {
  if (Object.is(a, b) || a === b) return true
  if (typeof a !== 'number' || typeof b !== 'number') return false
  if (Number.isInteger(a) && Number.isInteger(b) && Math.abs(a) < 2 ** 31) return false
  return Math.abs(a - b) <= SUM_TOLERANCE * Math.max(Math.abs(a), Math.abs(b))
}
