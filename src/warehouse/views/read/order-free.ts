import type { Database } from '../../../core/sql/database.ts'
import { isWhole } from '../answer/definition.ts'
import { Unserved } from './expression.ts'
import { AGGREGATES, COUNT_IF, FUNCTIONS } from './functions.ts'
import { withoutPlaces } from './read-tree.ts'
import { type Node, nodeOf, nodesOf } from './tree.ts'
import { ADDED, COUNTED, OF_PEERS } from './window-node.ts'

/** SQL of a SELECT of the statement with some of its parts changed. */
export type Write = (select: Node, changed: Partial<Node>) => Promise<string>

/** What is added up in a SELECT. */
interface Sums {
  readonly select: Node
  readonly args: Node[]
}

const EXPRESSIONS: ReadonlySet<string> = new Set([
  ...['COLUMN_REF', 'CONSTANT', 'CAST', 'COMPARISON', 'CONJUNCTION', 'BETWEEN', 'OPERATOR'],
  ...['CASE', 'FUNCTION', 'WINDOW', 'SUBQUERY', 'STAR'],
])
const NODES: ReadonlySet<string> = new Set(['SELECT_NODE', 'SET_OPERATION_NODE'])
const SOURCES: ReadonlySet<string> = new Set([
  ...['BASE_TABLE', 'SUBQUERY', 'JOIN', 'EMPTY', 'EXPRESSION_LIST', 'TABLE_FUNCTION'],
])
const TABLE_FUNCTIONS: ReadonlySet<string> = new Set(['range', 'generate_series', 'unnest'])
const JOINS: ReadonlySet<string> = new Set(['REGULAR', 'CROSS', 'NATURAL'])

/**
 * Throws Unserved where what a statement computes around some of its SELECTs, which stand in `taken`, may
 * depend on the order in which their rows come: places among equals, limits that cut among them, fractions
 * added up, lists, and whatever is not known to be otherwise.
 */
export async function checkOrderFree(
  db: Database,
  root: Node,
  taken: ReadonlySet<Node>,
  write: Write,
): Promise<void> {
  const sums: Sums[] = []
  visit(root, undefined, { root, taken, sums, names: namesIn(root) })
  for (const { select, args } of sums) {
    if (args.length === 0) continue
    const plain = {
      ...{ select_list: args, where_clause: null, group_expressions: [], group_sets: [] },
      ...{ having: null, qualify: null, modifiers: [], aggregate_handling: 'STANDARD_HANDLING' },
    }
    const described = await db
      .answer(`DESCRIBE ${await write(select, plain)}`)
      .catch(() => undefined)
    const types = described?.columns[1]?.map(String) ?? ['']
    if (!types.every((type) => isWhole(type) || /^(DECIMAL|U?HUGEINT)/.test(type))) {
      throw new Unserved('it adds up what may be fractions of what is grouped')
    }
  }
}

interface Visit {
  readonly root: Node
  /** Queries that WITH names, in small letters. */
  readonly names: ReadonlySet<string>
  readonly taken: ReadonlySet<Node>
  readonly sums: Sums[]
}

