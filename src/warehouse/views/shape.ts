import type { Database } from '../../core/sql/database.ts'
import type { Catalogue } from './catalogue.ts'
import { columnsOf, type Expression, print, quote, someIn, Unserved } from './expression.ts'
import { type Literals, scanLiterals } from './literals.ts'
import { type FindColumn, type Node, nodeOf, nodesOf, parseExpression } from './parse.ts'

/** One column of the answer. */
export interface Output {
  readonly expression: Expression
  readonly name: string
  /** As DuckDB writes it. */
  readonly type: string
}

/** One part of ORDER BY. */
export interface OrderPart {
  readonly expression: Expression
  /** DESC, NULLS FIRST and the like, as written; empty: the default. */
  readonly suffix: string
}

/** A statement that groups and aggregates, taken apart: what views are mined from and matched with. */
export interface Shape {
  readonly literals: Literals
  /** Tables it reads, sorted; names as in the catalogue. */
  readonly tables: readonly string[]
  /** Conditions that must all hold, those of joins among them. */
  readonly predicates: readonly Expression[]
  readonly groups: readonly Expression[]
  readonly outputs: readonly Output[]
  readonly having: Expression | undefined
  readonly order: readonly OrderPart[]
  readonly limit: Expression | undefined
  readonly offset: Expression | undefined
}

/**
 * Parses a statement into its shape, with two statements to the database (its AST; names and types
 * of its columns). Throws Unserved, with the reason, where no view could serve it.
 */
export async function readShape(db: Database, catalogue: Catalogue, sql: string): Promise<Shape> {
  const literals = scanLiterals(sql)
  if (literals === undefined) throw new Unserved('it holds parameters or unusual constants')
  const tree = await db.answer('SELECT json_serialize_sql(CAST($1 AS VARCHAR))', [sql])
  const parsed = nodeOf(JSON.parse(withPlacesInText(String(tree.columns[0]![0]), sql)))
  if (parsed['error'] !== false) throw new Unserved('it is no SELECT that can be parsed')
  const statements = nodesOf(parsed['statements'])
  if (statements.length !== 1) throw new Unserved('it is several statements')
  const described = await db.answer(`DESCRIBE ${sql}`)
  const columns = described.columns[0]!.map((name, i) => ({
    name: String(name),
    type: String(described.columns[1]![i]),
  }))
  return shapeOf(nodeOf(statements[0]!['node']), { sql, literals, catalogue, columns })
}

/** Places in the tree count bytes of UTF-8; texts here count UTF-16. */
function withPlacesInText(tree: string, sql: string): string {
  if (/^[\0-\x7f]*$/.test(sql)) return tree
  const bytes = Buffer.from(sql)
  return tree.replace(/"query_location":(\d+)/g, (whole, place: string) => {
    const at = Number(place)
    if (at > bytes.length) return whole
    return `"query_location":${bytes.subarray(0, at).toString('utf8').length}`
  })
}

interface ShapeContext {
  readonly sql: string
  readonly literals: Literals
  readonly catalogue: Catalogue
  readonly columns: readonly { readonly name: string; readonly type: string }[]
}

function shapeOf(node: Node, context: ShapeContext): Shape {
  if (node['type'] !== 'SELECT_NODE') throw new Unserved('it is no plain SELECT')
  if (nodesOf(nodeOf(node['cte_map'])['map']).length > 0) throw new Unserved('it has a WITH clause')
  if (node['sample'] !== null) throw new Unserved('it draws a sample')
  if (node['qualify'] !== null) throw new Unserved('it filters by windows')
  const from = readFrom(nodeOf(node['from_table']), context.catalogue)
  const plain = { sql: context.sql, literals: context.literals, findColumn: from.find }
  const parse = (part: unknown) => parseExpression(nodeOf(part), plain)
  const selected = nodesOf(node['select_list'])
  if (selected.length !== context.columns.length) throw new Unserved('it selects by a star')
  const outputs = selected.map((part, i) => ({
    expression: parse(part),
    alias: String(part['alias']),
    ...context.columns[i]!,
  }))
  // Where a name is a column it is the column, elsewhere the output of that name.
  const byAlias = aliasParser(outputs, parse, from.find)
  const where = node['where_clause'] === null ? [] : conjuncts(parse(node['where_clause']))
  const predicates = [...from.conditions.flatMap((c) => conjuncts(parse(c))), ...where]
  const groups = asksForDistinct(node, outputs)
    ? outputs.map(({ expression }) => expression)
    : readGroups(node, outputs, byAlias)
  const having = node['having'] === null ? undefined : parse(node['having'])
  const rest = readModifiers(node, outputs, byAlias, groups)
  const shape = {
    literals: context.literals,
    tables: from.tables,
    predicates,
    groups,
    outputs,
    having,
    ...rest,
  }
  checkAggregates(shape)
  return shape
}

