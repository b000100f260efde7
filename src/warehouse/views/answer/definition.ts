import { quoteText } from '../../../core/sql/database.ts'
import { quote } from '../read/expression.ts'
import { fromClause, type OuterJoin } from '../read/from.ts'
import { withoutMinusZero } from './zeros.ts'

/** A column of a view that statements filter and group by. */
export interface KeyColumn {
  /** Name in the view. */
  readonly column: string
  /** What it holds, canonical SQL over the base tables. */
  readonly expression: string
  /** Type of the expression. */
  readonly type: string
  /** Type it is stored as: narrower where all its values fit. */
  readonly stored: string
  /** Present: the column holds numbers of cells instead of values. */
  readonly grid?: Grid
}

/**
 * Cells along a number, by the points origin + i · step, i = 0 … cells: values equal to a point have
 * cells of their own, because ranges include their ends; values between two points share one. Points
 * of FLOAT columns are three neighbouring floats: DuckDB casts decimals to FLOAT within one of the
 * nearest. Rounding may put a value into a cell beside its own; that is harmless, because cells stand
 * in the order of their values all the same and the extremes of each are kept.
 */
export interface Grid {
  readonly origin: number
  readonly step: number
  readonly cells: number
}

/** Aggregates that are merged by themselves. */
export const EXTREMES = [
  'min',
  'max',
  'bool_and',
  'bool_or',
  'bit_and',
  'bit_or',
  'bit_xor',
] as const
export type MeasureKind = 'count' | 'sum' | (typeof EXTREMES)[number]

/** An aggregate of a view of cells that can be merged over cells. */
export interface Measure {
  readonly column: string
  readonly kind: MeasureKind
  readonly expression: string
  /** Type of the expression. */
  readonly type: string
  /** Type it is kept in, where that is not what DuckDB makes of it. */
  readonly stored?: string
}

/** A materialized view: what it holds of which rows, and how it is laid out. */
export interface ViewDefinition {
  readonly name: string
  /** Base tables, sorted. */
  readonly tables: readonly string[]
  /** LEFT JOINs in their order; absent: none. */
  readonly outer?: readonly OuterJoin[]
  /** Conditions of the rows in it, canonical SQL. */
  readonly fixed: readonly string[]
  /** 'cells': one row a combination of keys, with counts; 'rows': one row a base row. */
  readonly grain: 'cells' | 'rows'
  readonly keys: readonly KeyColumn[]
  /** Of cells only. */
  readonly measures: readonly Measure[]
  /** Columns it is sorted by, so that ranges of the first read few row groups. */
  readonly sortedBy: readonly string[]
  /** SQL over its columns that it is sorted by instead: an order that was learned. */
  readonly orderedBy?: readonly string[]
  /** Rows of the row groups it is to be written in, where the database can be attached with them; absent: the usual. */
  readonly groupRows?: number
  /**
   * Name of a key behind a grid: rows are kept beside the cells, in the order of that key, to answer
   * what a bound cuts out of a cell. Absent: such rows are read from the base tables.
   */
  readonly rowsBy?: string
  /** What it reads of its tables; absent: maybe all of them. */
  readonly bases?: readonly ViewBase[]
}

/** The columns of a table that a view is made of. */
export interface ViewBase {
  readonly table: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
}

/** Count of base rows in a row of cells. */
export const COUNT = 'n'

/** The schema that views stand in, so that nobody takes them for tables of their own. */
export const VIEW_SCHEMA = 'storewright_views'

/** The table of a view, as SQL names it. */
export function viewTable(name: string): string {
  return `${VIEW_SCHEMA}.${quote(name)}`
}

/** Table with the rows behind the cells, where they are kept (`rowsBy`), as SQL names it. */
export function rowsTable(name: string): string {
  return viewTable(`${name}_rows`)
}

/** Table with the least and greatest value of each cell of the grids of a view, as SQL names it. */
export function edgesTable(name: string): string {
  return viewTable(`${name}_edges`)
}

