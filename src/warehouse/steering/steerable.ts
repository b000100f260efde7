import type { BoundShape } from './bind.ts'
import type { SampleColumn } from './statistics.ts'

/**
 * Functions whose answer does not depend on the order in which rows meet them. Everything else that
 * is called keeps a statement from being steered: another plan may then answer otherwise.
 */
const ORDERLESS = new Set(
  `count() min() max() count_star() date_trunc() date_part() year() month() day() hour() minute()
  extract() abs() floor() ceil() round() lower() upper() length() coalesce() nullif() substring() substr()
  trim() strftime() strptime() epoch() epoch_ms() dayofweek() week() quarter() concat() replace()
  greatest() least() if() ifnull() bool_and() bool_or() bit_and() bit_or() regexp_matches() starts_with()
  contains() date_diff() datediff() dayname() monthname() make_date() cast() try_cast() in() values()
  any() all() exists() as() and() or() not() by() on() over() when() then() else()`.split(/\s+/),
)

/** Exact sums in any order: whole numbers and decimals, not floats. */
const SUMS = new Set(['sum()', 'avg()'])

/** Words with which row order or chance decides what is answered. */
const LOOSE = new Set(
  'limit offset sample tablesample over qualify window recursive pivot unpivot asof positional'.split(
    ' ',
  ),
)

/** Why a statement of this shape may not run under another plan; undefined: it may. */
export function whyNotSteered(bound: BoundShape): string | undefined {
  const { constructs, relations } = bound.shape
  if (relations.length === 0) return 'it reads no table'
  const loose = constructs.find((c) => LOOSE.has(c))
  if (loose !== undefined) return `its answer depends on the order of rows (${loose.toUpperCase()})`
  const called = constructs.filter((c) => c.endsWith('()'))
  const unknown = called.find((c) => !ORDERLESS.has(c) && !SUMS.has(c))
  if (unknown !== undefined) return `${unknown} may depend on the order of rows`
  if (called.some((c) => SUMS.has(c)) && !areSumsExact(bound)) return 'it sums floats'
  return undefined
}

function areSumsExact({ shape, relations }: BoundShape): boolean {
  return shape.sums.every((sum) => {
    if (sum === undefined) return false
    const column = relations
      .filter(({ alias }) => sum.alias === '' || sum.alias === alias)
      .map(({ sample }) => sample?.columns.get(sum.column))
      .find((c): c is SampleColumn => c !== undefined)
    return column !== undefined && /INT|DECIMAL|BOOL/.test(column.type)
  })
}