/** Conditions joined by AND, one by one. */
function conjuncts(e: Expression): Expression[] {
  return e.kind === 'logic' && e.operator === 'AND' ? e.args.flatMap(conjuncts) : [e]
}

interface From {
  readonly tables: readonly string[]
  readonly conditions: readonly Node[]
  readonly find: FindColumn
}

function readFrom(node: Node, catalogue: Catalogue): From {
  const sources: { alias: string; table: string }[] = []
  const conditions: Node[] = []
  const visit = (part: Node): void => {
    if (part['sample'] !== null) throw new Unserved('it draws a sample')
    if (part['type'] === 'BASE_TABLE') sources.push(readSource(part, catalogue))
    else if (part['type'] === 'JOIN') {
      const isInner = part['ref_type'] === 'CROSS' || part['ref_type'] === 'REGULAR'
      if (!isInner || part['join_type'] !== 'INNER' || (part['using_columns'] as []).length > 0) {
        throw new Unserved('it joins in another way than by ON and inner')
      }
      visit(nodeOf(part['left']))
      visit(nodeOf(part['right']))
      if (part['condition'] !== null) conditions.push(nodeOf(part['condition']))
    } else throw new Unserved('it reads from other things than tables')
  }
  visit(node)
  const tables = sources.map(({ table }) => table).sort()
  if (new Set(tables).size < tables.length) throw new Unserved('it joins a table with itself')
  return { tables, conditions, find: (names) => findColumn(names, sources, catalogue) }
}

function readSource(node: Node, catalogue: Catalogue): { alias: string; table: string } {
  const name = String(node['table_name'])
  const isElsewhere = node['schema_name'] !== '' || node['catalog_name'] !== ''
  const table = isElsewhere ? undefined : catalogue.tables.get(name.toLowerCase())
  if (table === undefined) throw new Unserved(`${name} is no table of this schema`)
  if ((node['column_name_alias'] as []).length > 0 || node['at_clause'] !== null) {
    throw new Unserved('it renames columns of a table')
  }
  return { alias: String(node['alias'] || name).toLowerCase(), table: table.name }
}

function findColumn(
  names: readonly string[],
  sources: readonly { readonly alias: string; readonly table: string }[],
  catalogue: Catalogue,
): { readonly table: string; readonly name: string } | undefined {
  if (names.length > 2) return undefined
  const name = names.at(-1)!.toLowerCase()
  const alias = names.length === 2 ? names[0]!.toLowerCase() : undefined
  const found = sources
    .filter((source) => alias === undefined || source.alias === alias)
    .flatMap(({ table }) => {
      const column = catalogue.tables.get(table.toLowerCase())?.columns.get(name)
      return column === undefined ? [] : [{ table, name: column.name }]
    })
  return found.length === 1 ? found[0] : undefined
}

type NamedOutput = Output & { readonly alias: string }
type Parse = (part: unknown) => Expression

function aliasParser(outputs: readonly NamedOutput[], parse: Parse, find: FindColumn): Parse {
  return (part) => {
    const node = nodeOf(part)
    if (node['class'] !== 'COLUMN_REF') return parse(node)
    const names = node['column_names'] as readonly string[]
    if (names.length > 1 || find(names) !== undefined) return parse(node)
    const wanted = names[0]!.toLowerCase()
    const named = outputs.filter(({ alias }) => alias.toLowerCase() === wanted)
    if (named.length !== 1) throw new Unserved(`it names ${names[0]}, which is not one column`)
    return named[0]!.expression
  }
}

/** The output that a bare number in GROUP BY or ORDER BY stands for. */
function byPosition(e: Expression, outputs: readonly Output[]): Expression {
  if (e.kind !== 'literal') return e
  const output = /^\d+$/.test(e.text) ? outputs[Number(e.text) - 1] : undefined
  if (output === undefined) throw new Unserved('it groups or orders by a constant')
  return output.expression
}

function readGroups(node: Node, outputs: readonly Output[], parse: Parse): readonly Expression[] {
  if (node['aggregate_handling'] === 'FORCE_AGGREGATES') {
    return outputs.map(({ expression }) => expression).filter((e) => !hasAggregate(e))
  }
  const groups = nodesOf(node['group_expressions']).map((e) => byPosition(parse(e), outputs))
  const sets = node['group_sets'] as readonly (readonly number[])[]
  const isPlain = sets.length === 0 || (sets.length === 1 && sets[0]!.length === groups.length)
  if (!isPlain) throw new Unserved('it has grouping sets')
  return groups
}