/** Table with a row for each base table: what it held when the view was last brought up to date. */
export function markTable(name: string): string {
  return viewTable(`${name}_mark`)
}

/** Statements that build a view whole; to be run in one transaction. */
export function buildStatements(view: ViewDefinition): string[] {
  const statements = [
    `CREATE SCHEMA IF NOT EXISTS ${VIEW_SCHEMA}`,
    `CREATE TABLE ${viewTable(view.name)} AS ${inOrder(view, selectOf(view))}`,
  ]
  if (view.rowsBy !== undefined) {
    statements.push(`CREATE TABLE ${rowsTable(view.name)} AS ${keptRows(view)}`)
  }
  if (view.keys.some(({ grid }) => grid !== undefined)) {
    statements.push(`CREATE TABLE ${edgesTable(view.name)} AS ${edgesOf(view)}`)
  }
  const sorted = view.orderedBy === undefined ? '' : ` UNION ALL ${sortedMark(view)}`
  statements.push(`CREATE TABLE ${markTable(view.name)} AS ${marksOf(view)}${sorted}`)
  return statements
}

/** Name in the marks of how many rows of the view itself lie in its order; no table has it. */
export const SORTED = ''

function sortedMark({ name }: ViewDefinition): string {
  return `SELECT '${SORTED}', CAST(count(*) AS BIGINT), CAST(-1 AS BIGINT), CAST(0 AS HUGEINT) FROM ${viewTable(name)}`
}

/** Statements that put all rows of a view into its order, those that were added behind the others too. */
export function sortStatements(view: ViewDefinition): string[] {
  const table = viewTable(view.name)
  return [
    `CREATE OR REPLACE TABLE ${table} AS ${inOrder(view, `SELECT * FROM ${table}`)}`,
    `DELETE FROM ${markTable(view.name)} WHERE table_name = '${SORTED}'`,
    `INSERT INTO ${markTable(view.name)} ${sortedMark(view)}`,
  ]
}

/** Statements that take a view away; its schema, once empty, is left to who runs them. */
export function dropStatements(view: ViewDefinition): string[] {
  return [viewTable, rowsTable, edgesTable, markTable].map(
    (tableOf) => `DROP TABLE IF EXISTS ${tableOf(view.name)}`,
  )
}

/** What a base table of a view held when the view was last brought up to date. */
export interface Mark {
  readonly table: string
  readonly rowCount: number
  /** Greatest rowid; -1: none. */
  readonly lastRow: number
  /** Sum of hashes of rowid and the columns that the view reads, in digits; see `marksOf`. */
  readonly checksum: string
}

/** Statements that add the rows of one base table behind `from`, up to `to`, with what they join, to a view. */
export function appendStatements(view: ViewDefinition, from: Mark, to: Mark): string[] {
  const rowid = `${quote(from.table)}.rowid`
  const rows = `${rowid} > ${from.lastRow} AND ${rowid} <= ${to.lastRow}`
  const statements = [`INSERT INTO ${viewTable(view.name)} ${inOrder(view, selectOf(view, rows))}`]
  if (view.rowsBy !== undefined) {
    statements.push(`INSERT INTO ${rowsTable(view.name)} ${keptRows(view, rows)}`)
  }
  if (view.keys.some(({ grid }) => grid !== undefined)) {
    statements.push(`CREATE OR REPLACE TABLE ${edgesTable(view.name)} AS ${edgesOf(view)}`)
  }
  statements.push(advanceMark(view, from, to))
  return statements
}

/** Brings the mark of one base table from before to behind rows that were added. */
export function advanceMark(view: ViewDefinition, from: Mark, to: Mark): string {
  const rows = `rowid > ${from.lastRow} AND rowid <= ${to.lastRow}`
  return `UPDATE ${markTable(view.name)} SET row_count = ${to.rowCount}, last_row = ${to.lastRow},
    checksum = checksum + (SELECT ${checksumSql(view, from.table)} FROM ${quote(from.table)} WHERE ${rows})
    WHERE table_name = ${quoteText(from.table)}`
}

