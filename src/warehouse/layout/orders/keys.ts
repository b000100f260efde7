import { quoteName, quoteText } from '../../../core/sql/database.ts'
import type { SampleColumn } from '../choose/sample.ts'
import { doubleSql, encodedColumn } from '../read/columns.ts'
import { columnsOfPredicate, matches, type Predicate } from '../read/predicate.ts'

/** A column cut into ranges, each with a code; codes need not be dense. */
export interface Ranges {
  /** Place in the sample. */
  readonly column: number
  /** Rising; range i is below bounds[i] and not below bounds[i − 1]. */
  readonly bounds: readonly number[]
  /** One more than bounds. */
  readonly codes: readonly number[]
}

/** A tree of yes/no questions; leaves are numbered in the order in which their rows shall lie. */
export type BlockTree =
  | { readonly leaf: number }
  | { readonly question: Predicate; readonly yes: BlockTree; readonly no: BlockTree }

/**
 * One thing to sort by: a column; a cell, the sum of codes of ranges (Z-order and grids differ in
 * the codes alone); the bits of predicates, the first the highest; the leaf of a tree. A missing
 * value counts as the greatest.
 */
export type SortKey =
  | { readonly kind: 'column'; readonly column: number }
  | { readonly kind: 'cell'; readonly ranges: readonly Ranges[] }
  | { readonly kind: 'bits'; readonly predicates: readonly Predicate[] }
  | { readonly kind: 'tree'; readonly tree: BlockTree }

/** The key of every row of a sample. */
export function keyValues(
  key: SortKey,
  values: readonly Float64Array[],
  rows: number,
): Float64Array {
  const result = new Float64Array(rows)
  switch (key.kind) {
    case 'column':
      return values[key.column]!.map((value) => (Number.isNaN(value) ? Infinity : value))
    case 'cell':
      for (const { column, bounds, codes } of key.ranges) {
        const from = values[column]!
        for (let i = 0; i < rows; i++) result[i] = result[i]! + codes[rangeAt(bounds, from[i]!)]!
      }
      return result
    case 'bits':
      for (const predicate of key.predicates) {
        for (let i = 0; i < rows; i++) {
          result[i] = 2 * result[i]! + (matches(predicate, values, i) ? 1 : 0)
        }
      }
      return result
    case 'tree':
      for (let i = 0; i < rows; i++) result[i] = leafOf(key.tree, values, i)
      return result
  }
}

/** Places in the sample of the columns that keys look at. */
export function columnsOfKeys(keys: readonly SortKey[]): ReadonlySet<number> {
  return new Set(keys.flatMap((key) => [...columnsOfKey(key)]))
}

function columnsOfKey(key: SortKey): Iterable<number> {
  switch (key.kind) {
    case 'column':
      return [key.column]
    case 'cell':
      return key.ranges.map(({ column }) => column)
    case 'bits':
      return key.predicates.flatMap((predicate) => [...columnsOfPredicate(predicate)])
    case 'tree':
      return columnsOfTree(key.tree)
  }
}

function columnsOfTree(tree: BlockTree): readonly number[] {
  return 'leaf' in tree
    ? []
    : [...columnsOfPredicate(tree.question), ...columnsOfTree(tree.yes), ...columnsOfTree(tree.no)]
}

/** The number of bounds that are not above the value; all for a missing one. */
export function rangeAt(bounds: readonly number[], value: number): number {
  let low = 0
  let high = bounds.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (value < bounds[middle]!) high = middle
    else low = middle + 1
  }
  return low
}

/** The leaf a row falls into. */
export function leafOf(tree: BlockTree, values: readonly Float64Array[], row: number): number {
  let node = tree
  while (!('leaf' in node)) node = matches(node.question, values, row) ? node.yes : node.no
  return node.leaf
}

/** SQL of a key, equal to `keyValues` on rows of the sample. */
export function keySql(key: SortKey, columns: readonly SampleColumn[]): string {
  switch (key.kind) {
    case 'column':
      return columnSql(columns[key.column]!)
    case 'cell':
      return key.ranges.map((ranges) => rangesSql(ranges, columns[ranges.column]!)).join(' + ')
    case 'bits':
      return key.predicates
        .map((predicate, i) => {
          const bit = 2 ** (key.predicates.length - 1 - i)
          return `CASE WHEN ${predicateSql(predicate, columns)} THEN ${bit} ELSE 0 END`
        })
        .join(' + ')
    case 'tree':
      return treeSql(key.tree, columns)
  }
}