/** SELECT DISTINCT of columns is grouping by all of them. */
function asksForDistinct(node: Node, outputs: readonly Output[]): boolean {
  const part = nodesOf(node['modifiers']).find(({ type }) => type === 'DISTINCT_MODIFIER')
  if (part === undefined) return false
  const isPlain =
    Array.isArray(part['distinct_on_targets']) && part['distinct_on_targets'].length === 0
  const isGrouped = nodesOf(node['group_expressions']).length > 0 || node['having'] !== null
  if (!isPlain || isGrouped || outputs.some(({ expression }) => hasAggregate(expression))) {
    throw new Unserved('it asks for distinct rows')
  }
  return true
}

function readModifiers(
  node: Node,
  outputs: readonly NamedOutput[],
  parse: Parse,
  groups: readonly Expression[],
): Pick<Shape, 'order' | 'limit' | 'offset'> {
  let order: OrderPart[] = []
  let [limit, offset]: (Expression | undefined)[] = []
  for (const part of nodesOf(node['modifiers'])) {
    if (part['type'] === 'ORDER_MODIFIER') {
      order = nodesOf(part['orders']).flatMap((o) => readOrders(o, outputs, parse))
    } else if (part['type'] === 'LIMIT_MODIFIER') {
      limit = part['limit'] === null ? undefined : parse(part['limit'])
      offset = part['offset'] === null ? undefined : parse(part['offset'])
    } else if (part['type'] !== 'DISTINCT_MODIFIER') throw new Unserved('it ends in an unusual way')
  }
  const ordered = new Set(order.map(({ expression }) => print(expression)))
  const isTotal = groups.every((group) => ordered.has(print(group)))
  if (order.length > 0 && !isTotal) throw new Unserved('rows of it may tie in its order')
  if ((limit ?? offset) !== undefined && order.length === 0 && groups.length > 0) {
    throw new Unserved('it takes some rows in no order')
  }
  return { order, limit, offset }
}

/** ORDER BY ALL goes by every output, from left to right. */
function readOrders(node: Node, outputs: readonly NamedOutput[], parse: Parse): OrderPart[] {
  const given = nodeOf(node['expression'])
  const isBare = ['exclude_list', 'replace_list', 'rename_list', 'qualified_exclude_list'].every(
    (key) => Array.isArray(given[key]) && given[key].length === 0,
  )
  const isAll = given['class'] === 'STAR' && given['expr'] === null && given['relation_name'] === ''
  if (!isAll || !isBare) return [readOrder(node, outputs, parse)]
  const suffix = suffixOf(node)
  return outputs.map(({ expression }) => ({ expression, suffix }))
}

function readOrder(node: Node, outputs: readonly NamedOutput[], parse: Parse): OrderPart {
  const given = nodeOf(node['expression'])
  const names = given['class'] === 'COLUMN_REF' ? (given['column_names'] as string[]) : []
  const wanted = names.length === 1 ? names[0]!.toLowerCase() : undefined
  // In ORDER BY the output of a name goes before the column.
  const output = outputs.find(({ alias }) => alias !== '' && alias.toLowerCase() === wanted)
  const expression = output?.expression ?? byPosition(parse(given), outputs)
  return { expression, suffix: suffixOf(node) }
}

function suffixOf(node: Node): string {
  const directions: Readonly<Record<string, string>> = { ASCENDING: ' ASC', DESCENDING: ' DESC' }
  const nulls: Readonly<Record<string, string>> = {
    'NULLS FIRST': ' NULLS FIRST',
    'NULLS LAST': ' NULLS LAST',
  }
  return `${directions[String(node['type'])] ?? ''}${nulls[String(node['null_order']).replace('_', ' ')] ?? ''}`
}

/** Whether `e` holds an aggregate. */
export function hasAggregate(e: Expression): boolean {
  return someIn(e, (part) => part.kind === 'call' && part.isAggregate)
}

function checkAggregates(shape: Shape): void {
  const all = [...shape.outputs.map((o) => o.expression), ...(shape.having ? [shape.having] : [])]
  if (shape.groups.length === 0 && !all.some(hasAggregate))
    throw new Unserved('it does not aggregate')
  if (shape.groups.some(hasAggregate) || shape.predicates.some(hasAggregate)) {
    throw new Unserved('it aggregates where rows are chosen')
  }
  for (const group of shape.groups) {
    if (columnsOf(group).length === 0) throw new Unserved('it groups by a constant')
  }
}

/** FROM of the tables of a shape; their join conditions stand among its predicates. */
export function fromClause(tables: readonly string[]): string {
  return tables.map(quote).join(', ')
}
