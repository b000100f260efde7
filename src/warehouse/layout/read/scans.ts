import { type Ast, childOf, childrenOf, namesOf, textOf, walk } from './ast.ts'
import { type Condition, conditionOf, conjunction } from './conditions.ts'

/** A filter that another table puts on this one through an equality of columns. */
export interface InducedFilter {
  readonly column: string
  readonly table: string
  readonly tableColumn: string
  readonly condition: Condition
}

/** One read of one table in a statement. */
export interface Scan {
  /** As it is named in the statement, with its schema where that is given. */
  readonly table: string
  readonly condition: Condition
  readonly induced: readonly InducedFilter[]
  /** Columns of the table that the statement uses; undefined: all. */
  readonly columns: ReadonlySet<string> | undefined
}

/** Columns of a table in lower case by their true names; undefined where there is no such table. */
export type ColumnsOf = (table: string) => ReadonlyMap<string, string> | undefined

interface Source {
  readonly alias: string
  readonly table: string
  readonly columns: ReadonlyMap<string, string>
}

/** The reads of tables in a parsed statement, those of its subqueries and CTEs among them. */
export function scansOf(select: Ast, columnsOf: ColumnsOf): readonly Scan[] {
  const scans: Scan[] = []
  walk(select, (node) => {
    if (textOf(node, 'type') === 'SELECT_NODE') scans.push(...scansOfOne(node, columnsOf))
    return true
  })
  return scans
}

function scansOfOne(select: Ast, columnsOf: ColumnsOf): readonly Scan[] {
  const sources: Source[] = []
  const conjuncts: Ast[] = []
  const from = childOf(select, 'from_table')
  const using: Equality[] = []
  if (from !== undefined) flatten(from, columnsOf, sources, conjuncts, using)
  const where = childOf(select, 'where_clause')
  if (where !== undefined) conjuncts.push(...splitAnd(where))
  const resolve = resolver(sources)
  const conditions = new Map<Source, Condition[]>(sources.map((source) => [source, []]))
  for (const conjunct of conjuncts) {
    const owners = sourcesIn(conjunct, resolve)
    if (owners.size !== 1) continue
    const [owner] = owners
    if (owner !== undefined) conditions.get(owner)!.push(conditionOf(conjunct, resolve))
  }
  const whole = new Map([...conditions].map(([source, parts]) => [source, conjunction(parts)]))
  const equalities = [...joinEqualities(conjuncts, resolve), ...using]
  const used = columnsUsed(select, sources, resolve)
  return sources.map((source) => ({
    table: source.table,
    condition: whole.get(source)!,
    induced: inducedOn(source, equalities, whole),
    columns: used.get(source),
  }))
}

/** The table and column that a node within a SELECT node names, true names; undefined where it is none known. */
export function columnResolver(
  select: Ast,
  columnsOf: ColumnsOf,
): (node: Ast) => { readonly table: string; readonly column: string } | undefined {
  const sources: Source[] = []
  const from = childOf(select, 'from_table')
  if (from !== undefined) flatten(from, columnsOf, sources, [], [])
  const resolve = resolver(sources)
  return (node) => {
    const found = resolve(node)
    return found && { table: found.source.table, column: found.column }
  }
}

type Equality = readonly [left: Source, column: string, right: Source, column: string]
type Resolve = (node: Ast) => { readonly source: Source; readonly column: string } | undefined

function resolver(sources: readonly Source[]): Resolve {
  return (node) => {
    if (textOf(node, 'class') !== 'COLUMN_REF') return undefined
    const names = namesOf(node).map((name) => name.toLowerCase())
    const column = names.at(-1)
    if (column === undefined) return undefined
    const qualifier = names.length > 1 ? names.at(-2) : undefined
    const owners = sources.filter(
      ({ alias, columns }) =>
        columns.has(column) && (qualifier === undefined || alias === qualifier),
    )
    const source = owners[0]
    // A name that two tables have belongs to USING, or is an error that DuckDB will tell.
    return source === undefined ? undefined : { source, column: source.columns.get(column)! }
  }
}

