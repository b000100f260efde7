import type { Expression } from './expression.ts'

/** How a constant stands for a day or a moment. */
export type InstantKind = 'text' | 'DATE' | 'TIMESTAMP' | 'epoch_ms' | 'make_timestamp'

/** Type of an expression of days or moments without a time zone; undefined: it is none, or nobody knows. */
export function instantType(e: Expression): 'DATE' | 'TIMESTAMP' | undefined {
  const type = e.kind === 'column' || e.kind === 'cast' ? e.type : undefined
  return type === 'DATE' || type === 'TIMESTAMP' ? type : undefined
}

const literal = (text: string): Expression => ({ kind: 'literal', text, slot: undefined })
const NULL = literal('NULL')
/** Behind and before all that is compared. */
const [EVER, NEVER] = [literal(String(2n ** 62n)), literal(String(-(2n ** 62n)))]

/** Microseconds since 1970 of a day or a moment; infinite ones lie behind and before all others. */
export function microsOf(e: Expression): Expression {
  const micros: Expression = {
    ...{ kind: 'call', name: 'epoch_us', isOperator: false, isAggregate: false },
    ...{ isDistinct: false, args: [e] },
  }
  const isLate: Expression = {
    ...{ kind: 'compare', operator: '>', left: e, right: literal("DATE '2000-01-01'") },
  }
  const isThere: Expression = { kind: 'operator', name: 'IS NOT NULL', args: [e] }
  const infinite: Expression = {
    kind: 'case',
    checks: [
      { when: isLate, result: EVER },
      { when: isThere, result: NEVER },
    ],
    otherwise: NULL,
  }
  return { kind: 'operator', name: 'COALESCE', args: [micros, infinite] }
}

const FORM = /^'(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z?))?'$/

/** Years between which microseconds are told apart by doubles with room to spare. */
const YEARS = [1830, 2110] as const

/**
 * Microseconds since 1970 that DuckDB compares days (`isOfDays`) or moments with for a constant as it is
 * written; undefined where that is not known for sure.
 */
export function instantMicros(
  text: string,
  kind: InstantKind,
  isOfDays: boolean,
): number | undefined {
  if (kind === 'epoch_ms' || kind === 'make_timestamp') {
    const value = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN
    const micros = kind === 'epoch_ms' ? 1000 * value : value
    return Math.abs(micros) < 2 ** 52 ? micros : undefined
  }
  const match = FORM.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second = '0', fraction = ''] = match
  // A moment as a day loses its time.
  if (hour !== undefined && (kind === 'DATE' || (kind === 'text' && isOfDays))) return undefined
  const parts = [month, day, hour ?? '0', minute ?? '0', second].map(Number)
  const [m, d, h, min, s] = parts as [number, number, number, number, number]
  const y = Number(year)
  if (y < YEARS[0] || y > YEARS[1] || h > 23 || min > 59 || s > 59) return undefined
  const ms = Date.UTC(y, m - 1, d, h, min, s)
  // The 31st of February is none.
  const isDay = new Date(ms).getUTCMonth() === m - 1 && new Date(ms).getUTCDate() === d
  return isDay ? 1000 * ms + Number(fraction.padEnd(6, '0')) : undefined
}
