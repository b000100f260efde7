import type { Catalogue } from './catalogue.ts'
import { columnsOf, type Expression, print, quote, Unserved } from './expression.ts'
import { isAggregateName } from './functions.ts'
import { asSemi, inside } from './inside.ts'
import type { Literals } from './literals.ts'
import { type FindColumn, type ParseContext, parseExpression } from './parse.ts'
import { type Node, nodeOf, nodesOf } from './tree.ts'
import { holdsWindow } from './window-node.ts'

/** A table whose rows are joined to those of the tables before it, or to nothing. */
export interface OuterJoin {
  readonly table: string
  /** Its condition, canonical. */
  readonly on: string
}

/** What a FROM reads. */
export interface From {
  /** Names as in the catalogue, sorted. */
  readonly tables: readonly string[]
  /** LEFT JOINs in their order; all other tables are crossed before them. */
  readonly outer: readonly OuterJoin[]
  readonly outerConditions: readonly Expression[]
  /** Conditions of inner joins and of derived tables. */
  readonly conditions: readonly Expression[]
  readonly find: FindColumn
  /** What a star stands for. */
  readonly columns: readonly NamedColumn[]
}

export interface NamedColumn {
  readonly name: string
  /** Undefined: a constant, which is compared in another way where it stands in place. */
  readonly expression: Expression | undefined
  /** Why a statement that reads it is not served; undefined: it may be. */
  readonly unserved?: string
}

/** A query that WITH names, and the names it can use itself. */
interface NamedQuery {
  readonly node: Node
  readonly queries: ReadonlyMap<string, NamedQuery>
}

/** What reading a SELECT needs to know. */
export interface Scope {
  readonly sql: string
  readonly literals: Literals
  readonly catalogue: Catalogue
  /** By name in small letters. */
  readonly queries: ReadonlyMap<string, NamedQuery>
  /** How many subqueries it is inside of. */
  readonly depth: number
  /** Reads a subquery in an expression. */
  readonly readSubquery: (node: Node, scope: Scope, context: ParseContext) => Expression
}

/** What expressions of a scope are read with. */
export function contextOf(scope: Scope, findColumn: FindColumn): ParseContext {
  const { sql, literals } = scope
  const subquery = (node: Node, context: ParseContext) => scope.readSubquery(node, scope, context)
  return { sql, literals, findColumn, subquery }
}

/** The scope inside a SELECT: with the queries its WITH names. */
export function scopeOf(node: Node, scope: Scope): Scope {
  let { queries } = scope
  for (const { key, value } of nodesOf(nodeOf(node['cte_map'])['map'])) {
    const query = nodeOf(value)
    if ((query['aliases'] as []).length > 0) throw new Unserved('its WITH renames columns')
    const named = { node: nodeOf(nodeOf(query['query'])['node']), queries }
    queries = new Map([...queries, [String(key).toLowerCase(), named]])
  }
  return { ...scope, queries }
}

/** The SELECT that a part of FROM stands for, with its scope and name; undefined: it is no derived table. */
export function derivedOf(
  part: Node,
  scope: Scope,
): { readonly node: Node; readonly scope: Scope; readonly alias: string } | undefined {
  if (part['sample'] !== null) throw new Unserved('it draws a sample')
  const isSubquery = part['type'] === 'SUBQUERY'
  const name = isSubquery ? '' : String(part['table_name']).toLowerCase()
  const isPlain = part['type'] === 'BASE_TABLE' && part['schema_name'] === ''
  const query = isPlain ? scope.queries.get(name) : undefined
  if (!isSubquery && query === undefined) return undefined
  if ((part['column_name_alias'] as []).length > 0) {
    throw new Unserved('it renames columns of a table')
  }
  const node = query?.node ?? nodeOf(nodeOf(part['subquery'])['node'])
  if (node['type'] !== 'SELECT_NODE')
    throw new Unserved('it reads from something else than a SELECT')
  const queries = query?.queries ?? scope.queries
  return {
    node,
    scope: scopeOf(node, { ...scope, queries }),
    alias: String(part['alias'] || name).toLowerCase(),
  }
}

