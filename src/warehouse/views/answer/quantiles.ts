import { type Expression, print, quote } from '../read/expression.ts'
import { COUNT, isWhole, type KeyColumn } from './definition.ts'

type Call = Extract<Expression, { kind: 'call' }>

const QUANTILES = new Set(['median', 'quantile_cont', 'quantile_disc'])
/** Types whose equal values are the same one, in an order that DuckDB's quantiles have too. */
const ORDERED = /^(DATE|TIMESTAMP|DECIMAL\(\d+,\s*\d+\))$/
/** Shares as DuckDB reads them into decimals. */
const SHARE = /^(?:0?\.\d{1,12}|[01](?:\.0{1,12})?)$/

/** The quantile an aggregate asks for; undefined where it is none that cells can tell. */
export function quantileShare({ name, args, isDistinct }: Call): string | undefined {
  if (!QUANTILES.has(name) || isDistinct) return undefined
  const [, share, third] = args
  if (name === 'median') return share === undefined ? '0.5' : undefined
  if (share?.kind !== 'literal' || third !== undefined) return undefined
  return SHARE.test(share.text) ? share.text : undefined
}

/**
 * Whether quantiles of a type are told by its values and how often each occurs: between two whole numbers
 * DuckDB interpolates as doubles, between others in ways of their own.
 */
export function hasQuantile({ name }: Call, type: string): boolean {
  return isWhole(type) || (name === 'quantile_disc' && ORDERED.test(type))
}

/**
 * The quantile that an aggregate asks for over cells whose values stand in a key, each as often as the cell
 * has rows; undefined where they do not tell it. The values of a group in their order are gone through until
 * as many rows are passed as the quantile leaves below it. Places and interpolation are DuckDB's (1.5.5,
 * `Interpolator`), to the last bit. Its share is written in: it must stay what it is.
 */
export function quantileOfCells(
  call: Call,
  keys: ReadonlyMap<string, KeyColumn>,
): string | undefined {
  const share = quantileShare(call)
  const key = share === undefined ? undefined : keys.get(print(call.args[0]!))
  if (key === undefined || key.grid !== undefined || !hasQuantile(call, key.type)) return undefined
  const { type } = key
  const column = quote(key.column)
  const own = `FILTER (WHERE ${column} IS NOT NULL)`
  const rows = `CAST(sum(${COUNT}) ${own} AS BIGINT)`
  const value = `{'v': CAST(${column} AS ${type}), 'n': CAST(${COUNT} AS BIGINT), 'i': CAST(0 AS BIGINT)}`
  const at = (place: string) =>
    `list_reduce(list(${value} ORDER BY ${column}) ${own}, lambda a, b: CASE WHEN a.n > a.i THEN a ELSE {'v': b.v, 'n': a.n + b.n, 'i': a.i} END, {'v': CAST(NULL AS ${type}), 'n': CAST(0 AS BIGINT), 'i': CAST(${place} AS BIGINT)}).v`
  if (call.name === 'quantile_disc') {
    const above = `floor(${rows} - CAST(${rows} AS DECIMAL(18,0)) * ${share})`
    return at(`greatest(1, ${rows} - ${above}) - 1`)
  }
  const place = `(CAST(${rows} - 1 AS DOUBLE) * CAST(${share} AS DOUBLE))`
  const [least, most] = ['floor', 'ceil'].map(
    (round) => `CAST(${at(`${round}(${place})`)} AS DOUBLE)`,
  )
  const beyond = `(${place} - floor(${place}))`
  return `CASE WHEN floor(${place}) = ceil(${place}) THEN ${least} ELSE ${least} * (CAST(1 AS DOUBLE) - ${beyond}) + ${most} * ${beyond} END`
}
