import type { Database } from '../../../core/sql/database.ts'
import type { Catalogue } from './catalogue.ts'
import {
  columnsOf,
  type Expression,
  type OrderPart,
  partsOf,
  someIn,
  Unserved,
} from './expression.ts'
import {
  byName,
  contextOf,
  derivedOf,
  expressionOf,
  type From,
  isAggregated,
  isStar,
  type NamedColumn,
  namedColumn,
  type OuterJoin,
  readFrom,
  refuseUnusual,
  type Scope,
  scopeOf,
} from './from.ts'
import { type Literals, scanLiterals } from './literals.ts'
import { aliasParser, byPosition, type NamedOutput, type Parse, readModifiers } from './order.ts'
import { type FindColumn, parseExpression } from './parse.ts'
import { readSemi } from './semi.ts'
import { type Node, nodeOf, nodesOf } from './tree.ts'
import { hasWindow, holdsWindow } from './window-node.ts'
import { checkWindows } from './windows.ts'

/** One column of the answer. */
export interface Output {
  readonly expression: Expression
  readonly name: string
  /** As DuckDB writes it. */
  readonly type: string
}

/** A statement that groups and aggregates, taken apart: what views are mined from and matched with. */
export interface Shape {
  readonly literals: Literals
  /** Tables it reads, sorted; names as in the catalogue. */
  readonly tables: readonly string[]
  /** The same and those that subqueries read. */
  readonly reads: readonly string[]
  /** LEFT JOINs, and their conditions in the same order. */
  readonly outer: readonly OuterJoin[]
  readonly outerConditions: readonly Expression[]
  /** Conditions that must all hold, those of joins among them. */
  readonly predicates: readonly Expression[]
  readonly groups: readonly Expression[]
  /** Grouping sets, by places in `groups`; absent: all of them together. */
  readonly sets?: readonly (readonly number[])[]
  readonly outputs: readonly Output[]
  readonly having: Expression | undefined
  /** A condition on windows. */
  readonly qualify: Expression | undefined
  /** Whether rows may be equal in the order: that they are not is looked at when it runs. */
  readonly mayTie: boolean
  readonly order: readonly OrderPart[]
  readonly limit: Expression | undefined
  readonly offset: Expression | undefined
  /** Slots of the numbers that stand for columns (GROUP BY 1). */
  readonly positions: readonly number[]
}

/** What the whole of a statement is read with. */
export function wholeScope(catalogue: Catalogue, sql: string): Scope {
  const literals = scanLiterals(sql)
  if (literals === undefined) throw new Unserved('it holds parameters or unusual constants')
  return { sql, literals, catalogue, queries: new Map(), depth: 0, readSubquery: readSemi }
}

/**
 * The shape of a SELECT, `described` being SQL that answers with its columns. Throws Unserved, with the
 * reason, where no view could serve it.
 */
export async function readShape(
  db: Database,
  node: Node,
  scope: Scope,
  described: string,
): Promise<Shape> {
  const answer = await db.answer(`DESCRIBE ${described}`)
  const columns = answer.columns[0]!.map((name, i) => ({
    name: String(name),
    type: String(answer.columns[1]![i]),
  }))
  const shape = shapeOf(node, { scope, columns })
  await checkWindows(db, shape)
  return shape
}

interface ShapeContext {
  readonly scope: Scope
  readonly columns: readonly { readonly name: string; readonly type: string }[]
}

/** A SELECT taken apart, but for what follows its groups. */
interface Block {
  readonly from: Pick<From, 'tables' | 'outer' | 'outerConditions'>
  readonly predicates: readonly Expression[]
  readonly groups: readonly Expression[]
  readonly items: readonly Item[]
  readonly sets: readonly (readonly number[])[] | undefined
  readonly having: readonly Expression[]
  readonly qualify: readonly Expression[]
  readonly positions: readonly number[]
  readonly parse: Parse
  readonly find: FindColumn
}

/** One column of a SELECT. */
interface Item {
  readonly expression: Expression
  readonly alias: string
  /** As others can name it. */
  readonly column: readonly NamedColumn[]
}

