import { type Expression, Unserved } from './expression.ts'
import { isAggregated, isStar, readFrom, refuseUnusual, type Scope, scopeOf } from './from.ts'
import { asSemi, inside } from './inside.ts'
import { type FindColumn, type ParseContext, parseExpression } from './parse.ts'
import { type Node, nodeOf, nodesOf } from './tree.ts'

/**
 * The condition that a subquery in an expression is: EXISTS and IN of rows that are chosen from tables,
 * which may read columns of the rows around it. Throws Unserved for others.
 */
export function readSemi(node: Node, outside: Scope, context: ParseContext): Expression {
  const test = node['subquery_type']
  const isIn = test === 'ANY' && node['comparison_type'] === 'COMPARE_EQUAL'
  if (test !== 'EXISTS' && !isIn) throw new Unserved('it holds subqueries that are no EXISTS or IN')
  const select = nodeOf(nodeOf(node['subquery'])['node'])
  if (select['type'] !== 'SELECT_NODE') throw new Unserved('a subquery of it is no plain SELECT')
  refuseUnusual(select)
  if (!nodesOf(select['modifiers']).every(isPlainDistinct)) {
    throw new Unserved('a subquery of it orders or limits')
  }
  if (isAggregated({ ...select, modifiers: [] })) throw new Unserved('a subquery of it groups')
  const { depth, catalogue } = outside
  const scope = scopeOf(select, { ...outside, depth: depth + 1 })
  const from = readFrom(nodeOf(select['from_table']), scope)
  if (from.outer.length > 0) throw new Unserved('a subquery of it joins by LEFT JOIN')
  const findColumn: FindColumn = (names) => {
    const found = from.find(names)
    return found === undefined ? context.findColumn(names) : inside(found, depth)
  }
  const within: ParseContext = {
    ...{ sql: context.sql, literals: context.literals, findColumn },
    subquery: (inner, around) => scope.readSubquery(inner, scope, around),
  }
  const parse = (part: unknown) => parseExpression(nodeOf(part), within)
  const where = select['where_clause'] === null ? [] : [parse(select['where_clause'])]
  const conditions = [...from.conditions.map((e) => inside(e, depth)), ...where]
  const semi = asSemi(from.tables, conditions, depth, catalogue)
  if (!isIn) return semi
  const items = nodesOf(select['select_list'])
  if (items.length !== 1 || isStar(items[0]!)) throw new Unserved('a subquery of it selects a star')
  return { ...semi, arg: parseExpression(nodeOf(node['child']), context), item: parse(items[0]) }
}

function isPlainDistinct({ type, distinct_on_targets: targets }: Node): boolean {
  return type === 'DISTINCT_MODIFIER' && Array.isArray(targets) && targets.length === 0
}