/** NaN and missing values of floats are the greatest alike here, as they are in samples. */
function columnSql(column: SampleColumn): string {
  const isFloat = column.type === 'FLOAT' || column.type === 'DOUBLE'
  return isFloat
    ? `COALESCE(${encodedColumn(column)}, ${doubleSql(Infinity)})`
    : quoteName(column.name)
}

/** A binary search written as nested CASE: as many questions a row as the logarithm of the ranges. */
function rangesSql({ bounds, codes }: Ranges, column: SampleColumn): string {
  const write = (from: number, to: number): string => {
    if (from === to) return `CAST(${codes[from]!} AS BIGINT)`
    const middle = (from + to) >> 1
    return `CASE WHEN ${below(column, bounds[middle]!)} THEN ${write(from, middle)} ELSE ${write(middle + 1, to)} END`
  }
  return write(0, bounds.length)
}

function below(column: SampleColumn, bound: number): string {
  return compareSql(column, '<', bound)
}

function treeSql(tree: BlockTree, columns: readonly SampleColumn[]): string {
  return 'leaf' in tree
    ? String(tree.leaf)
    : `CASE WHEN ${predicateSql(tree.question, columns)} THEN ${treeSql(tree.yes, columns)} ELSE ${treeSql(tree.no, columns)} END`
}

/** A comparison with an encoded value; texts between two of the sample's stand for the upper one. */
function compareSql(
  column: SampleColumn,
  operator: '<' | '<=' | '>' | '>=',
  value: number,
): string {
  if (column.encoding !== 'text') return `${encodedColumn(column)} ${operator} ${doubleSql(value)}`
  const name = quoteName(column.name)
  if (value > column.texts.length - 1)
    return operator.startsWith('<') ? `${name} IS NOT NULL` : 'FALSE'
  if (value < 0) return operator.startsWith('<') ? 'FALSE' : `${name} IS NOT NULL`
  const isBetween = !Number.isInteger(value)
  const text = quoteText(column.texts[Math.ceil(value)]!)
  return `${name} ${isBetween ? (operator.startsWith('<') ? '<' : '>=') : operator} ${text}`
}

/** SQL of a predicate, never NULL counts: to be used where NULL means no. */
export function predicateSql(predicate: Predicate, columns: readonly SampleColumn[]): string {
  switch (predicate.kind) {
    case 'all':
      return 'TRUE'
    case 'range': {
      const { column, low, high, lowOpen, highOpen } = predicate
      const parts = [
        ...(low === -Infinity ? [] : [compareSql(columns[column]!, lowOpen ? '>' : '>=', low)]),
        ...(high === Infinity ? [] : [compareSql(columns[column]!, highOpen ? '<' : '<=', high)]),
      ]
      return parts.length === 0
        ? `${quoteName(columns[column]!.name)} IS NOT NULL`
        : `(${parts.join(' AND ')})`
    }
    case 'in': {
      const column = columns[predicate.column]!
      if (column.encoding === 'text') return textsSql(column, predicate.values)
      return `${encodedColumn(column)} IN (${predicate.values.map(doubleSql).join(', ') || 'NULL'})`
    }
    case 'null':
      return `${quoteName(columns[predicate.column]!.name)} IS ${predicate.isNull ? '' : 'NOT '}NULL`
    case 'and':
    case 'or': {
      const word = predicate.kind === 'and' ? ' AND ' : ' OR '
      return `(${predicate.parts.map((part) => predicateSql(part, columns)).join(word)})`
    }
  }
}

function textsSql(column: SampleColumn, values: readonly number[]): string {
  const known = values.filter((value) => column.texts[value] !== undefined)
  if (known.length === 0) return 'FALSE'
  return `${quoteName(column.name)} IN (${known.map((value) => quoteText(column.texts[value]!)).join(', ')})`
}