interface Source {
  readonly alias: string
  /** In small letters; undefined: a column of it cannot be named by its schema. */
  readonly schema?: string
  /** By name in small letters. */
  readonly columns: ReadonlyMap<string, NamedColumn>
  /** Names that stand for the column of another table unless the alias is given (USING). */
  readonly hidden: Set<string>
}

interface Reading {
  readonly tables: string[]
  readonly outer: OuterJoin[]
  readonly outerConditions: Expression[]
  readonly conditions: Expression[]
}

/**
 * Takes a FROM apart. Derived tables that choose and compute rows are read in place: their columns stand
 * for their expressions, and their conditions are the statement's.
 */
export function readFrom(node: Node, scope: Scope): From {
  const reading: Reading = { tables: [], outer: [], outerConditions: [], conditions: [] }
  const sources = visit(node, scope, reading)
  const tables = reading.tables.toSorted()
  if (new Set(tables).size < tables.length) throw new Unserved('it joins a table with itself')
  const columns = sources.flatMap((source) =>
    [...source.columns.values()].filter(({ name }) => !source.hidden.has(name.toLowerCase())),
  )
  return { ...reading, tables, find: (names) => findColumn(names, sources), columns }
}

function visit(part: Node, scope: Scope, reading: Reading): Source[] {
  if (part['type'] === 'JOIN') return visitJoin(part, scope, reading)
  if (part['type'] !== 'BASE_TABLE' && part['type'] !== 'SUBQUERY') {
    throw new Unserved('it reads from other things than tables')
  }
  const derived = derivedOf(part, scope)
  return [
    derived === undefined
      ? readTable(part, scope.catalogue, reading)
      : readDerived(derived.node, derived.scope, derived.alias, reading),
  ]
}

/** Rows that meet some of other tables, or none: what these hold is told by nothing else. */
function visitSemi(part: Node, scope: Scope, reading: Reading): Source[] {
  const left = visit(nodeOf(part['left']), scope, reading)
  const { depth, catalogue } = scope
  const right = readFrom(nodeOf(part['right']), { ...scope, depth: depth + 1 })
  if (part['ref_type'] !== 'REGULAR' || right.outer.length > 0) {
    throw new Unserved('it joins in an unusual way')
  }
  const findRight: FindColumn = (names) => {
    const found = right.find(names)
    return found && inside(found, depth)
  }
  const find: FindColumn = (names) => findRight(names) ?? findColumn(names, left)
  const conditions = right.conditions.map((e) => inside(e, depth))
  if (part['condition'] !== null) {
    conditions.push(parseExpression(nodeOf(part['condition']), contextOf(scope, find)))
  }
  for (const name of part['using_columns'] as readonly string[]) {
    const [a, b] = [findColumn([name], left), findRight([name])]
    if (a === undefined || b === undefined)
      throw new Unserved(`it joins by ${name}, which is no column`)
    conditions.push({ kind: 'compare', operator: '=', left: a, right: b })
  }
  const semi = asSemi(right.tables, conditions, depth, catalogue)
  const isAnti = part['join_type'] === 'ANTI'
  reading.conditions.push(isAnti ? { kind: 'operator', name: 'NOT', args: [semi] } : semi)
  return left
}

