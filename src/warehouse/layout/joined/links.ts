import { type Ast, childOf, childrenOf, namesOf, textOf, walk } from '../read/ast.ts'
import type { ColumnsOf } from '../read/scans.ts'

/**
 * A filter on a joined table that holds for the rows of a scan too, once they carry the columns that it
 * names: rows of the result have in both the same values.
 */
export interface Link {
  /** The SELECT and the reference to the table scanned in it. */
  readonly select: Ast
  readonly scan: Ast
  readonly alias: string
  readonly table: string
  readonly column: string
  readonly joined: { readonly table: string; readonly key: string; readonly alias: string }
  /** A conjunct that names no other columns than `attributes` of the joined table. */
  readonly condition: Ast
  readonly attributes: readonly string[]
}

interface Source {
  readonly node: Ast
  readonly alias: string
  /** Undefined: not known what columns it has (subqueries, functions, views). */
  readonly columns: ReadonlyMap<string, string> | undefined
  readonly table: string
}

/**
 * Links of all SELECTs in a statement that join inner, by equality of columns. Nothing is taken from
 * outer joins, samples and time travel, nor where a name may mean two things.
 */
export function linksOf(statement: Ast, columnsOf: ColumnsOf): readonly Link[] {
  const expressions = commonNames(statement)
  const known: ColumnsOf = (table) =>
    expressions.has(table.toLowerCase()) ? undefined : columnsOf(table)
  const links: Link[] = []
  walk(statement, (node) => {
    if (textOf(node, 'type') === 'SELECT_NODE') links.push(...linksOfOne(node, known))
    return true
  })
  return links
}

/** Names of all common table expressions, which hide tables. */
export function commonNames(statement: Ast): ReadonlySet<string> {
  const names = new Set<string>()
  walk(statement, (node) => {
    for (const entry of childrenOf(childOf(node, 'cte_map') ?? {}, 'map')) {
      names.add(textOf(entry, 'key').toLowerCase())
    }
    const name = textOf(node, 'cte_name') || textOf(node, 'ctename')
    if (name !== '') names.add(name.toLowerCase())
    return true
  })
  return names
}

type Resolve = (node: Ast) => { readonly source: Source; readonly column: string } | undefined

function linksOfOne(select: Ast, columnsOf: ColumnsOf): readonly Link[] {
  const from = childOf(select, 'from_table')
  const found: Found = { sources: [], conjuncts: [], equal: [] }
  if (from === undefined || childOf(select, 'sample') !== undefined) return []
  if (!collect(from, columnsOf, found)) return []
  const where = childOf(select, 'where_clause')
  if (where !== undefined) found.conjuncts.push(...splitAnd(where))
  const resolve = resolver(found.sources)
  const equal = [...found.equal, ...found.conjuncts.flatMap((node) => equalityOf(node, resolve))]
  return found.conjuncts.flatMap((condition) => {
    const asked = askedOf(condition, resolve)
    if (asked === undefined) return []
    return equal.flatMap(([left, right]) => {
      const [other, mine] = left.source === asked.source ? [left, right] : [right, left]
      if (other.source !== asked.source || mine.source === asked.source) return []
      const { node: scan, alias, table } = mine.source
      const joined = { table: other.source.table, key: other.column, alias: other.source.alias }
      return [{ select, scan, alias, table, column: mine.column, joined, condition, ...asked }]
    })
  })
}

interface Place {
  readonly source: Source
  readonly column: string
}

interface Found {
  readonly sources: Source[]
  readonly conjuncts: Ast[]
  readonly equal: (readonly [Place, Place])[]
}

/** Collects what a FROM joins; false where it joins otherwise than inner. */
function collect(node: Ast, columnsOf: ColumnsOf, found: Found): boolean {
  const type = textOf(node, 'type')
  if (type !== 'JOIN') {
    found.sources.push(sourceOf(node, columnsOf))
    return true
  }
  const isInner = textOf(node, 'join_type') === 'INNER'
  if (!isInner || !/^(REGULAR|CROSS)$/.test(textOf(node, 'ref_type'))) return false
  const [left, right] = [childOf(node, 'left'), childOf(node, 'right')]
  if (left === undefined || right === undefined) return false
  const before = found.sources.length
  if (!collect(left, columnsOf, found)) return false
  const between = found.sources.length
  if (!collect(right, columnsOf, found)) return false
  const condition = childOf(node, 'condition')
  if (condition !== undefined) found.conjuncts.push(...splitAnd(condition))
  for (const column of (node['using_columns'] as readonly unknown[] | undefined) ?? []) {
    const name = String(column).toLowerCase()
    const a = onlyOwner(found.sources.slice(before, between), name)
    const b = onlyOwner(found.sources.slice(between), name)
    if (a !== undefined && b !== undefined) found.equal.push([a, b])
  }
  return true
}