function shapeOf(node: Node, { scope, columns }: ShapeContext): Shape {
  if (node['type'] !== 'SELECT_NODE') throw new Unserved('it is no plain SELECT')
  const block = readBlock(node, scopeOf(node, scope))
  if (block.items.length !== columns.length) throw new Unserved('it selects by an unusual star')
  const outputs = block.items.map((item, i) => ({ ...item, ...columns[i]! }))
  const byAlias = aliasParser(outputs, block.parse, block.find)
  const positions = new Set(block.positions)
  const rest = readModifiers(node, outputs, byAlias, block, positions)
  const shape = {
    literals: scope.literals,
    tables: block.from.tables,
    reads: [...block.from.tables, ...block.predicates.flatMap(innerTables)],
    outer: block.from.outer,
    outerConditions: block.from.outerConditions,
    predicates: block.predicates,
    groups: block.groups,
    outputs: outputs.map(({ expression, name, type }) => ({ expression, name, type })),
    ...(block.sets === undefined ? {} : { sets: block.sets }),
    having: allOf(block.having),
    qualify: allOf(block.qualify),
    positions: [...positions],
    ...rest,
  }
  checkAggregates(shape)
  return shape
}

function allOf(conditions: readonly Expression[]): Expression | undefined {
  return conditions.length > 1
    ? { kind: 'logic', operator: 'AND', args: conditions }
    : conditions[0]
}

function readBlock(node: Node, scope: Scope): Block {
  refuseUnusual(node)
  const table = nodeOf(node['from_table'])
  const derived = table['type'] === 'JOIN' ? undefined : derivedOf(table, scope)
  if (derived !== undefined && isAggregated(derived.node)) return readOver(node, scope, derived)
  const from = readFrom(table, scope)
  const plain = contextOf(scope, from.find)
  const parse = (part: unknown) => parseExpression(nodeOf(part), plain)
  const items = readItems(node, parse, from.columns)
  // Where a name is a column it is the column, elsewhere the output of that name.
  const byAlias = aliasParser(items, parse, from.find)
  const where = node['where_clause'] === null ? [] : [parse(node['where_clause'])]
  const positions = new Set<number>()
  const groups = asksForDistinct(node, items)
    ? items.map(({ expression }) => expression)
    : readGroups(node, items, byAlias, positions)
  return {
    from,
    predicates: [...from.conditions, ...where].flatMap(conjuncts),
    groups,
    sets: readSets(node, groups),
    items,
    having: node['having'] === null ? [] : [parse(node['having'])],
    qualify: node['qualify'] === null ? [] : [parse(node['qualify'])],
    positions: [...positions],
    parse,
    find: from.find,
  }
}

/** A SELECT that only chooses and computes from groups of another: the other with more conditions on groups. */
function readOver(
  node: Node,
  scope: Scope,
  derived: NonNullable<ReturnType<typeof derivedOf>>,
): Block {
  if (isAggregated(node)) throw new Unserved('it groups what is grouped already')
  if (nodesOf(derived.node['modifiers']).some(({ type }) => type !== 'DISTINCT_MODIFIER')) {
    throw new Unserved('a derived table of it is ordered')
  }
  const inner = readBlock(derived.node, derived.scope)
  const columns = byName(inner.items.flatMap(({ column }) => column))
  const find: FindColumn = (names) => {
    const isOther = names.length === 2 && names[0]!.toLowerCase() !== derived.alias
    const column =
      isOther || names.length > 2 ? undefined : columns.get(names.at(-1)!.toLowerCase())
    return column && expressionOf(column)
  }
  const plain = contextOf(scope, find)
  const parse = (part: unknown) => parseExpression(nodeOf(part), plain)
  const where = node['where_clause'] === null ? [] : [parse(node['where_clause'])]
  const qualify = node['qualify'] === null ? [] : [parse(node['qualify'])]
  const items = readItems(node, parse, [...columns.values()])
  // Conditions on rows that windows were computed over come after them.
  const isWindowed = inner.qualify.length > 0 || inner.items.some((i) => hasWindow(i.expression))
  if (isWindowed && holdsWindow([node['select_list'], node['qualify']])) {
    throw new Unserved('it computes windows over windows')
  }
  return {
    ...inner,
    items,
    having: isWindowed ? inner.having : [...inner.having, ...where],
    qualify: [...inner.qualify, ...(isWindowed ? where : []), ...qualify],
    parse,
    find,
  }
}