function visitJoin(part: Node, scope: Scope, reading: Reading): Source[] {
  if (part['join_type'] === 'SEMI' || part['join_type'] === 'ANTI') {
    return visitSemi(part, scope, reading)
  }
  const isPlain = part['ref_type'] === 'CROSS' || part['ref_type'] === 'REGULAR'
  const isOuter = part['join_type'] === 'LEFT'
  if (!isPlain || !(isOuter || part['join_type'] === 'INNER')) {
    throw new Unserved('it joins in another way than inner or LEFT')
  }
  const left = visit(nodeOf(part['left']), scope, reading)
  const before = reading.tables.length
  const right = visit(nodeOf(part['right']), scope, reading)
  const sources = [...left, ...right]
  const findColumnHere: FindColumn = (names) => findColumn(names, sources)
  const conditions: Expression[] = []
  if (part['condition'] !== null) {
    conditions.push(parseExpression(nodeOf(part['condition']), contextOf(scope, findColumnHere)))
  }
  for (const name of part['using_columns'] as readonly string[]) {
    const [a, b] = [findColumn([name], left), findColumn([name], right)]
    if (a === undefined || b === undefined)
      throw new Unserved(`it joins by ${name}, which is no column`)
    conditions.push({ kind: 'compare', operator: '=', left: a, right: b })
    for (const source of right) source.hidden.add(name.toLowerCase())
  }
  if (!isOuter) {
    reading.conditions.push(...conditions)
    return sources
  }
  const right_ = nodeOf(part['right'])
  const isTable = right_['type'] === 'BASE_TABLE' && derivedOf(right_, scope) === undefined
  if (!isTable || conditions.length !== 1) {
    throw new Unserved('its LEFT JOIN is to something else than a table by one condition')
  }
  reading.outer.push({ table: reading.tables[before]!, on: print(conditions[0]!) })
  reading.outerConditions.push(conditions[0]!)
  return sources
}

function readTable(node: Node, catalogue: Catalogue, reading: Reading): Source {
  const name = String(node['table_name'])
  const table = isHere(node, catalogue) ? catalogue.tables.get(name.toLowerCase()) : undefined
  if (table === undefined) throw new Unserved(`${name} is no table of this schema`)
  if ((node['column_name_alias'] as []).length > 0 || node['at_clause'] !== null) {
    throw new Unserved('it renames columns of a table')
  }
  reading.tables.push(table.name)
  const columns = [...table.columns].map(([key, column]): [string, NamedColumn] => [
    key,
    { ...column, expression: { kind: 'column', table: table.name, ...column } },
  ])
  return {
    alias: String(node['alias'] || name).toLowerCase(),
    ...(node['alias'] === '' ? { schema: catalogue.schema } : {}),
    columns: new Map(columns),
    hidden: new Set(),
  }
}

/** Whether a table is named without its schema and database, or by the current ones. */
function isHere(node: Node, { schema, database }: Catalogue): boolean {
  const [inSchema, inDatabase] = ['schema_name', 'catalog_name'].map((key) =>
    String(node[key]).toLowerCase(),
  )
  return (inSchema === '' || inSchema === schema) && (inDatabase === '' || inDatabase === database)
}

/** A SELECT that only chooses and computes rows, in place. */
function readDerived(node: Node, scope: Scope, alias: string, reading: Reading): Source {
  if (isAggregated(node)) throw new Unserved('it groups what is grouped already')
  if (nodesOf(node['modifiers']).length > 0) throw new Unserved('a derived table of it is ordered')
  refuseUnusual(node)
  if (node['qualify'] !== null || nodesOf(node['select_list']).some(holdsWindow)) {
    throw new Unserved('it reads from windows over rows of a table')
  }
  const sources = visit(nodeOf(node['from_table']), scope, reading)
  const context = contextOf(scope, (names) => findColumn(names, sources))
  if (node['where_clause'] !== null) {
    reading.conditions.push(parseExpression(nodeOf(node['where_clause']), context))
  }
  const own = sources.flatMap((source) =>
    [...source.columns.values()].filter(({ name }) => !source.hidden.has(name.toLowerCase())),
  )
  const named = nodesOf(node['select_list']).flatMap((item) =>
    isStar(item) ? own : namedColumn(item, parseExpression(item, context)),
  )
  return { alias, columns: byName(named), hidden: new Set() }
}

/** The column that an item of a SELECT makes; none where nobody can name it. */
export function namedColumn(item: Node, expression: Expression): NamedColumn[] {
  const names = item['class'] === 'COLUMN_REF' ? (item['column_names'] as readonly string[]) : []
  const name = String(item['alias'] || (names.at(-1) ?? ''))
  const isConstant = columnsOf(expression).length === 0
  return name === '' ? [] : [{ name, expression: isConstant ? undefined : expression }]
}