function sourceOf(node: Ast, columnsOf: ColumnsOf): Source {
  const schema = textOf(node, 'schema_name')
  const name = textOf(node, 'table_name')
  const table = schema === '' || schema === 'main' ? name : `${schema}.${name}`
  const alias = (textOf(node, 'alias') || name).toLowerCase()
  const isPlain =
    textOf(node, 'type') === 'BASE_TABLE' &&
    textOf(node, 'catalog_name') === '' &&
    childOf(node, 'sample') === undefined &&
    childOf(node, 'at_clause') === undefined &&
    (node['column_name_alias'] as readonly unknown[] | undefined)?.length === 0
  return { node, alias, table, columns: isPlain ? columnsOf(table) : undefined }
}

/** The one of some sources that has a column; undefined where that is not sure. */
function onlyOwner(sources: readonly Source[], column: string): Place | undefined {
  if (sources.some(({ columns }) => columns === undefined)) return undefined
  const owners = sources.filter(({ columns }) => columns!.has(column))
  const source = owners[0]
  if (source === undefined || owners.length > 1) return undefined
  return { source, column: source.columns!.get(column)! }
}

function resolver(sources: readonly Source[]): Resolve {
  return (node) => {
    if (textOf(node, 'class') !== 'COLUMN_REF') return undefined
    const names = namesOf(node).map((name) => name.toLowerCase())
    if (names.length === 1) return onlyOwner(sources, names[0]!)
    const named = sources.filter(({ alias }) => alias === names[0])
    return names.length === 2 && named.length === 1 ? onlyOwner(named, names[1]!) : undefined
  }
}

function splitAnd(node: Ast): readonly Ast[] {
  return textOf(node, 'type') === 'CONJUNCTION_AND'
    ? childrenOf(node, 'children').flatMap(splitAnd)
    : [node]
}

function equalityOf(node: Ast, resolve: Resolve): readonly (readonly [Place, Place])[] {
  if (textOf(node, 'type') !== 'COMPARE_EQUAL') return []
  const left = resolve(childOf(node, 'left') ?? {})
  const right = resolve(childOf(node, 'right') ?? {})
  if (left === undefined || right === undefined || left.source === right.source) return []
  return [[left, right]]
}

const KINDS = new Set(
  'CONJUNCTION COMPARISON BETWEEN OPERATOR CAST CONSTANT COLUMN_REF FUNCTION'.split(' '),
)
/** Functions of their arguments alone that people filter by. */
const FUNCTIONS = new Set([
  ...['~~', '!~~', '~~*', '!~~*', '~~~', '^@', 'prefix', 'suffix', 'contains', 'starts_with'],
  ...[
    'ends_with',
    'lower',
    'upper',
    'trim',
    'length',
    'substring',
    'left',
    'right',
    'concat',
    '||',
  ],
  ...['date_trunc', 'date_part', 'year', 'quarter', 'month', 'week', 'day', 'dayofweek', 'hour'],
  ...['+', '-', '*', '/', '//', '%', 'abs', 'floor', 'ceil', 'round', 'coalesce', 'regexp_matches'],
])

/** The one source that a condition asks, and which of its columns; undefined where it is not of that kind. */
function askedOf(
  condition: Ast,
  resolve: Resolve,
): { readonly source: Source; readonly attributes: readonly string[] } | undefined {
  let isKnown = true
  const places: Place[] = []
  walk(condition, (node) => {
    const kind = textOf(node, 'class')
    if (kind === '') return isKnown
    if (!KINDS.has(kind)) isKnown = false
    if (kind === 'FUNCTION' && !FUNCTIONS.has(textOf(node, 'function_name'))) isKnown = false
    if (kind === 'COLUMN_REF') {
      const place = resolve(node)
      if (place === undefined) isKnown = false
      else places.push(place)
    }
    return isKnown
  })
  const source = places[0]?.source
  if (!isKnown || source === undefined || places.some((place) => place.source !== source)) {
    return undefined
  }
  return { source, attributes: [...new Set(places.map(({ column }) => column))] }
}