function readItems(node: Node, parse: Parse, columns: readonly NamedColumn[]): Item[] {
  return nodesOf(node['select_list']).flatMap((part) => {
    if (isStar(part)) {
      return columns.map((column) => ({
        expression: expressionOf(column),
        alias: column.name,
        column: [column],
      }))
    }
    const expression = parse(part)
    return { expression, alias: String(part['alias']), column: namedColumn(part, expression) }
  })
}

/** Conditions joined by AND, one by one. */
function conjuncts(e: Expression): Expression[] {
  return e.kind === 'logic' && e.operator === 'AND' ? e.args.flatMap(conjuncts) : [e]
}

function readGroups(
  node: Node,
  outputs: readonly NamedOutput[],
  parse: Parse,
  positions: Set<number>,
): readonly Expression[] {
  if (node['aggregate_handling'] === 'FORCE_AGGREGATES') {
    return outputs.map(({ expression }) => expression).filter((e) => !hasAggregate(e))
  }
  const groups = nodesOf(node['group_expressions']).map((e) =>
    byPosition(parse(e), outputs, positions),
  )
  return groups
}

/** Grouping sets of ROLLUP, CUBE and the like; undefined: there is but one, of all groups. */
function readSets(node: Node, groups: readonly Expression[]): Block['sets'] {
  const sets = node['group_sets'] as readonly (readonly number[])[]
  const isPlain = sets.length === 0 || (sets.length === 1 && sets[0]!.length === groups.length)
  return isPlain || groups.length === 0 ? undefined : sets
}

/** SELECT DISTINCT of columns is grouping by all of them. */
function asksForDistinct(node: Node, outputs: readonly NamedOutput[]): boolean {
  const part = nodesOf(node['modifiers']).find(({ type }) => type === 'DISTINCT_MODIFIER')
  if (part === undefined) return false
  const isPlain =
    Array.isArray(part['distinct_on_targets']) && part['distinct_on_targets'].length === 0
  const isGrouped = nodesOf(node['group_expressions']).length > 0 || node['having'] !== null
  const isComputed = (e: Expression) => hasAggregate(e) || hasWindow(e)
  if (!isPlain || isGrouped || outputs.some(({ expression }) => isComputed(expression))) {
    throw new Unserved('it asks for distinct rows')
  }
  return true
}

/** Whether `e` holds an aggregate. */
export function hasAggregate(e: Expression): boolean {
  return someIn(e, (part) => part.kind === 'call' && part.isAggregate)
}

function checkAggregates(shape: Shape): void {
  const all = [...shape.outputs.map((o) => o.expression), ...(shape.having ? [shape.having] : [])]
  const inner = [...shape.groups, ...shape.predicates, ...(shape.having ? [shape.having] : [])]
  const order = shape.order.map(({ expression }) => expression)
  const computed = [...all, ...order, ...shape.groups, ...shape.outerConditions]
  if (computed.some(hasSemi)) throw new Unserved('it computes or groups by subqueries')
  if (inner.some(hasWindow)) throw new Unserved('it chooses or groups rows by windows')
  if (shape.groups.length === 0 && !all.some(hasAggregate))
    throw new Unserved('it does not aggregate')
  if (shape.groups.some(hasAggregate) || shape.predicates.some(hasAggregate)) {
    throw new Unserved('it aggregates where rows are chosen')
  }
  for (const e of [...all, ...inner, ...shape.outerConditions]) refuseZones(e)
  for (const group of shape.groups) {
    if (columnsOf(group).length === 0) throw new Unserved('it groups by a constant')
  }
}

/** Whether an expression reads tables beside those of the statement. */
export function hasSemi(e: Expression): boolean {
  return someIn(e, ({ kind }) => kind === 'semi')
}

/** Tables that subqueries read. */
function innerTables(e: Expression): string[] {
  const own = e.kind === 'semi' ? e.from.map(({ table }) => table) : []
  return [...own, ...partsOf(e).flatMap(innerTables)]
}

/** What is computed from moments with a time zone depends on the zone of who asks. */
function refuseZones(e: Expression): void {
  if (e.kind === 'column') return
  const isAggregate = e.kind === 'call' && e.isAggregate
  for (const part of partsOf(e)) {
    const isZoned = part.kind === 'column' && part.type.endsWith('WITH TIME ZONE')
    if (isZoned && !isAggregate) throw new Unserved(`it computes from ${part.name} by a time zone`)
    refuseZones(part)
  }
}