function selectOf(view: ViewDefinition, rows?: string): string {
  const keys = view.keys.map((key) => `${storedKey(key)} AS ${quote(key.column)}`)
  const measures = view.measures.map((m) => `${measureSql(m)} AS ${quote(m.column)}`)
  const counted = view.grain === 'cells' ? [`CAST(count(*) AS INTEGER) AS ${COUNT}`] : []
  const extremes = view.keys.flatMap((key) => {
    if (key.grid === undefined) return []
    const [least, greatest] = extremesColumns(key)
    return [`min(${key.expression}) AS ${least}`, `max(${key.expression}) AS ${greatest}`]
  })
  const columns = [...keys, ...counted, ...measures, ...extremes].join(', ')
  const grouped =
    view.grain === 'cells' && keys.length > 0
      ? ` GROUP BY ${keys.map((_, i) => i + 1).join(', ')}`
      : ''
  return `SELECT ${columns} FROM ${fromClause(view.tables, view.outer)}${whereOf(view, rows)}${grouped}`
}

/** Column of the rows beside cells that holds the value of a key behind a grid. */
export function valueColumn({ column }: KeyColumn): string {
  return `${column}_value`
}

function keptRows(view: ViewDefinition, rows?: string): string {
  const keys = view.keys.flatMap((key) => {
    const stored = `${storedKey(key)} AS ${quote(key.column)}`
    return key.grid === undefined ? [stored] : [stored, `${key.expression} AS ${valueColumn(key)}`]
  })
  const measures = view.measures.map((m) => `${rowMeasure(m)} AS ${quote(m.column)}`)
  const columns = [...keys, ...measures].join(', ')
  const from = `FROM ${fromClause(view.tables, view.outer)}${whereOf(view, rows)}`
  return `SELECT ${columns} ${from} ORDER BY ${quote(`${view.rowsBy!}_value`)}`
}

/** What a single base row adds to a measure. */
export function rowMeasure({ kind, expression, type, stored }: Measure): string {
  if (kind === 'count') return `CAST((${expression}) IS NOT NULL AS BIGINT)`
  if (stored !== undefined) return `CAST(${expression} AS ${stored})`
  if (kind !== 'sum' || !isWhole(type)) return expression
  return `CAST(${expression} AS ${isSmallWhole(type) ? 'BIGINT' : 'HUGEINT'})`
}

/** A key as a view stores it, of rows that were found to fit when the view was brought up to date. */
export function rowKey({ expression, type, stored }: KeyColumn): string {
  return stored === type ? expression : `CAST(${expression} AS ${stored})`
}

function whereOf(view: ViewDefinition, rows: string | undefined): string {
  const conditions = rows === undefined ? view.fixed : [...view.fixed, rows]
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
}

/** Rows of a view in its order; a learned one is over its own columns, not those of the tables. */
function inOrder({ sortedBy, orderedBy }: ViewDefinition, select: string): string {
  if (orderedBy !== undefined) return `SELECT * FROM (${select}) ORDER BY ${orderedBy.join(', ')}`
  return sortedBy.length === 0 ? select : `${select} ORDER BY ${sortedBy.map(quote).join(', ')}`
}

function storedKey(key: KeyColumn): string {
  const { expression, type, stored, grid } = key
  if (grid !== undefined) return cellOf(key)
  if (stored === type) return withoutMinusZero(expression, type)
  // Fractions that happen to be whole group faster as whole numbers; one that is not must not be lost.
  const value = `TRY_CAST(${expression} AS ${stored})`
  const isKept = `${value} = ${expression} AND NOT (${expression} = 0 AND signbit(${expression}))`
  const refusal = `CAST(error('${NOT_WHOLE}') AS ${stored})`
  return `CASE WHEN ${expression} IS NULL THEN NULL WHEN ${isKept} THEN ${value} ELSE ${refusal} END`
}