/** Columns by name in small letters. Throws Unserved where two have the same. */
export function byName(columns: readonly NamedColumn[]): ReadonlyMap<string, NamedColumn> {
  const map = new Map(columns.map((column) => [column.name.toLowerCase(), column]))
  if (map.size < columns.length)
    throw new Unserved('a derived table of it has two columns of a name')
  return map
}

export function refuseUnusual(node: Node): void {
  if (node['sample'] !== null) throw new Unserved('it draws a sample')
}

/** Whether an item is a star without more. */
export function isStar(item: Node): boolean {
  const lists = ['exclude_list', 'replace_list', 'rename_list', 'qualified_exclude_list']
  const isBare = lists.every((key) => Array.isArray(item[key]) && item[key].length === 0)
  return (
    item['class'] === 'STAR' &&
    isBare &&
    item['relation_name'] === '' &&
    item['expr'] === null &&
    item['columns'] === false
  )
}

/** Whether a SELECT groups, aggregates or asks for distinct rows. */
export function isAggregated(node: Node): boolean {
  const isGrouping =
    nodesOf(node['group_expressions']).length > 0 ||
    node['having'] !== null ||
    node['aggregate_handling'] === 'FORCE_AGGREGATES'
  const isDistinct = nodesOf(node['modifiers']).some(({ type }) => type === 'DISTINCT_MODIFIER')
  return isGrouping || isDistinct || holdsAggregate(node['select_list'])
}

function holdsAggregate(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsAggregate)
  if (typeof value !== 'object' || value === null) return false
  if ((value as Node)['class'] === 'SUBQUERY') return false
  const { class: kind, function_name: name, ...rest } = value as Node
  if (kind === 'WINDOW') return holdsAggregate(rest)
  if (typeof name === 'string' && isAggregateName(name.toLowerCase())) return true
  return Object.values(value).some(holdsAggregate)
}

function findColumn(names: readonly string[], sources: readonly Source[]): Expression | undefined {
  if (names.length > 2) return findBySchema(names, sources)
  const name = names.at(-1)!.toLowerCase()
  const alias = names.length === 2 ? names[0]!.toLowerCase() : undefined
  const found = sources.flatMap((source) => {
    const isMeant = alias === undefined ? !source.hidden.has(name) : source.alias === alias
    const column = isMeant ? source.columns.get(name) : undefined
    return column === undefined ? [] : [column]
  })
  return found.length === 1 ? expressionOf(found[0]!) : undefined
}

/** Schema, table and column; what might be a field of a column is found nowhere. */
function findBySchema(
  [schema, table, column, ...more]: readonly string[],
  sources: readonly Source[],
): Expression | undefined {
  const isField = sources.some(({ alias }) => alias === schema!.toLowerCase())
  if (isField || more.length > 0) return undefined
  const named = sources.filter((source) => source.schema === schema!.toLowerCase())
  return findColumn([table!, column!], named)
}

/** The expression of a column. Throws Unserved for constants, and for what is not served. */
export function expressionOf({ name, expression, unserved }: NamedColumn): Expression {
  if (unserved !== undefined) throw new Unserved(unserved)
  if (expression === undefined) throw new Unserved(`${name} of a derived table is a constant`)
  return expression
}

/** FROM of the tables of a shape; conditions of inner joins stand among its predicates. */
export function fromClause(tables: readonly string[], outer: readonly OuterJoin[] = []): string {
  const joined = new Set(outer.map(({ table }) => table))
  const inner = tables.filter((table) => !joined.has(table)).map(quote)
  if (outer.length === 0) return inner.join(', ')
  const lefts = outer.map(({ table, on }) => ` LEFT JOIN ${quote(table)} ON ${on}`)
  return `${inner.join(' CROSS JOIN ')}${lefts.join('')}`
}