function visit(value: unknown, sums: Sums | undefined, visiting: Visit): void {
  if (Array.isArray(value)) {
    for (const part of value) visit(part, sums, visiting)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const node = value as Node
  if (visiting.taken.has(node)) return
  if ('cte_map' in node && !readsTaken(node, visiting)) return
  const own = 'cte_map' in node ? visitQuery(node, visiting) : sums
  if ('class' in node) visitExpression(node, own)
  if ('ref_type' in node && !JOINS.has(String(node['ref_type']))) refuse('joins by places')
  if ('sample' in node && node['sample'] !== null) refuse('draws a sample')
  for (const part of Object.values(node)) visit(part, own, visiting)
}

function namesIn(value: unknown): Set<string> {
  if (Array.isArray(value)) return new Set(value.flatMap((part) => [...namesIn(part)]))
  if (typeof value !== 'object' || value === null) return new Set()
  const own = 'key' in value ? [String(value.key).toLowerCase()] : []
  return new Set([...own, ...namesIn(Object.values(value))])
}

/** Whether a part holds what views answer, or reads a query by a name that may. */
function readsTaken(value: unknown, visiting: Visit): boolean {
  if (Array.isArray(value)) return value.some((part) => readsTaken(part, visiting))
  if (typeof value !== 'object' || value === null) return false
  const node = value as Node
  if (visiting.taken.has(node)) return true
  const name = String(node['table_name'] ?? '').toLowerCase()
  return visiting.names.has(name) || readsTaken(Object.values(node), visiting)
}

function visitQuery(node: Node, { root, sums }: Visit): Sums {
  if (!NODES.has(String(node['type']))) refuse('is no plain SELECT')
  checkModifiers(node, node === root)
  const own = { select: node, args: [] }
  if (node['type'] === 'SELECT_NODE') {
    visitSource(node['from_table'])
    sums.push(own)
  }
  return own
}

function visitSource(value: unknown): void {
  const node = nodeOf(value)
  if (!SOURCES.has(String(node['type']))) refuse('reads from other things than tables')
  if (node['type'] === 'JOIN') for (const side of ['left', 'right']) visitSource(node[side])
  if (node['type'] === 'TABLE_FUNCTION') {
    const name = String(nodeOf(node['function'])['function_name']).toLowerCase()
    if (!TABLE_FUNCTIONS.has(name)) refuse(`reads from ${name}`)
  }
}

function visitExpression(node: Node, sums: Sums | undefined): void {
  const kind = String(node['class'])
  if (!EXPRESSIONS.has(kind)) refuse(`holds ${kind.toLowerCase()} expressions`)
  if (kind !== 'FUNCTION' && kind !== 'WINDOW') return
  const name = String(node['function_name']).toLowerCase()
  if (kind === 'WINDOW') {
    const isOfRows = [node['start'], node['end']].some((end) => !isOfPeers(String(end)))
    const isKnown = OF_PEERS.has(name) || COUNTED.has(name) || ADDED.has(name)
    if (isOfRows || !isKnown) refuse(`computes ${name} over windows around what is grouped`)
  } else {
    if (TABLE_FUNCTIONS.has(name)) return
    const isKnown = FUNCTIONS.has(name) || AGGREGATES.has(name) || COUNT_IF.has(name)
    if (!isKnown) refuse(`calls ${name} around what is grouped`)
    if (nodesOf(nodeOf(node['order_bys'])['orders']).length > 0) refuse('orders an aggregate')
  }
  if (!ADDED.has(name)) return
  if (sums === undefined) refuse('adds up in an unusual place')
  else sums.args.push(...nodesOf(node['children']).map((arg) => ({ ...arg, alias: '' })))
}

/** Ends of windows that rows which are equal in the order share. */
function isOfPeers(end: string): boolean {
  return end.startsWith('UNBOUNDED') || end === 'CURRENT_ROW_RANGE'
}

/** Orders must tell rows apart where they decide which are answered, or in which order. */
function checkModifiers(node: Node, isRoot: boolean): void {
  let orders: readonly Node[] | undefined
  let isLimited = false
  for (const part of nodesOf(node['modifiers'])) {
    if (part['type'] === 'ORDER_MODIFIER') orders = nodesOf(part['orders'])
    else if (part['type'] === 'LIMIT_MODIFIER') isLimited = true
    else if (part['type'] !== 'DISTINCT_MODIFIER') refuse('ends in an unusual way')
    else if (nodesOf(part['distinct_on_targets']).length > 0) refuse('takes one row of several')
  }
  if (isLimited && orders === undefined) refuse('takes some rows in no order')
  if (orders === undefined || !(isLimited || isRoot)) return
  if (!isTotal(node, orders)) refuse('orders rows that may be equal in it')
}

/** Whether rows that are equal in an order are equal. */
function isTotal(node: Node, orders: readonly Node[]): boolean {
  const expressions = orders.map((order) => nodeOf(order['expression']))
  const items = itemsOf(node)
  if (expressions.some((e) => e['class'] === 'STAR')) return true
  const told = new Set(expressions.map((e) => nameIn(items, e)))
  const isToldAll = (list: readonly Node[]) => list.every((e) => told.has(nameIn(items, e)))
  if (!items.some((e) => e['class'] === 'STAR') && isToldAll(items)) return true
  const groups = nodesOf(node['group_expressions'] ?? [])
  const sets = (node['group_sets'] ?? []) as readonly (readonly number[])[]
  return groups.length > 0 && sets.length <= 1 && isToldAll(groups)
}

/** What a SELECT selects; of a set operation, its first. */
function itemsOf(node: Node): readonly Node[] {
  if (node['type'] === 'SELECT_NODE') return nodesOf(node['select_list'])
  return itemsOf(nodeOf(node['left']))
}

/** A text that is the same for the same column, by its place, its name or what it is. */
function nameIn(items: readonly Node[], e: Node): string {
  const value = e['class'] === 'CONSTANT' ? nodeOf(e['value'])['value'] : undefined
  const byPlace = typeof value === 'number' ? items[value - 1] : undefined
  const names = e['class'] === 'COLUMN_REF' ? (e['column_names'] as readonly string[]) : []
  const wanted = names.length === 1 ? names[0]!.toLowerCase() : undefined
  const byAlias = items.find(({ alias }) => alias !== '' && String(alias).toLowerCase() === wanted)
  const meant = byPlace ?? byAlias ?? e
  if (meant['class'] === 'COLUMN_REF') {
    return (meant['column_names'] as readonly string[]).join('.').toLowerCase()
  }
  return JSON.stringify(withoutPlaces({ ...meant, alias: '' }))
}

function refuse(what: string): never {
  throw new Unserved(`it ${what}`)
}
