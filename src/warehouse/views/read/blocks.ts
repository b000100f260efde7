import type { Database } from '../../../core/sql/database.ts'
import type { Catalogue } from './catalogue.ts'
import { Unserved } from './expression.ts'
import { isAggregated, type Scope, scopeOf } from './from.ts'
import { checkOrderFree } from './order-free.ts'
import { readTree, treeInText, withoutPlaces, writeTree } from './read-tree.ts'
import { readShape, type Shape, wholeScope } from './shape.ts'
import { type Span, selectSpans, textOf } from './spans.ts'
import { type Node, nodeOf, nodesOf } from './tree.ts'

/** A part of a statement that a view may answer; `span` absent: the statement as a whole. */
export interface Block {
  readonly shape: Shape
  readonly span?: Span
}

/**
 * The parts of a statement that views may answer, each by itself: the statement as a whole where it groups
 * once, else the SELECTs in it that do, where what is computed from them does not depend on the order in
 * which their rows come. `tree`: that of its one SELECT, where it is read already. Throws Unserved, with
 * the reason why not the whole.
 */
export async function readBlocks(
  db: Database,
  catalogue: Catalogue,
  sql: string,
  tree?: Node,
): Promise<readonly Block[]> {
  const scope = wholeScope(catalogue, sql)
  const root = tree === undefined ? await readTree(db, sql) : treeInText(tree, sql)
  try {
    return [{ shape: await readShape(db, root, scope, sql) }]
  } catch (error) {
    if (!(error instanceof Unserved)) throw error
    const parts = await partsOf(db, root, scope)
    if (parts.length === 0) throw error
    return parts
  }
}

/** A SELECT of a statement, with the queries it can name. */
interface Select {
  readonly node: Node
  readonly scope: Scope
  readonly named: readonly unknown[]
  readonly place: number
}

async function partsOf(db: Database, root: Node, scope: Scope): Promise<readonly Block[]> {
  const selects: Select[] = []
  if (!collectSelects(root, scope, [], selects)) return []
  const { skeleton, texts } = scope.literals
  const spans = selectSpans(skeleton)
  if (spans.length !== selects.length || selects.length < 2) return []
  const blocks: Block[] = []
  const taken = new Set<Node>()
  let until = -1
  for (const select of selects) {
    const span = spans[select.place]!
    const isInside = span.start < until
    if (isInside || select.node === root || !isAggregated(select.node)) continue
    const shape = await shapeOfPart(db, select, textOf(skeleton, span, texts))
    if (shape === undefined) continue
    blocks.push({ shape, span })
    taken.add(select.node)
    until = span.end
  }
  if (blocks.length === 0) return []
  const write = ({ node, named }: Select, changed: Partial<Node>) =>
    writeTree(db, { ...node, ...changed }, named)
  await checkOrderFree(db, root, taken, (node, changed) => {
    const select = selects.find((s) => s.node === node)
    if (select === undefined) throw new Unserved('a part of it stands nowhere')
    return write(select, changed)
  })
  return blocks
}

/** Undefined where no view could serve it, or its text is another than thought. */
async function shapeOfPart(
  db: Database,
  { node, scope, named }: Select,
  text: string,
): Promise<Shape | undefined> {
  try {
    const bare = JSON.stringify(withoutPlaces({ ...node, cte_map: { map: [] } }))
    if (JSON.stringify(withoutPlaces(await readTree(db, text))) !== bare) return undefined
    return await readShape(db, node, scope, await writeTree(db, node, named))
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}

/** All SELECTs in the order of their first words; false: something else stands among them. */
function collectSelects(
  node: Node,
  outside: Scope,
  around: readonly unknown[],
  selects: Select[],
): boolean {
  const map = nodesOf(nodeOf(node['cte_map'])['map'])
  const named: unknown[] = [...around]
  for (const entry of map) {
    const inner = nodeOf(nodeOf(nodeOf(entry['value'])['query'])['node'])
    if (!collectSelects(inner, scopeOf({ cte_map: { map: named } }, outside), named, selects)) {
      return false
    }
    named.push(entry)
  }
  const scope = scopeOf(node, outside)
  if (node['type'] === 'SET_OPERATION_NODE') {
    const sides = [node['left'], node['right']].map(nodeOf)
    const isRead = sides.every((side) => collectSelects(side, scope, named, selects))
    return isRead && collectWithin(node['modifiers'], scope, named, selects)
  }
  if (node['type'] !== 'SELECT_NODE') return false
  selects.push({ node, scope, named, place: selects.length })
  const { select_list, from_table, where_clause, group_expressions, having, qualify } = node
  const parts = [select_list, from_table, where_clause, group_expressions, having, qualify]
  return collectWithin([...parts, node['modifiers']], scope, named, selects)
}

/** SELECTs in parts of others: those of FROM and of expressions. */
function collectWithin(
  value: unknown,
  scope: Scope,
  named: readonly unknown[],
  selects: Select[],
): boolean {
  if (Array.isArray(value)) {
    return value.every((part) => collectWithin(part, scope, named, selects))
  }
  if (typeof value !== 'object' || value === null) return true
  const node = value as Node
  const inner = node['subquery']
  if (typeof inner !== 'object' || inner === null) {
    return collectWithin(Object.values(node), scope, named, selects)
  }
  // What IN looks for stands before the subquery.
  const { subquery: _, ...rest } = node
  return (
    collectWithin(Object.values(rest), scope, named, selects) &&
    collectSelects(nodeOf(nodeOf(inner)['node']), scope, named, selects)
  )
}