/** SQL of the cell of a number; NULL stays NULL (least and greatest pass over it), NaN is in the last. */
export function cellOf({ expression, type, stored, grid }: KeyColumn): string {
  if (grid === undefined) return expression
  const { origin, step, cells } = grid
  const place = `round((CAST(${expression} AS DOUBLE) - ${asDouble(origin)}) / ${asDouble(step)})`
  const nearest = `least(greatest(${place}, 0), ${cells})`
  const points = pointsAt(`${asDouble(origin)} + ${nearest} * ${asDouble(step)}`, type)
  const sides = points.flatMap((point) =>
    ['>', '>='].map((sign) => `CAST(${expression} ${sign} ${point} AS INTEGER)`),
  )
  const first = `${sides.length} * CAST(${nearest} AS INTEGER)`
  return `CAST(${first} + ${sides.join(' + ')} AS ${stored})`
}

/** How far the next float is, relative, so that rounding finds it wherever between two powers of 2. */
const NEXT_FLOAT = 0.75 * 2 ** -23

/** Values that bounds at a point are compared as, ascending. */
function pointsAt(exact: string, type: string): string[] {
  if (type !== 'FLOAT') return [isWhole(type) ? `round(${exact}, 6)` : `(${exact})`]
  const nearest = `CAST(${exact} AS FLOAT)`
  const away = `abs(CAST(${nearest} AS DOUBLE)) * ${NEXT_FLOAT}`
  return ['-', '+']
    .map((sign) => `CAST(${nearest} ${sign} ${away} AS FLOAT)`)
    .toSpliced(1, 0, nearest)
}

/** Columns of a view of cells with the least and greatest value of a key behind a grid. */
function extremesColumns({ column }: KeyColumn): readonly [least: string, greatest: string] {
  return [`${column}_least`, `${column}_greatest`]
}

/** A literal that is read back as the very double. */
function asDouble(value: number): string {
  return `CAST('${value}' AS DOUBLE)`
}

/**
 * Greatest fraction by type that is added up as a whole number: sums of fewer than 2^31 of them stay
 * below 2^53, so that doubles add them exactly in whatever order.
 */
export const MOST_WHOLE = 2 ** 21

/** What is said where a fraction by type is stored as a whole number and is none, or none as small. */
export const NOT_WHOLE = 'a value is no whole number any more'

/** Whether a fraction by type is a whole number small enough to be added up exactly. */
function isExact(expression: string): string {
  return `(${expression} = round(${expression}) AND abs(${expression}) <= ${MOST_WHOLE})`
}

function sumOfWhole(expression: string): string {
  const value = `CASE WHEN ${expression} IS NULL THEN NULL
    WHEN ${isExact(expression)} THEN CAST(${expression} AS BIGINT)
    ELSE CAST(error('${NOT_WHOLE}') AS BIGINT) END`
  return `CAST(sum(${value}) AS BIGINT)`
}

/** Sums of 32 bits over fewer than 2^31 rows fit 64; sums of 64 bits need 128 where nothing is said. */
function measureSql({ kind, expression, type, stored }: Measure): string {
  if (kind === 'sum' && /^(FLOAT|DOUBLE)$/.test(type)) return sumOfWhole(expression)
  const isExtreme = kind === 'min' || kind === 'max'
  const sql = `${kind}(${isExtreme ? withoutMinusZero(expression, type) : expression})`
  if (stored !== undefined) return `CAST(${sql} AS ${stored})`
  if (kind !== 'sum' || !isWhole(type)) return sql
  return `CAST(${sql} AS ${isSmallWhole(type) ? 'BIGINT' : 'HUGEINT'})`
}