/** Collects tables and the conditions of joins; what an outer join keeps anyway is not filtered by it. */
function flatten(
  node: Ast,
  columnsOf: ColumnsOf,
  sources: Source[],
  conjuncts: Ast[],
  using: Equality[],
): void {
  const type = textOf(node, 'type')
  if (type === 'BASE_TABLE') {
    const schema = textOf(node, 'schema_name')
    const name = textOf(node, 'table_name')
    const table = schema === '' || schema === 'main' ? name : `${schema}.${name}`
    const columns = columnsOf(table)
    const alias = (textOf(node, 'alias') || name).toLowerCase()
    if (columns !== undefined) sources.push({ alias, table, columns })
    return
  }
  if (type !== 'JOIN') return
  const left = childOf(node, 'left')
  const right = childOf(node, 'right')
  const before = sources.length
  if (left !== undefined) flatten(left, columnsOf, sources, conjuncts, using)
  const between = sources.length
  if (right !== undefined) flatten(right, columnsOf, sources, conjuncts, using)
  const kind = textOf(node, 'join_type')
  const condition = childOf(node, 'condition')
  if (condition !== undefined && (kind === 'INNER' || kind === 'SEMI')) {
    conjuncts.push(...splitAnd(condition))
  }
  if (kind === 'INNER' || kind === 'SEMI') {
    for (const column of (node['using_columns'] as readonly unknown[] | undefined) ?? []) {
      addUsing(String(column).toLowerCase(), sources, before, between, using)
    }
  }
}

function addUsing(
  column: string,
  sources: readonly Source[],
  before: number,
  between: number,
  using: Equality[],
): void {
  const left = sources.slice(before, between).find((source) => source.columns.has(column))
  const right = sources.slice(between).find((source) => source.columns.has(column))
  if (left === undefined || right === undefined) return
  using.push([left, left.columns.get(column)!, right, right.columns.get(column)!])
}

function splitAnd(node: Ast): readonly Ast[] {
  return textOf(node, 'type') === 'CONJUNCTION_AND'
    ? childrenOf(node, 'children').flatMap(splitAnd)
    : [node]
}

function sourcesIn(node: Ast, resolve: Resolve): ReadonlySet<Source | undefined> {
  const owners = new Set<Source | undefined>()
  walk(node, (inner) => {
    if (textOf(inner, 'class') === 'SUBQUERY') owners.add(undefined)
    if (textOf(inner, 'class') === 'COLUMN_REF') owners.add(resolve(inner)?.source)
    return true
  })
  return owners
}

function* joinEqualities(conjuncts: readonly Ast[], resolve: Resolve): Generator<Equality> {
  for (const node of conjuncts) {
    if (textOf(node, 'type') !== 'COMPARE_EQUAL') continue
    const left = resolve(childOf(node, 'left') ?? {})
    const right = resolve(childOf(node, 'right') ?? {})
    if (left === undefined || right === undefined || left.source === right.source) continue
    yield [left.source, left.column, right.source, right.column]
  }
}

function inducedOn(
  source: Source,
  equalities: readonly Equality[],
  conditions: ReadonlyMap<Source, Condition>,
): readonly InducedFilter[] {
  return equalities.flatMap(([left, leftColumn, right, rightColumn]) => {
    const isLeft = left === source
    if (!isLeft && right !== source) return []
    const other = isLeft ? right : left
    const condition = conditions.get(other)!
    if (condition.kind === 'all') return []
    return [
      {
        column: isLeft ? leftColumn : rightColumn,
        table: other.table,
        tableColumn: isLeft ? rightColumn : leftColumn,
        condition,
      },
    ]
  })
}

function columnsUsed(
  select: Ast,
  sources: readonly Source[],
  resolve: Resolve,
): ReadonlyMap<Source, ReadonlySet<string> | undefined> {
  const used = new Map<Source, Set<string> | undefined>(sources.map((s) => [s, new Set()]))
  walk(select, (node) => {
    if (textOf(node, 'class') === 'STAR') for (const source of sources) used.set(source, undefined)
    const found = resolve(node)
    if (found !== undefined) used.get(found.source)?.add(found.column)
    return true
  })
  return used
}
