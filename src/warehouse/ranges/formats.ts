import type { Ast } from '../layout/read/ast.ts'
import { callOf, castOf, type Texts, wordsInList, wordsOf } from './constants.ts'
import type { Compared, Draft, RangedColumn, ResolveRanged } from './implied.ts'

/** Year, month, day; months and days may run over. */
type Day = readonly [year: number, month: number, day: number]

const FORMATS: Readonly<Record<string, { readonly form: RegExp; readonly parts: number }>> = {
  '%Y': { form: /^(\d{4})$/, parts: 1 },
  '%Y-%m': { form: /^(\d{4})-(\d\d)$/, parts: 2 },
  '%Y/%m': { form: /^(\d{4})\/(\d\d)$/, parts: 2 },
  '%Y%m': { form: /^(\d{4})(\d\d)$/, parts: 2 },
  '%Y-%m-%d': { form: /^(\d{4})-(\d\d)-(\d\d)$/, parts: 3 },
  '%Y/%m/%d': { form: /^(\d{4})\/(\d\d)\/(\d\d)$/, parts: 3 },
  '%Y%m%d': { form: /^(\d{4})(\d\d)(\d\d)$/, parts: 3 },
}

/** Texts written of days that are the same: `strftime(t, '%Y-%m') = '2024-03'`, `CAST(d AS VARCHAR) = '2024-03-05'`. */
export function ofFormat(
  { of, operator, constant, list }: Compared,
  resolve: ResolveRanged,
): Draft | undefined {
  const written = writtenOf(of)
  const column = written && resolve(written.of)
  if (operator !== '=' || column === undefined || !/^(DATE|TIMESTAMP)$/.test(column.type))
    return undefined
  if (written!.isCast && column.type !== 'DATE') return undefined
  const one = list === undefined ? wordsOf(constant) : undefined
  const all = list === undefined ? undefined : wordsInList(list)
  return [
    (texts) => {
      const word = one?.(texts)
      const days = (word === undefined ? all?.(texts) : [word])?.map((text) =>
        spanOf(text, written!.format(texts)),
      )
      if (days === undefined || days.length === 0 || days.includes(undefined)) return undefined
      const sorted = (days as Span[]).toSorted((a, b) => keyOf(a.from) - keyOf(b.from))
      return dayRangeOf(column, '=', sorted[0]!.from, sorted.at(-1)!.to)
    },
  ]
}

function writtenOf(node: Ast):
  | {
      readonly of: Ast
      readonly format: (texts: Texts) => string | undefined
      readonly isCast: boolean
    }
  | undefined {
  const cast = castOf(node)
  if (cast !== undefined) {
    return cast.type === 'VARCHAR'
      ? { of: cast.of, format: () => '%Y-%m-%d', isCast: true }
      : undefined
  }
  const call = callOf(node)
  const format = wordsOf(call?.args[1])
  const isFormatted = call?.name === 'strftime' && call.args.length === 2
  return isFormatted && format !== undefined
    ? { of: call.args[0]!, format, isCast: false }
    : undefined
}

interface Span {
  readonly from: Day
  /** The first day that is no more of it. */
  readonly to: Day
}

function spanOf(text: string, format: string | undefined): Span | undefined {
  const known = FORMATS[format ?? '']
  const found = known?.form.exec(text)
  if (known === undefined || found === null || found === undefined) return undefined
  const [year = 0, month = 1, day = 1] = found.slice(1).map(Number)
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined
  const { parts } = known
  const to: Day =
    parts === 1 ? [year + 1, 1, 1] : parts === 2 ? [year, month + 1, 1] : [year, month, day + 1]
  return { from: [year, month, day], to }
}

function keyOf([year, month, day]: Day): number {
  return year * 400 + month * 32 + day
}

/** Years that all types of days and instants hold, with some to spare. */
const YEARS = [1700, 2200] as const

/**
 * SQL of a column's range of days by what is compared: `from` and later for = and >=, before `to` for =
 * and <=; a day or two more where a time zone plays a part.
 */
export function dayRangeOf(
  column: RangedColumn,
  operator: Compared['operator'],
  from: Day,
  to: Day,
): string | undefined {
  if (from[0] < YEARS[0] || to[0] > YEARS[1]) return undefined
  const slack = column.type.endsWith('ZONE') ? 2 : 0
  const low = `${column.sql} >= CAST('${textOf(from, -slack)}' AS ${column.type})`
  const high = `${column.sql} < CAST('${textOf(to, slack)}' AS ${column.type})`
  if (operator === '=') return `${low} AND ${high}`
  return operator === '>' || operator === '>=' ? low : high
}

function textOf([year, month, day]: Day, more: number): string {
  return new Date(Date.UTC(year, month - 1, day + more)).toISOString().slice(0, 10)
}