function edgesOf(view: ViewDefinition): string {
  const parts = view.keys.flatMap((key, dimension) => {
    if (key.grid === undefined) return []
    const [least, greatest] = extremesColumns(key)
    const cells = `SELECT ${dimension} AS dimension, CAST(${key.column} AS INTEGER) AS cell,
      CAST(min(${least}) AS DOUBLE) AS least, CAST(max(${greatest}) AS DOUBLE) AS greatest,
      CAST(sum(${COUNT}) AS BIGINT) AS row_count
      FROM ${viewTable(view.name)} WHERE ${key.column} IS NOT NULL GROUP BY 2`
    if (view.rowsBy !== key.column) {
      return `SELECT *, CAST(-1 AS BIGINT) AS first_row, CAST(-1 AS BIGINT) AS last_row FROM (${cells})`
    }
    const places = `SELECT CAST(${key.column} AS INTEGER) AS cell, min(place) AS first_row,
      max(place) AS last_row FROM (${placedRows(view, key)}) GROUP BY 1`
    return `SELECT * FROM (${cells}) JOIN (${places}) USING (cell)`
  })
  return parts
    .map(
      (part) =>
        `SELECT dimension, cell, least, greatest, row_count, first_row, last_row FROM (${part})`,
    )
    .join(' UNION ALL ')
}

/** Row numbers from here on are those of a transaction: on commit its rows go behind the table's. */
const LOCAL_ROWS = 2 ** 54

/** SQL of the rows beside cells with the places they have once the transaction that builds is committed. */
function placedRows(view: ViewDefinition, { column }: KeyColumn): string {
  const rows = rowsTable(view.name)
  const isLocal = `rowid >= ${LOCAL_ROWS}`
  const ends = `SELECT min(rowid) FILTER (WHERE ${isLocal}) AS first_local,
    coalesce(max(rowid) FILTER (WHERE NOT ${isLocal}), -1) + 1 AS kept FROM ${rows}`
  const place = `CASE WHEN ${isLocal} THEN rowid - first_local + kept ELSE rowid END`
  return `SELECT ${column}, CAST(${place} AS BIGINT) AS place FROM ${rows}, (${ends}) AS ends`
}

/**
 * SQL of the marks of a view, a row for each of its tables, as they are now; up to the last rows of
 * other marks where these are given. The checksum is the sum over the rows of a hash (64 bits) of rowid
 * and the columns read: a change in place shows, and that of rows behind the others can be added.
 * Counts alone are read from what DuckDB knows of a table and take next to nothing.
 */
export function marksOf(
  view: ViewDefinition,
  {
    upTo = [],
    isSummed = true,
  }: { readonly upTo?: readonly Mark[]; readonly isSummed?: boolean } = {},
): string {
  const marks = view.tables.map((table) => {
    const last = upTo.find((mark) => mark.table === table)?.lastRow
    const checksum = isSummed ? checksumSql(view, table) : 'CAST(0 AS HUGEINT)'
    return `SELECT ${quoteText(table)} AS table_name, CAST(count(*) AS BIGINT) AS row_count,
      CAST(coalesce(max(rowid), -1) AS BIGINT) AS last_row, ${checksum} AS checksum
      FROM ${quote(table)}${last === undefined ? '' : ` WHERE rowid <= ${last}`}`
  })
  return marks.join(' UNION ALL ')
}

function checksumSql({ bases }: ViewDefinition, table: string): string {
  const base = bases?.find((b) => b.table === table)
  // DuckDB hashes 0 and −0 alike, and yet they answer differently.
  const parts = base?.columns.flatMap(({ name, type }) =>
    /^(FLOAT|DOUBLE)$/.test(type) ? [quote(name), `signbit(${quote(name)})`] : [quote(name)],
  ) ?? [quote(table)]
  return `CAST(coalesce(sum(hash(${['rowid', ...parts].join(', ')})), 0) AS HUGEINT)`
}

/** Whether a type holds whole numbers that sum and compare exactly. */
export function isWhole(type: string): boolean {
  return /^U?(TINY|SMALL|BIG|)INT(EGER)?$/.test(type)
}

/** Whether a type holds whole numbers of at most 32 bits. */
export function isSmallWhole(type: string): boolean {
  return isWhole(type) && !type.includes('BIG')
}
